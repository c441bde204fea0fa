"""Every word of the interface in English and Chinese; each part of the page has its own table `WORDS`.

Gradio's own labels are markers that it translates, `t("explore.tab")`; the pages get their tables whole, `by_language`.
"""

import re
from collections.abc import Mapping
from functools import partial
from html import escape
from types import ModuleType

import gradio as gr
from gradio.i18n import I18nData

from gan.ui.words import (
    explore,
    interpolate,
    learn,
    learn_class,
    learn_coda,
    learn_steps,
    live,
    media_clips,
    media_graphs,
    media_pictures,
    media_points,
    media_scores,
    media_sounds,
    media_words,
    shell,
    views,
    yours,
)
from gan.ui.words.host import HOST, UNKNOWN
from gan.ui.words.names import NAMES

ENGLISH, CHINESE = "en", "zh-CN"
NAMED = re.compile(r"{(\w+)}")
FORMS = ("one", "many", "unit")  # of what a medium's samples are called, the last as Chinese counts them
# The words of each medium: what its samples are called, and what it adds to the rooms that show it. Their keys begin
# with media_ and its name.
MEDIA: tuple[ModuleType, ...] = (
    media_pictures, media_points, media_words, media_sounds, media_scores, media_clips, media_graphs,
)  # fmt: skip
WORDS: dict[str, tuple[str, str]] = {
    f"{part.__name__.rpartition('.')[2]}.{key}": pair
    for part in (shell, learn, learn_class, learn_coda, learn_steps, explore, interpolate, yours, live, views, *MEDIA)
    for key, pair in part.WORDS.items()
}


def nouns(medium: str) -> tuple[dict[str, str], dict[str, str]]:
    """What samples of a medium are called in English and in Chinese, as the values of sentences that speak of them.

    Its twin is `nounsOf` in core/words.js.
    """
    english, chinese = ({form: WORDS[f"media_{medium}.media_{medium}_{form}"][i] for form in FORMS} for i in range(2))
    for called in (english, chinese):
        called |= {form.capitalize(): called[form].capitalize() for form in ("one", "many")}
    return english, chinese


def spoken(key: str, medium: str) -> tuple[str, str]:
    """A word "part.key" in English and in Chinese as it is said of a medium's samples; {names} of values stay."""
    texts = WORDS.get(f"{key}_{medium}") or WORDS[key]
    english, chinese = (
        re.sub(NAMED, partial(noun, called), text) for text, called in zip(texts, nouns(medium), strict=True)
    )
    return english, chinese


def noun(called: Mapping[str, str], field: re.Match[str]) -> str:
    """What stands for {name} in a sentence: the noun, or, where it is no noun, the field itself."""
    return called.get(field[1], field[0])


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

    Those of the media go along, for any room may show any of them.
    What the host says in English goes along: names as `name_<number>`, sentences as `host_<number>`.
    """
    all_tables = (*tables, *(part.WORDS for part in MEDIA), from_host())
    words = {key: pair for table in all_tables for key, pair in table.items()}
    return {language: {key: pair[i] for key, pair in words.items()} for i, language in enumerate((ENGLISH, CHINESE))}


def from_host() -> dict[str, tuple[str, str]]:
    """The names and sentences that the host sends, as a table of words; "host_unknown" is for any other sentence."""
    sentences = {f"host_{i}": pair for i, pair in enumerate(HOST.items())}
    names = {f"name_{i}": pair for i, pair in enumerate(NAMES.items())}
    return {**names, **sentences, "host_unknown": ("{sentence}", UNKNOWN)}
