"""Anybody's scores for four voices: MIDI files, and folders of them."""

from fractions import Fraction
from pathlib import Path

import mido
import pytest
import torch

from gan.data import chorales, midi_files, sets
from gan.data.midi_files import best_key, fifths_of, read_midi
from gan.data.musicxml import Note
from gan.errors import DataError
from gan.media.midi import midi
from gan.media.voices import Tone, pitches
from made_scores import chorale, musicxml

NAMES = ("soprano", "alto", "tenor", "bass")


def voices(bars: int = 5, seed: int = 0, shift: int = 0) -> list[list[Tone]]:
    """The notes of a made-up chorale."""
    lines = chorale(bars=bars, seed=seed, shift=shift).values()
    return [[Tone(2 * i, 2, pitch) for i, (_, pitch) in enumerate(line) if pitch is not None] for line in lines]


def written(path: Path, tones: list[list[Tone]], names: tuple[str, ...] = ("", "", "", "")) -> Path:
    path.write_bytes(midi(tones, names[: len(tones)], 76))
    return path


def test_a_file_is_read_as_it_was_written(tmp_path: Path) -> None:
    score = read_midi(written(tmp_path / "a.mid", [*voices()[::-1], []], (*NAMES, "")))
    assert len(score.parts) == 4 and all(part.single for part in score.parts)
    assert [part.notes[0].pitch for part in score.parts] == [72, 67, 64, 48]  # the highest first
    assert score.parts[0].notes[1] == Note(Fraction(1), Fraction(1), 72 if chorale()["Soprano"][1][1] == 72 else 0)
    assert (score.metres, score.fifths, score.downbeat) == (((4, 4),), (0,), 0)


@pytest.mark.parametrize(
    ("key", "fifths"), [("C", 0), ("G", 1), ("F", -1), ("Bb", -2), ("F#", 6), ("Am", 0), ("Dm", -1), ("F#m", 3)]
)
def test_keys_as_they_are_said(tmp_path: Path, key: str, fifths: int) -> None:
    assert fifths_of(key) == fifths
    path = written(tmp_path / "a.mid", voices())
    file = mido.MidiFile(path)
    file.tracks[0].insert(0, mido.MetaMessage("key_signature", key=key))
    file.save(path)
    assert read_midi(path).fifths == (fifths,)


@pytest.mark.parametrize("fifths", [-5, -1, 0, 2, 5])
def test_a_key_that_is_not_said_is_found(fifths: int) -> None:
    notes = [Note(Fraction(0), Fraction(1), 60 + (7 * fifths + tone) % 12) for tone in midi_files.SCALE]
    assert best_key(notes) == fifths


def test_notes_at_once_are_no_single_voice_but_for_a_moment(tmp_path: Path) -> None:
    for lap, single in ((0.1, True), (0.5, False)):
        track = mido.MidiTrack()
        for time, kind, pitch in ((0, "on", 60), (480, "on", 64), (round(480 * lap), "off", 60), (400, "off", 64)):
            track.append(mido.Message(f"note_{kind}", note=pitch, velocity=64, time=time))
        file = mido.MidiFile(ticks_per_beat=480, tracks=[track])
        file.save(tmp_path / "a.mid")
        (part,) = read_midi(tmp_path / "a.mid").parts
        assert part.single is single


def test_a_note_struck_again_ends_the_one_before_and_silence_by_velocity_ends_it(tmp_path: Path) -> None:
    track = mido.MidiTrack(
        mido.Message("note_on", note=60, velocity=velocity, time=time)
        for velocity, time in ((9, 0), (9, 480), (0, 240))
    )
    mido.MidiFile(ticks_per_beat=480, tracks=[track]).save(tmp_path / "a.mid")
    (part,) = read_midi(tmp_path / "a.mid").parts
    assert part.notes == (Note(Fraction(0), Fraction(1), 60), Note(Fraction(1), Fraction(1, 2), 60))


@pytest.mark.parametrize("content", [b"", b"MThd", b"RIFF" * 20])
def test_what_is_no_midi_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "bad.mid").write_bytes(content)
    with pytest.raises(DataError, match=r"bad\.mid cannot be read as MIDI"):
        read_midi(tmp_path / "bad.mid")


def test_a_folder_of_scores_of_both_kinds(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    (folder / "deeper").mkdir(parents=True)
    for seed in range(11):
        written(folder / f"{seed:02d}.MID", voices(seed=seed))
    (folder / "deeper" / "last.musicxml").write_text(musicxml(chorale(seed=11)))
    written(folder / "empty.mid", [])
    written(folder / "duet.mid", voices()[:2])
    (folder / "broken.mid").write_bytes(b"MThd")
    (folder / "notes.txt").touch()
    name = f"midi:{folder}"
    train, test = (sets.load(name, train=part) for part in (True, False))
    assert sets.dataset(name).label == "Scores of mine" and train.shape == sets.dataset(name).shape
    assert train.size == 55 and test.size == 5
    assert train.report == (
        "60 windows of 4 bars of 12 songs from 16 files; left out: 1 score without exactly soprano, alto, tenor and "
        "bass, 1 score without a note, 1 file of other kinds, 1 that cannot be read, every tenth song held out for the "
        "test part"
    )
    assert pitches(train.rows[:1], train.traits)[0, :, 0].tolist() == [72, 67, 64, 48]


def test_of_few_songs_both_parts_are_all(tmp_path: Path) -> None:
    written(tmp_path / "a.mid", voices(shift=2))
    train, test = (chorales.load_scores(tmp_path, part) for part in (True, False))
    assert torch.equal(train.rows, test.rows) and train.size == 5
    assert pitches(train.rows[:1], train.traits)[0, 3, 0] == 48  # D is moved to C


def test_a_folder_without_four_bars_is_told(tmp_path: Path) -> None:
    written(tmp_path / "empty.mid", [])
    written(tmp_path / "short.mid", voices(bars=2))
    told = (
        "there are no four bars for four voices: 0 songs from 2 files; left out: 1 score without a note, "
        "1 song shorter than 4 bars"
    )
    with pytest.raises(DataError, match=told):
        chorales.load_scores(tmp_path, True)
    with pytest.raises(DataError, match="does not exist"):
        chorales.load_scores(tmp_path / "none", True)


def test_a_song_that_is_hours_long_is_left_out(tmp_path: Path) -> None:
    tones = voices()
    tones[3].append(Tone(10**6, 2, 48))
    written(tmp_path / "long.mid", tones)
    with pytest.raises(DataError, match="1 score of more than 20,000 quarters"):
        chorales.load_scores(tmp_path, True)


def test_without_mido_the_way_there_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(tmp_path / "a.mid", voices())
    monkeypatch.setattr(midi_files.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(DataError, match="pip install mido"):
        chorales.load_scores(tmp_path, True)
