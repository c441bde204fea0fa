"""Sounds are read, and all that is done to them is counted."""

import wave
from pathlib import Path

import av
import numpy as np
import pytest
import torch

from gan.data import sets
from gan.data.clips_of_sound import VARIANTS, heard, loudest, placed, rows, trimmed
from gan.data.sounds import SPOKEN
from gan.data.stored import Stored
from gan.errors import DataError
from gan.media.mel import TRAITS
from gan.media.sounds import SOUNDS
from spoken_files import few_digits, tone

RATE = TRAITS["rate"]


def write(path: Path, channels: np.ndarray, rate: int, codec: str, layout: str = "mono") -> None:
    """A sound file of int16 [L] or [L, 2]."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with av.open(str(path), "w") as file:
        stream = file.add_stream(codec, rate=rate, layout=layout)
        frame = av.AudioFrame.from_ndarray(channels.reshape(1, -1), format="s16", layout=layout)
        frame.sample_rate = rate
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            file.mux(packet)


def write_wav(path: Path, sound: np.ndarray, rate: int = RATE) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(sound.astype("<i2").tobytes())


def test_what_is_quiet_at_either_end_is_cut_off() -> None:
    sound = torch.zeros(8000)
    sound[3000:4000] = torch.from_numpy(tone(0.125)).float() / 8000
    sound[1000:1200] = 0.001  # 50 dB below the rest
    first, past = heard(sound, RATE)
    assert 2880 <= first <= 3000
    assert 4000 <= past <= 4160
    assert heard(torch.zeros(500), RATE) == (0, 0)
    assert heard(torch.zeros(0), RATE) == (0, 0)


def test_of_a_long_sound_the_loudest_part_is_kept() -> None:
    sound = torch.cat([0.1 * torch.ones(10), torch.ones(5), 0.1 * torch.ones(10)])
    assert torch.equal(loudest(sound, 5), torch.ones(5))
    kept, longer = trimmed(torch.from_numpy(tone(2.0)).float() / 8000, TRAITS)
    assert (len(kept), longer) == (6144, True)
    assert kept[0] == kept[-1] == 0  # both ends fade


def test_silence_goes_around_a_sound() -> None:
    assert placed(torch.ones(4), 10, 0.5).tolist() == [0.0] * 3 + [1.0] * 4 + [0.0] * 3
    assert placed(torch.ones(4), 10, 0.0).tolist() == [1.0] * 4 + [0.0] * 6


def test_variants_are_of_another_tempo_at_one_pitch() -> None:
    sound = torch.from_numpy(tone(0.4, 1000)).float() / 8000
    made = rows([sound, sound[:1600]], TRAITS, varied=True)
    assert made.shape == (2 * len(VARIANTS), 64, 64, 1)
    lasts = [int((one.float().mean((0, 2)) > 10).sum()) for one in made[: len(VARIANTS)]]
    tempos = [tempo for tempo, _ in VARIANTS]
    for frames, tempo in zip(lasts, tempos, strict=True):
        assert frames == pytest.approx(lasts[0] / tempo, abs=2)
    assert len({int(one.float().mean(1).argmax()) for one in made[: len(VARIANTS)]}) == 1  # the brightest band
    assert torch.equal(rows([sound[:1600]], TRAITS, varied=False)[0], made[len(VARIANTS)])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sounds of two classes as strangers have them."""
    home = tmp_path_factory.mktemp("sounds")
    write_wav(home / "low" / "plain.wav", tone(0.5))
    write_wav(home / "low" / "fast.wav", tone(0.4, rate=192_000), 192_000)
    both = np.stack([tone(0.4, rate=44_100), tone(0.4, 880, 44_100)], 1)
    write(home / "low" / "stereo.flac", both, 44_100, "flac", "stereo")
    write(home / "high" / "speech.ogg", tone(0.3, 1500, 48_000), 48_000, "libopus")
    write_wav(home / "high" / "long.wav", tone(600, 1500))
    write_wav(home / "high" / "silent.wav", np.zeros(8000))
    (home / "high" / "broken.wav").write_bytes(b"RIFF1234WAVEjunk")
    (home / "high" / "text.flac").write_text("no sound at all" * 30)
    half = (home / "low" / "stereo.flac").read_bytes()
    (home / "high" / "torn.flac").write_bytes(half[: len(half) // 2])
    (home / "high" / "notes.txt").write_text("of other kinds")
    (home / "empty").mkdir()
    write_wav(home / "mute" / "silent.wav", np.zeros(8000))
    return home


def test_a_folder_of_sounds_is_read_and_told(folder: Path) -> None:
    data = sets.load(f"sounds:{folder}")
    assert isinstance(data, Stored)
    assert data.medium is SOUNDS
    assert data.classes == ("high", "low")
    assert data.shape == (1, 64, 64)
    assert data.rows.shape == (5 * len(VARIANTS), 64, 64, 1)
    assert data.labels is not None
    assert data.labels.bincount().tolist() == [2 * len(VARIANTS), 3 * len(VARIANTS)]
    assert data.report == (
        "5 sounds of 2 classes at 8,000 Hz, 5 variants of each; 3 of other rates resampled; 1 of several channels "
        "mixed to one; of 1 longer than 30 s the first 30 s; of 1 longer than 0.77 s the loudest 0.77 s; left out: "
        "1 file of other kinds (.txt), 3 that cannot be read, class mute (without a sound that can be heard), 2 silent"
    )
    said = data.medium.says(data.tensors(data.rows[:: len(VARIANTS)]), data.traits)
    assert [line.split(",")[0] for line in said] == ["high", "high", "low", "low", "low"]
    assert data.traits["hears"]["asks"] == {"class": ["high", "low"]}


def test_a_resampled_sound_keeps_its_pitch(folder: Path) -> None:
    data = sets.load(f"sounds:{folder}", train=False)
    assert isinstance(data, Stored)
    assert len(data.rows) == 5  # of few files both parts are all, here as they are
    brightest = data.rows[2:].float().mean(2).squeeze(-1).argmax(1)  # of fast, plain and stereo
    assert len(set(brightest[:2].tolist())) == 1


def test_what_holds_no_sound_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="holds no sound that can be heard: it is empty"):
        sets.load(f"sounds:{tmp_path}")
    write_wav(tmp_path / "silent.wav", np.zeros(8000))
    with pytest.raises(DataError, match=r"holds no sound that can be heard: .*1 silent"):
        sets.load(f"sounds:{tmp_path}")
    with pytest.raises(DataError, match=f"is a file: name the folder that it lies in, sounds:{tmp_path}"):
        sets.load(f"sounds:{tmp_path / 'silent.wav'}")


def test_spoken_digits_come_in_the_parts_of_their_makers(tmp_path: Path) -> None:
    few_digits(tmp_path)
    train, test = (sets.load("spoken-digits", tmp_path, part) for part in (True, False))
    assert isinstance(train, Stored)
    assert isinstance(test, Stored)
    assert (len(train.rows), len(test.rows)) == (10 * 2 * 2 * len(VARIANTS), 10 * 2 * 5)  # takes 0 to 4 are held out
    assert train.classes == SPOKEN
    assert train.report == f"40 sounds of 10 classes and 2 voices, {len(VARIANTS)} variants of each"
    assert train.traits == test.traits
    said = test.medium.says(test.tensors(test.rows[::5]), test.traits)
    assert said[2].startswith("one, as ann says it, 0.3")
    assert said[3].startswith("one, as bob says it, 0.3")


def test_missing_digits_are_told(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="the spoken digits are not at"):
        sets.load("spoken-digits", tmp_path)
