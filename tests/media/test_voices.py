"""Rows of voices: what networks see of them, which notes are played, and what is measured."""

import math

import pytest
import torch
from torch import Tensor

from gan.media import harmony
from gan.media.voices import Tone, joined, name_of, pitches, rows, struck, tensors, tones

TRAITS = {"groups": [32, 32, 32, 32], "lowest": [54, 49, 44, 33], "voices": ["a", "b", "c", "d"]}


def row(*voices: list[int], begins: Tensor | None = None) -> Tensor:
    """One row of voices given by MIDI's numbers; a note begins with every change of pitch alone, unless told."""
    notes = torch.tensor(voices) - torch.tensor(TRAITS["lowest"])[:, None]
    return torch.stack([notes, torch.zeros_like(notes) if begins is None else begins]).byte()


def drawn(count: int, steps: int = 32) -> Tensor:
    generator = torch.Generator().manual_seed(0)
    notes = torch.randint(32, (count, 1, 4, steps), generator=generator)
    return torch.cat([notes, torch.randint(2, (count, 1, 4, steps), generator=generator)], 1).byte()


def test_networks_see_one_note_of_each_voice_and_whether_it_begins() -> None:
    stored = drawn(3)
    seen = tensors(stored, TRAITS)
    assert seen.shape == (3, 132, 32, 1) and seen.dtype == torch.float32
    assert (seen[:, :128].unflatten(1, (4, 32)).sum(2) == 1).all()
    assert seen[1, 32 + int(stored[1, 0, 1, 5]), 5, 0] == 1
    assert torch.equal(seen[:, 128:, :, 0].byte(), stored[:, 1])
    assert torch.equal(rows(seen, TRAITS), stored)


def test_voices_may_have_other_numbers_of_notes() -> None:
    traits = {"groups": [3, 5], "lowest": [60, 40], "voices": ["high", "low"]}
    stored = torch.tensor([[[[2, 0], [4, 1]], [[1, 0], [1, 1]]]], dtype=torch.uint8)
    assert tensors(stored, traits).shape == (1, 10, 2, 1)
    assert torch.equal(rows(tensors(stored, traits), traits), stored)
    assert pitches(stored, traits).tolist() == [[[62, 60], [44, 41]]]


def test_a_note_begins_where_it_is_struck_or_its_pitch_changes() -> None:
    begins = torch.tensor([[0, 1, 0, 0], [0, 0, 0, 0], [0, 0, 0, 1], [1, 1, 1, 1]])
    one = row([60, 60, 60, 62], [60] * 4, [60] * 4, [40] * 4, begins=begins)
    assert struck(one[None])[0].int().tolist() == [[1, 1, 0, 1], [1, 0, 0, 0], [1, 0, 0, 1], [1, 1, 1, 1]]
    assert tones(one, TRAITS)[0] == [Tone(0, 1, 60), Tone(1, 2, 60), Tone(3, 1, 62)]
    assert tones(one, TRAITS)[1] == [Tone(0, 4, 60)]


def test_rows_one_after_the_other_begin_anew() -> None:
    one = row([60] * 4, [60] * 4, [60] * 4, [40] * 4)
    assert tones(joined([one, one]), TRAITS)[3] == [Tone(0, 4, 40), Tone(4, 4, 40)]
    assert not one[1].any()  # it is left as it was


@pytest.mark.parametrize(("pitch", "name"), [(60, "C4"), (69, "A4"), (33, "A1"), (61, "C♯4"), (70, "B♭4")])
def test_names(pitch: int, name: str) -> None:
    assert name_of(pitch) == name


@pytest.mark.parametrize(
    ("chord", "is_chord", "is_triad"),
    [
        ([72, 67, 64, 48], True, True),  # C major
        ([69, 64, 60, 45], True, True),  # A minor
        ([71, 65, 62, 50], True, True),  # B diminished
        ([77, 71, 62, 43], True, False),  # G seven
        ([72, 64, 60, 48], True, False),  # a third alone
        ([60, 60, 60, 48], True, False),  # one note
        ([73, 67, 60, 48], False, False),  # C, C sharp and G
        ([72, 67, 65, 50], False, False),  # C, D, F and G
    ],
)
def test_chords(chord: list[int], is_chord: bool, is_triad: bool) -> None:
    one = row(*[[pitch, pitch] for pitch in chord])[None]
    assert harmony.without_chord(one, TRAITS).tolist() == [[not is_chord]]
    figures = harmony.figures(one, TRAITS)
    assert (figures["chords"], figures["triads"]) == (is_chord, is_triad)


def test_only_beats_count_for_chords() -> None:
    off_beat = row([72, 73, 72, 73], [67] * 4, [64] * 4, [48] * 4)[None]
    assert harmony.figures(off_beat, TRAITS)["chords"] == 1


def test_notes_steps_and_keys() -> None:
    one = row([60, 62, 62, 67], [60] * 4, [60, 61, 60, 61], [48] * 4)[None]
    figures = harmony.figures(one, TRAITS)
    assert figures["notes"] == (3 + 1 + 4 + 1) / (4 * 2)
    assert figures["steps"] == 0.5  # of a step and a fifth
    assert figures["in_key"] == 14 / 16
    assert harmony.melody(one.repeat(2, 1, 1, 1), 0).tolist() == [2, 5, 2, 5]  # none from one row to the next


def test_divergences() -> None:
    a, b = torch.tensor([1, 1, 0]), torch.tensor([0, 0, 5])
    assert harmony.divergence(a, 3 * a) == pytest.approx(0, abs=1e-12)
    assert harmony.divergence(a, b) == pytest.approx(math.log(2))
    rising, falling = row([60, 62, 64, 66], *[[60] * 4] * 2, [40] * 4), row([66, 64, 62, 60], *[[60] * 4] * 2, [40] * 4)
    assert harmony.moves_apart(rising[None], falling[None]) == pytest.approx(math.log(2))
    assert harmony.basses_apart(drawn(40), drawn(40)) == 0


def test_the_nearest_row_is_that_with_the_most_equal_notes() -> None:
    real = drawn(700)
    near = real[[5, 650]].clone()
    near[0, 0, 2, :16] = (near[0, 0, 2, :16] + 1) % 32
    near[:, 1] = 0  # where notes begin does not count
    which, share = harmony.equal_cells(near, real, TRAITS)
    assert which.tolist() == [5, 650]
    assert share.tolist() == [1 - 16 / 128, 1.0]


def test_shuffled_voices_are_the_voices_of_other_rows() -> None:
    real = drawn(50)
    mixed = harmony.shuffled_voices(real, torch.Generator().manual_seed(0))
    for voice in range(4):
        own, other = (sorted(map(bytes, part[:, :, voice].flatten(1).numpy())) for part in (real, mixed))
        assert own == other
    assert not torch.equal(mixed, real)
