"""Scores as MIDI and as sound."""

import io
import wave

import mido
import numpy as np
import pytest

from gan.media.films import settings_of
from gan.media.midi import length, midi
from gan.media.tones import RATE, frequency, sound
from gan.media.voices import Tone
from gan.media.wav import wav_file

VOICES = [[Tone(0, 2, 72), Tone(2, 1, 74), Tone(3, 5, 76)], [Tone(0, 8, 48)]]


def test_another_library_reads_the_same_notes_back() -> None:
    file = mido.MidiFile(file=io.BytesIO(midi(VOICES, ["soprano", "bass"], 76)), clip=False)
    assert (file.type, file.ticks_per_beat, [track.name for track in file.tracks[1:]]) == (1, 480, ["soprano", "bass"])
    (tempo,) = [message for message in file.tracks[0] if message.type == "set_tempo"]
    assert mido.tempo2bpm(tempo.tempo) == pytest.approx(76, abs=0.01)
    for track, voice in zip(file.tracks[1:], VOICES, strict=True):
        now, found, on = 0, [], {}
        for message in track:
            now += message.time
            if message.type == "note_on":
                on[message.note] = now
            if message.type == "note_off":
                found.append(Tone(on[message.note] // 240, (now - on[message.note]) // 240, message.note))
        assert found == voice


def test_what_the_files_say_of_themselves_is_read_and_changes_no_note() -> None:
    for note in ('{"gan-atelier": 1, "film": {}}', '{"gan-atelier": 1, "film": {"a": 1}}'):  # an even and an odd length
        named = midi(VOICES, ["soprano", "bass"], 76, note)
        plain, told = (mido.MidiFile(file=io.BytesIO(file)) for file in (midi(VOICES, ["soprano", "bass"], 76), named))
        assert [message.text for message in told.tracks[0] if message.type == "text"] == [note]
        assert [list(track) for track in plain.tracks[1:]] == [list(track) for track in told.tracks[1:]]
        sound = wav_file(np.array([0.0, 0.5, -0.5]), RATE, note)
        assert int.from_bytes(sound[4:8], "little") == len(sound) - 8
        with wave.open(io.BytesIO(sound)) as read:
            assert read.readframes(9) == wav_file(np.array([0.0, 0.5, -0.5]), RATE)[44:]
        at, size = sound.index(b"ICMT"), len(note) + 2 - len(note) % 2
        assert int.from_bytes(sound[at + 4 : at + 8], "little") == size == len(sound) - at - 8
        assert settings_of(sound) == settings_of(named)


@pytest.mark.parametrize(
    ("value", "written"), [(0, "00"), (0x7F, "7f"), (0x80, "8100"), (0x2000, "c000"), (0xFFFFFFF, "ffffff7f")]
)
def test_lengths_as_the_standard_gives_them(value: int, written: str) -> None:
    assert length(value).hex() == written


def test_voices_have_channels_of_their_own() -> None:
    file = mido.MidiFile(file=io.BytesIO(midi([[Tone(0, 1, 60)]] * 3, ["a", "b", "c"], 60)))
    played = [[message for message in track if not message.is_meta] for track in file.tracks[1:]]
    assert [{message.channel for message in track} for track in played] == [{0}, {1}, {2}]


def test_a_note_sounds_at_its_pitch_for_its_time() -> None:
    heard = sound([[Tone(0, 2, 69), Tone(2, 2, 81)]], tempo=60)
    assert len(heard) == pytest.approx(2.08 * RATE, abs=2) and np.abs(heard).max() == pytest.approx(0.9, abs=1e-6)
    for part, pitch in ((heard[:RATE], 69), (heard[RATE + 3_000 : 2 * RATE], 81)):
        spectrum = np.abs(np.fft.rfft(part))
        assert spectrum.argmax() * RATE / len(part) == pytest.approx(frequency(pitch), abs=2)
    assert frequency(69) == 440 and frequency(57) == 220
    assert np.abs(heard[-5:]).max() < 0.01


def test_a_wav_file_holds_the_samples() -> None:
    samples = np.array([0, 0.5, -1, 2], np.float32)
    with wave.open(io.BytesIO(wav_file(samples, 8_000))) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (8_000, 1, 2)
        read = np.frombuffer(file.readframes(4), "<i2")
    assert read.tolist() == [0, 16384, -32767, 32767]
