"""Films, contact sheets and single frames as files: pure functions from pixels to bytes, and their settings back.

Every file carries its settings as one JSON text in ASCII that begins with {"gan-atelier": 1, so that whoever scans the
bytes finds it, a browser too; a GIF cuts it into blocks of 255 bytes.
"""

import io
import itertools
import json
import math
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, Protocol

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from gan.errors import ConfigError
from gan.media.images import enlarge, grid, to_png
from gan.media.medium import FILM

MAX_FRAMES, MAX_FPS = 2_000, 60
MAX_SETTINGS = 65_536  # bytes of their JSON
FILM_SIDE = 448  # films are enlarged to about this many pixels, by a whole factor
SHEET_SIDE, SHEET_MOST = 112, 4_096  # pixels of a contact sheet's pictures, and of the whole sheet, about
HELD = 100_000_000  # pixels of a GIF or WebP in all, of which a GIF holds a byte each: a long one is made smaller
SETTINGS, VERSION = "gan-atelier", 1  # the key of the settings, in their JSON first of all and in a file's metadata
FIRST_FILE, DAY = "film.json", (1980, 1, 1, 0, 0, 0)  # of a zip; equal films give equal files

# Browsers play a GIF's frame of less than 20 ms as one of 100 ms. A GIF counts in hundredths of a second, a WebP in
# thousandths.
GIF_MOST_FPS, GIF_CLOCK, WEBP_CLOCK = 50, 100, 1000

Progress = Callable[[float], None]


class Frames(Protocol):
    """Frames uint8 [H, W, C] of one size, as a tensor [T, H, W, C] has them; others may be drawn when asked for.

    Attributes:
        shape: [T, H, W, C].
    """

    @property
    def shape(self) -> Sequence[int]: ...

    def __len__(self) -> int: ...

    def __getitem__(self, number: int, /) -> Tensor: ...


@dataclass(frozen=True)
class Chosen:
    """Some of other frames, by their numbers."""

    frames: Frames
    numbers: Sequence[int]

    @property
    def shape(self) -> Sequence[int]:
        """[T, H, W, C]."""
        return [len(self.numbers), *self.frames.shape[1:]]

    def __len__(self) -> int:
        return len(self.numbers)

    def __getitem__(self, number: int) -> Tensor:
        return self.frames[self.numbers[number]]


@dataclass(frozen=True)
class Reel:
    """What a format writes.

    Attributes:
        pixels: C is 1 or 3, at the model's own size.
        fps: frames a second.
        note: the settings as JSON.
        columns: of a contact sheet.
        progress: told the share of frames that are done, 0 to 1.
    """

    pixels: Frames
    fps: float
    note: str
    columns: int
    progress: Progress

    def frame(self, number: int, scale: int) -> "np.ndarray[Any, Any]":
        """A frame enlarged, [H, W, 3] or, where grey, [H, W]."""
        big: np.ndarray[Any, Any] = enlarge(self.pixels[number], scale).numpy()
        return big[..., 0] if big.shape[-1] == 1 else big

    def frames(self, scale: int) -> "Iterator[np.ndarray[Any, Any]]":
        """Each frame enlarged, one at a time: a long film would not fit otherwise."""
        for number in range(len(self.pixels)):
            yield self.frame(number, scale)
            self.progress((number + 1) / len(self.pixels))


class Moving(Image.Image):
    """A reel as a picture of Pillow's with many frames, of which one at a time is in memory."""

    def __init__(self, reel: Reel, scale: int) -> None:
        super().__init__()
        self.reel, self.scale, self.n_frames = reel, scale, len(reel.pixels)
        self.at, self.done = -1, 0
        self.seek(0)

    def seek(self, frame: int) -> None:
        """Become a frame.

        Raises:
            EOFError: there are not so many.
        """
        if frame >= self.n_frames:
            raise EOFError
        if frame != self.at:
            shown = Image.fromarray(self.reel.frame(frame, self.scale))
            self.im, self._mode, self._size, self.at = shown.im, shown.mode, shown.size, frame
        if frame >= self.done:  # a writer goes back to where it began
            self.done = frame + 1
            self.reel.progress(self.done / self.n_frames)

    def tell(self) -> int:
        """The number of the frame that it is."""
        return self.at


@dataclass(frozen=True)
class Format:
    """A form of file.

    Attributes:
        media_type: its name among media types.
        write: what writes it.
        most_fps: frames a second that it shows at most; of a faster film it leaves frames out.
    """

    media_type: str
    write: Callable[[Reel], bytes]
    most_fps: float = MAX_FPS


