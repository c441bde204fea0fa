"""What a small GAN cannot do: quatrains of the Tang, 20 characters of 3,600 kinds, many of which were seen once.

`python -m bench.quatrains [--seconds 120] [--seeds 3] [--data-dir DIR]` reads `text/five_simplified.txt` in the data
folder: a poem a line, four lines of five characters each. Each character is a point in a space where characters that
stand together lie together: the singular vectors of their positive pointwise mutual information. G makes 20 such
points, trained by our own trainer; each is read as the likeliest character, by how near it is and how frequent. A
*known bigram* is two neighbours within a line of five that stand so in some poem of the training part; held-out poems
say how many one may expect, characters drawn by their frequency how many there are by chance. Prints a table and, last,
one JSON object.
"""

import argparse
import json
import statistics
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import torch
from torch import Tensor

from bench.machine import command, machine
from bench.points import head
from gan.commands.parsing import answering
from gan.data.points import ALL, Compared
from gan.data.readers import data_folder
from gan.data.sets import DATASETS, Dataset
from gan.errors import DataError
from gan.files import write_whole
from gan.media import MEDIA, Medium
from gan.media.medium import Traits
from gan.networks.layers import unit_length
from gan.recipe.config import TrainConfig
from gan.training.trainer import Trainer

RESULTS = Path(__file__).parent / "results" / "quatrains.json"
FILE, NAME = "text/five_simplified.txt", "quatrains"
LOST = "囗"  # stands for a character that nobody can read any more
LINES, LENGTH = 4, 5
CHARACTERS = LINES * LENGTH
DIMENSIONS, WINDOW = 32, 2  # of a character's point; how far apart characters stand together
HELD = 10  # every so many-th poem is held out
JUDGED, SHOWN = 2_000, 3
SHAPE = (DIMENSIONS, CHARACTERS, 1)

Row = dict[str, Any]


@dataclass(frozen=True)
class Poems:
    """Poems as numbers of characters [N, 20], and what networks see: the points of the characters [K, 32]."""

    poems: Tensor
    points: Tensor
    medium: ClassVar[Medium]
    shape: ClassVar[tuple[int, ...]] = SHAPE
    unit: ClassVar[float] = 1.0
    traits: ClassVar[Traits] = {}
    classes: ClassVar[tuple[str, ...]] = ()
    centres: ClassVar[Tensor | None] = None
    std: ClassVar[float] = 0.0

    @property
    def size(self) -> int:
        """How many poems there are."""
        return len(self.poems)

    def sample(self, n: int, generator: torch.Generator) -> Tensor:
        """[n, 32, 20, 1]."""
        rows = torch.randint(len(self.poems), (n,), generator=generator)
        return self.points[self.poems[rows]].transpose(1, 2)[..., None]

    def labelled(self, n: int, generator: torch.Generator, part: slice = ALL) -> tuple[Tensor, None]:
        """(samples, no labels)."""
        return self.sample(n, generator)[part], None

    def compared(self, other: "Poems", count: int, seed: int) -> Compared:
        """Some poems of either part."""
        generator = torch.Generator().manual_seed(seed)
        return Compared(self.sample(count, generator), other.sample(count, generator))

    def to(self, device: torch.device) -> "Poems":
        """Themselves: they stay in the CPU's memory."""
        return self


def as_they_are(samples: Tensor, traits: Traits) -> Tensor:
    """Samples as they are."""
    return samples


POEMS = Medium(
    NAME, "quatrains", lambda shape: tuple(shape) == SHAPE, as_they_are, as_they_are, as_they_are,
    lambda samples: (samples.flatten(1), "the characters' points"), figures=(), augmentations=(), array="points",
    shown=64, judged=JUDGED, most=64, preset="digits", rates=lambda shape: (1e-3, 0.3), ends=("none",),
)  # fmt: skip
Poems.medium = POEMS


def read(path: Path) -> tuple[list[str], Tensor]:
    """(the characters, the most frequent first; poems as their numbers [N, 20]) of a file.

    Raises:
        DataError: it is not there, or holds something else.
    """
    try:
        texts = path.read_text("utf-8").split()
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path} cannot be read as text") from error
    if not texts or any(len(text) != CHARACTERS for text in texts):
        raise DataError(f"{path} is no list of poems of {CHARACTERS} characters")
    whole = [text for text in texts if LOST not in text]
    print(f"{len(texts):,} poems, {len(texts) - len(whole):,} of them left out for characters that are lost ({LOST})")
    texts = whole
    counts: dict[str, int] = {}
    for character in "".join(texts):
        counts[character] = counts.get(character, 0) + 1
    known = sorted(counts, key=lambda character: (-counts[character], character))
    number = {character: i for i, character in enumerate(known)}
    return known, torch.tensor([[number[character] for character in text] for text in texts])


def points_of(poems: Tensor, kinds: int) -> Tensor:
    """[kinds, 32] where each character lies, on a sphere: each dimension has a mean square of 1.

    The first singular vectors of the positive pointwise mutual information of neighbours, Levy and Goldberg 2014,
    "Neural word embedding as implicit matrix factorization", section 4.
    """
    lines = poems.view(-1, LENGTH)
    together = torch.zeros(kinds, kinds)
    for apart in range(1, WINDOW + 1):
        a, b = lines[:, :-apart].flatten(), lines[:, apart:].flatten()
        together.index_put_((a, b), torch.ones(len(a)), accumulate=True)
    together += together.T.clone()
    each = together.sum(1).clamp(min=1)
    information = (together * together.sum() / (each[:, None] * each)).log().clamp(min=0)
    with torch.random.fork_rng(devices=[]):  # the library draws its sketch of the matrix from the seed of all
        torch.random.default_generator.manual_seed(0)
        u, s, _ = torch.svd_lowrank(information, q=DIMENSIONS, niter=4)
    return unit_length(u * s.sqrt())


