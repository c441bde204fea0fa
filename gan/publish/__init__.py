"""Models and pages put on the Hub of Hugging Face."""
