"""The words of the interface: there in both languages, asked for by their right names."""

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
import torch

from core_fixtures import ROOT
from each import each
from gan.data.sets import DATASETS
from gan.errors import GanError, sentence
from gan.explore.render import classes_of, render
from gan.latents import PATHS, TURNS, z_from_seeds
from gan.live.contestant import ALONG
from gan.media import MEDIA
from gan.models.checkpoint import load_model, shipped
from gan.recipe.config import TrainConfig
from gan.recipe.objectives import OBJECTIVES
from gan.training.diagnosis import ILLNESSES, REMEDIES
from gan.ui.explore import page as explore_page
from gan.ui.explore import routes as explore_routes
from gan.ui.explore.model_files import MODEL_FILES
from gan.ui.interpolate import page as interpolate_page
from gan.ui.interpolate import routes as film_routes
from gan.ui.learn import page as learn_page
from gan.ui.live import page as live_page
from gan.ui.shell import host_names
from gan.ui.shell.assets import WORKER, modules
from gan.ui.shell.bundles import in_order
from gan.ui.shell.long_address import too_long
from gan.ui.shell.open_routes import NOTHING
from gan.ui.shell.same_origin import FOREIGN
from gan.ui.words import CHINESE, ENGLISH, WORDS, both, by_language, explore, nouns, spoken, t, translations
from gan.ui.words.host import HOST, UNKNOWN
from gan.ui.words.names import NAMES
from gan.ui.yours import page as yours_page
from js_core import JsCore, js_core
from latin import LICENCES, foreign_words
from media_names import GIVEN_AWAY, OTHERWISE

BROWSER = ROOT / "gan" / "ui" / "browser"
# Where the sentences come from that a page's requests are answered with.
HOST_FILES = [
    *(file for part in ("live", "ui/live", "ui/learn", "ui/explore", "ui/interpolate", "ui/shell")
      for file in (ROOT / "gan" / part).glob("*.py")
      if file.name not in ("root_path.py", "host_names.py", "visitor_token.py")),  # which speak in a terminal
    ROOT / "gan" / "numbers.py", ROOT / "gan" / "data" / "drawings.py", ROOT / "gan" / "data" / "sets.py",
]  # fmt: skip
# Those that are put together elsewhere than where they are raised.
OTHER_SENTENCES = {
    "self.busy": film_routes.BUSY,
    "self.budget.busy": film_routes.BUSY,
    "MODEL_FILES['critic'].missing.format(name=model.name)": MODEL_FILES["critic"].missing,
    "MODEL_FILES[part].missing.format(name=name)": MODEL_FILES["reference"].missing,
    "waiter.answer.sentence": "",  # a sentence of the worker's, which is raised in a file of these
}
CALLED = {"one", "many", "unit", "One", "Many"}  # fields that the page fills with what a medium's samples are called
SPEAKING = ("explore", "interpolate", "views")  # the tables whose sentences may have such fields
# page -> (its scripts, its frame, its words)
PAGES = {
    "explore": (("explore/", "page/fields"), explore_page.PAGE, explore_page.page_words()),
    "interpolate": (("interpolate/", "core/film"), interpolate_page.PAGE, interpolate_page.page_words()),
    "live": (("live/", "core/live_words"), live_page.PAGE, live_page.page_words()),
    "learn": (("learn/",), learn_page.PAGE, learn_page.page_words()),
    "yours": (("yours/",), yours_page.PAGE, yours_page.page_words()),
}


@each("key", WORDS)
def test_each_word_is_there_in_both_languages(key: str) -> None:
    english, chinese = WORDS[key]
    assert english.strip()
    assert chinese.strip()
    assert fields(chinese) - CALLED <= fields(english) - CALLED
    assert fields(english) & CALLED <= {"One", "Many", "one", "many"}
    for text in (english, chinese):  # a fall-back would leave a gap
        assert not fields(text) & CALLED or key.partition(".")[0] in SPEAKING


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
    used |= {("the frame", key) for key in re.findall(r"""data-(?:word|name|hint)="([a-z_\-]+)["]""", frame)}
    assert len(used) > 20
    assert {(name, key) for name, key in used if key not in words[ENGLISH]} == set()
    assert words[ENGLISH].keys() == words[CHINESE].keys()


