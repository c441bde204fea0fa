"""Scores in the browser are those of Python: the roll to the last pixel, the words, the MIDI file to the last byte."""

from collections.abc import Iterator

import pytest
import torch
from torch import Tensor

from gan.media import harmony
from gan.media.films import film_note
from gan.media.scores import SCORES
from js_core import JsCore, js_core, tensor, text

BACH = {"groups": [32, 32, 32, 32], "lowest": [54, 49, 44, 33], "voices": ["soprano", "alto", "tenor", "bass"]}
DUET = {"groups": [12, 20], "lowest": [60, 36], "voices": ["high", "low"]}
KINDS = [(BACH, 32), (DUET, 16)]
MODULES = ("core/roll", "core/voices", "core/midi", "core/stored_rows")


@pytest.fixture(scope="module")
def js() -> Iterator[JsCore]:
    with js_core(MODULES) as core:
        yield core


def drawn(traits: dict[str, list], steps: int, count: int = 5) -> Tensor:
    """Rows of random notes, half of them as they were, so that some chords sound and notes last."""
    generator = torch.Generator().manual_seed(1)
    notes = torch.stack([torch.randint(size, (count, steps), generator=generator) for size in traits["groups"]], 1)
    stays = torch.rand(notes.shape, generator=generator) < 0.6
    for step in range(1, steps):
        notes[..., step] = torch.where(stays[..., step], notes[..., step - 1], notes[..., step])
    begins = (torch.rand(notes.shape, generator=generator) < 0.3).long()
    return torch.stack([notes, begins], 1).byte()


def model_of(traits: dict[str, list], steps: int) -> dict[str, object]:
    return {"kind": "scores", "shape": [sum(traits["groups"]) + len(traits["groups"]), steps, 1], "traits": traits}


@pytest.mark.parametrize(("traits", "steps"), KINDS)
def test_rolls_and_words(js: JsCore, traits: dict[str, list], steps: int) -> None:
    samples = SCORES.tensors(drawn(traits, steps), traits)
    found = js.evaluate(
        "([model, ...all]) => all.map((one) => {"
        "  const { data, width, height } = lib.roll(model, back(one));"
        "  if (data.some((v, i) => i % 4 === 3 && v !== 255)) throw new Error('a pixel can be seen through');"
        "  return [width, height, numbers(data), lib.saysScore(model, back(one))]; })",
        [model_of(traits, steps), *(text(sample) for sample in samples)],
    )
    rolls = torch.stack([tensor(one[2]).reshape(one[1], one[0], 4)[..., :3].byte() for one in found])
    assert torch.equal(rolls, SCORES.preview(samples, traits))
    assert [one[3] for one in found] == SCORES.says(samples, traits)


@pytest.mark.parametrize(("traits", "steps"), KINDS)
def test_rows_samples_and_distances(js: JsCore, traits: dict[str, list], steps: int) -> None:
    rows = drawn(traits, steps)
    samples = SCORES.tensors(rows, traits)
    model = model_of(traits, steps)
    again = js.evaluate(
        "([model, rows]) => rows.map((row) => numbers(lib.scoreOfRow(model, row)))", [model, rows.flatten(1).tolist()]
    )
    assert torch.equal(torch.stack([tensor(one) for one in again]).view_as(samples), samples)
    away = js.evaluate(
        "([model, rows, one, size]) => lib.noteDistances(model, back(one), Uint8Array.from(rows), size)",
        [model, rows.flatten().tolist(), text(samples[2]), rows[0].numel()],
    )
    _, nearest = harmony.equal_cells(rows, rows[2:3], traits)
    assert away == pytest.approx((1 - nearest).tolist(), abs=1e-6)


def test_midi(js: JsCore) -> None:
    samples = SCORES.tensors(drawn(BACH, 32), BACH)
    written = js.evaluate(
        "([model, ...all]) => { const scores = all.map((one) => lib.scoreOf(model, back(one)));"
        "  return [...lib.midi(lib.tonesOf(lib.joined(scores)), model.traits.voices, 76)]; }",
        [model_of(BACH, 32), *(text(sample) for sample in samples)],
    )
    assert bytes(written) == SCORES.file(".mid", samples, BACH, {})


@pytest.mark.parametrize("count", [13, 31])
def test_the_way_through_a_film(js: JsCore, count: int) -> None:
    note = {"film": {"fps": 25}}
    samples = SCORES.tensors(drawn(BACH, 32, count), BACH)
    written = js.evaluate(
        "([model, note, ...all]) => { const scores = all.map((one) => lib.scoreOf(model, back(one)));"
        "  return [...lib.midi(lib.tonesOf(lib.wayThrough(scores)), model.traits.voices, 76, note)]; }",
        [model_of(BACH, 32), film_note(note), *(text(sample) for sample in samples)],
    )
    assert bytes(written) == SCORES.file(".mid", samples, BACH, note)
