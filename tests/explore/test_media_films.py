"""Films of what is no picture: the shipped models' ways from seed to seed as words, one sound, one piece."""

import io
import re
import wave
from itertools import groupby
from pathlib import Path

import mido
import pytest

import gan
from gan.commands.use import main
from gan.errors import ConfigError
from gan.explore.render import render
from gan.explore.samples import film_forms
from gan.latents import z_from_seeds
from gan.media import MEDIA
from gan.media.films import FILMS, settings_of

FEW = ["--seeds", "1,2", "--frames", "13"]  # a loop of 26 frames, longer than a second


def filmed(model: str, out: Path) -> bytes:
    main(["film", model, *FEW, "--psi", "1", "--out", str(out)])
    return out.read_bytes()


def test_words_are_a_line_each_while_they_stay(tmp_path: Path) -> None:
    model = gan.load("names-mlp")
    film = model.interpolate([1, 2], frames=13, psi=1)
    film.save(tmp_path / "a.txt")
    lines = (tmp_path / "a.txt").read_text().splitlines()
    assert lines == [word for word, _ in groupby(str(film).splitlines())]
    assert lines[0] == str(model.sample(1, psi=1))
    assert 2 < len(lines) <= 26 == len(film)
    assert filmed("names-mlp", tmp_path / "b.txt") == (tmp_path / "a.txt").read_bytes()


def test_sounds_are_one_sound_in_which_each_comes_when_its_frame_does(tmp_path: Path) -> None:
    content = filmed("spoken-digits-style", tmp_path / "a.wav")
    film = gan.load("spoken-digits-style").interpolate([1, 2], frames=13, psi=1)
    assert content == film.file(".wav")
    with wave.open(io.BytesIO(content)) as read:
        traits = film.model.traits
        lasts = traits["window"] + traits["hop"] * (traits["frames"] - 1)
        assert read.getnframes() == pytest.approx(2 * 4_000 + lasts, abs=traits["window"])  # at 0, 0.5 and 1 second
    told = settings_of(content)
    assert (told["film"]["keys"], told["film"]["frames"]) == ([{"seed": 1, "c": 1}, {"seed": 2, "c": 2}], 13)
    assert told["sha256"] == film.model.card["sha256"]


def test_scores_are_one_piece_of_sixteen_bars(tmp_path: Path) -> None:
    content = filmed("bach-seq", tmp_path / "a.mid")
    piece = mido.MidiFile(file=io.BytesIO(content))
    assert [sum(message.time for message in track) for track in piece.tracks[1:]] == [16 * 4 * 480] * 4
    with wave.open(io.BytesIO(filmed("bach-seq", tmp_path / "a.wav"))) as read:
        assert read.getnframes() / read.getframerate() == pytest.approx(16 * 4 * 60 / 76, abs=0.2)
    assert settings_of(content) == settings_of((tmp_path / "a.wav").read_bytes())


def test_each_medium_says_which_forms_its_films_have(tmp_path: Path) -> None:
    own = {name: film_forms(medium)[len(FILMS) :] for name, medium in MEDIA.items()}
    assert own == {
        "points": (), "pictures": (), "words": (".txt",), "sounds": (".wav",), "scores": (".mid", ".wav"),
        "clips": (), "graphs": (),
    }  # fmt: skip
    said = "a film of pictures is saved as .mp4, .gif, .webp, .png, .zip, not '.wav'"
    with pytest.raises(ConfigError, match=re.escape(said)):
        main(["film", "digits-mlp", *FEW, "--out", str(tmp_path / "a.wav")])
    with pytest.raises(ConfigError, match=r"a film of words is saved as .*, \.zip, \.txt, not '\.wav'"):
        gan.load("names-mlp").interpolate([1, 2]).save(tmp_path / "a.wav")
    with pytest.raises(ConfigError, match=r"a film of a training is saved as .*, \.zip, not '\.txt'"):
        main(["film", "names-mlp", "--training", "--out", str(tmp_path / "a.txt")])
    assert not list(tmp_path.iterdir())


def test_a_film_in_python_is_what_a_film_of_pictures_was() -> None:
    model = gan.load("digits-mlp")
    film = model.interpolate([1, 7], frames=3, path="lerp", turn="once", psi=0.5)
    assert film.pixels.equal(gan.interpolate(model, [1, 7], frames=3, path="lerp", turn="once", psi=0.5))
    assert film.tensors[[0, -1]].allclose(render(model, z_from_seeds([1, 7], model.G.z_dim), 0.5), atol=1e-6)
    assert film.file(".gif")[:4] == b"GIF8" and "image/gif" in film._repr_html_()
    for wrong in ({"frames": 0}, {"fps": 0.5}, {"fps": float("nan")}, {"psi": 3.0}, {"frames": 240, "turn": "loop"}):
        with pytest.raises(ConfigError):
            model.interpolate(range(10), **wrong)
