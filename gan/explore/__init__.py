"""All that a loaded model can do: pictures, views of them in links, and files for a browser."""
