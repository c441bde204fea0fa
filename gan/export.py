"""Films, stills and contact sheets as files: pure functions from pixels to bytes."""

import io
import json
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import numpy as np
from PIL import Image
from torch import Tensor

from gan.errors import ConfigError
from gan.images import enlarge

MAX_FRAMES, MAX_FPS = 2_000, 60
FILM_SIDE = 448  # films are enlarged to about this many pixels, by a whole factor
SETTINGS = "gan-atelier"  # the key of a film's settings in its metadata


def film_scale(side: int) -> int:
    """The whole factor that brings pictures of `side` pixels nearest below FILM_SIDE; at least 1."""
    return max(1, FILM_SIDE // side)


def film(pixels: Tensor, suffix: str, fps: float = 25.0, settings: Mapping[str, Any] | None = None) -> bytes:
    """A film file of frames uint8 [T, H, W, C]; it loops where the format can say so.

    Args:
        suffix: a key of FILMS: ".mp4", ".gif" or ".webp".
        settings: JSON values kept in the file's metadata: seeds, model and so on.

    Raises:
        ConfigError: another suffix, no frame or too many, fps out of 1..60.
    """
    if suffix not in FILMS:
        raise ConfigError(f"a film is {', '.join(FILMS)}, not {suffix!r:.20}")
    if not 1 <= len(pixels) <= MAX_FRAMES:
        raise ConfigError(f"a film has 1 to {MAX_FRAMES} frames, not {len(pixels)}")
    if not 1 <= fps <= MAX_FPS:  # false for NaN too
        raise ConfigError(f"frames a second must be a number from 1 to {MAX_FPS}, not {fps!r:.40}")
    frames = pixels.expand(-1, -1, -1, 3) if pixels.shape[-1] == 1 else pixels
    scale = film_scale(max(pixels.shape[1:3]))
    # One frame is enlarged at a time: a long film would not fit otherwise.
    big = (enlarge(frame, scale).numpy() for frame in frames)
    return FILMS[suffix](big, fps, json.dumps(dict(settings or {})))


def mp4(frames: Any, fps: float, note: str) -> bytes:
    """H.264 in MP4, playable everywhere; written by PyAV, which brings its own encoder."""
    import av  # 0.1 s to import, needed by films alone

    file = io.BytesIO()
    rate = Fraction(fps).limit_denominator(1000)
    # Without the movflag only a fixed list of metadata keys survives.
    with av.open(file, "w", format="mp4", options={"movflags": "use_metadata_tags"}) as container:
        container.metadata[SETTINGS] = note
        stream = None
        for array in frames:
            if stream is None:
                height, width = (side + side % 2 for side in array.shape[:2])  # H.264 wants even sides
                stream = container.add_stream("libx264", rate=rate, options={"crf": "14", "preset": "veryfast"})
                stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
            even = np.pad(array, ((0, height - array.shape[0]), (0, width - array.shape[1]), (0, 0)), mode="edge")
            container.mux(stream.encode(av.VideoFrame.from_ndarray(np.ascontiguousarray(even), format="rgb24")))
        if stream is not None:
            container.mux(stream.encode())
    return file.getvalue()


def gif(frames: Any, fps: float, note: str) -> bytes:
    """An endless GIF; its settings are the file's comment."""
    return animation(frames, fps, "GIF", comment=note.encode(), optimize=False)


def webp(frames: Any, fps: float, note: str) -> bytes:
    """An endless WebP; its settings are in the XMP block."""
    return animation(frames, fps, "WEBP", xmp=note.encode(), quality=90, method=2)


def animation(frames: Any, fps: float, kind: str, **options: Any) -> bytes:
    """An endless animation of Pillow's."""
    first, *rest = (Image.fromarray(array) for array in frames)
    file = io.BytesIO()
    first.save(file, kind, save_all=True, append_images=rest, duration=round(1000 / fps), loop=0, **options)
    return file.getvalue()


FILMS: dict[str, Callable[[Any, float, str], bytes]] = {".mp4": mp4, ".gif": gif, ".webp": webp}
