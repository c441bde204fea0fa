"""Films that play: read back frame by frame."""

import io
import json

import av
import numpy as np
import pytest
import torch
from PIL import Image, ImageSequence

from gan.errors import ConfigError
from gan.export import FILM_SIDE, FILMS, MAX_FRAMES, SETTINGS, film, film_scale

NOTE = {"model": "tiny", "seeds": [1, 7, 42], "psi": 0.7}


def fade(frames: int = 9, side: int = 28, channels: int = 1) -> torch.Tensor:
    """Frames from black to white."""
    return torch.linspace(0, 255, frames).byte().view(-1, 1, 1, 1).expand(-1, side, side, channels)


def decoded(content: bytes, suffix: str) -> np.ndarray:
    """[T, H, W, 3]"""
    if suffix == ".mp4":
        with av.open(io.BytesIO(content)) as container:
            return np.stack([frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)])
    with Image.open(io.BytesIO(content)) as file:
        return np.stack([np.asarray(frame.convert("RGB")) for frame in ImageSequence.Iterator(file)])


@pytest.mark.parametrize("suffix", FILMS)
@pytest.mark.parametrize(("side", "channels"), [(28, 1), (8, 3), (29, 1)])
def test_frames(suffix: str, side: int, channels: int) -> None:
    frames = decoded(film(fade(9, side, channels), suffix), suffix)
    shown = film_scale(side) * side
    assert len(frames) == 9
    assert 0 <= frames.shape[1] - shown <= (suffix == ".mp4")  # H.264 wants even sides
    assert np.abs(frames.mean((1, 2, 3)) - np.linspace(0, 255, 9)).max() < 6


def test_orientation_and_colour() -> None:
    picture = torch.zeros(2, 16, 16, 3, dtype=torch.uint8)
    picture[:, :8, :, 0] = 255
    picture[:, 8:, :, 2] = 255
    for suffix in FILMS:
        frame = decoded(film(picture, suffix), suffix)[0].astype(int)
        top, bottom = frame[20, 200], frame[-20, 200]
        assert top[0] > 200 > 60 > top[2], suffix
        assert bottom[2] > 200 > 60 > bottom[0], suffix


def test_speed_and_loop() -> None:
    with av.open(io.BytesIO(film(fade(), ".mp4", fps=12.5))) as container:
        assert float(container.streams.video[0].average_rate) == pytest.approx(12.5)
        assert container.streams.video[0].codec_context.name == "h264"
        assert container.streams.video[0].codec_context.pix_fmt == "yuv420p"
    for suffix in (".gif", ".webp"):
        with Image.open(io.BytesIO(film(fade(), suffix, fps=12.5))) as file:
            assert file.info["loop"] == 0
            file.seek(1)
            file.load()
            assert file.info["duration"] == 80


def test_settings_travel_inside() -> None:
    with av.open(io.BytesIO(film(fade(), ".mp4", settings=NOTE))) as container:
        assert json.loads(container.metadata[SETTINGS]) == NOTE
    with Image.open(io.BytesIO(film(fade(), ".gif", settings=NOTE))) as file:
        assert json.loads(file.info["comment"]) == NOTE
    with Image.open(io.BytesIO(film(fade(), ".webp", settings=NOTE))) as file:
        assert json.loads(file.info["xmp"]) == NOTE


@pytest.mark.parametrize("suffix", FILMS)
def test_one_frame_is_a_film(suffix: str) -> None:
    assert len(decoded(film(fade(1), suffix), suffix)) == 1


@pytest.mark.parametrize("suffix", ["", ".avi", "mp4", ".MP4", ".png"])
def test_other_suffixes(suffix: str) -> None:
    with pytest.raises(ConfigError, match=r"\.mp4"):
        film(fade(), suffix)


def test_frame_limits() -> None:
    for frames in (fade(0), torch.zeros(MAX_FRAMES + 1, 1, 1, 1, dtype=torch.uint8)):
        with pytest.raises(ConfigError, match="frames"):
            film(frames, ".gif")


def test_scale() -> None:
    assert [film_scale(side) for side in (8, 28, 32, 64, 300, 448, 500)] == [56, 16, 14, 7, 1, 1, 1]
    assert FILM_SIDE == 448
