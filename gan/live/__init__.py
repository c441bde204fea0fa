"""Live runs without a screen: what a run starts from, what is measured of it, and the illnesses worth showing."""
