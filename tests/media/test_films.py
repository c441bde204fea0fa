"""Films that play: read back frame by frame."""

import io
import json
import weakref
import zipfile

import av
import numpy as np
import pytest
import torch
from PIL import Image, ImageSequence

from gan.errors import ConfigError
from gan.media.films import (
    FILM_SIDE,
    FILMS,
    HELD,
    MAX_FRAMES,
    MAX_SETTINGS,
    MOVING,
    SETTINGS,
    film,
    film_scale,
    kept,
    left_out,
    settings_of,
)
from gan.media.images import grid

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


@pytest.mark.parametrize("suffix", MOVING)
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
    for suffix in MOVING:
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


PACES = [5, 12.5, 24, 25, 30, 40, 45, 49, 50, 50.5, 55, 60]


def moving(frames: int, side: int = 8) -> torch.Tensor:
    """Frames that all differ from the one before: Pillow joins those that do not."""
    pixels = torch.zeros(frames, side, side, 1, dtype=torch.uint8)
    for number in range(frames):
        pixels[number].view(-1)[number % side**2] = 255
    return pixels


@pytest.mark.parametrize("fps", PACES)
@pytest.mark.parametrize("count", [1, 2, 60, 121])
def test_no_frame_of_a_gif_is_shorter_than_20_ms_and_the_film_keeps_its_length(fps: float, count: int) -> None:
    """A browser plays a frame of 10 ms as one of 100 ms."""
    with Image.open(io.BytesIO(film(moving(count), ".gif", fps))) as file:
        lasting = [frame.info["duration"] for frame in ImageSequence.Iterator(file)]
    assert min(lasting) >= 20
    assert len(lasting) == (count if fps <= 50 else max(int(count * 50 / fps + 0.5), 1))
    assert abs(sum(lasting) - 1000 * count / fps) <= 20
    assert max(lasting) - min(lasting) <= 10


@pytest.mark.parametrize("fps", PACES)
def test_a_webp_keeps_its_length(fps: float) -> None:
    with Image.open(io.BytesIO(film(moving(121), ".webp", fps))) as file:
        lasting = []
        for number in range(file.n_frames):
            file.seek(number)
            file.load()
            lasting.append(file.info["duration"])
    assert len(lasting) == 121
    assert abs(sum(lasting) - 121_000 / fps) <= 1


