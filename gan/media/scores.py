"""Scores: samples [N, C, L, 1] of some voices at L steps, each a choice of notes, seen as a piano roll and heard.

Traits: `groups`, how many notes each voice has to choose from; `lowest`, the lowest of each, by MIDI's number;
`voices`, what the voices are called. `gan.media.voices` says how they are stored.
"""

from collections.abc import Callable

import torch
from torch import Tensor

from gan.errors import ConfigError
from gan.media import harmony
from gan.media.films import film_note
from gan.media.medium import Compare, FileForm, Medium, Note, Shape, Traits, film_fps
from gan.media.midi import midi
from gan.media.tones import RATE, sound
from gan.media.voices import BEAT, GROUPS, LOWEST, Tone, joined, name_of, rows, tensors, tones, way_through
from gan.media.wav import wav_file

STEPS, VOICES = 32, 4
SIDE = 224  # pixels of a roll's side
WIDE, HIGH = SIDE // STEPS, 4  # of a step, and of a semitone
PAPER, BEAT_LINE, C_LINE, TROUBLE = (250, 248, 244), (236, 232, 224), (222, 216, 206), (163, 36, 31)
INKS = ((194, 84, 27), (196, 148, 32), (128, 78, 160), (62, 74, 96))  # of the voices, the highest first
TEMPO = 76.0  # beats a minute
MAX_MIDI = 127
FEW = 12  # frames of a film up to which each is played whole
KEYS = (GROUPS, LOWEST, "voices")


def fits(shape: Shape) -> bool:
    """Lines of steps that make whole beats."""
    return len(shape) == 3 and shape[2] == 1 and shape[1] % BEAT == 0 and shape[1] >= 2 * BEAT


def check(shape: Shape, traits: Traits) -> None:
    """Raise a ConfigError where the voices' notes are not the channels, or no piano roll has room for them."""
    sizes, lowest, names = (part if isinstance(part := traits.get(key), list) else [] for key in KEYS)
    if not 1 <= len(sizes) == len(lowest) == len(names) <= len(INKS) or not all(isinstance(n, str) for n in names):
        raise ConfigError(f"a score needs groups, lowest notes and names of one to {len(INKS)} voices")
    if any(isinstance(n, bool) or not isinstance(n, int) or not 0 <= n <= MAX_MIDI for n in [*sizes, *lowest]):
        raise ConfigError(f"a score's groups and lowest notes are whole numbers from 0 to {MAX_MIDI}")
    if min(sizes) < 1 or sum(sizes) + len(sizes) != shape[0] or span(traits)[1] > MAX_MIDI:
        raise ConfigError(f"the voices' notes are not the {shape[0]} channels of a score, or above {MAX_MIDI}")


def span(traits: Traits) -> tuple[int, int]:
    """The lowest and the highest note that any voice can have."""
    return min(traits[LOWEST]), max(low + size - 1 for low, size in zip(traits[LOWEST], traits[GROUPS], strict=True))


def preview(samples: Tensor, traits: Traits) -> Tensor:
    """Piano rolls uint8 [N, SIDE, SIDE, 3], time to the right, each voice in its colour, high notes above low ones.

    Beats without a chord are marked at the foot. Where voices sound the same note the higher voice is seen.
    """
    stored = rows(samples, traits)
    roll = torch.tensor(PAPER, dtype=torch.uint8).repeat(len(stored), SIDE, SIDE, 1)
    steps, (lowest, highest) = stored.shape[3], span(traits)
    wide, high = SIDE // steps, max(1, (SIDE - HIGH) // (highest - lowest + 1))
    for step in range(0, steps, BEAT):
        roll[:, :, step * wide] = torch.tensor(BEAT_LINE, dtype=torch.uint8)
    for pitch in range(lowest, highest + 1):
        if pitch % 12 == 0:
            roll[:, (highest - pitch + 1) * high - 1] = torch.tensor(C_LINE, dtype=torch.uint8)
    for picture, row, alone in zip(roll, stored, harmony.without_chord(stored, traits), strict=True):
        for voice, ink in reversed(list(zip(tones(row, traits), INKS, strict=False))):
            colour = torch.tensor(ink, dtype=torch.uint8)
            for tone in voice:
                top, left = (highest - tone.pitch) * high, tone.start * wide
                picture[top : top + high, left + 1 : left + tone.length * wide] = colour
        for beat in alone.nonzero().flatten().tolist():
            left = beat * BEAT * wide
            picture[-HIGH - 2 :, left + 2 : left + BEAT * wide - 1] = torch.tensor(TROUBLE, dtype=torch.uint8)
    return roll


