"""Sounds in the browser are those of gan/media: the same samples, words, distances, colours and files."""

import io
import wave
from collections.abc import Iterator

import numpy as np
import pytest
import torch
from torch import Tensor

from gan.media.griffin_lim import first_phases, griffin_lim
from gan.media.hearing import course, ears, heard
from gan.media.mel import TRAITS, middles, pictures, strengths, triangles
from gan.media.sounds import CLASS, SHAPE, SOUNDS, VOICE, wav_of
from js_core import JsCore, js_core, tensor, text

MODULES = tuple(f"core/{name}" for name in ("griffin_lim", "hearing", "mel", "spectrogram", "stored_rows", "wav"))
MODEL = {"kind": "sounds", "shape": list(SHAPE), "unit": 1, "traits": TRAITS}


@pytest.fixture(scope="module")
def js() -> Iterator[JsCore]:
    with js_core(MODULES) as core:
        yield core


@pytest.fixture(scope="module")
def sounds() -> Tensor:
    """[6, 1, 64, 64]: noises that begin and end somewhere, one that a generator would not make, and silence."""
    generator = torch.Generator().manual_seed(0)
    noise = torch.randn(6, 6144, generator=generator, dtype=torch.float64)
    at = torch.arange(6144)
    starts, ends = torch.tensor([600, 0, 2000, 3000, 100, 0]), torch.tensor([5000, 6144, 2500, 6000, 900, 0])
    noise *= (at >= starts[:, None]) & (at < ends[:, None])
    made = pictures(noise.cumsum(1) * torch.rand(6, 1, generator=generator).double() + noise, TRAITS)
    made[4] = torch.randn(SHAPE, generator=generator) * 0.8  # beyond -1 and 1 too
    return made


@pytest.fixture(scope="module")
def traits(sounds: Tensor) -> dict[str, object]:
    asked = {CLASS: (torch.arange(6) % 3, ("a", "b", "c")), VOICE: (torch.arange(6) % 2, ("ann", "bob"))}
    return TRAITS | {"hears": ears(sounds, asked)}


def test_bands_are_the_same(js: JsCore) -> None:
    found = js.evaluate("(traits) => lib.trianglesOf(traits).map(({ first, shares }) => [first, [...shares]])", TRAITS)
    for wanted, (first, shares) in zip(triangles(TRAITS), found, strict=True):
        assert wanted[first : first + len(shares)].numpy() == pytest.approx(np.array(shares), abs=1e-9)
        assert float(wanted.sum()) == pytest.approx(sum(shares))
    assert js.evaluate("(traits) => lib.middlesOf(traits)", TRAITS) == pytest.approx(middles(TRAITS).tolist())


@pytest.mark.parametrize("rounds", [0, 8, 32])
def test_samples_sound_the_same(js: JsCore, sounds: Tensor, rounds: int) -> None:
    wanted = griffin_lim(strengths(sounds, TRAITS), TRAITS, rounds)
    for sound, shown in zip(wanted, sounds, strict=True):
        made = tensor(
            js.evaluate("([x, traits, n]) => numbers(lib.soundOf(back(x), traits, n))", [text(shown), TRAITS, rounds])
        )
        assert (made - sound).abs().max() < 1e-5
    assert (wanted[5] == 0).all()
    assert (first_phases(TRAITS)[0] == 0).all()


def test_what_is_heard_is_the_same(js: JsCore, sounds: Tensor, traits: dict[str, object]) -> None:
    for shown, wanted in zip(sounds, course(sounds), strict=True):
        made = js.evaluate("(x) => [...lib.courseOf(back(x), 64)]", text(shown))
        assert made == pytest.approx(wanted.tolist(), abs=1e-9)
    answers = heard(sounds, traits)
    for i, shown in enumerate(sounds):
        found = js.evaluate("([x, traits]) => lib.heard(back(x), traits)", [text(shown), traits])
        assert found == {CLASS: "abc"[int(answers[CLASS][i])], VOICE: ("ann", "bob")[int(answers[VOICE][i])]}
    assert js.evaluate("(x) => lib.heard(back(x), { bands: 64 })", text(sounds[0])) == {}


def test_words_are_the_same(js: JsCore, sounds: Tensor, traits: dict[str, object]) -> None:
    for own in (traits, TRAITS):
        model = MODEL | {"traits": own}
        found = [js.evaluate("([model, x]) => lib.saidSound(model, back(x))", [model, text(one)]) for one in sounds]
        assert found == SOUNDS.says(sounds, own)
    assert found[-1] == "silence"


def test_colours_are_the_same(js: JsCore, sounds: Tensor) -> None:
    found = js.evaluate("([m, x]) => numbers(lib.spectrogram(m, back(x)).data)", [MODEL, text(sounds[4])])
    shown = tensor(found).reshape(64, 64, 4)
    assert torch.equal(shown[..., :3].byte(), SOUNDS.preview(sounds[4:5], TRAITS)[0])
    assert (shown[..., 3] == 255).all()


def test_distances_are_the_same(js: JsCore, sounds: Tensor) -> None:
    rows = SOUNDS.rows(sounds, TRAITS)
    found = js.evaluate(
        "([m, x, rows]) => lib.spectralDistances(m, back(x), Uint8Array.from(rows), 4096)",
        [MODEL, text(sounds[2]), rows.flatten().tolist()],
    )
    which, away = SOUNDS.among(sounds[2:3], SOUNDS.tensors(rows, TRAITS), TRAITS)
    assert int(np.argmin(found)) == int(which[0]) == 2
    assert found[2] == pytest.approx(float(away[0]), abs=1e-2)
    back = js.evaluate(
        "([m, row]) => [...lib.soundOfRow(m, Uint8Array.from(row))]", [MODEL, rows[1].flatten().tolist()]
    )
    assert back == pytest.approx(SOUNDS.tensors(rows[1:2], TRAITS).flatten().tolist(), abs=1e-6)


def test_files_are_the_same(js: JsCore) -> None:
    sound = torch.sin(torch.arange(3000) / 7).clamp(-0.99, 0.99)
    made = bytes(js.evaluate("([x, rate]) => [...lib.wavOf(back(x), rate)]", [text(sound), 8000]))
    assert made == wav_of(sound[None].double(), 8000)
    with wave.open(io.BytesIO(made)) as file:
        assert file.getnframes() == 3000