def test_the_frames_that_a_gif_leaves_out_are_spread_evenly_and_told() -> None:
    assert kept(6, ".gif", 60) == [0, 1, 2, 3, 4]
    assert kept(120, ".gif", 60) == [int(number * 1.2) for number in range(100)]
    assert left_out(120, ".gif", 60) == "a .gif shows at most 50 frames a second: 100 of the 120 frames are in it"
    shown = decoded(film(moving(12), ".gif", 60), ".gif")
    places = [int(frame[..., 0].argmax()) for frame in shown]
    assert [(place // 448 // 56 * 8) + place % 448 // 56 for place in places] == kept(12, ".gif", 60)
    for suffix in FILMS:
        for fps in (1, 25, 50) if suffix == ".gif" else (1, 25, 50, 60):
            assert kept(9, suffix, fps) == list(range(9))
            assert left_out(9, suffix, fps) == ""


def boxes(content: bytes) -> list[bytes]:
    """The names of an MP4's boxes, in order."""
    names, at = [], 0
    while at < len(content):
        names.append(content[at + 4 : at + 8])
        at += int.from_bytes(content[at : at + 4], "big")
    return names


@pytest.mark.parametrize("frames", [1, 9, 300])
def test_an_mp4_has_its_index_before_its_frames(frames: int) -> None:
    content = film(fade(frames), ".mp4", settings=NOTE)
    names = boxes(content)
    assert names.count(b"moov") == names.count(b"mdat") == 1
    assert names.index(b"moov") < names.index(b"mdat")
    assert len(decoded(content, ".mp4")) == frames
    assert settings_of(content) == {SETTINGS: 1} | NOTE


def metadata(content: bytes, suffix: str) -> str:
    """The settings' text, found as the format's own readers find it."""
    if suffix == ".mp4":
        with av.open(io.BytesIO(content)) as container:
            return container.metadata[SETTINGS]
    if suffix == ".zip":
        with zipfile.ZipFile(io.BytesIO(content)) as folder:
            return folder.read("film.json").decode()
    with Image.open(io.BytesIO(content)) as file:
        file.load()
        found = file.info[{".gif": "comment", ".webp": "xmp", ".png": SETTINGS}[suffix]]
        return found if isinstance(found, str) else found.decode()


@pytest.mark.parametrize("suffix", FILMS)
@pytest.mark.parametrize("long", [False, True])
def test_settings_travel_inside(suffix: str, long: bool) -> None:
    note = NOTE | {"name": "数字 ü", "keys": [{"seed": i, "psi": 0.5} for i in range(1_500 if long else 1)]}
    content = film(fade(), suffix, settings=note)
    expected = {SETTINGS: 1} | note
    text = metadata(content, suffix)
    assert text.isascii() and text.startswith('{"gan-atelier": 1')
    assert json.loads(text) == expected
    assert settings_of(content) == expected
    if suffix != ".gif":  # which cuts its comment into blocks
        assert text.encode() in content


def test_the_key_comes_first_and_is_ours() -> None:
    content = film(fade(), ".zip", settings=NOTE | {SETTINGS: "another"})
    assert settings_of(content) == {SETTINGS: 1} | NOTE
    assert settings_of(film(fade(), ".zip")) == {SETTINGS: 1}


@pytest.mark.parametrize("settings", [{"a": float("nan")}, {"a": {1, 2}}, {"a": "x" * MAX_SETTINGS}])
def test_settings_that_are_no_json_or_too_long(settings: dict[str, object]) -> None:
    with pytest.raises(ConfigError, match="settings"):
        film(fade(), ".gif", settings=settings)


def test_files_without_settings_say_so() -> None:
    whole = film(fade(), ".mp4", settings=NOTE)
    empty = io.BytesIO()
    Image.new("L", (8, 8)).save(empty, "GIF")
    cut = whole[: whole.index(b'gan-atelier": 1') + 20]
    junk = [b"", b"GIF8", b"GIF89a" + b"\xff" * 50, empty.getvalue(), cut, b'{"gan-atelier": 1', b'{"gan-atelier": 2}']
    for content in [*junk, b'{"gan-atelier": 1, "a": ' + b"[" * 60_000]:
        with pytest.raises(ConfigError, match="no settings"):
            settings_of(content)


class Drawn:
    """Frames that are drawn when they are asked for; `most` were in memory at the same time."""

    shape = (30, 16, 24, 3)

    def __init__(self) -> None:
        self.alive = self.most = 0

    def __len__(self) -> int:
        return 30

    def __getitem__(self, number: int) -> torch.Tensor:
        frame = torch.full((16, 24, 3), 8 * number, dtype=torch.uint8)
        self.alive += 1
        self.most = max(self.most, self.alive)
        weakref.finalize(frame, self._gone)
        return frame

    def _gone(self) -> None:
        self.alive -= 1


@pytest.mark.parametrize("suffix", MOVING)
def test_frames_that_are_drawn_when_asked_for_are_not_all_in_memory(suffix: str) -> None:
    drawn = Drawn()
    shown = decoded(film(drawn, suffix, 10.0), suffix)
    assert np.abs(shown.mean((1, 2, 3)) - np.arange(0, 240, 8)).max() < 6
    assert drawn.most <= 2


@pytest.mark.parametrize("suffix", [".gif", ".webp"])
def test_a_long_animation_of_a_tensor_takes_a_part_of_it_in_memory(
    suffix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    alive, most, make = [0], [0], Image.fromarray

    def gone() -> None:
        alive[0] -= 1

    def counted(*args: object) -> Image.Image:
        image = make(*args)
        alive[0] += 1
        most[0] = max(most[0], alive[0])
        weakref.finalize(image, gone)
        return image

    monkeypatch.setattr(Image, "fromarray", counted)
    film(fade(30), suffix)
    assert most[0] <= 2


@pytest.mark.parametrize("suffix", MOVING)
def test_one_frame_is_a_film(suffix: str) -> None:
    assert len(decoded(film(fade(1), suffix), suffix)) == 1


@pytest.mark.parametrize("channels", [1, 3])
def test_a_contact_sheet_shows_every_frame(channels: int) -> None:
    frames = fade(10, 28, channels)
    with Image.open(io.BytesIO(film(frames, ".png", columns=4))) as file:
        sheet = torch.from_numpy(np.asarray(file).copy()).view(file.height, file.width, -1)
    assert sheet.shape == (3 * (112 + 1) + 1, 4 * (112 + 1) + 1, channels)
    assert torch.equal(sheet, grid(frames.repeat_interleave(4, 1).repeat_interleave(4, 2), 4))
    with Image.open(io.BytesIO(film(fade(9), ".png"))) as file:
        assert file.size == (3 * 113 + 1, 3 * 113 + 1)
    with Image.open(io.BytesIO(film(fade(2_000), ".png"))) as file:
        assert max(file.size) < 5_000
    with pytest.raises(ConfigError, match="columns"):
        film(frames, ".png", columns=-1)


@pytest.mark.parametrize("channels", [1, 3])
def test_a_zip_holds_every_frame_as_it_is(channels: int) -> None:
    frames = fade(12, 9, channels)
    content = film(frames, ".zip", settings=NOTE)
    with zipfile.ZipFile(io.BytesIO(content)) as folder:
        assert folder.testzip() is None
        assert folder.namelist() == ["film.json", *(f"frame-{i:04d}.png" for i in range(12))]
        for i, name in enumerate(folder.namelist()[1:]):
            picture = np.asarray(Image.open(io.BytesIO(folder.read(name))))
            np.testing.assert_array_equal(picture.reshape(9, 9, channels), frames[i].numpy())
    assert film(frames, ".zip", settings=NOTE) == content  # no time of day inside


@pytest.mark.parametrize("suffix", FILMS)
def test_progress_runs_to_the_end(suffix: str) -> None:
    told: list[float] = []
    film(fade(20), suffix, progress=told.append)
    assert told == sorted(told) and told[-1] == 1


def test_equal_films_are_equal_files() -> None:
    for suffix in FILMS:
        assert film(fade(), suffix, settings=NOTE) == film(fade(), suffix, settings=NOTE), suffix


@pytest.mark.parametrize("suffix", ["", ".avi", "mp4", ".MP4", ".jpg"])
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
    assert [film_scale(28, frames) for frames in (120, 1_000, MAX_FRAMES)] == [16, 11, 7]
    assert MAX_FRAMES * (7 * 28) ** 2 <= HELD
