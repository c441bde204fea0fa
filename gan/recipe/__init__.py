"""All that decides a run: its settings, presets, objectives, penalties, optimisers, augmentations."""