@pytest.mark.parametrize("page", ["explore", "interpolate", "yours"])
def test_every_trouble_that_a_page_may_meet_has_a_sentence(page: str) -> None:
    """Of all modules that its own need: what has no sentence would be an empty note."""
    texts = modules()
    reached = [texts[path] for path in in_order(texts, (f"{page}/index.js", WORKER))]
    keys = {key for text in reached for key in re.findall(r'"(trouble_[a-z_]+)"', text)}
    keys |= {f"trouble_{key}" for text in reached for key in re.findall(r'filmTrouble\("([a-z_]+)"', text)}
    assert {"trouble_failed", "trouble_worker", "trouble_own_numbers"} <= keys
    assert keys - PAGES[page][2][ENGLISH].keys() == set()


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


@each("key", [key for key in WORDS if REALNESS.search(WORDS[key][0])])
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


# ---- what samples are called -----------------------------------------------------------------------------------


@pytest.mark.parametrize("medium", MEDIA)
def test_no_sentence_calls_a_mediums_samples_by_another_ones_name(medium: str) -> None:
    parts, endings = (*SPEAKING, f"media_{medium}"), tuple(f"_{name}" for name in MEDIA)
    keys = [key for key in WORDS if key.partition(".")[0] in parts and not key.endswith(endings)]
    said = {key: spoken(key, medium) for key in keys if key not in OTHERWISE}
    one, own = (called["one"] for called in nouns(medium))
    wrong = {
        (key, name) for key, (english, chinese) in said.items() for name, forms in GIVEN_AWAY.items()
        if name != medium
        and (re.search(forms[0], english, re.IGNORECASE) or re.search(forms[1], chinese.replace(own, "")))
    }  # fmt: skip
    assert wrong == set()
    assert said["explore.reset_info"] == (f"Back to the {one} without edits", f"回到没有编辑过的{own}")


def test_a_sentence_of_one_medium_goes_before_that_of_all() -> None:
    assert spoken("explore.seed_info", "sounds")[0] == "Each whole number is another sound."
    assert spoken("explore.seed_info", "points")[0] == "Each whole number is another 2,000 points."
    assert spoken("interpolate.key_own_n", "words")[0] == "Word {n} of {count}: your own"
    assert spoken("interpolate.key_own_n", "words")[1] == "第 {n} 个（共 {count} 个）：您自己的词"


def test_the_page_says_it_as_python_does(words_js: JsCore) -> None:
    keys = [key for key in WORDS if key.startswith("explore.")]
    for medium in MEDIA:
        words_js.evaluate("(medium) => { say.speakOf(medium); return 0; }", medium)
        told = words_js.evaluate("(keys) => keys.map((key) => say(key))", [key.partition(".")[2] for key in keys])
        assert told == [re.sub(r"{\w+}", "", spoken(key, medium)[1]) for key in keys]
    words_js.evaluate("() => { say.speakOf('pictures'); return 0; }", None)


# ---- a Chinese page speaks Chinese ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def words_js() -> Iterator[JsCore]:
    """The module that puts a page's sentences together."""
    with js_core(("core/words",)) as core:
        core.evaluate(
            f"(words) => {{ globalThis.say = lib.sayer(words, '{CHINESE}'); return 0; }}", by_language(explore.WORDS)
        )
        yield core


def chinese(core: JsCore, kind: str, texts: list[str]) -> list[str]:
    """What a Chinese page makes of names or sentences of the host."""
    found: list[str] = core.evaluate("([kind, texts]) => texts.map(say[kind])", [kind, texts])
    return found


def test_chinese_words_hold_no_english_left_over() -> None:
    from_host = {text: text for text in (*NAMES.values(), *HOST.values(), UNKNOWN)}
    left = {
        key: foreign_words(text) for key, text in ({key: pair[1] for key, pair in WORDS.items()} | from_host).items()
    }
    assert {key: words for key, words in left.items() if words} == {}
    assert foreign_words("鼠标 click 一下，seed {seed}") == ["click", "seed"]


def names_of_data() -> set[str]:
    """What the host calls data sets, their licences and the classes of shipped models."""
    texts = {text for entry in DATASETS.values() for text in (entry.label, entry.licence)}
    for model in map(load_model, shipped()):
        data = model.card["data"]
        texts |= {str(data[key]) for key in ("label", "licence")} if isinstance(data, dict) else set()
        texts |= {*model.classes}
    return texts | {"Pictures of cats"}


