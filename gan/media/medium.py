"""Medium: what samples of one kind are to a person. Networks see tensors [N, *shape]; no other file asks which kind.

Samples are read with the `traits` of their data: constants such as an alphabet or a rate, as JSON. Points have the one
trait "unit", the length in the data's own units that networks see as 1.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from torch import Tensor

from gan.errors import ConfigError
from gan.media.images import grid

Shape = Sequence[int]
Traits = Mapping[str, Any]
Watch = Callable[[Tensor], dict[str, float]]
Note = Mapping[str, Any]  # what a file says of itself: model, seeds, psi
FILM = "film"  # the key of a note under which the settings of a film are, as the page restores it


@dataclass(frozen=True)
class Compare:
    """A model's samples beside real ones, [N, *shape] each.

    Attributes:
        train, test: real ones that it learnt from, and that it never saw.
        fake: of its own, of the classes `c` [N] where it is told any.
        traits: of the data.
        seed: of whatever is drawn at random.
    """

    train: Tensor
    test: Tensor
    fake: Tensor
    traits: Traits
    c: Tensor | None = None
    seed: int = 0


@dataclass(frozen=True)
class FileForm:
    """A form of file for samples.

    Attributes:
        write: (samples [N, *shape], traits, note) -> its bytes. The samples of a film are those of its frames.
        many: whether several samples go into one file, one after the other; else they go into a zip of files.
    """

    write: Callable[[Tensor, Traits, Note], bytes]
    many: bool = False


def film_fps(note: Note) -> float | None:
    """Frames a second of the film whose samples a note belongs to; None where they are no film."""
    fps = note.get(FILM, {}).get("fps")
    return None if fps is None else float(fps)


def as_they_are(rows: Tensor, others: Tensor) -> Tensor:
    """The rows, where those of one data set are always alike."""
    return rows


def silent(samples: Tensor, traits: Traits) -> list[str]:
    """No words, where there is nothing to say of a sample."""
    return [""] * len(samples)


def any_traits(shape: Shape, traits: Traits) -> None:
    """No traits are asked for."""


def no_figures(compare: Compare) -> dict[str, float]:
    """None of its own."""
    return {}


def by_values(samples: Tensor, real: Tensor, traits: Traits) -> tuple[Tensor, Tensor]:
    """(number of the nearest of real [M, *shape] to each of samples [N, *shape], how far it is), by all values."""
    a, b = samples.flatten(1), real.flatten(1)
    away, which = (b.square().sum(1) - 2 * a @ b.T).min(1)
    return which, (away + a.square().sum(1)).clamp(min=0).sqrt()


@dataclass(frozen=True, eq=False)
class Medium:
    """An entry of MEDIA.

    Attributes:
        name: its key in MEDIA, and the word by which the page finds its painter.
        noun: what people call its samples, in the plural.
        fits: whether a sample can have a shape.
        check: raises a ConfigError where a shape and traits do not go together.
        tensors: (stored rows uint8 [N, ...], traits) -> what networks see, float32 [N, *shape].
        rows: (samples [N, *shape], traits) -> the rows that would be stored, uint8 [N, ...].
        alike: (rows, others) -> the rows in the form of the others, where two parts of a data set may differ.
        preview: (samples [N, *shape], traits) -> what they look like, uint8 [M, H, W, C]. M is N where a sample is
            looked at by itself; where it takes many to see anything, M is 1 and N are one cloud.
        marked: (samples [T, *shape], cloud [N, *shape], traits) -> uint8 [T, H, W, C]: each sample large before a faint
            cloud, as a film shows it. Only where it takes many to see anything.
        moving: (samples [N, *shape], traits, seconds [N]) -> uint8 [N, H, W, C]: what each looks like so long after a
            film began. Only where samples move by themselves.
        says: (samples [N, *shape], traits) -> each in one line of plain words; "" where a picture says it all.
        among: (samples [N, *shape], real [M, *shape], traits) -> ([N] which of them is the nearest, [N] how far it
            is, as a person would measure it).
        measured: figures of its own, by name; those of held-out reals as NAME_real, of a plain model as NAME_baseline.
        labels: what people read for each of those figures.
        watching: (all rows that are learnt, traits) -> what makes a live run's own figures of samples [N, *shape], in
            a few hundredths of a second; None where there are none.
        watched: their names, the one that the curve shows first; "frechet" is a judge's.
        pairs: samples that a live run shows, each with the real one nearest to it.
        files: suffix -> the form of file that samples can be saved in; .png and .npz go for all.
        ends: the names in ENDS that G may end in, the usual one first.
        psi: the truncation that is shown first.
        restless: radii of the data that fakes of fixed latents move every 100 steps where G and D chase each other; two
            samples by chance are 1.4 apart.
        features: (samples [N, *shape]) -> ([N, F], how they were made): what distances are taken between where no
            classifier is shipped.
        figures: the names in `evaluate.FIGURES` that mean something for it.
        inception: whether FID and KID of the Inception network do, too.
        nearest: whether the real sample nearest to one is worth showing.
        augmentations: the names in `augment.AUGMENTATIONS` that leave a sample what it is.
        inverted: whether latents are found for samples that people bring, see `gan.explore.invert`.
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
    tensors: Callable[[Tensor, Traits], Tensor]
    rows: Callable[[Tensor, Traits], Tensor]
    preview: Callable[[Tensor, Traits], Tensor]
    features: Callable[[Tensor], tuple[Tensor, str]]
    figures: tuple[str, ...]
    augmentations: tuple[str, ...]
    array: str
    shown: int
    judged: int
    most: int
    preset: str
    rates: Callable[[Shape], tuple[float, float]]
    ends: tuple[str, ...] = ("tanh", "sigmoid")
    marked: Callable[[Tensor, Tensor, Traits], Tensor] | None = None
    moving: Callable[[Tensor, Traits, Tensor], Tensor] | None = None
    check: Callable[[Shape, Traits], None] = any_traits
    alike: Callable[[Tensor, Tensor], Tensor] = as_they_are
    says: Callable[[Tensor, Traits], list[str]] = silent
    among: Callable[[Tensor, Tensor, Traits], tuple[Tensor, Tensor]] = by_values
    measured: Callable[[Compare], dict[str, float]] = no_figures
    labels: Mapping[str, str] = field(default_factory=dict)
    watching: Callable[[Tensor, Traits], Watch] | None = None
    watched: tuple[str, ...] = ()
    pairs: int = 24
    files: Mapping[str, FileForm] = field(default_factory=dict)
    psi: float = 1.0
    restless: float = 0.6
    inception: bool = False
    nearest: bool = False
    inverted: bool = False
    sized: bool = False
    labelled: bool = False

    @property
    def alone(self) -> bool:
        """Whether a sample is looked at by itself; else it takes a cloud of them to see anything."""
        return self.marked is None

    def filmed(self, samples: Tensor, traits: Traits, seconds: Tensor) -> Tensor:
        """Frames uint8 [N, H, W, C] of a film, of samples [N, *shape], at seconds [N] after it began."""
        return self.preview(samples, traits) if self.moving is None else self.moving(samples, traits, seconds)

    def sheet(self, samples: Tensor, traits: Traits) -> Tensor:
        """One picture uint8 [H, W, C] of samples [N, *shape], about as many in a row as there are rows."""
        pixels = self.preview(samples, traits)
        return grid(pixels, max(1, round(len(pixels) ** 0.5)))

    def zipped(self, suffix: str, count: int) -> bool:
        """Whether so many samples become a zip of files of a form, which holds only one."""
        return suffix in self.files and count > 1 and not self.files[suffix].many

    def file(self, suffix: str, samples: Tensor, traits: Traits, note: Note) -> bytes:
        """One file of samples [N, *shape]: of one alone where the form holds no more, see `zipped`.

        Raises:
            ConfigError: samples of this medium have no such form.
        """
        form = self.files.get(suffix)
        if form is None:
            raise ConfigError(
                f"{self.noun} are saved as {', '.join(('.png', '.npz', *self.files))}, not {suffix!r:.20}"
            )
        return form.write(samples, traits, note)
