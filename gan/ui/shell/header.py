"""The page around the tabs: its header with the two switches and the glossary."""

from gan.ui.words import both
from gan.ui.words.shell import TERMS


def header(lead: str = "shell.lead") -> str:
    """Title, one sentence, switches, and every term in one sentence behind "What is this?"."""
    terms = "".join(f"<div><dt>{both(f'shell.{term}')}</dt><dd>{both(f'shell.{term}_is')}</dd></div>" for term in TERMS)
    return (
        f'<header class="atelier"><h1>{both("shell.title")}</h1><p class="lead">{both(lead)}</p>'
        f'<nav><button type="button" data-act="language">{both("shell.language")}</button>'
        f'<button type="button" data-act="theme">{both("shell.theme")}</button></nav>'
        f'<details class="glossary"><summary>{both("shell.what")}</summary>'
        f"<p>{both('shell.how')}</p><dl>{terms}</dl></details>"
        f'<span hidden data-word="copied">{both("shell.copied")}</span>'
        f'<span hidden data-word="copy">{both("shell.copy")}</span></header>'
    )
