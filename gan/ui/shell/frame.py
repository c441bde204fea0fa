"""The frame of a tab with the sentence that stands in it where the browser cannot fill it."""

from gan.ui.words import both

UNFILLED = "atelier-unfilled"  # the class of that sentence, which is hidden until it is true
CURTAIN = "atelier-curtain"  # the id of what is seen before gradio has laid the page out


def framed(page: str) -> str:
    """A tab's page, and the sentence."""
    return f'{page}<p class="{UNFILLED}" role="alert" hidden>{both("shell.unfilled")}</p>\n'
