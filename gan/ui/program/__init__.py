"""What other programs may ask of the host, in gradio's protocol: no tab, and within the limits of the page."""
