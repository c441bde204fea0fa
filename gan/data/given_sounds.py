"""One sound that somebody gives: read as sounds of a folder are, and as the Yours tab has it."""

from dataclasses import dataclass
from pathlib import Path

from torch import Tensor

from gan.data.clips_of_sound import rows, trimmed
from gan.errors import DataError
from gan.media.mel import Traits, seconds
from gan.media.sound_files import LONGEST, decode
from gan.media.sounds import tensors

SILENT = 0.002  # the loudest sample of one in which nobody hears anything; as core/given_sound.js has it


@dataclass(frozen=True)
class GivenSound:
    """A sound as it was read.

    Attributes:
        sample: float32 [1, bands, frames] in [-1, 1].
        remarks: what was done to it that may surprise, each a few words.
    """

    sample: Tensor
    remarks: tuple[str, ...] = ()


def read_sound(path: Path, traits: Traits) -> GivenSound:
    """A sound file as a model of these traits makes sounds: what is heard of it, in the middle.

    Raises:
        DataError: it is no sound that can be read, or nothing is heard in it.
    """
    decoded = decode(path, traits["rate"])
    if not len(decoded.sound) or not decoded.sound.abs().max() > SILENT:
        raise DataError(f"nothing is heard in {path}")
    sound, longer = trimmed(decoded.sound, traits)
    remarks = (
        (decoded.channels > 1, f"{decoded.channels} channels mixed"),
        (decoded.rate != traits["rate"], f"{decoded.rate:,} Hz resampled"),
        (decoded.cut, f"of its first {LONGEST:.0f} s"),
        (longer, f"the loudest {seconds(traits):.2f} s"),
    )
    return GivenSound(tensors(rows([sound], traits, varied=False), traits)[0], tuple(r for so, r in remarks if so))
