"""The words of the interface: there in both languages, asked for by their right names, chosen by the visitor."""

import re
from string import Formatter

import pytest

from conftest import ROOT, visitor
from gan.latents import PATHS, TURNS
from gan.ui.words import CHINESE, COOKIE, ENGLISH, WORDS, both, language, say, t, translations


@pytest.mark.parametrize("key", WORDS)
def test_each_word_is_there_in_both_languages(key: str) -> None:
    english, chinese = WORDS[key]
    assert english.strip()
    assert chinese.strip()
    assert fields(chinese) <= fields(english)


def fields(text: str) -> set[str]:
    """The names in a text that `say` fills in."""
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_every_word_the_code_asks_for_exists() -> None:
    asked = re.compile(r"""(?:\bt|\bboth|\bsay|\bheading)\((?:request, )?f?["']([a-z_.\-]+)["']""")
    for file in (ROOT / "gan" / "ui").glob("*.py"):
        for key in asked.findall(file.read_text("utf-8")):
            assert key in WORDS, f"{file.name} asks for {key}"


@pytest.mark.parametrize("choice", [*PATHS, *TURNS])
def test_every_choice_has_a_word(choice: str) -> None:
    assert f"interpolate.{choice}" in WORDS


def test_languages_reach_the_page() -> None:
    tables = translations().translations_dict
    assert set(tables) >= {ENGLISH, CHINESE}
    assert tables[CHINESE]["explore.tab"] == WORDS["explore.tab"][1]
    assert tables[ENGLISH]["explore.tab"] == WORDS["explore.tab"][0]
    assert WORDS["shell.lead"][0] in both("shell.lead")
    assert WORDS["shell.lead"][1] in both("shell.lead")
    with pytest.raises(KeyError):
        t("explore.nothing")


@pytest.mark.parametrize(
    ("accept", "cookie", "expected"),
    [
        ("en-GB,en", "", ENGLISH),
        ("zh-CN,zh;q=0.9,en;q=0.8", "", CHINESE),
        ("en,zh;q=0.5", "", ENGLISH),
        ("en", f"{COOKIE}=zh-CN", CHINESE),
        ("zh", f"{COOKIE}=en", ENGLISH),
        ("", "", ENGLISH),
    ],
)
def test_language_of_a_visitor(accept: str, cookie: str, expected: str) -> None:
    assert language(visitor(accept, cookie)) == expected


def test_say_fills_in() -> None:
    assert say(None, "explore.steps", n=3) == "3 steps away"
    assert say(visitor("zh"), "explore.steps", n=3) == "走了 3 步"
