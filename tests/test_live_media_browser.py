"""What is no picture on the live tab in a real Chromium: graphs are drawn, clips play, sounds and scores are heard."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from playwright.sync_api import Page, Route, expect

from conftest import serving
from explore_desk import NO_SIDEWAYS
from gan.media.scores import INKS
from gan.ui.words.live import WORDS
from live_page import CANVAS, STATUS, lane_of, opened, picture, step, told, wait
from made_scores import few_scores
from spoken_files import few_digits

torch.set_num_threads(1)

# How much of a canvas is painted in a colour of the tab's palette.
PAINTED = """([selector, role]) => {
  const canvas = document.querySelector(selector), view = document.querySelector('[data-testid=live]');
  const hex = getComputedStyle(view).getPropertyValue(`--${role}`).trim().slice(1);
  const wanted = [0, 2, 4].map((at) => parseInt(hex.slice(at, at + 2), 16));
  const raw = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
  let count = 0;
  for (let i = 0; i < raw.length; i += 4) if (wanted.every((value, c) => raw[i + c] === value)) count++;
  return count;
}"""


def painted(page: Page, role: str, canvas: str = CANVAS) -> int:
    """Pixels of a canvas in the colour of a role."""
    return int(page.evaluate(PAINTED, [canvas, role]))


def test_graphs_train_live(page: Page, address: str) -> None:
    live = opened(page, address, "data=graphs&batch=16&rival=hinge")
    expect(live.locator(STATUS)).to_contain_text("joins nodes by chance")
    before = picture(live)
    step(live, 2)
    assert picture(live) != before
    wanted = lane_of({"data": "graphs", "batch": 16})
    for _ in range(2):
        wanted.act("both")
    shown = told(live)["frame"]["lanes"][0]
    assert shown["fakes"] == wanted.frame()["fakes"]
    for canvas in (CANVAS, f"{CANVAS[:-1]}-1]"):  # both contestants, with discs of fakes and of the nearest real ones
        assert min(painted(live, "forger", canvas), painted(live, "data", canvas)) > 100
    figures = live.locator("[data-testid=live-figures]")
    for name in ("degree", "trees", "cliques", "distinct"):
        expect(figures).to_contain_text(WORDS[f"fig_{name}"][0])
    expect(live.locator(".live-legend")).to_have_text(WORDS["pairs_graphs"][0])


def test_live_graphs_fit_a_phone_in_chinese(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 360, "height": 780})
    held: list[Route] = []
    page.route("**/live/open", lambda route: held.append(route))
    with page.expect_request("**/live/open"):
        live = opened(page, address, "data=graphs&batch=16&lang=zh", updates=False)
    live.click("#live-step")  # before there is a run: it is done when there is one
    held[0].continue_()
    wait(live, "+d.steps === 1")
    expect(live.locator("#atelier-note")).to_have_count(0)
    expect(live.locator(".live-legend")).to_have_text(WORDS["pairs_graphs"][1])
    assert painted(live, "forger") > 100
    assert live.evaluate(NO_SIDEWAYS)


def test_digits_learn_to_swing_live(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 360, "height": 780})
    page.emulate_media(reduced_motion="no-preference")
    live = opened(page, address, "data=swinging-digits&batch=2")
    expect(live.locator(STATUS)).to_contain_text("stand still")
    before = told(live)["frame"]["lanes"][0]
    assert before["figures"]["told"] > 0.9  # they begin as a model of such digits
    assert before["figures"]["turning"] < 5
    step(live)
    assert live.evaluate("(text) => atob(text).length", told(live)["frame"]["lanes"][0]["fakes"]) == 10 * 8 * 28 * 28
    for name in ("told", "one_class", "turning"):
        expect(live.locator("[data-testid=live-figures]")).to_contain_text(WORDS[f"fig_{name}"][0])
    for _ in range(3):  # the run stands still, its clips play
        frame = live.get_attribute(CANVAS, "data-clip-frame")
        live.wait_for_function(f"document.querySelector('{CANVAS}').dataset.clipFrame !== '{frame}'")
    live.click("#live-clips-play")
    live.wait_for_function(f"document.querySelector('{CANVAS}').dataset.clipFrame === '0'")
    expect(live.locator("#live-clips-play")).to_have_text(WORDS["clips_play"][0])
    expect(live.locator("#live-clips-play")).to_be_focused()
    live.click("#live-clips-play")
    live.wait_for_function(f"document.querySelector('{CANVAS}').dataset.clipFrame !== '0'")
    assert live.evaluate(NO_SIDEWAYS)


# Counts the sounds that are begun.
LISTENING = """() => {
  globalThis.begun = 0;
  const start = AudioBufferSourceNode.prototype.start;
  AudioBufferSourceNode.prototype.start = function (...args) {
    begun++;
    return start.apply(this, args);
  };
}"""


@pytest.fixture(scope="module")
def heard(models: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where an app answers that has a few spoken digits and a few scores."""
    data, home = tmp_path_factory.mktemp("data"), tmp_path_factory.mktemp("heard")
    few_digits(data)
    few_scores(data)
    with serving(models.values(), home, os.environ | {"GAN_DATA_DIR": str(data)}) as url:
        yield url


