"""The Yours tab: a picture of one's own, found in a model, changed, and repaired."""
