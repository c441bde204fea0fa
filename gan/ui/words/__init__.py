"""Every word of the interface in English and Chinese; each part of the page has its own table `WORDS`.

Fixed words (labels, help, buttons, HTML) are markers that the browser translates: `t("explore.seed")`.
Text that a handler makes is chosen on the server: `say(request, "explore.opinion", share=38)`.
"""

from html import escape

import gradio as gr
from gradio.i18n import I18nData

from gan.ui.words import explore, interpolate, live, shell, views

ENGLISH, CHINESE = "en", "zh-CN"
COOKIE = "atelier-language"  # set by the page's language switch
WORDS: dict[str, tuple[str, str]] = {
    f"{part.__name__.rpartition('.')[2]}.{key}": pair
    for part in (shell, explore, interpolate, live, views)
    for key, pair in part.WORDS.items()
}


def t(key: str) -> I18nData:
    """The marker of a word, "part.key", that the browser replaces by its translation."""
    if key not in WORDS:
        raise KeyError(key)
    return I18nData(key)


def both(key: str) -> str:
    """HTML that holds a word in both languages; the style sheet shows the page's.

    For HTML of several words: gradio translates one marker in a text, not several.
    """
    english, chinese = WORDS[key]
    return f'<span lang="{ENGLISH}">{escape(english)}</span><span lang="{CHINESE}">{escape(chinese)}</span>'


def translations() -> gr.I18n:
    """Both languages for `launch(i18n=...)`."""
    english = {key: pair[0] for key, pair in WORDS.items()}
    chinese = {key: pair[1] for key, pair in WORDS.items()}
    return gr.I18n(**{ENGLISH: english, CHINESE: chinese, "zh": chinese, "zh-TW": chinese})


def language(request: gr.Request | None) -> str:
    """The visitor's language: the switch's choice, else what the browser asks for first, else English."""
    if request is None:
        return ENGLISH
    chosen = dict(request.cookies).get(COOKIE, "") or dict(request.headers).get("accept-language", "")
    return CHINESE if chosen.strip().lower().startswith("zh") else ENGLISH


def say(request: gr.Request | None, key: str, **values: object) -> str:
    """A sentence in the visitor's language with its values filled in."""
    return WORDS[key][language(request) == CHINESE].format(**values)