def test_spoken_digits_train_live_and_are_heard(page: Page, heard: str) -> None:
    live = opened(page, heard, "data=spoken-digits&batch=4")
    expect(live.locator(STATUS)).to_contain_text("still noise")
    step(live)
    wanted = 12 * 64 * 64
    assert live.evaluate("(text) => atob(text).length", told(live)["frame"]["lanes"][0]["fakes"]) == wanted
    for name in ("heard", "said", "sure", "voices"):
        expect(live.locator("[data-testid=live-figures]")).to_contain_text(WORDS[f"fig_{name}"][0])
    live.evaluate(LISTENING)
    live.click("#live-hear-fakes")
    live.wait_for_function("begun === 6")
    live.click("#live-hear-fakes")  # falls silent
    live.click(CANVAS, position={"x": 40, "y": 60})  # on one of the first spectrograms
    live.click(CANVAS, position={"x": live.locator(CANVAS).bounding_box()["width"] / 3, "y": 60})
    live.wait_for_function("begun > 6")


# How many pixels of a canvas are about a colour, such as a voice's: a roll is drawn smaller than it is.
INKED = """([selector, colour]) => {
  const canvas = document.querySelector(selector);
  const raw = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
  let count = 0;
  for (let i = 0; i < raw.length; i += 4) if (colour.every((value, c) => Math.abs(raw[i + c] - value) < 12)) count++;
  return count;
}"""


def test_chorales_train_live_and_are_heard(page: Page, heard: str) -> None:
    page.set_viewport_size({"width": 360, "height": 780})
    live = opened(page, heard, "data=bach&batch=4")
    expect(live.locator(STATUS)).to_contain_text("sing by chance")
    step(live)
    assert live.evaluate("(text) => atob(text).length", told(live)["frame"]["lanes"][0]["fakes"]) == 12 * 2 * 4 * 32
    for name in ("chords", "triads", "notes", "stepwise"):
        expect(live.locator("[data-testid=live-figures]")).to_contain_text(WORDS[f"fig_{name}"][0])
    for ink in INKS:  # all four voices are seen
        assert live.evaluate(INKED, [CANVAS, list(ink)]) > 50
    assert live.evaluate(NO_SIDEWAYS)
    live.evaluate(LISTENING.replace("AudioBufferSourceNode", "OscillatorNode"))
    live.click("#live-hear-nearest")
    live.wait_for_function("begun >= 4")  # the first chord
    live.click("#live-hear-nearest")  # falls silent
    live.evaluate("begun = 0")
    live.click(CANVAS, position={"x": 40, "y": 60})  # on the first roll
    live.wait_for_function("begun >= 4")
