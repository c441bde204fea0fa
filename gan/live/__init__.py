"""Live runs without a screen: set-ups and recipes, runs in processes of their own, and what is measured and shown."""
