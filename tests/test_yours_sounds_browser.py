"""The Yours tab for sounds in a real Chromium: given as a file, recorded, heard, carried on, and what is refused."""

import io
import shutil
import wave
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from playwright.sync_api import Browser, Page, expect

from conftest import CHROMIUMS, FLAGS, PATIENCE, english
from explore_desk import NO_SIDEWAYS, NOTE, pixels
from faults import serious
from gan.data.clips_of_sound import rows, trimmed
from gan.explore.render import render
from gan.latents import z_from_seeds
from gan.media.mel import TRAITS
from gan.media.sounds import SOUNDS, wav_of, waves
from gan.models.checkpoint import load_model
from gan.ui.words.yours import WORDS
from yours_page import SEEN, YOURS, rest, wait

MODEL = "spoken-digits-style"
SEED, PSI = 7, 0.5  # of a digit that the forger says clearly
NEAR = 0.85  # of how alike at least what it makes of a digit of its own is
HEARD_GIVEN, HEARD_MADE = ".yours-heard-given", ".yours-heard-made"
MICROPHONE = ("--use-fake-device-for-media-stream", "--autoplay-policy=no-user-gesture-required")
# Counts the sounds that are begun, and how long they are.
LISTENING = """() => {
  globalThis.begun = [];
  const start = AudioBufferSourceNode.prototype.start;
  AudioBufferSourceNode.prototype.start = function (...args) {
    begun.push(this.buffer.duration);
    return start.apply(this, args);
  };
}"""


@pytest.fixture(scope="module")
def digit() -> bytes:
    """A WAV file of a digit that the forger says, with silence around it."""
    model = load_model(MODEL)
    c = torch.tensor([SEED])
    (sound,) = waves(render(model, z_from_seeds([SEED], model.G.z_dim), psi=PSI, c=c), model.traits)
    return wav_of([torch.zeros(3_000, dtype=torch.float64), sound, torch.zeros(4_000, dtype=torch.float64)], 8_000)


@pytest.fixture(scope="module")
def word(digit: bytes) -> str:
    """What Python hears in it."""
    with wave.open(io.BytesIO(digit)) as file:
        sound = torch.from_numpy(np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.float32) / 2**15)
    sample = SOUNDS.tensors(rows([trimmed(sound, TRAITS)[0]], TRAITS, varied=False), TRAITS)
    (line,) = SOUNDS.says(sample, load_model(MODEL).traits)
    return line.partition(",")[0]


@pytest.fixture(scope="module")
def room(chromium: Browser, address: str) -> Iterator[Page]:
    """The tab of one visitor, with the model of sounds."""
    with english(chromium) as context:
        context.set_default_timeout(3 * PATIENCE)
        yield opened(context.new_page(), address)


def opened(page: Page, address: str, query: str = "") -> Page:
    page.goto(f"{address}/?tab=yours&model={MODEL}{query}")
    wait(page, "d.ready === 'yes'")
    rest(page)
    return page


def give(page: Page, content: bytes, name: str = "digit.wav") -> None:
    page.set_input_files("#yours-file", {"name": name, "mimeType": "audio/wav", "buffer": content})


def wav(samples: np.ndarray, rate: int = 8_000, channels: int = 1) -> bytes:
    """The WAV file of int16 samples."""
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(channels)
        writer.setsampwidth(2)
        writer.setframerate(rate)
        writer.writeframes(samples.astype("<i2").tobytes())
    return file.getvalue()


def given(page: Page, content: bytes) -> None:
    """Give a sound, and wait until nothing follows any more."""
    turn = page.evaluate("document.querySelector('#yours-canvas').dataset.frame")
    give(page, content)
    page.wait_for_function("(turn) => document.querySelector('#yours-canvas').dataset.frame !== turn", arg=turn)
    rest(page)


