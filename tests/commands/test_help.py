"""`--help` in two languages: its pages are those of the options, every text is in both, and nothing large is loaded."""

import io
import re
import subprocess
import sys

import pytest

from bench.help import columns, pages, without_chinese, wrapped
from core_fixtures import ROOT
from gan.commands import help
from gan.commands.chinese import TEXTS, chinese, entry
from gan.errors import ConfigError

STALE = (
    "a page of --help is not what the options say any more: run `python -m bench.help` and commit gan/commands/pages"
)


def test_the_pages_are_those_of_the_options(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where an option has no Chinese, the sentence that fails this says where to add it."""
    assert without_chinese() == [], "--help has no Chinese for these: add it to TEXTS in gan/commands/chinese.py"
    used: set[str] = set()
    monkeypatch.setattr("bench.help.chinese", lambda text: [used.add(entry(text)[0]), chinese(text)][1])
    made, folder = pages(), ROOT / "gan" / "commands" / "pages"
    assert {path.name: path.read_text() for path in folder.iterdir()} == made, STALE
    assert TEXTS.keys() - used == set(), "no option says this any more: take it out of TEXTS in gan/commands/chinese.py"
    assert max(columns(line) for text in made.values() for line in text.splitlines()) <= 100


def test_both_languages_name_the_same_numbers_and_options() -> None:
    for english, text in TEXTS.items():
        for what in (r"--[a-z-]+", r"\b[A-Z]{3,}\b", r"\{\}"):
            assert set(re.findall(what, english)) <= set(re.findall(what, text)) | {"WGAN", "PATH"}, (english, text)
        assert english.count("{}") == text.count("{}"), english


def test_a_text_without_chinese_says_where_to_add_it() -> None:
    assert chinese("such as 42, 1,7,42 or 0-63 (default 9-12)") == "例如 42、1,7,42 或 0-63（默认 9-12）"
    with pytest.raises(ConfigError, match=r"add it to TEXTS in gan/commands/chinese.py"):
        chinese("a new option")


def test_every_missing_text_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for text in ("samples a step", "where the data sets lie"):
        monkeypatch.delitem(TEXTS, text)
    assert without_chinese() == ["samples a step", "where the data sets lie"]


def test_lines_break_between_chinese_characters() -> None:
    assert wrapped("用点或图片训练一个 GAN。不带参数时", 20) == ["用点或图片训练一个", "GAN。不带参数时"]
    assert wrapped("one two three", 8) == ["one two", "three"]


def test_the_language_is_that_of_the_system_or_the_one_asked_for() -> None:
    for environment, language in (
        ({}, "en"), ({"LANG": "zh_CN.UTF-8"}, "zh-CN"), ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LC_ALL": "", "LC_MESSAGES": "zh_TW.UTF-8", "LANG": "de_DE"}, "zh-CN"),
    ):  # fmt: skip
        assert help.asked(["--help"], environment) == ("", language), environment
    assert help.asked(["--seed", "1", "--lang", "zh-CN", "-h"], {}) == ("", "zh-CN")
    assert help.asked(["--help-all", "--lang=en"], {"LANG": "zh_CN"}) == ("-all", "en")
    assert help.asked(["--", "--help"], {}) is None and help.asked(["--lang", "en"], {}) is None
    for wrong in (["--lang", "fr", "--help"], ["--help", "--lang"]):
        with pytest.raises(ConfigError, match="--lang is one of en, zh-CN, not"):
            help.asked(wrong, {})


def test_a_terminal_without_chinese_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), encoding="latin-1"))
    with pytest.raises(ConfigError, match="PYTHONIOENCODING"):
        help.page("sample", "zh-CN", "gan-atelier sample")


def test_help_is_there_before_torch_and_gradio() -> None:
    for called in (["app.py"], ["train.py"], ["-m", "gan", "sample"]):
        done = subprocess.run(
            [sys.executable, "-X", "importtime", *called, "--help", "--lang", "zh-CN"], cwd=ROOT, capture_output=True,
            encoding="utf-8", check=True, timeout=60,
        )  # fmt: skip
        assert done.stdout.startswith("用法：python " + " ".join(called)), called
        assert not re.search(r"\| +(torch|gradio|numpy)$", done.stderr, re.MULTILINE), called
