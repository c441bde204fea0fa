"""Scores in a real Chromium, from a page without a server: seen, read and played in every room, files as the core's."""

import io
import wave
from collections.abc import Iterator
from pathlib import Path

import mido
import pytest
import torch
from playwright.sync_api import Browser, Page, expect

from explore_desk import HERO, NO_SIDEWAYS, READY, view_of, wait
from gan.data import chorales
from gan.data.sets import load
from gan.data.stored import Stored
from gan.explore.views import picture
from gan.media.films import settings_of
from gan.media.scores import SCORES
from gan.media.voices import rows, tones
from gan.models.model import Model
from gan.recipe.config import TrainConfig
from made_scores import few_scores
from media_site import explored, trained

FILM = "[data-testid=interpolate-canvas]"
SAID, PLAY, VOICES = "[data-testid=scores-said]", "[data-testid=scores-play]", "[data-testid=scores-voices] li"
HEAD, FIRST = ".scores-playhead", 42


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stored]:
    """Chorales that nobody wrote, prepared as those of an installed music21 are."""
    folder = few_scores(tmp_path_factory.mktemp("data"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GAN_DATA_DIR", str(folder))
        data = load("bach")
        assert isinstance(data, Stored) and data.shape == (132, 32, 1)
        yield data


@pytest.fixture(scope="module")
def model(made: Stored) -> Model:
    config = TrainConfig(
        data="bach", network="seq", end="choice", batch=8, z_dim=6, g_widths=(8, 8), d_widths=(8, 8), dense=16, lr=1e-2,
    )  # fmt: skip
    return trained(config, made, 20, "some-chorales")


@pytest.fixture(scope="module")
def page(chromium: Browser, made: Stored, model: Model, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with explored(chromium, tmp_path_factory.mktemp("site"), [model], f"&seed={FIRST}") as page:
        yield page


def shown(model: Model, page: Page) -> torch.Tensor:
    """The sample of the view that the canvas shows, as the core has it."""
    with torch.inference_mode():
        return picture(model, view_of(page))


def kept(page: Page, button: str) -> tuple[str, bytes]:
    with page.expect_download() as download:
        page.click(button)
    return download.value.suggested_filename, Path(download.value.path()).read_bytes()


def test_a_score_is_said_and_its_notes_can_be_read(page: Page, model: Model) -> None:
    page.eval_on_selector(
        "#explore-psi", "(el) => { el.value = 1.4; el.dispatchEvent(new Event('input', { bubbles: true })); }"
    )
    wait(page, "q.psi == 1.4")
    sample = shown(model, page)
    words = SCORES.says(sample, model.traits)[0]
    expect(page.locator(HERO)).to_have_attribute("aria-label", words)
    notes, chords = words.partition(",")[0], words.rpartition(", ")[2]
    expect(page.locator(SAID)).to_contain_text(notes)
    expect(page.locator(SAID)).to_contain_text(chords)
    page.click(".scores-notes summary")
    voices = tones(rows(sample, model.traits)[0], model.traits)
    assert [len(line.split(",")) for line in page.locator(VOICES).all_inner_texts()] == [len(v) for v in voices]


def test_it_plays_with_a_playhead_until_it_is_stopped(page: Page) -> None:
    expect(page.locator(PLAY)).to_have_text("▶ Play")
    page.click(PLAY)
    expect(page.locator(PLAY)).to_have_text("■ Stop")
    place = "(line) => parseFloat(line.style.left)"
    began = page.locator(HEAD).evaluate(place)
    page.wait_for_function(f"(from) => ({place})(document.querySelector('{HEAD}')) > from + 5", arg=began)
    page.click(PLAY)
    expect(page.locator(HEAD)).to_be_hidden()
    expect(page.locator(PLAY)).to_have_text("▶ Play")


def test_without_the_loop_it_ends_by_itself(page: Page) -> None:
    page.uncheck(".scores-transport [type=checkbox]")
    page.evaluate(  # faster than the slider goes
        "() => { const tempo = document.querySelector('.scores-tempo input');"
        " tempo.max = 1000; tempo.value = 1000; tempo.dispatchEvent(new Event('input')); }"
    )
    page.click(PLAY)
    expect(page.locator(PLAY)).to_have_text("▶ Play", timeout=10_000)
    page.check(".scores-transport [type=checkbox]")


def play_at(page: Page, beats: int) -> None:
    """Move Explore's slider of the tempo."""
    page.eval_on_selector(
        ".scores-tempo input", "(el, beats) => { el.value = beats; el.dispatchEvent(new Event('input')); }", beats
    )


def test_a_score_is_taken_home_at_the_tempo_of_the_page(page: Page, model: Model) -> None:
    play_at(page, 76)
    name, midi = kept(page, "#explore-save-mid")
    assert name == f"some-chorales-seed-{FIRST}.mid"
    assert midi == SCORES.file(".mid", shown(model, page), model.traits, {})
    play_at(page, 120)
    _, midi = kept(page, "#explore-save-mid")
    assert [m.tempo for m in mido.MidiFile(file=io.BytesIO(midi)).tracks[0] if m.type == "set_tempo"] == [500_000]
    _, sound = kept(page, "#explore-save-wav")
    with wave.open(io.BytesIO(sound)) as file:
        assert file.getnframes() / file.getframerate() == pytest.approx(32 / 2 * 60 / 120, abs=0.2)
        assert max(memoryview(file.readframes(file.getnframes())).cast("h")) > 20_000


def test_the_way_from_one_to_another_is_one_piece(page: Page) -> None:
    page.get_by_role("tab", name="Interpolate").click()
    page.wait_for_selector(".film-view[data-ready=yes]")
    name, midi = kept(page, "#film-save-mid")
    piece = mido.MidiFile(file=io.BytesIO(midi))
    expect(page.locator(".film-media .scores-tempo input")).to_have_value("120")  # as in Explore
    assert [m.tempo for m in piece.tracks[0] if m.type == "set_tempo"] == [500_000]
    assert name.endswith(".mid") and [track.name for track in piece.tracks[1:]] == list(chorales.NAMES)
    assert sum(message.time for message in piece.tracks[1]) == 16 * 4 * 480  # 16 bars of four quarters
    settings = settings_of(midi)["film"]
    assert (settings["model"], [key["seed"] for key in settings["keys"]]) == ("some-chorales", [1, 7, 42, 5])
    play = page.locator(f".film-media {PLAY}")
    if page.locator("#film-play").get_attribute("data-playing") == "true":
        page.click("#film-play")
    page.click("#film-play")
    expect(play).to_have_text("■ Stop")
    page.click("#film-play")
    expect(play).to_have_text("▶ This score")


def test_the_way_is_played_through_while_its_frames_are_shown(page: Page) -> None:
    whole, play = page.locator(".film-media [data-testid=scores-way]"), page.locator(f".film-media {PLAY}")
    expect(whole).to_have_text("▶ The whole way")
    page.evaluate(  # faster than the slider goes
        "() => { const tempo = document.querySelector('.film-media .scores-tempo input');"
        " tempo.max = 2000; tempo.value = 2000; tempo.dispatchEvent(new Event('input')); }"
    )
    page.uncheck(".film-media .scores-transport [type=checkbox]")
    whole.click()
    expect(whole).to_have_text("■ Stop")
    expect(play).to_have_attribute("data-playing", "false")
    last = page.locator("#film-scrub").get_attribute("max") or ""
    page.wait_for_function(f"document.querySelector('{FILM}').dataset.frame === '{last}'")
    expect(whole).to_have_text("▶ The whole way")  # at its end
    whole.click()
    page.click("#film-play")  # the film itself takes its place
    expect(whole).to_have_attribute("data-playing", "false")
    expect(play).to_have_attribute("data-playing", "true")
    page.click("#film-play")
    page.click("#film-grid-2", force=True)  # of several scores at once nothing is heard
    expect(page.locator(".film-media")).to_be_hidden()
    expect(page.locator("#film-save-mid")).to_have_count(0)


def test_a_film_comes_back_from_its_midi(page: Page) -> None:
    page.click("#film-grid-1", force=True)
    page.fill("#film-frames-number", "5")
    page.press("#film-frames-number", "Enter")
    page.wait_for_selector(".film-view[data-ready=yes]")
    _, midi = kept(page, "#film-save-mid")
    page.fill("#film-frames-number", "9")
    page.press("#film-frames-number", "Enter")
    page.set_input_files("#film-file", {"name": "way.mid", "mimeType": "audio/midi", "buffer": midi})
    expect(page.locator("#film-frames-number")).to_have_value("5")


def test_scores_fit_a_phone_in_chinese(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(page.url.partition("?")[0] + "?lang=zh&model=some-chorales&seed=7")
    page.wait_for_selector(READY)
    expect(page.locator(SAID)).to_contain_text("声部")
    assert page.evaluate(NO_SIDEWAYS)
