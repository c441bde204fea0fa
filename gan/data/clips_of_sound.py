"""Sounds of any length -> rows of one length: trimmed, placed in the middle, and a little varied."""

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from gan.media.mel import Traits, length, pictures

QUIET = -35.0  # dB below the loudest piece: what is weaker at either end is not part of a sound
PIECE, FADE = 0.01, 0.005  # seconds: the pieces whose loudness is looked at, and how long an end fades
# (samples from frame to frame in parts of the traits', where in the room that is left) of each variant; the first is
# the sound as it is. Fewer samples make it slower, at its own pitch.
VARIANTS = ((1.0, 0.5), (0.9, 0.4), (0.95, 0.65), (1.05, 0.35), (1.1, 0.6))
AT_ONCE = 500  # sounds whose pictures are made at once


def heard(sound: Tensor, rate: int) -> tuple[int, int]:
    """(first, past the last) sample [L] between which a sound is heard, with a piece more at either end.

    A silent sound is heard nowhere: (0, 0).
    """
    size = max(1, round(PIECE * rate))
    pieces = torch.nn.functional.pad(sound, (0, -len(sound) % size)).view(-1, size).square().mean(1)
    if not len(pieces) or not pieces.max() > 0:
        return 0, 0
    loud = (pieces >= pieces.max() * 10 ** (QUIET / 10)).nonzero()[:, 0]
    first, last = int(loud[0]), int(loud[-1])
    return max(first - 1, 0) * size, min((last + 2) * size, len(sound))


def loudest(sound: Tensor, count: int) -> Tensor:
    """The `count` samples in a row that hold most of the energy of a longer sound [L]."""
    energy = torch.nn.functional.pad(sound.double().square().cumsum(0), (1, 0))
    start = int((energy[count:] - energy[:-count]).argmax())
    return sound[start : start + count]


def trimmed(sound: Tensor, traits: Traits) -> tuple[Tensor, bool]:
    """(what is heard of a sound [L], at most what a row holds; whether it was longer than that), its ends faded."""
    first, past = heard(sound, traits["rate"])
    kept, most = sound[first:past], length(traits)
    long = len(kept) > most
    kept = loudest(kept, most) if long else kept
    ramp = torch.linspace(0, 1, max(1, round(FADE * traits["rate"])), dtype=sound.dtype)[: len(kept)]
    kept = kept.clone()
    kept[: len(ramp)] *= ramp
    kept[len(kept) - len(ramp) :] *= ramp.flip(0)
    return kept, long


def placed(sound: Tensor, room: int, share: float) -> Tensor:
    """A sound [L] with silence around it, [room]; `share` of the silence comes before it."""
    before = int((room - len(sound)) * share)
    return torch.nn.functional.pad(sound, (before, room - len(sound) - before))


def rows(sounds: Sequence[Tensor], traits: Traits, varied: bool) -> Tensor:
    """uint8 [N * variants, bands, frames, 1] of trimmed sounds, the variants of each one after the other."""
    variants = VARIANTS if varied else VARIANTS[:1]
    shown = torch.stack([_varied(sounds, traits, *variant) for variant in variants], 1)
    return ((shown.flatten(0, 1) + 1) * 127.5).round().byte().permute(0, 2, 3, 1)


def _varied(sounds: Sequence[Tensor], traits: Traits, tempo: float, share: float) -> Tensor:
    """Pictures [N, 1, bands, frames] of one variant; a sound that a slower one has no room for is less slow."""
    frames = traits["frames"]
    hops = torch.tensor([max(round(traits["hop"] * tempo), math.ceil(len(sound) / frames)) for sound in sounds])
    found = torch.empty(len(sounds), 1, traits["bands"], frames)
    for hop in hops.unique().tolist():
        for some in (hops == hop).nonzero()[:, 0].split(AT_ONCE):
            stacked = torch.stack([placed(sounds[i], hop * frames, share) for i in some.tolist()])
            found[some] = pictures(stacked, traits, hop)
    return found
