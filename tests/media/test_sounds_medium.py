"""Sounds as people meet them: heard, said, compared, saved."""

import base64
import io
import re
import wave
from functools import cache
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from test_mel import buzz, tone
from torch import Tensor

from gan.errors import ConfigError
from gan.explore.samples import Samples
from gan.media.films import settings_of
from gan.media.hearing import ears, heard
from gan.media.medium import Compare
from gan.media.mel import TRAITS, pictures
from gan.media.pictures import PICTURES
from gan.media.sounds import CLASS, PAUSE, PEAK, SHAPE, SOUNDS, VOICE, colours, heard_frames, on_a_line, waves

ASKED = {CLASS: ("low", "high"), VOICE: ("ann", "bob")}


@cache
def some_sounds() -> tuple[Tensor, Tensor, Tensor]:
    """(40 sounds, which of "low" and "high" each is, whose voice it is): Bob's have harmonics."""
    generator = torch.Generator().manual_seed(0)
    says, by = torch.arange(40) % 2, torch.arange(40) // 2 % 2
    made = []
    for high, bob in zip(says.tolist(), by.tolist(), strict=True):
        hertz = (1200.0 if high else 200.0) * (1 + 0.1 * torch.rand(1, generator=generator).item())
        made.append(buzz(hertz) if bob else tone(hertz))
    return pictures(torch.cat(made), TRAITS), says, by


@pytest.fixture(scope="module")
def traits() -> dict[str, object]:
    """Of sounds that a model with ears makes."""
    sounds, says, by = some_sounds()
    return TRAITS | {"hears": ears(sounds, {CLASS: (says, ASKED[CLASS]), VOICE: (by, ASKED[VOICE])})}


def test_ears_hear_what_they_were_fitted_to(traits: dict[str, object]) -> None:
    sounds, says, by = some_sounds()
    found = heard(sounds, traits)
    assert torch.equal(found[CLASS], says)
    assert torch.equal(found[VOICE], by)
    assert heard(sounds, TRAITS) == {}


def test_a_sound_is_said_in_words(traits: dict[str, object]) -> None:
    sounds, _, _ = some_sounds()
    half = tone(1200)
    half[:, :3072] = 0
    low, high_by_bob, silence = sounds[0], sounds[3], torch.full(SHAPE, -1.0)
    lines = SOUNDS.says(torch.stack([low, high_by_bob, silence]), traits)
    assert lines[0].startswith("low, as ann says it, 0.7")
    assert lines[1].startswith("high, as bob says it, ")
    assert lines[2] == "silence"
    assert "strongest at 1" in lines[1]
    (plain,) = SOUNDS.says(pictures(half, TRAITS), TRAITS)
    assert plain == "a sound, 0.40 s, strongest at 1200 Hz"


def test_the_nearest_is_found_with_its_distance_in_db() -> None:
    sounds, _, _ = some_sounds()
    moved = (sounds[[5, 7]] + 0.02).clamp(-1, 1)
    which, away = SOUNDS.among(moved, sounds, TRAITS)
    assert which.tolist() == [5, 7]
    wanted = ((moved - sounds[[5, 7]]) * TRAITS["range"] / 2).square().mean((1, 2, 3)).sqrt()
    assert torch.allclose(away, wanted, atol=1e-2)


def test_figures_of_sounds_that_say_what_was_told(traits: dict[str, object]) -> None:
    sounds, says, _ = some_sounds()
    figures = SOUNDS.measured(Compare(sounds, sounds[:8], sounds[:8], traits, says[:8]))
    assert figures["told"] == 1
    assert figures["told_by_sound"] == 1  # Griffin-Lim leaves them what they are
    assert figures["rarest_voice"] == 1
    assert figures["nearest_db"] < 0.1
    wrong = SOUNDS.measured(Compare(sounds, sounds[:8], sounds[:4], traits, 1 - says[:4]))
    assert wrong["told"] == 0
    one_voice = SOUNDS.measured(Compare(sounds, sounds[:8], sounds[[0, 1, 4, 5]], traits, says[[0, 1, 4, 5]]))
    assert one_voice["rarest_voice"] == 0
    assert set(figures) - {name for name in figures if name.endswith("_real")} <= set(SOUNDS.labels)


