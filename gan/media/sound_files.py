"""Sound files: WAV, FLAC, OGG and the like to numbers, as PyAV decodes them."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from gan.errors import DataError

SUFFIXES = {".wav", ".flac", ".ogg", ".oga", ".opus"}
LONGEST = 30.0  # seconds of a file that are read


@dataclass(frozen=True)
class Decoded:
    """A sound file.

    Attributes:
        sound: float32 [L], its channels mixed, at the rate asked for.
        rate: its own, in Hz.
        channels: its own.
        cut: whether it goes on after LONGEST seconds.
    """

    sound: Tensor
    rate: int
    channels: int
    cut: bool


def decode(path: Path, rate: int) -> Decoded:
    """The sound of a file at another rate.

    Raises:
        DataError: it is no sound, is damaged from the start, or holds values that are no finite numbers.
    """
    import av  # slow to import, needed where files are read alone

    pieces: list[np.ndarray] = []
    count, most, cut = 0, int(LONGEST * rate), False
    try:
        with av.open(str(path), mode="r") as container:
            if not container.streams.audio:
                raise DataError(f"{path} holds no sound")
            stream = container.streams.audio[0]
            own, channels = stream.rate or 0, stream.channels
            resampler = av.AudioResampler(format="flt", layout="mono", rate=rate)
            for frame in container.decode(stream):
                for made in resampler.resample(frame):
                    pieces.append(made.to_ndarray()[0])
                    count += len(pieces[-1])
                if count > most:
                    cut = True
                    break
            if not cut:
                pieces += [made.to_ndarray()[0] for made in resampler.resample(None)]
    except (av.FFmpegError, OSError, ValueError, EOFError) as error:
        raise DataError(f"{path} is not a sound that can be read") from error
    if not pieces:
        raise DataError(f"{path} holds no sound")
    numbers = np.concatenate(pieces)[:most]
    if not np.isfinite(numbers).all():
        raise DataError(f"{path} holds values that are no finite numbers")
    return Decoded(torch.from_numpy(numbers.astype(np.float32)), own, channels, cut)
