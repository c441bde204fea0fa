"""The frame of the Yours tab and its words: every control has its sentence, every mistake and every damage a word."""

import re

import pytest

from core_fixtures import ROOT
from gan.ui.words.yours import WORDS
from gan.ui.yours.page import PAGE

BROWSER = ROOT / "gan" / "ui" / "browser"
CONTROLS = re.findall(r"<(?:button|select|input)\b[^>]*>", PAGE)
TEXTS = {path.name: path.read_text("utf-8") for path in (BROWSER / "yours").glob("*.js")}
HEADER = (BROWSER / "core" / "picture_header.js").read_text("utf-8")
KINDS = re.findall(r'"(\w+)"', re.findall(r"export const KINDS = \[(.*?)\]", TEXTS["room.js"])[0])
TROUBLES = sorted({key for text in (*TEXTS.values(), HEADER) for key in re.findall(r'Trouble\("(\w+)"', text)})


def test_every_control_has_its_sentence() -> None:
    assert len(CONTROLS) > 15
    for control in CONTROLS:
        if 'type="file"' in control:
            continue  # it is hidden: a button opens it
        hint = re.search(r'data-hint="(\w+)"', control)
        assert hint, control
        english, chinese = WORDS[hint[1]]
        assert english.endswith("."), english
        assert chinese.endswith("。"), chinese


def test_every_id_that_the_scripts_look_for_is_in_the_frame() -> None:
    ids = set(re.findall(r'id="(yours-[\w-]+)"', PAGE))
    asked = {name for text in TEXTS.values() for name in re.findall(r'find\("#(yours-[\w-]+)"\)', text)}
    made = {f"yours-kind-{kind}" for kind in KINDS}
    assert asked - ids - made == set()
    assert len(asked) > 15
    classes = {name for names in re.findall(r'class="([^"]+)"', PAGE) for name in names.split()}
    asked = {name for text in TEXTS.values() for name in re.findall(r'find\("\.(yours-[\w-]+)', text)}
    assert asked - classes == set()


@pytest.mark.parametrize("kind", KINDS)
def test_every_damage_has_a_name_and_a_sentence(kind: str) -> None:
    assert f"kind_{kind}" in WORDS
    assert kind == "none" or WORDS[f"kind_{kind}_is"][0].endswith(".")


@pytest.mark.parametrize("key", TROUBLES)
def test_every_mistake_has_its_sentence(key: str) -> None:
    english, chinese = WORDS[key]
    assert english.endswith(".")
    assert chinese.endswith("。")


def test_every_likeness_and_every_way_has_a_word() -> None:
    likeness = re.findall(r'\["(\w+)", 0', (BROWSER / "core" / "likeness.js").read_text("utf-8"))
    assert len(likeness) == 4
    assert {f"near_{name}" for name in (*likeness, "far", "nothing")} <= WORDS.keys()
    ways = re.findall(r'way: "(\w+)"', TEXTS["other_ways.js"])
    assert {f"way_{way}" for way in ways} == {"way_bicubic", "way_network"} <= WORDS.keys()


def test_the_page_says_that_pictures_stay_and_no_script_of_it_sends_any() -> None:
    assert 'data-word="private"' in PAGE
    assert "stays on this machine" in WORDS["private"][0]
    sends = re.compile(r"\bfetch\(|XMLHttpRequest|sendBeacon|WebSocket|host\.(?!models\b|first\b|js\b)")
    assert {name: found for name, text in TEXTS.items() if (found := sends.findall(text))} == {}