def test_it_opens_with_a_sample_of_its_own(room: Page) -> None:
    assert room.get_attribute(YOURS, "data-source") == "sample"
    for name in ("draw", "paste", "camera"):
        expect(room.locator(f"#yours-{name}")).to_be_hidden()
    expect(room.locator(".yours-repair")).to_be_hidden()
    expect(room.locator(".yours-private")).to_have_text(WORDS["private_sounds"][0])
    assert float(room.get_attribute(YOURS, "data-alike") or 0) > 0.9
    assert room.inner_text(HEARD_GIVEN).partition(",")[0] == room.inner_text(HEARD_MADE).partition(",")[0]
    assert serious(room) == []


def test_a_given_sound_is_read_as_python_reads_it_and_never_sent(room: Page, digit: bytes, word: str) -> None:
    asked: list[str] = []
    room.on("request", lambda request: asked.append(f"{request.method} {request.url}"))
    given(room, digit)
    assert room.get_attribute(YOURS, "data-source") == "sound"
    with wave.open(io.BytesIO(digit)) as file:
        sound = torch.from_numpy(np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.float32) / 2**15)
    wanted = rows([trimmed(sound, TRAITS)[0]], TRAITS, varied=False)
    shown = pixels(room, SEEN)
    assert np.abs(shown - SOUNDS.preview(SOUNDS.tensors(wanted, TRAITS), TRAITS)[0].numpy().astype(float)).mean() < 0.2
    for place in (HEARD_GIVEN, HEARD_MADE):
        assert room.inner_text(place).startswith(f"“{word}”")
    assert float(room.get_attribute(YOURS, "data-alike") or 0) > NEAR
    expect(room.get_by_test_id("yours-near")).to_contain_text("dB apart")
    assert [line for line in asked if not line.startswith("GET blob:")] == []


def test_both_are_heard_and_the_forgers_is_a_file(room: Page, digit: bytes) -> None:
    given(room, digit)
    room.evaluate(LISTENING)
    for press in ("#yours-hear-given", "#yours-hear-made"):
        room.click(press)
        room.wait_for_function("begun.length > 0")
        assert room.evaluate("begun.pop()") == pytest.approx(0.768, abs=1e-3)
    with room.expect_download() as download:
        room.click("#yours-wav")
    with wave.open(str(download.value.path())) as file:
        assert (file.getframerate(), file.getnframes(), file.getnchannels()) == (8_000, 6_144, 1)
        assert np.frombuffer(file.readframes(6_144), "<i2").std() > 300


def test_stereo_of_another_rate_is_mixed_and_long_ones_are_told(room: Page, word: str, digit: bytes) -> None:
    with wave.open(io.BytesIO(digit)) as file:
        sound = np.frombuffer(file.readframes(file.getnframes()), "<i2")
    both = np.stack([np.repeat(sound, 2), np.repeat(sound, 2)], 1).ravel()
    given(room, wav(both, 16_000, 2))
    assert room.inner_text(HEARD_GIVEN).startswith(f"“{word}”")
    noise = np.random.default_rng(0).normal(0, 3_000, 16_000)
    given(room, wav(noise))
    expect(room.locator(NOTE)).to_have_text(WORDS["sound_longer"][0].format(seconds="0.77"))
    given(room, wav(np.tile(noise, 20)))
    expect(room.locator(NOTE)).to_have_text(WORDS["sound_cut"][0].format(longest=30, seconds="0.77"))


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (wav(np.zeros(8_000)), "trouble_silent"), (b"no sound at all", "trouble_no_sound"),
        (b"", "trouble_empty_file"), (wav(np.full(9_000, 3_000))[:30], "trouble_no_sound"),
    ],
)  # fmt: skip
def test_what_cannot_be_heard_is_told_in_a_sentence(room: Page, digit: bytes, content: bytes, key: str) -> None:
    given(room, digit)
    before = room.inner_text(HEARD_GIVEN)
    give(room, content)
    expect(room.locator(NOTE)).to_contain_text(WORDS[key][0])
    assert room.inner_text(HEARD_GIVEN) == before


