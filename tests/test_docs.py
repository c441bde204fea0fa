"""The documents say what is there: names, figures, links and commands; README.zh-CN.md says what README.md says."""

import dataclasses
import json
import re
import shlex
import shutil
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from bench import (
    classics,
    explore,
    glance,
    invert,
    lesson,
    live,
    phone,
    presets,
    recipes,
    repair,
    settings,
    tour,
    traffic,
)
from bench.tables import RESULTS, read
from core_fixtures import ROOT
from each import each
from gan.commands import own_pictures, program, serve, train
from gan.data.sets import DATASETS
from gan.live.illness_presets import ILLNESS_PRESETS
from gan.live.limits import LiveLimits
from gan.live.recipes import LIVE_DATA
from gan.live.setup import PRETRAINED, Setup
from gan.media.wav import wav_file
from gan.models.checkpoint import load_model, shipped
from gan.models.container import WEIGHTS
from gan.recipe.config import TrainConfig
from gan.recipe.objectives import OBJECTIVES
from gan.recipe.presets import PRESETS, preset_for
from gan.training.history import HISTORY
from gan.ui.app import TABS
from gan.ui.learn.steps import STEPS
from gan.ui.shell.root_path import parse_root_path
from gan.ui.words import WORDS
from old_browsers import OLDEST
from spoken_files import RATE, tone

PAGES = {
    str(path.relative_to(ROOT)): path.read_text()
    for folder in (
        ROOT.glob("*.md"),
        (ROOT / "docs").rglob("*.md"),
        (ROOT / "bench" / "README.md", WEIGHTS / "README.md"),
    )
    for path in folder
}
README, CHINESE = PAGES["README.md"], PAGES["README.zh-CN.md"]
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)  # (language, text) of a block of code
MOST_LINES = 160  # of the README


def blocks(page: str) -> list[tuple[str, str]]:
    """The blocks of code of a page, in order."""
    return BLOCK.findall(page)


def headings(page: str) -> list[tuple[int, str]]:
    """(level, words) of a page's headings."""
    return [(len(marks), words) for marks, words in re.findall(r"^(#+) (.+)$", BLOCK.sub("", page), re.MULTILINE)]


def anchor(words: str) -> str:
    """What a link to a heading ends with."""
    return re.sub(r"[^\w\- ]", "", words.lower()).replace(" ", "-")


def plain(page: str) -> str:
    """A page with its lines joined."""
    return " ".join(page.split())


# Every command of every page once, without what is said of it.
COMMANDS = list(
    dict.fromkeys(
        line.partition("  #")[0].strip()
        for page in PAGES.values() for language, text in blocks(page) if language == "sh" for line in text.splitlines()
    )
)  # fmt: skip


def commands(*start: str) -> list[str]:
    """Those that begin with some words."""
    return [line for line in COMMANDS if line.split()[: len(start)] == [*start]]


# ---- names ------------------------------------------------------------------------------------------------------


@each("name", [*OBJECTIVES, *DATASETS, *PRESETS])
def test_everything_of_the_tables_is_in_the_settings(name: str) -> None:
    assert f"| `{name}` |" in PAGES["docs/settings.md"]


@each("name", PRESETS)
def test_every_preset_is_explained(name: str) -> None:
    assert f"`{name}`" in PAGES["docs/train.md"]


@pytest.mark.parametrize("name", shipped())
def test_every_shipped_model_has_its_section(name: str) -> None:
    assert (2, name) in headings(PAGES["weights/README.md"])


@pytest.mark.parametrize("name", TABS)
def test_every_tab_is_a_room_of_the_readme(name: str) -> None:
    english, chinese = WORDS[TABS[name].label]
    assert f"**{english}.**" in README
    assert f"**{chinese}（{english}）。**" in CHINESE


def emphasised(page: str) -> set[str]:
    """What a page sets in italics: there it names what can be pressed."""
    text = re.sub(r"`[^`]*`", "", plain(BLOCK.sub("", page)))
    return set(re.findall(r"(?<!\*)\*([^*]+)\*(?!\*)", text))


