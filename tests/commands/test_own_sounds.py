"""`python -m gan invert MODEL SOUND`: what a sound of one's own leaves behind, and which are refused."""

import json
import wave
from pathlib import Path

import numpy as np
import pytest
import torch

import gan
from gan.commands.own_pictures import FIGURES, LATENTS, main
from gan.errors import DataError
from gan.explore.own_media import OWN_MEDIA
from gan.latents import z_from_seeds
from gan.media import MEDIA
from gan.media.sounds import waves
from gan.media.wav import wav_file
from gan.models.checkpoint import load_model
from spoken_files import tone

MODEL = "spoken-digits-style"


def saved(path: Path, sound: np.ndarray, rate: int) -> str:
    path.write_bytes(wav_file(sound / 2**15, rate))
    return str(path)


def test_every_medium_that_has_latents_is_read() -> None:
    assert set(OWN_MEDIA) == {name for name, medium in MEDIA.items() if medium.inverted}


def test_a_sound_is_found_as_a_person_would_say(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model = load_model(MODEL)
    with torch.inference_mode():
        sample = model.G(z_from_seeds([7], model.G.z_dim), torch.tensor([7]))
    spoken = saved(tmp_path / "mine.wav", waves(sample, model.traits)[0].numpy() * 2**15, 8_000)
    hissing = saved(tmp_path / "high.wav", tone(40, 1_000, 16_000), 16_000)
    main(["invert", MODEL, spoken, hissing, "--steps", "3", "--out", str(tmp_path / "out")])
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"mine.wav", "high.wav", LATENTS, FIGURES}
    figures = json.loads((tmp_path / "out" / FIGURES).read_text())
    mine, high = figures["sounds"]
    assert mine["given"].partition(",")[0] == mine["made"].partition(",")[0] == "seven"
    assert (mine["remarks"], high["remarks"]) == (
        [],
        ["16,000 Hz resampled", "of its first 30 s", "the loudest 0.77 s"],
    )
    assert mine["db"] < 8 < high["db"]  # what it can say, and what it cannot
    assert mine["db"] == pytest.approx((mine["error"] ** 0.5) * model.traits["range"] / 2, abs=0.01)
    said = f"mine.wav, {mine['db']:.1f} dB apart; given: {mine['given']}; made: {mine['made']}"
    assert said in capsys.readouterr().out
    found = gan.load(MODEL).invert(spoken, steps=0)  # the same from Python
    assert model.medium.says(model.G.synthesis(found), model.traits)[0].startswith("seven")
    with np.load(tmp_path / "out" / LATENTS) as latents:
        assert latents["names"].tolist() == ["mine", "high"] and latents["ws"].shape[0] == 2
    with wave.open(str(tmp_path / "out" / "mine.wav")) as made:
        assert (made.getframerate(), made.getnframes()) == (8_000, 6_144)


def test_a_sound_in_which_nothing_is_heard_is_refused(tmp_path: Path) -> None:
    for name, sound in (("silent", np.zeros(4_000, np.int16)), ("faint", tone(0.5) // 1000), ("empty", tone(0))):
        with pytest.raises(DataError, match=rf"{name}\.wav"):
            main(["invert", MODEL, saved(tmp_path / f"{name}.wav", sound, 8_000), "--out", str(tmp_path / "out")])
    (tmp_path / "broken.wav").write_bytes(b"RIFF and no more")
    with pytest.raises(DataError, match=r"broken\.wav is not a sound that can be read"):
        main(["invert", MODEL, str(tmp_path / "broken.wav"), "--out", str(tmp_path / "out")])
    assert not (tmp_path / "out").exists()
