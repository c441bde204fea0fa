"""Scores for some voices as rows of bytes: uint8 [N, 2, V, L], of V voices at L steps.

The first plane has the notes, counted from the lowest of each voice; the second is 1 where a note begins. No voice
rests: a note sounds until the next one begins. A pitch that changes begins a note, whatever the second plane says.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import one_hot

Traits = Mapping[str, Any]
BEAT = 2  # steps in a beat
BAR = 4 * BEAT
WAY = 16  # bars of the way through a film
NAMES = ("C", "C♯", "D", "E♭", "E", "F", "F♯", "G", "A♭", "A", "B♭", "B")
GROUPS, LOWEST = "groups", "lowest"  # traits: how many notes each voice has, and its lowest, by MIDI's number


@dataclass(frozen=True)
class Tone:
    """A note as it is played: it begins at a step and lasts some; its pitch by MIDI's number, 60 is middle C."""

    start: int
    length: int
    pitch: int


def tensors(rows: Tensor, traits: Traits) -> Tensor:
    """float32 [N, C, L, 1] of rows: a channel for each note of each voice, and one for each voice's beginnings."""
    notes, begins = rows[:, 0].long(), rows[:, 1]
    chosen = [one_hot(notes[:, voice], size).mT for voice, size in enumerate(traits[GROUPS])]  # [N, size, L] each
    return torch.cat([*chosen, begins], 1).float()[..., None]


def rows(samples: Tensor, traits: Traits) -> Tensor:
    """The rows of samples [N, C, L, 1]."""
    sizes = traits[GROUPS]
    *voices, begins = samples.detach()[..., 0].cpu().split([*sizes, len(sizes)], 1)
    notes = torch.stack([voice.argmax(1) for voice in voices], 1)  # [N, V, L]
    return torch.stack([notes, (begins > 0.5).long()], 1).byte()


def pitches(rows: Tensor, traits: Traits) -> Tensor:
    """MIDI's numbers [N, V, L] of rows."""
    return rows[:, 0].long() + torch.tensor(traits[LOWEST])[:, None]


def struck(rows: Tensor) -> Tensor:
    """Where a note begins, bool [N, V, L]: at the first step, where the rows say so, and where the pitch changes."""
    notes = rows[:, 0]
    begins = rows[:, 1] > 0
    begins[..., 0] = True
    begins[..., 1:] |= notes[..., 1:] != notes[..., :-1]
    return begins


def tones(row: Tensor, traits: Traits) -> list[list[Tone]]:
    """The notes of each voice of one row [2, V, L], in the order in which they are played."""
    begins, heights = struck(row[None])[0], pitches(row[None], traits)[0]
    found = []
    for voice in range(len(heights)):
        starts = begins[voice].nonzero().flatten().tolist()
        ends = [*starts[1:], heights.shape[1]]
        found.append(
            [Tone(start, end - start, int(heights[voice, start])) for start, end in zip(starts, ends, strict=True)]
        )
    return found


def joined(parts: Sequence[Tensor]) -> Tensor:
    """Rows [2, V, L] each, one after the other, as one of [2, V, sum of L]; a new part begins with new notes."""
    struck_anew = []
    for part in parts:
        part = part.clone()
        part[1, :, 0] = 1
        struck_anew.append(part)
    return torch.cat(struck_anew, 2)


def way_through(rows: Tensor) -> Tensor:
    """The way through rows [N, 2, V, L] of a film as one piece [2, V, 16 bars].

    Each bar is that of a later row, in turn their first, second ... bar. Notes that go on over a bar line are not
    struck again.
    """
    own, last = rows.shape[3] // BAR, len(rows) - 1
    # Halves are rounded up, as the page rounds them.
    places = [((2 * bar * last + WAY - 1) // (2 * (WAY - 1)), bar % own * BAR) for bar in range(WAY)]
    return torch.cat([rows[number, :, :, start : start + BAR] for number, start in places], 2)


def name_of(pitch: int) -> str:
    """What a pitch is called, such as C4 for middle C."""
    return f"{NAMES[pitch % 12]}{pitch // 12 - 1}"
