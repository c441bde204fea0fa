"""The look of the page: one palette for light and dark, and system fonts."""

import gradio as gr

FONT = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "PingFang SC", "Microsoft YaHei", "sans-serif"]

# The critic's blue from light to dark: gradio paints what is chosen or active with it.
INK_BLUE = gr.themes.Color(
    "#eef2fb", "#dde5f7", "#bccbef", "#8fb0ff", "#5c7fd6", "#2f54b8", "#2a4ba5", "#24408d", "#1d3473", "#172a5c",
    "#101d40",
)  # fmt: skip

# name of a theme variable -> its value in the light and in the dark theme
PALETTE: dict[str, tuple[str, str]] = {
    "body_background_fill": ("#f6f4ef", "#17181b"),
    "body_text_color": ("#23211d", "#ecebe7"),
    "body_text_color_subdued": ("#5d584f", "#b4b0a8"),
    "background_fill_primary": ("#fffefb", "#1f2125"),
    "background_fill_secondary": ("#f0ede6", "#26282d"),
    "block_background_fill": ("#fffefb", "#1f2125"),
    "block_border_color": ("#e2ddd2", "#34363c"),
    "block_label_text_color": ("#23211d", "#ecebe7"),
    "block_title_text_color": ("#23211d", "#ecebe7"),
    "block_info_text_color": ("#5d584f", "#b4b0a8"),
    "border_color_primary": ("#d8d2c5", "#3b3e45"),
    "border_color_accent": ("#2f54b8", "#8fb0ff"),
    "color_accent_soft": ("#e6ebf8", "#2a3350"),
    "input_background_fill": ("#ffffff", "#191a1e"),
    "input_border_color": ("#b9b3a6", "#5a5d65"),
    "input_border_color_focus": ("#2f54b8", "#8fb0ff"),
    "slider_color": ("#2f54b8", "#8fb0ff"),
    "link_text_color": ("#2f54b8", "#8fb0ff"),
    "link_text_color_hover": ("#1d3a8c", "#b7ccff"),
    "link_text_color_visited": ("#2f54b8", "#8fb0ff"),
    "button_primary_background_fill": ("#2f54b8", "#8fb0ff"),
    "button_primary_background_fill_hover": ("#24449b", "#a9c2ff"),
    "button_primary_text_color": ("#ffffff", "#12203f"),
    "button_secondary_background_fill": ("#ece8df", "#2d3036"),
    "button_secondary_background_fill_hover": ("#e0dacd", "#393c44"),
    "button_secondary_text_color": ("#23211d", "#ecebe7"),
    "button_secondary_border_color": ("#d8d2c5", "#44474f"),
    "error_background_fill": ("#fdf1f0", "#3a1f1e"),
    "error_text_color": ("#a3241f", "#ff8f87"),
    "error_border_color": ("#a3241f", "#ff8f87"),
}


def theme() -> gr.themes.Base:
    """Calm paper, little ink; fonts of the visitor's own system, so that nothing is fetched."""
    base = gr.themes.Base(
        primary_hue=INK_BLUE, secondary_hue=INK_BLUE, neutral_hue="stone", font=FONT,
        font_mono=["ui-monospace", "monospace"], radius_size="md", spacing_size="md",
    )  # fmt: skip
    light = {name: pair[0] for name, pair in PALETTE.items()}
    dark = {f"{name}_dark": pair[1] for name, pair in PALETTE.items()}
    return base.set(block_shadow="none", block_border_width="0px", input_border_width="1px", **light, **dark)
