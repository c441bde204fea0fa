"""Medium: what samples of one kind are to a person. Networks see tensors [N, *shape]; no other file asks which kind.

`unit` is the length in the data's own units that networks see as 1; it is 1 for all media but points.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from torch import Tensor

from gan.media.images import grid

Shape = Sequence[int]


@dataclass(frozen=True)
class Medium:
    """An entry of MEDIA.

    Attributes:
        name: its key in MEDIA, and the word by which the page finds its painter.
        noun: what people call its samples, in the plural.
        fits: whether a sample can have a shape.
        preview: (samples [N, *shape], unit) -> what they look like, uint8 [M, H, W, C]. M is N where a sample is
            looked at by itself; where it takes many to see anything, M is 1 and N are one cloud.
        marked: (samples [T, *shape], cloud [N, *shape], unit) -> uint8 [T, H, W, C]: each sample large before a faint
            cloud, as a film shows it. Only where it takes many to see anything.
        features: (samples [N, *shape]) -> ([N, F], how they were made): what distances are taken between where no
            classifier is shipped.
        figures: the names in `evaluate.FIGURES` that mean something for it.
        inception: whether FID and KID of the Inception network do, too.
        nearest: whether the real sample nearest to one is worth showing.
        augmentations: the names in `augment.AUGMENTATIONS` that leave a sample what it is.
        sized: whether a resolution may be asked for.
        labelled: whether networks may be told classes.
        array: what its samples are called in an .npz file.
        shown, judged, most: samples that a tick holds, that an evaluation takes, and that a host draws at once.
        preset: the name in PRESETS that a run begins with where nobody named one.
        rates: shape -> the learning rate and gamma that suit the relativistic objective.
    """

    name: str
    noun: str
    fits: Callable[[Shape], bool]
    preview: Callable[[Tensor, float], Tensor]
    features: Callable[[Tensor], tuple[Tensor, str]]
    figures: tuple[str, ...]
    augmentations: tuple[str, ...]
    array: str
    shown: int
    judged: int
    most: int
    preset: str
    rates: Callable[[Shape], tuple[float, float]]
    marked: Callable[[Tensor, Tensor, float], Tensor] | None = None
    inception: bool = False
    nearest: bool = False
    sized: bool = False
    labelled: bool = False

    @property
    def alone(self) -> bool:
        """Whether a sample is looked at by itself; else it takes a cloud of them to see anything."""
        return self.marked is None

    def sheet(self, samples: Tensor, unit: float = 1.0) -> Tensor:
        """One picture uint8 [H, W, C] of samples [N, *shape], about as many in a row as there are rows."""
        pixels = self.preview(samples, unit)
        return grid(pixels, max(1, round(len(pixels) ** 0.5)))
