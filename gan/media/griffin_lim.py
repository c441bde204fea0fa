"""Griffin-Lim: a sound of which only the strength of every frequency is known. Its twin is core/griffin_lim.js."""

import math

import torch
from torch import Tensor

from gan.media.mel import TINY, Traits, sounds_of, spectra

ROUNDS = 32
MOMENTUM = 0.99


def first_phases(traits: Traits) -> Tensor:
    """[frames, bins] in radians where each bin begins: a tone of its own frequency goes on from frame to frame."""
    at = torch.arange(traits["frames"])[:, None] * traits["hop"]
    turns = (torch.arange(traits["window"] // 2 + 1) * at) % traits["window"]  # whole numbers: no rounding
    return turns.double() * (2 * math.pi / traits["window"])


def griffin_lim(strengths: Tensor, traits: Traits, rounds: int = ROUNDS) -> Tensor:
    """Sounds [N, L] float64 whose spectra are about as strong as `strengths` [N, frames, bins], loudest sample 1.

    In turn the strengths are put right and the spectra made those of a sound, with momentum: Perraudin, Balazs and
    Soendergaard 2013, A Fast Griffin-Lim Algorithm, algorithm 2. A silent one stays silent.
    """
    guess = torch.polar(strengths, first_phases(traits).expand_as(strengths))
    before = torch.zeros_like(guess)
    for _ in range(rounds):
        now = spectra(sounds_of(_as_strong(guess, strengths), traits), traits)
        guess = now + MOMENTUM * (now - before)
        before = now
    sounds = sounds_of(_as_strong(guess, strengths), traits)
    return sounds / sounds.abs().amax(1, keepdim=True).clamp(min=TINY)


def _as_strong(guess: Tensor, strengths: Tensor) -> Tensor:
    """Complex numbers with the phases of a guess; where it is 0 they are 0."""
    return guess * (strengths / guess.abs().clamp(min=TINY))
