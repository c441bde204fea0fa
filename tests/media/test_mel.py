"""Spectrograms and the way back: bands, frames, Griffin-Lim, against sounds whose pitch and course are known."""

import math

import pytest
import torch
from torch import Tensor

from gan.media.griffin_lim import griffin_lim
from gan.media.mel import TRAITS, length, middles, pictures, seconds, sounds_of, spectra, strengths, triangles

RATE, BIN = TRAITS["rate"], TRAITS["rate"] / TRAITS["window"]


def tone(hertz: float, count: int = 0) -> Tensor:
    """[1, L] of one frequency."""
    at = torch.arange(count or length(TRAITS), dtype=torch.float64) / RATE
    return 0.5 * torch.sin(2 * math.pi * hertz * at)[None]


def buzz(hertz: float) -> Tensor:
    """[1, L] a voice-like sound: twelve harmonics, louder towards the middle."""
    sound = torch.cat([tone(hertz * n) / n for n in range(1, 13)]).sum(0, keepdim=True)
    return sound * torch.hann_window(length(TRAITS), dtype=torch.float64)


def test_a_sound_lasts_as_long_as_its_frames() -> None:
    assert (length(TRAITS), seconds(TRAITS)) == (6144, 0.768)
    assert spectra(tone(500), TRAITS).shape == (1, 64, 129)


def test_bands_share_the_bins_and_are_a_bin_wide_at_least() -> None:
    shares = triangles(TRAITS)
    assert shares.shape == (64, 129)
    assert torch.allclose(shares.sum(1), torch.ones(64, dtype=torch.float64))
    assert ((shares > 0).sum(1) >= 1).all()
    middle = (shares * torch.arange(129) * BIN).sum(1)
    assert ((middle - middles(TRAITS)).abs() <= BIN).all()
    assert (middles(TRAITS).diff() > 0).all()


@pytest.mark.parametrize("hertz", [250.0, 1000.0, 3000.0])
def test_a_tone_is_brightest_in_its_own_band_the_highest_at_the_top(hertz: float) -> None:
    shown = pictures(tone(hertz), TRAITS)
    assert shown.shape == (1, 1, 64, 64)
    assert shown.dtype == torch.float32
    row = int(shown[0, 0, :, 32].argmax())
    assert row == 63 - int((middles(TRAITS) - hertz).abs().argmin())
    assert shown.max() == 1
    assert shown.min() >= -1


def test_time_runs_to_the_right() -> None:
    late = tone(800)
    late[:, : length(TRAITS) // 2] = 0
    shown = pictures(late, TRAITS)[0, 0]
    assert (shown[:, :30] == -1).all()
    assert shown[:, 34:].amax(0).min() > 0.9


def test_with_another_hop_a_sound_is_slower_at_its_own_pitch() -> None:
    hop = 80
    slower, plain = pictures(tone(800, hop * 64), TRAITS, hop), pictures(tone(800), TRAITS)
    assert slower.shape == plain.shape
    assert (slower[0, 0, :, 8:56] - plain[0, 0, :, 8:56]).abs().max() < 0.05


def test_a_sound_is_what_its_spectra_say() -> None:
    sound = torch.randn(2, length(TRAITS), dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    assert (sounds_of(spectra(sound, TRAITS), TRAITS) - sound).abs().max() < 1e-10


def test_bands_are_taken_apart_into_bins_that_make_them_again() -> None:
    shown = pictures(buzz(220), TRAITS)
    power = strengths(shown, TRAITS).square() @ triangles(TRAITS).T  # [1, frames, bands]
    decibels = 10 * torch.log10(power.clamp(min=1e-12)).transpose(1, 2).flip(1)
    wanted = (shown[:, 0] - 1) * TRAITS["range"] / 2
    loud = wanted > -30
    assert (decibels - wanted)[loud].abs().mean() < 1.0


def test_more_rounds_come_closer() -> None:
    wanted = strengths(pictures(torch.cat([buzz(180), buzz(260)]), TRAITS), TRAITS)

    def off(rounds: int) -> float:
        made = spectra(griffin_lim(wanted, TRAITS, rounds), TRAITS).abs()
        loudness = (made * wanted).sum((1, 2), keepdim=True) / made.square().sum((1, 2), keepdim=True)
        return float((made * loudness - wanted).norm() / wanted.norm())

    assert off(0) > off(8) > off(32)
    assert off(8) < 0.22  # .24 without momentum
    assert off(32) < 0.1  # .21


def test_what_comes_back_has_the_pitch_and_the_place_in_time() -> None:
    sound = tone(1000)
    sound[:, :3000] = 0
    made = griffin_lim(strengths(pictures(sound, TRAITS), TRAITS), TRAITS)[0]
    assert made.abs().max() == pytest.approx(1.0)
    assert made[:2500].abs().max() < 0.1
    strongest = int(torch.fft.rfft(made[3500:]).abs().argmax()) * RATE / len(made[3500:])
    assert strongest == pytest.approx(1000, abs=20)


def test_silence_stays_silent() -> None:
    shown = pictures(torch.zeros(1, length(TRAITS)), TRAITS)
    assert (shown == -1).all()
    assert (griffin_lim(strengths(shown, TRAITS), TRAITS) == 0).all()