def says(samples: Tensor, traits: Traits) -> list[str]:
    """How many notes each score has, between which, and how many of its beats have no chord."""
    stored = rows(samples, traits)
    return [
        said(tones(row, traits), int(alone.sum()), len(alone))
        for row, alone in zip(stored, harmony.without_chord(stored, traits), strict=True)
    ]


def said(voices: list[list[Tone]], alone: int, beats: int) -> str:
    """One score in plain words."""
    played = [tone.pitch for voice in voices for tone in voice]
    chords = f"a chord on {beats - alone} of {beats} beats"
    return f"{len(played)} notes in {len(voices)} voices, {name_of(min(played))} to {name_of(max(played))}, {chords}"


def among(samples: Tensor, real: Tensor, traits: Traits) -> tuple[Tensor, Tensor]:
    """([N] the real score with the most equal notes, [N] the share of notes, voice by voice and step, that differ)."""
    which, equal = harmony.equal_cells(rows(samples, traits), rows(real, traits), traits)
    return which, 1 - equal


def measured(compare: Compare) -> dict[str, float]:
    """Figures of `gan.media.harmony`, held-out real scores and scores of shuffled voices beside the model's."""
    traits = compare.traits
    train, test, fake = (rows(part, traits) for part in (compare.train, compare.test, compare.fake))
    mixed = harmony.shuffled_voices(test, torch.Generator().manual_seed(compare.seed))
    found: dict[str, float] = {}
    for suffix, part in (("", fake), ("_real", test), ("_baseline", mixed)):
        own = harmony.figures(part, traits) | {
            "moves": harmony.moves_apart(part, train), "basses": harmony.basses_apart(part, train),
            "copied": harmony.equal_cells(part, train, traits)[1].mean().item(),
        }  # fmt: skip
        found |= {f"{name}{suffix}": value for name, value in own.items()}
    return found


def watching(learnt: Tensor, traits: Traits) -> Callable[[Tensor], dict[str, float]]:
    """What makes the figures of a live run's samples: those of `harmony.figures` that say most."""

    def figures(samples: Tensor) -> dict[str, float]:
        own = harmony.figures(rows(samples, traits), traits)
        return {"chords": own["chords"], "triads": own["triads"], "notes": own["notes"], "stepwise": own["steps"]}

    return figures


def features(samples: Tensor) -> tuple[Tensor, str]:
    """For how much of the time each note sounds and begins."""
    return samples.mean((2, 3)), "share of the time that each note sounds"


def rates(shape: Shape) -> tuple[float, float]:
    """Measured on chorales."""
    return 1e-3, 0.3


def one_piece(samples: Tensor, traits: Traits, note: Note) -> list[list[Tone]]:
    """The notes of each voice of samples [N, C, L, 1] as one piece: one after the other, or the way through a film."""
    stored = rows(samples, traits)
    film = film_fps(note) is not None and len(stored) > FEW
    return tones(way_through(stored) if film else joined(list(stored)), traits)


def write_midi(samples: Tensor, traits: Traits, note: Note) -> bytes:
    """A MIDI file of the samples as one piece."""
    return midi(one_piece(samples, traits, note), traits["voices"], TEMPO, film_note(note))


def write_wav(samples: Tensor, traits: Traits, note: Note) -> bytes:
    """A WAV file of the samples as one piece."""
    return wav_file(sound(one_piece(samples, traits, note), TEMPO), RATE, film_note(note))


SCORES = Medium(
    "scores", "scores", fits, tensors, rows, preview, features, figures=("frechet", "coverage", "two_sample", "critic"),
    augmentations=(), array="scores", shown=36, judged=2_000, most=64, preset="bach", rates=rates,
    ends=("choice",), check=check, says=says, among=among, measured=measured, watching=watching,
    watched=("chords", "triads", "notes", "stepwise"), pairs=12,
    labels={
        "chords": "beats with a chord", "triads": "beats with a full triad", "in_key": "notes in the key",
        "notes": "notes a beat and voice", "steps": "moves of the highest voice by a step at most",
        "moves": "difference of its moves from real ones", "basses": "difference of the bass's from real ones",
        "copied": "share of the nearest training score",
    },
    files={".mid": FileForm(write_midi, many=True), ".wav": FileForm(write_wav, many=True)},
    nearest=True,
)  # fmt: skip
