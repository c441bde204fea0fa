"""What is measured of four-part writing: chords, keys, steps, and how near a score is to one that was learnt from."""

from collections.abc import Iterable
from itertools import combinations

import torch
from torch import Tensor

from gan.media.voices import BEAT, GROUPS, Traits, pitches, struck

TRIADS = ((0, 4, 7), (0, 3, 7), (0, 3, 6))  # major, minor, diminished: semitones above the root
SEVENTHS = ((0, 4, 7, 10), (0, 3, 7, 10), (0, 4, 7, 11), (0, 3, 6, 10), (0, 3, 6, 9))
SCALE = (0, 2, 4, 5, 7, 9, 11)  # of the key without sharps or flats
STEP = 2  # semitones that are a step, at most
LEAP = 12  # a melody's move that is counted as itself, at most
CHUNK = 500  # scores whose nearest ones are looked for at once


def table(shapes: Iterable[Iterable[int]]) -> Tensor:
    """bool [4096]: whether the pitch classes that a number's twelve bits name are one of the shapes, on any root."""
    found = torch.zeros(1 << 12, dtype=torch.bool)
    for shape in shapes:
        for root in range(12):
            found[sum(1 << (root + tone) % 12 for tone in shape)] = True
    return found


FULL_TRIAD = table(TRIADS)
# The notes of a triad or of a seventh chord, whether all of them are there or not.
CHORD = table(
    part for shape in (*TRIADS, *SEVENTHS) for count in range(1, len(shape) + 1) for part in combinations(shape, count)
)


def classes_on_beats(rows: Tensor, traits: Traits) -> Tensor:
    """The pitch classes that sound on each beat of rows [N, 2, V, L], as the bits of a number: [N, L / 2]."""
    heard = pitches(rows[..., ::BEAT], traits) % 12  # [N, V, L / 2]
    return (torch.nn.functional.one_hot(heard, 12).amax(1) << torch.arange(12)).sum(-1)


def without_chord(rows: Tensor, traits: Traits) -> Tensor:
    """bool [N, L / 2]: the beats on which no chord sounds."""
    return ~CHORD[classes_on_beats(rows, traits)]


def figures(rows: Tensor, traits: Traits) -> dict[str, float]:
    """What rows [N, 2, V, L] are like, each a share from 0 to 1 but `notes`, the notes begun a beat and voice."""
    heard, begins = classes_on_beats(rows, traits), struck(rows)
    moves = melody(rows, 0)
    beats = rows.shape[3] / BEAT
    return {
        "chords": CHORD[heard].float().mean().item(),
        "triads": FULL_TRIAD[heard].float().mean().item(),
        "in_key": torch.isin(pitches(rows, traits) % 12, torch.tensor(SCALE)).float().mean().item(),
        "notes": begins.sum((1, 2)).float().mean().item() / (rows.shape[2] * beats),
        "steps": (moves.abs() <= STEP).float().mean().item(),
    }


def melody(rows: Tensor, voice: int) -> Tensor:
    """The moves of a voice from each note to the next, in semitones, of all rows [N, 2, V, L] in turn: [M]."""
    notes, begins = rows[:, 0, voice].long(), struck(rows)[:, voice]
    which, _ = begins.nonzero(as_tuple=True)
    played = notes[begins]  # of one row after the other
    return (played[1:] - played[:-1])[which[1:] == which[:-1]]


def pairs(rows: Tensor, voice: int) -> Tensor:
    """Pairs of notes of a voice that follow one another, as numbers: first times 128 and second, [M]."""
    begins = struck(rows)[:, voice]
    which, _ = begins.nonzero(as_tuple=True)
    played = rows[:, 0, voice].long()[begins]
    return (128 * played[:-1] + played[1:])[which[1:] == which[:-1]]


def moves_apart(rows: Tensor, others: Tensor) -> float:
    """How differently the first voice moves in two sets of rows: Jensen-Shannon divergence in nats."""
    count = 2 * LEAP + 1
    a, b = (torch.bincount(melody(part, 0).clamp(-LEAP, LEAP) + LEAP, minlength=count) for part in (rows, others))
    return divergence(a, b)


def basses_apart(rows: Tensor, others: Tensor) -> float:
    """How differently the last voice goes from note to note in two sets of rows: Jensen-Shannon divergence in nats."""
    last = rows.shape[2] - 1
    a, b = (torch.bincount(pairs(part, last), minlength=128**2) for part in (rows, others))
    return divergence(a, b)


def divergence(a: Tensor, b: Tensor) -> float:
    """The Jensen-Shannon divergence of counts [K], in nats: 0 for equal shares, log 2 for nothing in common."""
    p, q = a.double() / a.sum(), b.double() / b.sum()
    middle = (p + q) / 2
    return sum(torch.xlogy(part, part / middle).nansum().item() for part in (p, q)) / 2


def equal_cells(rows: Tensor, real: Tensor, traits: Traits) -> tuple[Tensor, Tensor]:
    """(number of the row of real [M, ...] that is nearest to each of rows [N, ...], share of cells that are equal).

    A cell is a voice at a step, and equal where the same note sounds.
    """
    size = max(traits[GROUPS])
    a, b = (torch.nn.functional.one_hot(part[:, 0].long(), size).flatten(1).float() for part in (rows, real))
    best = [(part @ b.T).max(1) for part in a.split(CHUNK)]
    cells = rows.shape[2] * rows.shape[3]
    return torch.cat([one.indices for one in best]), torch.cat([one.values for one in best]) / cells


def shuffled_voices(rows: Tensor, generator: torch.Generator) -> Tensor:
    """Rows whose voices are each of another row, so that they have nothing to do with one another."""
    mixed = rows.clone()
    for voice in range(rows.shape[2]):
        mixed[:, :, voice] = rows[torch.randperm(len(rows), generator=generator), :, voice]
    return mixed