def film_scale(side: int, frames: int = 1) -> int:
    """The whole factor that brings pictures of `side` pixels nearest below FILM_SIDE, HELD in all; at least 1."""
    return max(1, min(FILM_SIDE // side, math.isqrt(HELD // frames) // side))


def film(
    pixels: Frames, suffix: str, fps: float = 25.0, settings: Mapping[str, Any] | None = None, columns: int = 0,
    progress: Progress = lambda share: None,
) -> bytes:  # fmt: skip
    """A file of frames uint8 [T, H, W, C], each of which is asked for when it is written; a film loops where it can.

    Args:
        suffix: a key of FILMS: ".mp4", ".gif", ".webp", ".png" (a contact sheet) or ".zip" (every frame as PNG).
        settings: JSON values kept in the file: seeds, model and so on.
        columns: of a contact sheet; 0 for about as many as rows.
        progress: called with the share of frames done.

    Raises:
        ConfigError: another suffix, no frame or too many, fps out of 1..60, settings that are too long or no JSON.
    """
    if suffix not in FILMS:
        raise ConfigError(f"a film is {', '.join(FILMS)}, not {suffix!r:.20}")
    if not 1 <= len(pixels) <= MAX_FRAMES:
        raise ConfigError(f"a film has 1 to {MAX_FRAMES} frames, not {len(pixels)}")
    check_fps(fps)
    if not 0 <= columns <= MAX_FRAMES:
        raise ConfigError(f"a contact sheet has 1 to {MAX_FRAMES} columns, not {columns!r:.40}")
    across = min(columns or round(len(pixels) ** 0.5), len(pixels))
    return FILMS[suffix].write(Reel(pixels, fps, note_of(settings or {}), across, progress))


def check_fps(fps: float) -> None:
    """Raise a ConfigError unless frames a second are a number from 1 to MAX_FPS."""
    if not 1 <= fps <= MAX_FPS:  # false for NaN too
        raise ConfigError(f"frames a second must be a number from 1 to {MAX_FPS}, not {fps!r:.40}")


def kept(count: int, suffix: str, fps: float) -> list[int]:
    """The numbers of the frames, of `count`, that a file shows; the film takes as long as it did."""
    most = FILMS[suffix].most_fps
    if fps <= most:
        return list(range(count))
    shown = max(int(count * most / fps + 0.5), 1)  # a half goes up, as in the browser's own count
    return [min(int(number * fps / most), count - 1) for number in range(shown)]


def left_out(count: int, suffix: str, fps: float) -> str:
    """A sentence of the frames that a file leaves out; "" where it shows them all."""
    shown = len(kept(count, suffix, fps))
    most = f"a {suffix} shows at most {FILMS[suffix].most_fps:g} frames a second"
    return f"{most}: {shown:,} of the {count:,} frames are in it" if shown < count else ""


def durations(count: int, fps: float, clock: int) -> list[int]:
    """Milliseconds of each of `count` frames in whole ticks, `clock` of them a second.

    Rounded to where a frame ends, so that the film as a whole is neither faster nor slower than it should be.
    """
    ends = [round(clock * number / fps) for number in range(count + 1)]
    return [(end - start) * 1000 // clock for start, end in itertools.pairwise(ends)]


def note_of(settings: Mapping[str, Any]) -> str:
    """The JSON text that a file carries; the key that it is found by comes first."""
    try:
        others = {key: value for key, value in settings.items() if key != SETTINGS}
        note = json.dumps({SETTINGS: VERSION} | others, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise ConfigError("the settings of a film are not JSON") from error
    if len(note) > MAX_SETTINGS:
        raise ConfigError(f"the settings of a film take at most {MAX_SETTINGS:,} bytes, not {len(note):,}")
    return note


def film_note(note: Mapping[str, Any]) -> str:
    """The JSON text that a medium's own file of a film carries; "" where the note is of no film."""
    return note_of(note) if FILM in note else ""


def settings_of(content: bytes) -> dict[str, Any]:
    """The settings inside a file that `film` made.

    Raises:
        ConfigError: there are none.
    """
    if content[:4] == b"GIF8":
        content = comments(content)
    start = re.search(rb'\{"' + SETTINGS.encode() + rb'": ?1\b', content)
    try:
        if start:
            text = content[start.start() : start.start() + MAX_SETTINGS].decode("ascii", "replace")
            settings = json.JSONDecoder().raw_decode(text)[0]
            assert isinstance(settings, dict)  # it begins with a brace
            return settings
    except (ValueError, RecursionError):
        pass
    raise ConfigError("this file carries no settings of a film; only files made here do")


def comments(content: bytes) -> bytes:
    """The comments of a GIF, the blocks of 255 bytes joined."""
    try:
        with Image.open(io.BytesIO(content)) as file:
            return bytes(file.info.get("comment", b""))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return b""


def mp4(reel: Reel) -> bytes:
    """H.264 in MP4, playable everywhere; written by PyAV, which brings its own encoder."""
    import av  # 0.1 s to import, needed by films alone

    height, width = reel.pixels.shape[1:3]
    scale = film_scale(max(height, width))
    file = io.BytesIO()
    # Without the first flag only a fixed list of metadata keys survives. The second brings the index before the frames,
    # so that a player may begin before it has the whole file: ffmpeg reads the file again, as it is then, and moves it.
    flags = {"movflags": "use_metadata_tags+faststart"}
    with av.open(file, "w", format="mp4", options=flags, io_open=lambda *_: io.BytesIO(file.getvalue())) as container:
        container.metadata[SETTINGS] = reel.note
        # One thread for each film: several may be in the making, and two threads gain a tenth.
        options = {"crf": "14", "preset": "veryfast", "threads": "1"}
        stream = container.add_stream("libx264", rate=Fraction(reel.fps).limit_denominator(1000), options=options)
        height, width = (side * scale + side * scale % 2 for side in (height, width))  # H.264 wants even sides
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for array in reel.frames(scale):
            colour = np.repeat(array[..., None], 3, 2) if array.ndim == 2 else array
            even = np.pad(colour, ((0, height - array.shape[0]), (0, width - array.shape[1]), (0, 0)), mode="edge")
            container.mux(stream.encode(av.VideoFrame.from_ndarray(np.ascontiguousarray(even), format="rgb24")))
        container.mux(stream.encode())
    return file.getvalue()


def gif(reel: Reel) -> bytes:
    """An endless GIF of at most GIF_MOST_FPS frames a second; its settings are the file's comment."""
    frames = Chosen(reel.pixels, kept(len(reel.pixels), ".gif", reel.fps))
    slow = replace(reel, pixels=frames, fps=min(reel.fps, GIF_MOST_FPS))
    return animation(slow, "GIF", GIF_CLOCK, comment=reel.note.encode(), optimize=False)


def webp(reel: Reel) -> bytes:
    """An endless WebP; its settings are in the XMP block."""
    return animation(reel, "WEBP", WEBP_CLOCK, xmp=reel.note.encode(), quality=90, method=2)


def animation(reel: Reel, form: str, clock: int, **options: Any) -> bytes:
    """An endless animation of Pillow's, whose frames last whole ticks, `clock` of them a second."""
    scale = film_scale(max(reel.pixels.shape[1:3]), len(reel.pixels))
    file = io.BytesIO()
    lasting = durations(len(reel.pixels), reel.fps, clock)
    Moving(reel, scale).save(file, form, save_all=True, duration=lasting, loop=0, **options)
    return file.getvalue()


def sheet(reel: Reel) -> bytes:
    """A contact sheet: every frame in one PNG, row by row."""
    pixels, columns = reel.pixels, reel.columns
    frames = pixels if isinstance(pixels, Tensor) else torch.stack([pixels[i] for i in range(len(pixels))])
    small = grid(frames, columns)
    scale = max(1, min(SHEET_SIDE // max(frames.shape[1:3]), SHEET_MOST // max(small.shape[:2])))
    # The gap stays one pixel wide beside enlarged pictures.
    big = small if scale == 1 else grid(enlarge(frames, scale), columns)
    reel.progress(1.0)
    return to_png(big, {SETTINGS: reel.note})


def frames_zip(reel: Reel) -> bytes:
    """Every frame as a numbered PNG at the model's own size, after the settings as a JSON file; stored, not packed."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as folder:
        folder.writestr(zipfile.ZipInfo(FIRST_FILE, DAY), reel.note)
        for number in range(len(reel.pixels)):
            folder.writestr(zipfile.ZipInfo(f"frame-{number:04d}.png", DAY), to_png(reel.pixels[number]))
            reel.progress((number + 1) / len(reel.pixels))
    return file.getvalue()


FILMS: dict[str, Format] = {
    ".mp4": Format("video/mp4", mp4),
    ".gif": Format("image/gif", gif, GIF_MOST_FPS),
    ".webp": Format("image/webp", webp),
    ".png": Format("image/png", sheet),
    ".zip": Format("application/zip", frames_zip),
}
MOVING = (".mp4", ".gif", ".webp")