@pytest.mark.parametrize(
    ("page", "language", "some"),
    [
        (README.partition("## The five rooms")[2].partition("\n## ")[0], 0, {"Start", "Branch", "Explore"}),
        (CHINESE.partition("## 五个房间")[2].partition("\n## ")[0], 1, {"开始", "从此分支", "探索"}),
        (PAGES["docs/lesson.md"], 0, {"Learn", "Start", "Branch", "Open it in Explore"}),
        (PAGES["docs/zh-CN/lesson.md"], 1, {"学一学", "开始", "从此分支", "在“探索”中打开"}),
        (PAGES["docs/models.md"], 0, {"Explore"}),
    ],
    ids=["README.md", "README.zh-CN.md", "docs/lesson.md", "docs/zh-CN/lesson.md", "docs/models.md"],
)
def test_what_is_to_be_pressed_is_called_as_on_the_page(page: str, language: int, some: set[str]) -> None:
    buttons = {re.sub(r"^[^\w]+|[^\w]+$", "", pair[language]) for pair in WORDS.values()}
    assert some <= emphasised(page)
    assert emphasised(page) - buttons == set()


def test_the_page_of_the_settings_is_what_the_code_writes() -> None:
    assert PAGES["docs/settings.md"] == settings.page(), "python -m bench.settings writes it"


@pytest.mark.parametrize("name", PRESETS)
def test_the_flags_of_a_preset_give_it(name: str) -> None:
    args = train.parser(everything=True).parse_args(shlex.split(settings.command(PRESETS[name])))
    given = {f.name: v for f in dataclasses.fields(TrainConfig) if (v := getattr(args, f.name)) is not None}
    assert TrainConfig(**given) == PRESETS[name]


def test_every_limit_of_the_host_is_told() -> None:
    for f in dataclasses.fields(LiveLimits):
        default = f"{f.default:,}".removesuffix(".0")
        assert f"| `GAN_LIVE_{f.name.upper()}` | {default} |" in PAGES["docs/host.md"]


@pytest.mark.parametrize("browser", OLDEST)
def test_the_oldest_browsers_are_told(browser: str) -> None:
    oldest = f"{browser} {OLDEST[browser]}"
    assert oldest in PAGES["docs/host.md"]
    assert all(oldest in words for words in WORDS["shell.unfilled"])


def test_every_variable_of_the_environment_is_told() -> None:
    quoted = re.compile(r"[\"']((?:GAN|GRADIO|SPACES)_[A-Z_]*[A-Z])[\"']")
    named = {name for path in (ROOT / "gan").rglob("*.py") for name in quoted.findall(path.read_text())}
    assert {"GAN_DATA_DIR", "GRADIO_SERVER_NAME", "GRADIO_SERVER_PORT"} <= named
    assert [name for name in sorted(named) if f"`{name}`" not in PAGES["docs/host.md"]] == []


# ---- the README ---------------------------------------------------------------------------------------------------


def test_the_readme_opens_a_space() -> None:
    empty, front, _ = README.split("---\n", 2)
    assert empty == ""
    assert re.search(r"^sdk: gradio$", front, re.MULTILINE)
    assert re.search(r"^app_file: app.py$", front, re.MULTILINE)
    assert re.search(r"^sdk_version: 6\.\d+\.\d+$", front, re.MULTILINE)


def test_the_readme_is_short() -> None:
    assert len(README.splitlines()) <= MOST_LINES


def test_the_readme_begins_with_a_moving_picture() -> None:
    before = README.partition("\n## ")[0]
    assert re.findall(r"!\[.+\]\((.+)\)", before) == [str(tour.FILE.relative_to(ROOT))]
    assert tour.FILE.stat().st_size <= tour.MOST_BYTES
    with Image.open(tour.FILE) as picture:
        assert getattr(picture, "n_frames", 1) > tour.DRAGGED


def test_python_is_ten_lines() -> None:
    (code,) = (text for language, text in blocks(README) if language == "python")
    assert 5 <= len([line for line in code.splitlines() if line.strip()]) <= 10


def test_the_readme_in_chinese_is_its_equal() -> None:
    assert blocks(CHINESE) == blocks(README.split("---\n", 2)[2])
    assert [level for level, _ in headings(CHINESE)] == [level for level, _ in headings(README)]
    assert figures(CHINESE) == figures(README)
    pairs = [sorted(link.replace("docs/zh-CN/", "docs/") for link in links(page)) for page in (CHINESE, README)]
    assert [link for link in pairs[0] if link != "README.md"] == [
        link for link in pairs[1] if link != "README.zh-CN.md"
    ]


