"""The words of the interface: there in both languages, asked for by their right names."""

import re
from string import Formatter

import pytest

from core_fixtures import ROOT
from gan.latents import PATHS, TURNS
from gan.live.contestant import ALONG
from gan.recipe.config import TrainConfig
from gan.recipe.objectives import OBJECTIVES
from gan.training.diagnosis import ILLNESSES, REMEDIES
from gan.ui.explore import page as explore_page
from gan.ui.interpolate import page as interpolate_page
from gan.ui.live import page as live_page
from gan.ui.words import CHINESE, ENGLISH, WORDS, both, t, translations

BROWSER = ROOT / "gan" / "ui" / "browser"
# page -> (its scripts, its frame, its words)
PAGES = {
    "explore": (("explore/", "page/fields"), explore_page.PAGE, explore_page.page_words()),
    "interpolate": (("interpolate/", "core/film"), interpolate_page.PAGE, interpolate_page.page_words()),
    "live": (("live/", "core/live_words"), live_page.PAGE, live_page.page_words()),
}


@pytest.mark.parametrize("key", WORDS)
def test_each_word_is_there_in_both_languages(key: str) -> None:
    english, chinese = WORDS[key]
    assert english.strip()
    assert chinese.strip()
    assert fields(chinese) <= fields(english)


def fields(text: str) -> set[str]:
    """The names in a text that `say` fills in."""
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_every_word_that_the_server_asks_for_exists() -> None:
    calls = re.compile(r"""(?:\bt|\bboth)\(f?["']([a-z_.\-]+)["']""")
    for file in (ROOT / "gan" / "ui").rglob("*.py"):
        for key in calls.findall(file.read_text("utf-8")):
            assert key in WORDS, f"{file.name} asks for {key}"


@pytest.mark.parametrize("page", PAGES)
def test_every_word_that_a_page_asks_for_exists(page: str) -> None:
    begins, frame, words = PAGES[page]
    scripts = [path for path in BROWSER.rglob("*.js") if str(path.relative_to(BROWSER)).startswith(begins)]
    texts = {path.name: path.read_text("utf-8") for path in scripts}
    used = {(name, key) for name, text in texts.items() for key in re.findall(r"""\bsay\("([a-z_0-9\-]+)["]""", text)}
    used |= {("the frame", key) for key in re.findall(r"""data-(?:word|name)="([a-z_\-]+)["]""", frame)}
    assert len(used) > 20
    assert {(name, key) for name, key in used if key not in words[ENGLISH]} == set()
    assert words[ENGLISH].keys() == words[CHINESE].keys()


@pytest.mark.parametrize("name", OBJECTIVES)
def test_the_losses_of_every_objective_are_explained(name: str) -> None:
    """Each says the values at which its losses end."""
    objective = OBJECTIVES[name]
    for text in WORDS[f"live.losses_end_{name}"]:
        numbers = [float(found) for found in re.findall(r"\d+(?:\.\d+)?", text)]
        for end in (objective.end_d, objective.end_g):
            assert end is None or any(abs(abs(end) - number) < 0.006 for number in numbers)


def test_remedies_that_are_given_together_have_one_button() -> None:
    together = set(re.findall(r'"([a-z-]+\+[a-z-]+)"', (ROOT / "gan" / "training" / "diagnosis.py").read_text("utf-8")))
    assert together
    assert {f"live.cure_{remedies}" for remedies in together} <= WORDS.keys()


@pytest.mark.parametrize("remedy", REMEDIES)
def test_every_remedy_has_a_button_and_every_setting_that_it_changes_a_name(remedy: str) -> None:
    assert f"live.cure_{remedy}" in WORDS
    sick = TrainConfig(data="ring", objective="wasserstein", lr=0.5, lr_d=1.0, ema_nimg=0, d_steps=2, beta1=0.5)
    changed = REMEDIES[remedy](sick)
    assert changed
    assert {f"live.field_{name}" for name in [*changed, *ALONG]} <= WORDS.keys()


@pytest.mark.parametrize("illness", ILLNESSES)
def test_the_status_of_every_illness_is_worded(illness: str) -> None:
    assert f"live.running_{illness}" in WORDS or illness in ("starting", "healthy")


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


REALNESS = re.compile(r"how real|% real\b|\{share\} .*\breal|finds .*\breal|near (?:real|fake)", re.I)


@pytest.mark.parametrize("key", [key for key in WORDS if REALNESS.search(WORDS[key][0])])
def test_how_real_something_is_is_the_critics_word(key: str) -> None:
    """No sentence says that a picture or a point is real: it says that the critic finds it so."""
    english, chinese = WORDS[key]
    assert re.search(r"\bcritic|\bit likes", english, re.I)
    assert re.search("鉴别者|它认为", chinese)


def test_no_picture_of_explore_is_judged() -> None:
    """What the critic would have said stands in a fold of its own, which says what that is worth."""
    said, chinese = (explore_page.page_words()[language] for language in (ENGLISH, CHINESE))
    assert "opinion" not in explore_page.PAGE
    assert not {"fake", "real"} & said.keys(), "the ends of a scale"
    for part in ("at the end of this game", "no measure of quality", "between classes", "critics can be fooled"):
        assert part in said["critic_info"]
    for part in ("博弈结束时", "不衡量好坏", "跨类别", "也会受骗"):
        assert part in chinese["critic_info"]
