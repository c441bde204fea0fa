"""The page around the tabs: its header with the two switches and the glossary."""

from html import escape

from gan.ui.words import both
from gan.ui.words.shell import TERMS

PROGRAM = """from gradio_client import Client

client = Client("https://…")
client.predict(
    "mnist-style", seeds="0-15",
    api_name="/sample")"""
# Relative to the page's address, which ends in a slash.
PROGRAM_LINKS = {"program_info": "gradio_api/info"}


def header(lead: str = "shell.lead", host: bool = True) -> str:
    """Title, one sentence, switches, and every term in one sentence behind "What is this?".

    Args:
        host: whether there is one, which programs may ask too.
    """
    terms = "".join(f"<div><dt>{both(f'shell.{term}')}</dt><dd>{both(f'shell.{term}_is')}</dd></div>" for term in TERMS)
    return (
        f'<header class="atelier"><h1>{both("shell.title")}</h1><p class="lead">{both(lead)}</p>'
        f'<nav><button type="button" data-act="language">{both("shell.language")}</button>'
        f'<button type="button" data-act="theme">{both("shell.theme")}</button></nav>'
        f'<details class="glossary"><summary>{both("shell.what")}</summary>'
        f"<p>{both('shell.how')}</p><dl>{terms}</dl>{program() if host else ''}</details>"
        f'<span hidden data-word="copied">{both("shell.copied")}</span>'
        f'<span hidden data-word="copy">{both("shell.copy")}</span></header>'
    )


def program() -> str:
    """How another program asks this host, and where it reads what there is to ask for."""
    links = "".join(
        f'<p><a href="{address}" target="_blank" rel="noopener">{both(f"shell.{word}")}</a></p>'
        for word, address in PROGRAM_LINKS.items()
    )
    return (
        f'<h2 class="program">{both("shell.program")}</h2><p>{both("shell.program_is")}</p>'
        f"<pre><code>{escape(PROGRAM)}</code></pre>{links}"
    )