@pytest.mark.parametrize("name", ["lesson", "tutorials"])
def test_a_page_in_chinese_says_as_much_as_its_english_one(name: str) -> None:
    english, chinese = PAGES[f"docs/{name}.md"], PAGES[f"docs/zh-CN/{name}.md"]
    assert blocks(chinese) == blocks(english)
    assert [level for level, _ in headings(chinese)] == [level for level, _ in headings(english)]
    for what in (r"`[^`\n]+`", r"^\|", r"!\[.+?\]\((?:\.\./)*(.+?)\)"):
        found = [sorted(re.findall(what, page, re.MULTILINE)) for page in (chinese, english)]
        assert found[0] == found[1], what


def figures(page: str) -> list[tuple[list[str], str, str]]:
    """(the numbers, the command and the day) of each row of the table of figures."""
    rows = [line.split("|")[1:-1] for line in page.splitlines() if line.startswith("|")][2:]
    return [(re.findall(r"[\d.,]*\d%?", figure), command, day) for _, figure, command, day in rows]


# ---- figures --------------------------------------------------------------------------------------------------------


def result(name: str) -> Any:
    """What a bench printed as its last line, in the run that the pages quote."""
    return json.loads((RESULTS / f"{name}.json").read_text())


def test_the_eight_figures_are_the_benches() -> None:
    table = glance.eight(read(RESULTS))
    assert table in README
    assert len(figures(README)) == len(table.splitlines()) - 2 == 8
    assert glance.where(read(RESULTS), glance.EIGHT) in plain(README)


def test_the_figures_are_the_benches() -> None:
    page = PAGES["docs/figures.md"]
    lines = [classics.line(name, scores) for name, scores in result("classics")["classics"].items()]
    lines += [recipes.line(row) for row in result("recipes")["recipes"]]
    lines += [recipes.summary(name, result("recipes")["ills"]) for name in ILLNESS_PRESETS]
    lines += [live.line(data, row) for data, row in result("live")["live"].items()]
    lines += [explore.line(name, row) for name, row in result("explore")["slider"].items()]
    lines += [phone.HEAD, *map(phone.line, result("explore")["phone"])]
    assert [line for line in lines if line not in page] == []
    pictures = [name for name in shipped() if load_model(name).medium.sized]
    assert len(lines) == 5 + 18 + 4 + 3 + len(pictures) + 1 + 4
    assert f"`python -m bench.explore --phone`, {result('explore')['phone_on']['date']}" in page
    said = [*explore.sentences(result("explore")), recipes.plainly(result("recipes")["recipes"])]
    said += [*glance.sentences(read(RESULTS)), *live.sentences(result("live"))]
    said.append(glance.where(read(RESULTS), read(RESULTS).keys() - glance.APART))
    assert [sentence for sentence in said if sentence not in plain(page)] == []
    assert glance.table(read(RESULTS)) in page
    assert f"`python -m bench.recipes --parts ills`, {result('recipes')['ills_on']['date']}" in page
    assert presets.summary(result("presets")) in page
    assert invert.table(result("invert")) in page
    assert repair.table(result("repair")) in page
    assert traffic.table(result("traffic")) in page
    for name in ("classics", "presets", "recipes", "live", "explore", "invert", "repair", "traffic"):
        assert f"`python -m bench.{name}`, {result(name)['date']}" in page


# ---- pictures and links ---------------------------------------------------------------------------------------------


def test_the_lessons_pictures_are_those_of_its_command() -> None:
    page = PAGES["docs/lesson.md"]
    assert set(re.findall(r"\(lesson/([^)]+)\.png\)", page)) == lesson.PICTURES.keys()
    titles = [
        f"{at}. {WORDS[f'learn_steps.{step.name}_title'][0]}".replace("’", "'") for at, step in enumerate(STEPS, 1)
    ]
    assert titles == [words for level, words in headings(page) if level == 2 and words[0].isdigit()]
    assert re.findall(r"^`\?tab=learn&step=(\d)`$", page, re.MULTILINE) == [str(at) for at in range(1, 9)]


def test_the_lessons_links_to_the_live_tab_open_a_run() -> None:
    told = re.findall(r"^`(data=\S+)`$", PAGES["docs/lesson.md"], re.MULTILINE)
    assert len(told) == 4
    for link in told:
        assert dict(Setup.from_query(link).values)["data"] in link


def links(page: str) -> list[str]:
    """What a page links to, in this project."""
    return re.findall(r"\]\((?!https?:)([^)]+)\)", page)


@pytest.mark.parametrize("name", PAGES)
def test_links_lead_somewhere(name: str) -> None:
    for link in links(PAGES[name]):
        path, _, place = link.partition("#")
        target = (ROOT / name).parent / path if path else ROOT / name
        assert target.exists(), link
        if place:
            assert place in [anchor(words) for _, words in headings(target.read_text())], link


