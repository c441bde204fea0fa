"""The web app's tabs: the only package that imports gradio."""