def characters(samples: Tensor, points: Tensor, shares: Tensor) -> Tensor:
    """Numbers [N, 20] of the likeliest characters of samples [N, 32, 20, 1].

    As if a sample were its character's point with normal noise, as far away as the nearest points are on average;
    `shares` [K] say how frequent characters are.
    """
    rows = samples.squeeze(-1).transpose(1, 2).flatten(0, 1)
    away = torch.cdist(rows, points).square()
    noise = away.amin(1).mean() / DIMENSIONS
    return (shares.log() - away / (2 * noise)).argmax(1).view(-1, CHARACTERS)


def bigrams(poems: Tensor, kinds: int) -> Tensor:
    """Numbers [N, 16] of the neighbours within the lines of poems [N, 20]."""
    lines = poems.view(-1, LINES, LENGTH)
    return (lines[..., :-1] * kinds + lines[..., 1:]).flatten(1)


def judged(poems: Tensor, train: Tensor, kinds: int) -> dict[str, float]:
    """What poems [N, 20] come to beside those of the training part."""
    whole = {tuple(row) for row in train.tolist()}
    rows = [tuple(row) for row in poems.tolist()]
    return {
        "known_bigrams": torch.isin(bigrams(poems, kinds), bigrams(train, kinds).unique()).double().mean().item(),
        "kinds": len(poems.unique()),
        "unique": len(set(rows)) / len(rows),
        "copied": sum(row in whole for row in rows) / len(rows),
    }


def by_chance(train: Tensor, count: int, seed: int) -> Tensor:
    """Poems [count, 20] of characters drawn by how often they stand in the training part."""
    drawn = torch.randint(train.numel(), (count, CHARACTERS), generator=torch.Generator().manual_seed(seed))
    return train.flatten()[drawn]


def trained(data: Poems, seconds: float, seed: int) -> tuple[Trainer, float]:
    """A trainer after so many seconds of this process's CPU, and how many these were."""
    config = TrainConfig(
        data=NAME, end="none", nimg=10**7, batch=128, lr=1e-3, gamma=0.3, z_dim=64, g_widths=(512, 512),
        d_widths=(512, 512), ema_nimg=20_000, seed=seed,
    )  # fmt: skip
    trainer, begun = Trainer(config, data), time.process_time()
    while time.process_time() - begun < seconds:
        trainer.step()
    return trainer, time.process_time() - begun


def table(rows: list[Row]) -> str:
    """The figures for people."""
    lines = head("", "known bigrams", "kinds of characters", "unique", "copied")
    for row in rows:
        shares = f"{row['unique']:.0%} | {row['copied']:.0%}"
        lines.append(f"| {row['what']} | {row['known_bigrams']:.2f} | {row['kinds']:,.0f} | {shares} |")
    return "\n".join(lines)


def table_of(results: dict[str, Any]) -> str:
    """The figures that are kept, for the page of all benches."""
    return table(results["rows"])


def main() -> None:
    """Train, count, print and keep."""
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--seconds", type=float, default=120.0)
    p.add_argument("--seeds", type=int, default=3)
    p.add_argument("--data-dir", type=Path)
    args = p.parse_args()
    torch.set_num_threads(1)
    known, poems = read(data_folder(args.data_dir) / FILE)
    held = torch.arange(len(poems)) % HELD == 0
    train, test, kinds = poems[~held], poems[held], len(known)
    MEDIA[NAME] = POEMS
    DATASETS[NAME] = Dataset("Quatrains", POEMS, SHAPE, "chinese-poetry, simplified by OpenCC", "MIT", lambda *_: data)
    data = Poems(train, points_of(train, kinds))
    shares = (train.flatten().bincount(minlength=kinds) + 0.1) / train.numel()  # no character is impossible
    runs, examples = [], []
    for seed in range(args.seeds):
        trainer, seconds = trained(data, args.seconds, seed)
        z = torch.randn(JUDGED, trainer.config.z_dim, generator=torch.Generator().manual_seed(seed))
        with torch.inference_mode():
            made = characters(trainer.G_ema(z), data.points, shares)
        runs.append(judged(made, train, kinds) | {"seconds": seconds, "nimg": trainer.nimg})
        examples += ["".join(known[i] for i in row) for row in made[:SHOWN].tolist()] if not seed else []
    means = {key: statistics.mean(run[key] for run in runs) for key in runs[0]}
    rows: list[Row] = [
        {"what": f"a small GAN, {args.seeds} seeds", **means},
        {"what": "held-out poems", **judged(test, train, kinds)},
        {"what": "characters by chance", **judged(by_chance(train, JUDGED, 0), train, kinds)},
    ]
    print(table(rows))
    print("\n".join(examples))
    once = int((poems.flatten().bincount() == 1).sum())
    found = {
        "rows": rows, "runs": runs, "examples": examples, "poems": len(poems), "kinds": kinds, "once": once,
        "command": command("quatrains"), **machine(),
    }  # fmt: skip
    write_whole(RESULTS, (json.dumps(found, indent=1, ensure_ascii=False) + "\n").encode())
    print(json.dumps(found, ensure_ascii=False))


if __name__ == "__main__":
    with answering():
        main()