def test_without_a_microphone_a_sentence_says_so(room: Page) -> None:
    room.click("#yours-record")
    expect(room.locator(NOTE)).to_contain_text(WORDS["trouble_no_microphone"][0])
    assert room.get_attribute(YOURS, "data-recording") == ""


def test_a_sound_is_explored_and_other_models_have_their_own_room(room: Page, digit: bytes, word: str) -> None:
    given(room, digit)
    room.select_option("#yours-model", "mnist-style")
    wait(room, "d.model === 'mnist-style' && d.medium === 'pictures' && d.source === 'pad'")
    rest(room)
    expect(room.locator("#yours-record")).to_be_hidden()
    expect(room.locator("#yours-draw")).to_be_visible()
    expect(room.locator(".yours-private")).to_have_text(WORDS["private"][0])
    room.select_option("#yours-model", MODEL)
    wait(room, f"d.model === '{MODEL}' && d.source === 'sample'")
    given(room, digit)
    room.click("#yours-explore")
    room.wait_for_function("new URLSearchParams(document.querySelector('#explore-canvas').dataset.query).get('own')")
    expect(room.locator("[data-testid=sounds-said]").first).to_contain_text(f"says {word}:")
    room.click("#tab-yours-button")


# ---- the microphone -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def speaker(chromium: Browser, digit: bytes, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A browser whose microphone hears a digit again and again."""
    path: Path = tmp_path_factory.mktemp("voice") / "digit.wav"
    with wave.open(io.BytesIO(digit)) as file:
        file.setpos(5_000)  # the silence before it
        path.write_bytes(wav(np.frombuffer(file.readframes(6_144 + 1_000), "<i2")))
    executable = next(filter(None, map(shutil.which, CHROMIUMS)))
    flags = [*FLAGS, *MICROPHONE, f"--use-file-for-fake-audio-capture={path}"]
    browser = chromium.browser_type.launch(executable_path=executable, args=flags)
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def speaking(speaker: Browser, address: str) -> Iterator[Page]:
    """The tab there; every test says whether it may use the microphone."""
    with english(speaker) as context:
        context.set_default_timeout(3 * PATIENCE)
        yield opened(context.new_page(), address)


def test_a_digit_is_recorded(speaking: Page, word: str) -> None:
    page = speaking
    page.context.grant_permissions(["microphone"])
    page.evaluate("document.querySelector('#atelier-note')?.classList.remove('seen')")
    page.click("#yours-record")
    wait(page, "d.recording === 'yes'")
    expect(page.locator("#yours-record")).to_have_text(WORDS["record_stop"][0])
    wait(page, "d.recording === ''")  # it ends by itself
    page.wait_for_function(
        "document.querySelector('#atelier-note.seen, .yours-view[data-source=sound]')"  # a sentence, or the sound
    )
    assert page.get_attribute(YOURS, "data-source") == "sound", page.locator(NOTE).inner_text()
    rest(page)
    expect(page.locator("#yours-record")).to_have_text(WORDS["record"][0])
    assert page.inner_text(HEARD_MADE).startswith(f"“{word}”")
    assert float(page.get_attribute(YOURS, "data-alike") or 0) > NEAR


def test_a_refused_microphone_is_told(speaking: Page) -> None:
    speaking.context.clear_permissions()
    speaking.click("#yours-record")
    expect(speaking.locator(NOTE)).to_contain_text(WORDS["trouble_microphone_refused"][0])


def test_it_fits_a_phone_in_chinese(page: Page, address: str, digit: bytes) -> None:
    page.set_viewport_size({"width": 360, "height": 780})
    opened(page, address, "&lang=zh")
    given(page, digit)
    expect(page.locator(".yours-private")).to_have_text(WORDS["private_sounds"][1])
    assert page.evaluate(NO_SIDEWAYS)
    box = page.locator("#yours-hear-made").bounding_box()
    assert box is not None and box["x"] >= 0 and box["x"] + box["width"] <= 360
