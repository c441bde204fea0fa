"""Sounds in a real Chromium, from a page without a server: seen, said, played, taken home, in time while one drags."""

import wave
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from playwright.sync_api import Browser, Page, expect

from explore_desk import HERO, NO_SIDEWAYS, READY, view_of
from gan.data.sets import load
from gan.data.stored import Stored
from gan.explore.views import picture
from gan.media.films import settings_of
from gan.media.mel import length
from gan.media.sounds import SOUNDS
from gan.models.model import Model
from gan.recipe.config import TrainConfig
from media_site import explored, slide, trained
from spoken_files import few_digits

PLAY, SAID, REAL = "[data-testid=sounds-play]", "[data-testid=sounds-said]", "[data-testid=sounds-real]"
DRAGGED = (0.2, 0.4, 0.6, 0.9, 1.2, 1.5)
SLOWEST = 100.0  # ms for the median of sounds while one drags, on a machine that does much besides; the bench has 30

# Writes down what the button that plays says it does.
WATCHING = """(button) => {
  globalThis.heard = [];
  new MutationObserver(() => heard.push(button.dataset.playing)).observe(button, { attributeFilter: ["data-playing"] });
}"""


@pytest.fixture(scope="module")
def digits(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stored]:
    folder = tmp_path_factory.mktemp("data")
    few_digits(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GAN_DATA_DIR", str(folder))
        data = load("spoken-digits")
        assert isinstance(data, Stored)
        yield data


@pytest.fixture(scope="module")
def model(digits: Stored) -> Model:
    widths = {"g_widths": (8, 8, 8, 8, 4), "d_widths": (4, 8, 8, 8)}
    config = TrainConfig(
        data="spoken-digits", network="style", condition="class", batch=8, z_dim=6, lr=5e-3, **widths
    )  # fmt: skip
    return trained(config, digits, 10, "few-digits")


@pytest.fixture(scope="module")
def page(chromium: Browser, digits: Stored, model: Model, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with explored(chromium, tmp_path_factory.mktemp("site"), [model]) as page:
        yield page


def test_a_sound_is_said_and_its_nearest_real_one_offered(page: Page, model: Model, digits: Stored) -> None:
    shown = picture(model, view_of(page))
    assert view_of(page).psi == SOUNDS.psi
    (line,) = SOUNDS.says(shown, model.traits)
    expect(page.locator(HERO)).to_have_attribute("aria-label", line)
    what, voice, lasts, strongest = line.split(", ")
    said = (
        f"A voice like that of {voice.removeprefix('as ').removesuffix(' says it')} says {what}: {lasts}, {strongest}."
    )
    expect(page.locator(SAID)).to_have_text(said)
    _, far = SOUNDS.among(shown, digits.tensors(digits.rows), model.traits)
    expect(page.locator(REAL)).to_contain_text(f"({far[0]:.1f} dB away)")


def test_it_is_played_and_stopped(page: Page) -> None:
    play = page.locator(PLAY)
    expect(play).to_have_text("▶ Play")
    play.click()
    expect(play).to_have_attribute("data-playing", "true")
    expect(page.locator(".sounds-head")).to_be_visible()
    expect(play).to_have_attribute("data-playing", "false")  # heard out
    page.locator(REAL).click()
    expect(play).to_have_text("■ Stop")
    play.click()
    expect(play).to_have_text("▶ Play")


def test_it_sounds_in_time_while_one_drags(page: Page) -> None:
    sheet = page.locator(".sounds-sheet")
    slide(page, 1.1)
    assert sheet.get_attribute("data-dragging") is None  # nobody has allowed it
    page.check(".sounds-along input")
    page.eval_on_selector(PLAY, WATCHING)
    took: list[float] = []
    for psi in DRAGGED * 4:  # where the machine is slow, some come to rest before their turn
        slide(page, psi)
        if made := sheet.get_attribute("data-dragging"):
            took.append(float(made))
        if len(took) == len(DRAGGED):
            break
    assert float(np.median(took)) < SLOWEST, took
    page.wait_for_function("heard.includes('true')")
    page.uncheck(".sounds-along input")
    expect(page.locator(PLAY)).to_have_attribute("data-playing", "false")


def test_it_is_taken_home(page: Page, model: Model) -> None:
    with page.expect_download() as kept:
        page.click("#explore-save-wav")
    assert kept.value.suggested_filename == "few-digits-seed-42.wav"
    made = Path(kept.value.path()).read_bytes()
    with torch.inference_mode():
        wanted = SOUNDS.file(".wav", picture(model, view_of(page)), model.traits, {})
    a, b = (np.frombuffer(file[44:], "<i2").astype(float) for file in (made, wanted))
    assert len(a) == len(b) == length(model.traits)
    assert np.corrcoef(a, b)[0, 1] > 0.9  # Griffin-Lim makes a little more of what the engine rounds otherwise


def test_a_film_is_heard_frame_by_frame(page: Page, model: Model) -> None:
    page.get_by_role("tab", name="Interpolate").click()
    page.wait_for_selector(".film-view[data-ready=yes]")
    with page.expect_download() as kept:
        page.click("#film-save-wav")
    assert settings_of(Path(kept.value.path()).read_bytes())["film"]["model"] == "few-digits"
    with wave.open(str(kept.value.path())) as file:
        seconds = file.getnframes() / file.getframerate()
    frames = int(page.locator("#film-scrub").get_attribute("max") or 0) + 1
    last = (frames / 25 - 1e-9) // 0.5 * 0.5  # the last half second begins there
    assert seconds == pytest.approx(last + length(model.traits) / 8000)
    if page.get_attribute("#film-play", "data-playing") == "true":  # it moves from the start, without a sound
        page.click("#film-play")
    page.click("#film-play")
    expect(page.locator(f".film-media {PLAY}")).to_have_attribute("data-playing", "true")
    page.click("#film-play")
    expect(page.locator(f".film-media {PLAY}")).to_have_attribute("data-playing", "false")


def test_the_whole_way_is_one_sound_to_hear(page: Page) -> None:
    whole, canvas = (
        page.locator(".film-media [data-testid=sounds-way]"),
        page.locator("[data-testid=interpolate-canvas]"),
    )
    expect(whole).to_have_text("▶ The whole way")
    page.locator("#film-scrub").evaluate("(range) => { range.value = 30; range.dispatchEvent(new Event('input')); }")
    whole.click()
    expect(whole).to_have_text("■ Stop")
    expect(canvas).to_have_attribute("data-frame", "0")  # from its beginning
    expect(whole).to_have_attribute("data-playing", "true", timeout=20_000)  # made
    expect(canvas).to_have_attribute("data-frame", "24")  # that of the second at which the third sound begins
    expect(page.locator(f".film-media {PLAY}")).to_have_text("▶ This sound")
    whole.click()
    expect(whole).to_have_attribute("data-playing", "false")
    whole.click()
    page.locator(f".film-media {PLAY}").click()  # one sound takes the place of all
    expect(whole).to_have_text("▶ The whole way")


def test_sounds_fit_a_phone_in_chinese(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(page.url.partition("?")[0] + "?lang=zh&model=few-digits&seed=7")
    page.wait_for_selector(READY)
    expect(page.locator(SAID)).to_contain_text("在说")
    assert page.evaluate(NO_SIDEWAYS)
