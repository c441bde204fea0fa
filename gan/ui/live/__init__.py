"""The Live tab: where it stands in the page, its frame and words, the routes that answer it."""