def test_several_sounds_are_one_file_with_a_pause_between() -> None:
    sounds = pictures(torch.cat([tone(500), buzz(200)]), TRAITS)
    with wave.open(io.BytesIO(SOUNDS.file(".wav", sounds, TRAITS, {}))) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 8000)
        numbers = np.frombuffer(file.readframes(file.getnframes()), "<i2")
    pause = round(PAUSE * 8000)
    assert len(numbers) == 2 * 6144 + pause
    assert (numbers[6144 : 6144 + pause] == 0).all()
    assert np.abs(numbers[:6144]).max() == np.abs(numbers[6144 + pause :]).max() == round(PEAK * 32767)


def test_of_a_film_a_sound_is_heard_every_half_second() -> None:
    assert heard_frames(26, 25) == [(0, 0), (13, 0.5), (25, 1)]  # as sounds_test.js has it
    assert heard_frames(1, 25) == [(0, 0)]
    sounds = pictures(torch.cat([tone(500), buzz(200)]), TRAITS)[[0] * 10 + [1] * 10]
    file = SOUNDS.file(".wav", sounds, TRAITS, {"film": {"fps": 20}})
    with wave.open(io.BytesIO(file)) as read:
        numbers = np.frombuffer(read.readframes(read.getnframes()), "<i2")
    assert len(numbers) == 4000 + 6144  # the second begins after half a second, while the first goes on
    wanted = on_a_line(waves(sounds[[0, 10]], TRAITS), (0, 0.5), 8000).clamp(-1, 1) * PEAK * 32767
    assert np.abs(numbers - wanted.numpy()).max() <= 0.5
    assert settings_of(file)["film"] == {"fps": 20}


def test_on_a_line_two_that_meet_are_both_heard() -> None:
    line = on_a_line(torch.tensor([[1.0, 2.0, 3.0], [10.0, 20.0, 0.0]]), (0, 0.25), 8)
    assert line.tolist() == [1, 2, 13, 20, 0]


def test_rows_and_tensors_are_each_others_way_back() -> None:
    rows = torch.randint(0, 256, (3, 64, 64, 1), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
    assert torch.equal(SOUNDS.rows(SOUNDS.tensors(rows, TRAITS), TRAITS), rows)


def test_a_spectrogram_goes_from_dark_to_light() -> None:
    table = colours().double()
    assert table.shape == (256, 3)
    assert (table.sum(1).diff() >= 0).all()
    assert (table[0].sum(), table[255].tolist()) == (44, [255, 246, 220])
    shown = SOUNDS.preview(torch.linspace(-1, 1, 64 * 64).view(1, *SHAPE), TRAITS)
    assert torch.equal(shown[0, 0, 0], table[0].byte())
    assert torch.equal(shown[0, -1, -1], table[255].byte())


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"rate": 3}, "a rate from 8,000"), ({"window": 250}, "power of two"), ({"hop": 300}, "no longer"),
        ({"bands": 63}, "not their shape"), ({"high": 5000}, "rate can hold"), ({"low": "50"}, "need the numbers"),
        ({"range": True}, "need the numbers"), ({"hears": 3}, "damaged"),
        ({"hears": {"asks": {"class": ["a", "b"]}, "step": 1.0, "weights": ["AAAA"]}}, "of other sounds"),
    ],
)  # fmt: skip
def test_a_strangers_traits_are_checked(changed: dict[str, object], said: str) -> None:
    SOUNDS.check(SHAPE, TRAITS)
    with pytest.raises(ConfigError, match=said):
        SOUNDS.check(SHAPE, TRAITS | changed)


def test_a_notebook_plays_them() -> None:
    sounds = pictures(torch.cat([tone(500), buzz(200)]), TRAITS)
    model = SimpleNamespace(medium=SOUNDS, traits=TRAITS)
    samples = Samples(model, sounds)
    shown = samples._repr_html_()
    assert shown is not None
    found = re.search(r'audio/wav;base64,([^"]+)"', shown)
    assert found
    assert base64.b64decode(found[1]) == samples.wav()
    assert all(line in shown for line in samples.says)
    assert Samples(SimpleNamespace(medium=PICTURES), sounds)._repr_html_() is None
