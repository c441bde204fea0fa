"""Scores as a medium: rolls, words, what is near, what is measured, what is saved, whose traits go together."""

import io
import wave
import zipfile

import pytest
import torch
from torch import Tensor

from gan.errors import ConfigError
from gan.media import MEDIA
from gan.media.medium import Compare
from gan.media.scores import INKS, PAPER, SCORES, SIDE, TROUBLE
from gan.media.voices import way_through

TRAITS = {"groups": [32, 32, 32, 32], "lowest": [54, 49, 44, 33], "voices": ["soprano", "alto", "tenor", "bass"]}
CHORD, DISCORD = (72, 67, 64, 48), (73, 67, 60, 48)


def scores(*chords: tuple[int, ...]) -> Tensor:
    """Scores of 32 steps in which one chord is held."""
    notes = torch.tensor(chords) - torch.tensor(TRAITS["lowest"])
    rows = torch.stack([notes, torch.zeros_like(notes)], 1)[..., None].expand(-1, -1, -1, 32)
    return SCORES.tensors(rows.byte(), TRAITS)


def drawn(count: int, seed: int = 0) -> Tensor:
    notes = torch.randint(32, (count, 1, 4, 32), generator=torch.Generator().manual_seed(seed))
    return SCORES.tensors(torch.cat([notes, torch.zeros_like(notes)], 1).byte(), TRAITS)


def test_which_shapes_scores_have() -> None:
    assert MEDIA["scores"] is SCORES
    assert SCORES.fits((132, 32, 1)) and SCORES.fits((5, 4, 1))
    assert not any(SCORES.fits(shape) for shape in [(2,), (1, 28, 28), (132, 31, 1), (132, 2, 1), (132, 32)])


@pytest.mark.parametrize(
    "changed",
    [
        {"groups": None}, {"lowest": [54, 49, 44]}, {"voices": [1, 2, 3, 4]}, {"groups": [32, 32, 32, 31]},
        {"lowest": [54, 49, 44, 33.5]}, {"lowest": [120, 49, 44, 33]}, {"groups": [0, 64, 32, 32]},
        {"groups": [True, 63, 32, 32]}, {"groups": [], "lowest": [], "voices": []},
    ],
)  # fmt: skip
def test_traits_of_a_stranger_must_go_with_the_shape(changed: dict[str, object]) -> None:
    SCORES.check((132, 32, 1), TRAITS)
    with pytest.raises(ConfigError):
        SCORES.check((132, 32, 1), TRAITS | changed)


def test_a_roll_has_each_voice_in_its_colour_and_marks_beats_without_a_chord() -> None:
    rolls = SCORES.preview(scores(CHORD, DISCORD), TRAITS)
    assert rolls.shape == (2, SIDE, SIDE, 3) and rolls.dtype == torch.uint8
    for pitch, ink in zip(CHORD, INKS, strict=True):
        top = (85 - pitch) * 4  # 85 is the highest note of any voice
        assert (rolls[0, top : top + 4, 1:] == torch.tensor(ink)).all()
    assert rolls[0, 0, 3].tolist() == list(PAPER)
    marked = (rolls == torch.tensor(TROUBLE)).all(3).sum((1, 2)).tolist()
    assert marked == [0, 16 * 6 * 11]


def test_words() -> None:
    assert SCORES.says(scores(CHORD, DISCORD), TRAITS) == [
        "4 notes in 4 voices, C3 to C5, a chord on 16 of 16 beats",
        "4 notes in 4 voices, C3 to C♯5, a chord on 0 of 16 beats",
    ]


def test_the_nearest_score_has_the_most_equal_notes() -> None:
    real = drawn(30)
    which, away = SCORES.among(torch.cat([real[7:8], scores(CHORD)]), torch.cat([real, scores(DISCORD)]), TRAITS)
    assert which.tolist() == [7, 30]
    assert away.tolist() == [0, 0.5]  # two voices of four


def test_figures_stand_beside_those_of_real_scores_and_of_shuffled_voices() -> None:
    test = scores(*[CHORD] * 10, *[(69, 65, 60, 53)] * 10)
    found = SCORES.measured(Compare(scores(CHORD), test, scores(DISCORD), TRAITS))
    assert set(SCORES.labels) == {name for name in found if not name.endswith(("_real", "_baseline"))}
    assert set(found) == {f"{name}{suffix}" for name in SCORES.labels for suffix in ("", "_real", "_baseline")}
    assert (found["chords"], found["chords_real"], found["triads_real"]) == (0, 1, 1)
    assert found["chords_baseline"] < 1
    assert (found["copied"], found["copied_real"]) == (0.5, 0.5)


def test_files_play_samples_one_after_the_other() -> None:
    two = scores(CHORD, DISCORD)
    with wave.open(io.BytesIO(SCORES.file(".wav", two, TRAITS, {}))) as file:
        assert file.getnframes() / file.getframerate() == pytest.approx(64 / 2 * 60 / 76, abs=0.2)
    assert not zipfile.is_zipfile(io.BytesIO(SCORES.file(".mid", two, TRAITS, {})))
    with pytest.raises(ConfigError, match=r"scores are saved as \.png, \.npz, \.mid, \.wav"):
        SCORES.file(".txt", two, TRAITS, {})


def test_of_a_film_the_way_through_is_one_piece_of_sixteen_bars() -> None:
    film = torch.cat([drawn(20), drawn(20, seed=1)])
    piece = way_through(SCORES.rows(film, TRAITS))
    assert piece.shape == (2, 4, 16 * 8)
    assert torch.equal(piece[:, :, :8], SCORES.rows(film, TRAITS)[0, :, :, :8])
    assert torch.equal(piece[:, :, -8:], SCORES.rows(film, TRAITS)[39, :, :, -8:])
    assert torch.equal(piece[:, :, 40:48], SCORES.rows(film, TRAITS)[13, :, :, 8:16])  # the sixth bar is a second one
    whole, few = (len(SCORES.file(".mid", film[:n], TRAITS, {"film": {"fps": 25}})) for n in (40, 12))
    assert whole < few < len(SCORES.file(".mid", film, TRAITS, {}))


def test_features_and_rates() -> None:
    features, how = SCORES.features(scores(CHORD))
    assert features.shape == (1, 132) and features.sum() == pytest.approx(4) and how
    assert SCORES.rates((132, 32, 1)) == (1e-3, 0.3)
