"""Mel spectrograms: what a short sound looks like, and from what it looks like the strength of every frequency.

Sounds are [N, L] within -1..1, L the samples that `length` says. Spectra are [N, frames, bins], time before frequency;
pictures are [N, 1, bands, frames] in [-1, 1], the highest band in the first row: 1 is the strongest place of a sound,
-1 what is `range` decibels below it or weaker. Everything here is a function of the sound and of the traits, which
travel with a model; its twin for the browser is core/mel.js.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

import torch
from torch import Tensor

# rate in Hz; window and hop in samples; low and high in Hz, the ends of the bands; range in dB.
TRAITS: dict[str, Any] = {
    "rate": 8_000, "window": 256, "hop": 96, "frames": 64, "bands": 64, "low": 50, "high": 4_000, "range": 50,
}  # fmt: skip
# Of the least squares that take bands apart. After 10 the bands of spoken digits are .51 dB off in the mean, after 30
# .48, after 200 .68.
STEPS = 10
TINY = 1e-12  # keeps a division by nothing finite

Traits = Mapping[str, Any]


def length(traits: Traits) -> int:
    """Samples of a sound."""
    return int(traits["hop"] * traits["frames"])


def seconds(traits: Traits) -> float:
    """How long a sound lasts."""
    return length(traits) / float(traits["rate"])


def mel(hertz: Tensor) -> Tensor:
    """Pitch as ears space it: 2595 log10(1 + f / 700). O'Shaughnessy 1987, Speech Communication, p. 150."""
    return 2595 * torch.log10(1 + hertz / 700)


def hertz(pitch: Tensor) -> Tensor:
    """The frequency of a pitch in mel."""
    return 700 * (10 ** (pitch / 2595) - 1)


def middles(traits: Traits) -> Tensor:
    """[bands] the frequencies in Hz in the middle of each band, from the lowest on."""
    return _edges(traits)[1:-1]


def _edges(traits: Traits) -> Tensor:
    """[bands + 2] where bands begin, reach their middle and end, evenly spaced in mel."""
    ends = mel(torch.tensor([traits["low"], traits["high"]], dtype=torch.float64))
    steps = torch.linspace(0, 1, traits["bands"] + 2, dtype=torch.float64)
    return hertz(ends[0] + (ends[1] - ends[0]) * steps)


def triangles(traits: Traits) -> Tensor:
    """[bands, bins] float64 the share that each bin of a spectrum has in a band, from the lowest on; rows sum to 1.

    A triangle reaches from the middle of the band below to that of the band above, and a bin at least: low bands lie
    closer together than bins.
    """
    edges, bin_width = _edges(traits), traits["rate"] / traits["window"]
    bins = torch.arange(traits["window"] // 2 + 1, dtype=torch.float64) * bin_width
    middle = edges[1:-1, None]
    below = (edges[1:-1] - edges[:-2]).clamp(min=bin_width)[:, None]
    above = (edges[2:] - edges[1:-1]).clamp(min=bin_width)[:, None]
    shares = torch.minimum(1 - (middle - bins) / below, 1 - (bins - middle) / above).clamp(min=0)
    return shares / shares.sum(1, keepdim=True)


@cache
def hann(window: int) -> Tensor:
    """[window] float64, Hann's: a period of a raised cosine, 0 at the first sample."""
    return torch.hann_window(window, periodic=True, dtype=torch.float64)


def spectra(sounds: Tensor, traits: Traits, hop: int = 0) -> Tensor:
    """Complex spectra [N, frames, bins] of sounds [N, frames * hop].

    Frame t looks at a window around the middle of its own `hop` samples, so that the frames share a sound evenly.

    Args:
        hop: samples from frame to frame; 0 takes the traits'. With another one a sound comes out faster or slower, at
            its own pitch.
    """
    hop, window = hop or traits["hop"], traits["window"]
    edge = (window - hop) // 2
    padded = torch.nn.functional.pad(sounds, (edge, window - hop - edge))
    return torch.fft.rfft(padded.unfold(-1, window, hop) * hann(window).to(sounds.dtype))


def sounds_of(found: Tensor, traits: Traits) -> Tensor:
    """The sounds [N, L] whose `spectra` are nearest to some complex ones [N, frames, bins].

    Griffin and Lim 1984, IEEE Transactions on Acoustics, Speech and Signal Processing 32(2), equation 6.
    """
    hop, window, frames = traits["hop"], traits["window"], traits["frames"]
    shape = hann(window).to(found.real.dtype)
    pieces = torch.fft.irfft(found, n=window) * shape  # [N, frames, window]
    weights = shape.square().expand(1, frames, window)
    sizes = {"output_size": (1, hop * (frames - 1) + window), "kernel_size": (1, window), "stride": (1, hop)}
    added, weight = (torch.nn.functional.fold(x.transpose(1, 2), **sizes)[:, 0, 0] for x in (pieces, weights))
    edge = (window - hop) // 2
    inside = slice(edge, edge + hop * frames)
    return added[:, inside] / weight[:, inside]


def pictures(sounds: Tensor, traits: Traits, hop: int = 0) -> Tensor:
    """[N, 1, bands, frames] float32 in [-1, 1] of sounds [N, L]; a silent one is -1 everywhere."""
    power = spectra(sounds.float(), traits, hop).abs().square() @ triangles(traits).T.float()  # [N, frames, bands]
    loudest = power.amax((1, 2), keepdim=True)
    decibels = 10 * torch.log10((power / loudest.clamp(min=TINY)).clamp(min=TINY))
    shown = 1 + 2 * decibels.clamp(min=-float(traits["range"])) / traits["range"]
    return shown.transpose(1, 2).flip(1)[:, None].float()


def strengths(shown: Tensor, traits: Traits) -> Tensor:
    """[N, frames, bins] float64 how strong each frequency is in pictures [N, 1, bands, frames]; 1 is about the most.

    Bands hold less than bins, so they are taken apart by non-negative least squares on the power, in steps that
    multiply: Lee and Seung 2001, Algorithms for Non-negative Matrix Factorization, equation 4.
    """
    shares = triangles(traits)
    decibels = (shown[:, 0].double().clamp(-1, 1) - 1) * traits["range"] / 2
    power = 10 ** (decibels.flip(1).transpose(1, 2) / 10)  # [N, frames, bands]
    power = torch.where(decibels.flip(1).transpose(1, 2) <= -traits["range"], 0.0, power)
    wanted, mixed = power @ shares, shares.T @ shares
    bins = wanted.clone()
    for _ in range(STEPS):
        bins = bins * wanted / (bins @ mixed).clamp(min=TINY)
    return bins.sqrt()