# ---- commands -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", LIVE_DATA)
def test_every_live_run_can_start_from_a_trained_model(name: str) -> None:
    (config,) = Setup.of({"data": name, "start": PRETRAINED}).configs()
    assert load_model(config.start).config.data in (name, DATASETS[name].frames_of)


def test_there_are_commands() -> None:
    assert len(commands("python", "train.py")) >= 6
    assert len(commands("python", "-m", "gan")) >= 10
    assert {"make app", "make test"} <= set(COMMANDS)


def test_the_other_commands_name_what_is_there() -> None:
    targets = re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert [line for line in commands("make") if line.split()[1] not in targets] == []
    for line in commands("python", "-m"):
        module = line.split()[2]
        assert module == "gan" or (ROOT / f"{module.replace('.', '/')}.py").is_file(), line
    for argv in (shlex.split(line)[2:] for line in commands("python", "app.py")):
        args = serve.parser().parse_args(argv)
        assert args.models or parse_root_path("--root-path", args.root_path) or args.proxies == "1"
    assert [serve.parser().parse_args(line.split()[2:]).models for line in commands("gan-atelier", "app")] == [[]]


@pytest.mark.parametrize("line", commands("python", "train.py"))
def test_train_commands_name_a_possible_run(line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    args = train.parser(everything=False).parse_args(shlex.split(line)[2:])
    if args.preset:
        assert args.preset in PRESETS
    given = {f.name: v for f in dataclasses.fields(TrainConfig) if (v := getattr(args, f.name)) is not None}
    dataclasses.replace(preset_for(args.preset, given), **given)


# What needs hours, or the files of another program (tests/commands/test_data_cli.py prepares made-up ones), or the Hub,
# of which tests/commands/test_publish.py has a small one.
ELSEWHERE = {"evaluate", "--train", "data", "user/name"}


@pytest.mark.parametrize("line", [line for line in commands("python", "-m", "gan") if not ELSEWHERE & {*line.split()}])
def test_gan_commands_run(line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    argv = shlex.split(line)[3:]
    for given in (Path(word) for word in argv if word.endswith(".png") and argv[argv.index(word) - 1] != "--out"):
        given.parent.mkdir(exist_ok=True)  # pictures of somebody who read on
        Image.radial_gradient("L").resize((28, 28)).save(given)
    if "--onnx" in argv:
        pytest.importorskip("onnxscript", reason="the extra onnx is not installed")
    for given in (Path(word) for word in argv if word.endswith(".wav") and argv[argv.index(word) - 1] != "--out"):
        given.parent.mkdir(exist_ok=True)
        given.write_bytes(wav_file(tone(0.5) / 2**15, RATE))
    if argv[1].startswith("runs/"):  # the run of somebody who read on
        Path(argv[1]).mkdir(parents=True)
        for suffix in (".safetensors", ".json"):
            shutil.copy(WEIGHTS / f"digits-mlp{suffix}", Path(argv[1]) / f"model{suffix}")
        shutil.copytree(WEIGHTS / HISTORY / "digits-mlp", Path(argv[1]) / HISTORY)
    if "--quality" in argv:  # what evaluate left there
        Path(argv[argv.index("--quality") + 1]).write_text('{"model": "mine", "frechet": 1.0}')
    program.COMMANDS[argv[0]].run(argv)
    if "--static" in argv:
        assert (Path(argv[argv.index("--static") + 1]) / "index.html").stat().st_size > 10_000
        return
    out = Path(argv[argv.index(next(flag for flag in ("--onnx", "--film", "--out") if flag in argv)) + 1])
    assert [p for p in out.parent.iterdir() if p.name.startswith(out.name) and p.stat().st_size > 500]


@pytest.mark.parametrize("line", [line for line in commands("python", "-m", "gan") if "--train" in line.split()])
def test_commands_that_train_an_encoder_are_possible(line: str) -> None:
    argv = shlex.split(line)[3:]
    assert own_pictures.parsers()[argv[0]].parse_args(argv[1:]).train


def test_train_alone_trains_and_says_how_to_open_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As `python train.py` does it, which is a process of its own in tests/commands/test_train_cli.py."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", ["train.py"])
    monkeypatch.setattr(train, "SIGNALS", ())  # those of the tests stay as they are
    train.main(["--nimg", "2000"])
    assert "python app.py runs/digits-1" in capsys.readouterr().out
    assert load_model(tmp_path / "runs" / "digits-1").card["nimg"] >= 2_000
