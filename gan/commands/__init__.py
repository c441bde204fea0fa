"""What a terminal can say: train, use a trained model, serve the page."""
