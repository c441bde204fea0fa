"""The page around the tabs: its look, its header, its first script."""
