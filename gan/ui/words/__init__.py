"""Every word of the interface in English and Chinese; each part of the page has its own table `WORDS`.

Gradio's own labels are markers that it translates, `t("explore.tab")`; the pages get their tables whole, `by_language`.
"""

from collections.abc import Mapping
from html import escape

import gradio as gr
from gradio.i18n import I18nData

from gan.ui.words import explore, interpolate, learn, learn_class, learn_steps, live, shell, views, yours
from gan.ui.words.host import HOST, UNKNOWN
from gan.ui.words.names import NAMES

ENGLISH, CHINESE = "en", "zh-CN"
WORDS: dict[str, tuple[str, str]] = {
    f"{part.__name__.rpartition('.')[2]}.{key}": pair
    for part in (shell, learn, learn_class, learn_steps, explore, interpolate, yours, live, views)
    for key, pair in part.WORDS.items()
}


def t(key: str) -> I18nData:
    """The marker of a word, "part.key", that the browser replaces by its translation."""
    if key not in WORDS:
        raise KeyError(key)
    return I18nData(key)


def both(key: str, **values: str) -> str:
    """HTML that holds a word in both languages, its {names} filled in; the style sheet shows the page's.

    For HTML of several words: gradio translates one marker in a text, not several.
    """
    english, chinese = (escape(text.format(**values) if values else text) for text in WORDS[key])
    return f'<span lang="{ENGLISH}">{english}</span><span lang="{CHINESE}">{chinese}</span>'


def translations() -> gr.I18n:
    """The words on the tabs, all that gradio itself writes, in both languages for `launch(i18n=...)`."""
    tabs = {key: pair for key, pair in WORDS.items() if key.endswith(".tab")}
    english, chinese = ({key: pair[i] for key, pair in tabs.items()} for i in range(2))
    return gr.I18n(**{ENGLISH: english, CHINESE: chinese, "zh": chinese, "zh-TW": chinese})


def by_language(*tables: Mapping[str, tuple[str, str]]) -> dict[str, dict[str, str]]:
    """The words that a page's browser half writes, by language; a later table goes before an earlier one.

    What the host says in English goes along: names as `name_<number>`, sentences as `host_<number>`.
    """
    words = {key: pair for table in (*tables, from_host()) for key, pair in table.items()}
    return {language: {key: pair[i] for key, pair in words.items()} for i, language in enumerate((ENGLISH, CHINESE))}


def from_host() -> dict[str, tuple[str, str]]:
    """The names and sentences that the host sends, as a table of words; "host_unknown" is for any other sentence."""
    sentences = {f"host_{i}": pair for i, pair in enumerate(HOST.items())}
    names = {f"name_{i}": pair for i, pair in enumerate(NAMES.items())}
    return {**names, **sentences, "host_unknown": ("{sentence}", UNKNOWN)}