def test_every_name_of_the_data_is_there_in_chinese(words_js: JsCore) -> None:
    names = sorted(names_of_data())
    assert len(names) > 40
    told = chinese(words_js, "named", names)
    left = {name: foreign_words(text) for name, text in zip(names, told, strict=True) if not LICENCES.fullmatch(name)}
    assert {name: words for name, words in left.items() if words} == {"Pictures of cats": ["cats"]}


def lines_on_samples() -> Iterator[tuple[str, str]]:
    """(medium, what it says of a sample) of shipped models, and of samples that hold nothing."""
    for name in ("graphs-mlp", "bach-seq", "swinging-digits", "spoken-digits-style"):
        model = load_model(name)
        seeds = range(max(len(model.classes), 4))
        made = render(model, z_from_seeds(seeds, model.G.z_dim), c=classes_of(model, seeds, None))
        for samples in (made, -torch.ones_like(made[:1])):
            yield from ((model.medium.name, line) for line in model.medium.says(samples, model.traits))


def test_every_line_on_a_sample_is_there_in_chinese(words_js: JsCore) -> None:
    """It is what a screen reader says of a canvas; voices and notes keep their names, and words are what they are."""
    lines = list(lines_on_samples())
    told = words_js.evaluate("(lines) => lines.map(([medium, line]) => say.sample(medium, line))", lines)
    assert {"空的关系图", "静音"} <= set(told)
    for (_, line), own in zip(lines, told, strict=True):
        left = [word for word in foreign_words(own) if not re.fullmatch("[A-G][0-9]?", word)]
        assert left == re.findall(r"as (\w+) says it", line)
        assert sorted(re.findall(r"[\d.]+", own)) == sorted(re.findall(r"\d[\d.]*", line))
    assert words_js.evaluate("() => say.sample('words', 'silence')", None) == "silence"


def written(part: ast.expr) -> str:
    """A part of an f-string: what stands there, or any value, but for the one that is a word."""
    if isinstance(part, ast.Constant):
        return str(part.value)
    assert isinstance(part, ast.FormattedValue)
    return "a whole number" if ast.unparse(part.value) == "what" else "X"


def raised(file: Path) -> Iterator[str]:
    """The sentences of the mistakes that a file raises, X for each value in them."""
    tree = ast.parse(file.read_text("utf-8"))
    module = importlib.import_module(".".join(file.relative_to(ROOT).with_suffix("").parts))
    own = {
        node.targets[0].id: node.value for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }  # fmt: skip
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call)):
            continue
        kind = getattr(module, ast.unparse(node.exc.func), None)
        if not (isinstance(kind, type) and issubclass(kind, GanError)):
            continue
        told = node.exc.args[-1]
        given = own.get(told.id, told) if isinstance(told, ast.Name) else told
        given = ast.Constant(getattr(module, given.id)) if isinstance(given, ast.Name) else given
        if isinstance(given, ast.Constant):
            yield str(given.value)
        elif isinstance(given, ast.JoinedStr):
            yield "".join(map(written, given.values))
        else:
            yield OTHER_SENTENCES[ast.unparse(told)]


def test_every_sentence_of_the_host_is_there_in_chinese(words_js: JsCore) -> None:
    found = {text for file in HOST_FILES for text in raised(file)} | {file.missing for file in MODEL_FILES.values()}
    found |= {"the run's process has ended", explore_routes.BUSY, FOREIGN, NOTHING}
    found.add(host_names.UNKNOWN.format(name="evil.example"))
    found |= {too_long({"query_string": b"x" * query, "path": "/" * path}) for query, path in ((10**5, 1), (0, 10**4))}
    sentences = [sentence(GanError(text)) for text in sorted(found) if text]
    assert len(sentences) > 60
    told = chinese(words_js, "host", sentences)
    left = [text for text, own in zip(sentences, told, strict=True) if own.startswith(UNKNOWN.partition("{")[0])]
    assert left == [], "sentences without Chinese: gan/ui/words/host.py wants them"


def test_a_sentence_that_nobody_knows_is_told_as_it_is(words_js: JsCore) -> None:
    known, unknown, own = "--data is one of ring, grid, not 'x'.", "Nobody wrote this down.", "影片完成前主机停止了。"
    told = chinese(words_js, "host", [known, unknown, own])
    assert told == ["--data 只能是 ring, grid 之一，而不是 'x'。", f"英文原文：{unknown}", own]
