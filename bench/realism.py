"""Does any figure of a single picture agree with the judge? `python -m bench.realism [MODEL ...] [--sheets FOLDER]`.

500 pictures of each shipped model of pictures, a third each at psi 1, 1.5 and 0.7, all classes in turn. How real each
is, is said by its realism score (Kynkäänniemi et al. 2019, arXiv:1904.06991, equation 9) and its density (Naeem et al.
2020, arXiv:2002.09797, equation 3) among one half of the held-out pictures, on the features of the data's judge; where
none is shipped, on pixels. What might be shown to a visitor is made of the other half:

- the critic's logit, as it is, among those of real pictures of the same class, and beside those of the nearest ones;
- the logit of that critic after it was trained on against the frozen generator, to tell real from fake and not pairs;
- the logit of a fresh classifier of real and fake, the two-sample test's, on the same features as above;
- the realism score among real pictures, on pixels, on the critic's last features, and on those of the judge.

The last two see what the measure sees: they bound what can be reached, and a judge of the data must travel with a model
for them. Spearman's rank correlation decides; of a class, where there are some, each counts alike. Prints tables and,
last, one JSON object; `--out` is written after every model. `--sheets` keeps the pictures in order, for eyes.
"""

import argparse
import dataclasses
import json
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from bench.machine import command, machine
from bench.memorisation import parts
from bench.points import head
from gan.commands.parsing import answering
from gan.data.stored import Stored, shuffled
from gan.evaluation.evaluate import FIRST_SEED
from gan.explore.render import render
from gan.files import write_whole
from gan.latents import z_from_seeds
from gan.media.images import enlarge, grid, to_images, to_pixels, to_png
from gan.media.pictures import PICTURES
from gan.metrics.distances import radii, sample_classifier
from gan.models.checkpoint import load_model, shipped
from gan.models.judges import features_of, load_judge
from gan.models.model import Model
from gan.networks import Critic
from gan.training.trainer import Trainer

RESULTS = Path(__file__).parent / "results" / "realism.json"
COUNT, PSIS = 500, (1.0, 1.5, 0.7)
REALS = 1_000  # of either half, at most: as many as could travel with a model
NEAR = 50  # real pictures beside whose logits one is put
K_REALISM, K_DENSITY = 3, 5  # nearest neighbours, as the two papers have them
FAKES = 1_000  # that the two-sample classifier learns from
STEPS = 100  # of the critic alone: after 4,000 pictures it tells the faces of a frozen generator from real ones
CHUNK = 250  # pictures judged at once
BAR = 0.5  # of the rank correlation with the judge's realism, for every model
SHEET_COLUMNS, SHEET_ROWS = 25, 4
# What people saw: the first picture of the page, a clean zero, and a broken eight.
SEEN = {"the first picture": (42, 0, 1.0), "a broken blob": (123316, 8, 1.5)}  # seed, class, psi
SEEN_OF = "mnist-style"

Row = dict[str, Any]
Scores = dict[str, Tensor]


# ---- measures of one picture ----------------------------------------------------------------------------------------


def density(fake: Tensor, real: Tensor, k: int = K_DENSITY) -> Tensor:
    """[N] in how many of the neighbourhoods of real [M, F] each of fake [N, F] lies, over k."""
    return (torch.cdist(fake, real) < radii(real, k)).float().sum(1) / k


def realism(fake: Tensor, real: Tensor, k: int = K_REALISM) -> Tensor:
    """[N] realism score of fake [N, F] among real [M, F]: the largest ratio of a neighbourhood's radius to distance.

    Half of the neighbourhoods, the larger ones, are left out. arXiv:1904.06991, equation 9.
    """
    radius = radii(real, k)
    dense = radius <= radius.median()
    return (radius[dense] / torch.cdist(fake, real[dense]).clamp(min=1e-9)).max(1).values


def among(values: Tensor, reals: Tensor) -> Tensor:
    """[N] the share of reals [M] below each of values [N]."""
    return torch.searchsorted(reals.sort().values, values) / max(len(reals), 1)


def among_own(values: Tensor, kinds: Tensor, reals: Tensor, real_kinds: Tensor) -> Tensor:
    """`among` the reals of the same kind [N], [M]."""
    found = torch.zeros(len(values))
    for kind in kinds.unique().tolist():
        mine = kinds == kind
        found[mine] = among(values[mine], reals[real_kinds == kind])
    return found


def beside_near(values: Tensor, places: Tensor, reals: Tensor, real_places: Tensor, count: int = NEAR) -> Tensor:
    """[N] by how many standard deviations values [N] at places [N, F] exceed those of the nearest reals [M]."""
    count = min(count, len(reals))
    near = reals[torch.cdist(places, real_places).topk(count, largest=False).indices]
    return (values - near.mean(1)) / near.std(1).clamp(min=1e-9)


def ranks(values: Tensor) -> Tensor:
    """[N] the place of each value in their order; equal ones share the mean of theirs."""
    ordered = values.double().sort().values
    return (torch.searchsorted(ordered, values.double()) + torch.searchsorted(ordered, values.double(), right=True)) / 2


def rank_correlation(a: Tensor, b: Tensor) -> float:
    """Spearman's, of a [N] and b [N], -1 to 1; 0 where either has one value alone."""
    both = torch.stack([ranks(a), ranks(b)])
    if (both == both[:, :1]).all(1).any():
        return 0.0
    return torch.corrcoef(both)[0, 1].item()


def within_classes(a: Tensor, b: Tensor, kinds: Tensor) -> float:
    """The mean over all kinds [N] of the rank correlation of a [N] and b [N] among those of one kind."""
    return statistics.mean(rank_correlation(a[kinds == kind], b[kinds == kind]) for kind in kinds.unique().tolist())


# ---- what is measured -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Set:
    """Pictures as everything sees them.

    Attributes:
        images: [N, C, R, R].
        kinds: [N] their classes; of fakes the one that was asked for, or that the judge names; None: nobody knows.
        judged: [N, F] what the data's judge sees, or, where none is shipped, small pixels.
        small: [N, F] their pixels at 16 px.
        seen: [N, F] the critic's last features.
        logits: [N] the critic's.
    """

    images: Tensor
    kinds: Tensor | None
    judged: Tensor
    small: Tensor
    seen: Tensor
    logits: Tensor

    def part(self, rows: slice) -> "Set":
        """Some of them."""
        kinds = None if self.kinds is None else self.kinds[rows]
        return Set(self.images[rows], kinds, self.judged[rows], self.small[rows], self.seen[rows], self.logits[rows])


@torch.no_grad()
def opinions(D: Critic, images: Tensor, c: Tensor | None) -> tuple[Tensor, Tensor]:
    """(logits [N], the last features [N, F]) of a critic without Fourier features, of images of classes c [N]."""
    logits, seen = [], []
    for rows in torch.arange(len(images)).split(CHUNK):
        x = images[rows]
        logits.append(D(x, None if c is None else c[rows]))
        x = (x + 1) / 2 if D.unit_range else x
        for layer in D.layers()[:-1]:
            x = layer(x.flatten(1) if isinstance(layer.module, torch.nn.Linear) else x)
        seen.append(x.flatten(1))
    return torch.cat(logits), torch.cat(seen)


def seen_as(model: Model, images: Tensor, kinds: Tensor | None) -> Set:
    """Images as the judge of a model's data and its critic see them."""
    judged, _ = features_of(model.config.data, images)
    if kinds is None and (judge := load_judge(model.config.data) if images.shape[1] == 1 else None) is not None:
        kinds = judge.head(judged).argmax(1)
    logits, seen = opinions(model.D, images, kinds if model.classes else None)
    return Set(images, kinds, judged, PICTURES.features(images)[0], seen, logits)


def psis_of(count: int) -> Tensor:
    """[N] the psi of each picture: ten of one, then ten of the next, so that each has all classes alike."""
    return torch.tensor(PSIS)[torch.arange(count) // 10 % len(PSIS)]


def drawn(model: Model, count: int) -> Set:
    """A model's pictures at PSIS, and after them those of SEEN, where they are the model's."""
    psis, c = psis_of(count), torch.arange(count) % max(len(model.classes), 1)
    z = z_from_seeds(range(FIRST_SEED, FIRST_SEED + count), model.G.z_dim)
    images = torch.zeros(count, *model.shape)
    for psi in PSIS:
        images[psis == psi] = render(model, z[psis == psi], psi, c=c[psis == psi])
    if model.name == SEEN_OF:
        for number, kind, psi in SEEN.values():
            own = torch.tensor([kind])
            images = torch.cat([images, render(model, z_from_seeds([number], model.G.z_dim), psi, c=own)])
            c = torch.cat([c, own])
    return seen_as(model, images, c if model.classes else None)


def halves(model: Model, data_dir: Path | None) -> tuple[Stored, Set, Set]:
    """(the training part, the held-out pictures that measures are made of, those that the judge compares with)."""
    train, test = parts(model, data_dir)
    rows = shuffled(test.size)[: 2 * REALS]
    held = seen_as(model, to_images(test.rows[rows]), None if test.labels is None else test.labels[rows])
    middle = len(rows) // 2
    return train, held.part(slice(0, middle)), held.part(slice(middle, None))


def trained_on(model: Model, train: Stored, steps: int) -> Model:
    """The model with its critic trained for `steps` more against the frozen generator.

    By the plain loss, whose logit is that of a sample being real, with R1 at the run's weight, and unaugmented, but for
    mirrors where the run had any augmentation: shifts hide where a fake's parts stand.
    """
    config = dataclasses.replace(
        model.config, objective="non-saturating", penalty="r1", augment="flip" if model.config.augment else "",
        fakes="fresh", lr=3e-4, lr_d=0.0, precision="float32", threads=1,
    )  # fmt: skip
    trainer = Trainer(config, train, start=model)
    for _ in range(steps):
        trainer.step_d()
    return dataclasses.replace(model, D=trainer.D.eval().requires_grad_(False))


def told_apart(model: Model, fake: Set, carried: Set) -> Tensor:
    """[N] the logit of the two-sample test's classifier, which learns from other pictures of the model."""
    z = z_from_seeds(range(FIRST_SEED + 10**6, FIRST_SEED + 10**6 + min(FAKES, len(carried.judged))), model.G.z_dim)
    c = torch.arange(len(z)) % len(model.classes) if model.classes else None
    others, _ = features_of(model.config.data, render(model, z, c=c))
    return sample_classifier(carried.judged, others)[0](fake.judged)


def candidates(model: Model, train: Stored, fake: Set, carried: Set, steps: int) -> Scores:
    """Each candidate's score of every picture: a label -> [N]."""
    found: Scores = {"the critic's logit": fake.logits}
    if fake.kinds is not None and carried.kinds is not None:
        found["… among reals of its class"] = among_own(fake.logits, fake.kinds, carried.logits, carried.kinds)
    found["… beside the nearest reals (pixels)"] = beside_near(fake.logits, fake.small, carried.logits, carried.small)
    found["… beside the nearest reals (critic)"] = beside_near(fake.logits, fake.seen, carried.logits, carried.seen)
    if steps:
        on = trained_on(model, train, steps)
        found["a critic trained on"] = opinions(on.D, fake.images, fake.kinds if model.classes else None)[0]
    found["two-sample classifier"] = told_apart(model, fake, carried)
    found["realism score (pixels)"] = realism(fake.small, carried.small)
    found["realism score (critic)"] = realism(fake.seen, carried.seen)
    found["realism score (judge)"] = realism(fake.judged, carried.judged)
    return found


def correlations(scores: Scores, kinds: Tensor | None, truth: Mapping[str, Tensor]) -> dict[str, Row]:
    """Each candidate's rank correlations with the judge's realism and density; at psi 1 alone, and within classes."""
    plain = psis_of(len(truth["realism"])) == 1.0
    rows = {}
    for label, score in scores.items():
        row: Row = {name: rank_correlation(score, values) for name, values in truth.items()}
        row["psi 1"] = rank_correlation(score[plain], truth["realism"][plain])
        if kinds is not None:
            row["within classes"] = within_classes(score, truth["realism"], kinds)
        rows[label] = {name: round(value, 3) for name, value in row.items()}
    return rows


def measured(model: Model, count: int, steps: int, data_dir: Path | None = None) -> tuple[Row, Tensor]:
    """(the figures of a model, the sheet of its pictures in each order, uint8 [H, W, C])."""
    train, carried, held = halves(model, data_dir)
    fake = drawn(model, count)
    truth = {"realism": realism(fake.judged, held.judged), "density": density(fake.judged, held.judged)}
    every = {"the judge": truth["realism"]} | candidates(model, train, fake, carried, steps)
    shown = {label: score[:count] for label, score in every.items()}
    learnt = seen_as(model, *train.labelled(REALS, torch.Generator().manual_seed(0))).logits
    row: Row = {
        "model": model.name, "sha256": model.card.get("sha256"), "data": model.config.data,
        "rank": {name: round(among(fake.logits[:count], reals).mean().item(), 3)
                 for name, reals in (("learnt", learnt), ("held", carried.logits))},
        "features": features_of(model.config.data, fake.images[:1])[1], "reals": len(held.images),
        "candidates": correlations(
            {label: score for label, score in shown.items() if label != "the judge"},
            None if fake.kinds is None else fake.kinds[:count], {name: v[:count] for name, v in truth.items()},
        ),
    }  # fmt: skip
    if len(fake.images) > count:
        row["seen"] = {
            label: [round(share, 3) for share in among(score[count:], score[:count]).tolist()]
            for label, score in every.items()
        }
    return row, sheet(fake.images[:count], shown)


def sheet(images: Tensor, scores: Scores) -> Tensor:
    """A block of pictures for each score, the lowest first: SHEET_ROWS lines spread over the whole order."""
    count = min(SHEET_ROWS * SHEET_COLUMNS, len(images))
    places = torch.linspace(0, len(images) - 1, count).round().long()
    blocks = []
    for values in scores.values():
        block = grid(to_pixels(images[values.argsort()[places]]), SHEET_COLUMNS)
        blocks += [block, torch.full_like(block[:8], 255)]
    return enlarge(torch.cat(blocks), 2 if images.shape[-1] < 40 else 1)


# ---- telling --------------------------------------------------------------------------------------------------------


def verdict(rows: Sequence[Row]) -> str:
    """Which candidates reach the bar for every model, and what the best of the others misses it by."""
    labels = list(dict.fromkeys(label for row in rows for label in row["candidates"]))
    least = {
        label: min(row["candidates"].get(label, {}).get("realism", -1.0) for row in rows) for label in labels
    }  # fmt: skip
    reach = [label for label, value in least.items() if value >= BAR]
    said = f"A rank correlation of {BAR:g} or more with the judge's realism, for every model: "
    return said + ("; ".join(f"{label} (least {least[label]:.2f})" for label in reach) if reach else "none") + "."


def table(results: Mapping[str, Any]) -> str:
    """The whole story in Markdown, of the JSON that this bench writes."""
    rows: list[Row] = results["models"]
    names = [f"`{row['model']}`" for row in rows]
    labels = list(dict.fromkeys(label for row in rows for label in row["candidates"]))
    blocks = []
    said = {"realism": "the judge's realism score", "density": "the judge's density",
            "psi 1": "the judge's realism score, at psi 1 alone",
            "within classes": "the judge's realism score, the mean within classes"}  # fmt: skip
    for key, what in said.items():
        lines = head(f"rank correlation with {what}", *names)
        for label in labels:
            values = [row["candidates"].get(label, {}).get(key) for row in rows]
            lines.append(f"| {label} | " + " | ".join("" if v is None else f"{v:.2f}" for v in values) + " |")
        blocks.append("\n".join(lines))
    for row in rows:
        if seen := row.get("seen"):
            lines = head(f"share of the pictures of `{row['model']}` below", *SEEN)
            for label, shares in seen.items():
                lines.append(f"| {label} | " + " | ".join(f"{share:.0%}" for share in shares) + " |")
            blocks.append("\n".join(lines))
    for row in rows:
        learnt, kept = (f"{row['rank'][name]:.0%}" for name in ("learnt", "held"))
        blocks.append(
            f"`{row['model']}`: on average its critic ranks a picture above {learnt} of the real pictures that it "
            f"learnt from and {kept} of the held-out ones."
        )
    judged = "; ".join(f"`{row['model']}` on {row['features']}, {row['reals']:,} pictures" for row in rows)
    return "\n\n".join([verdict(rows), f"The judge: {judged}.", *blocks])


def kept(path: Path, found: Sequence[Model], settings: Mapping[str, int]) -> list[Row]:
    """The rows of an earlier bench of the same models' weights with the same settings."""
    old = json.loads(path.read_text()) if path.exists() else {}
    if any(old.get(name) != value for name, value in settings.items()):
        return []
    same = {(model.name, model.card.get("sha256")) for model in found}
    return [row for row in old["models"] if (row["model"], row["sha256"]) in same]


def main() -> None:
    """Measure some models, in turn."""
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("models", nargs="*", metavar="MODEL", help="shipped models or runs (default: all of pictures)")
    p.add_argument("--samples", type=int, default=COUNT, help=f"of each model (default {COUNT})")
    p.add_argument("--steps", type=int, default=STEPS, help=f"of the critic trained on (default {STEPS}; 0: without)")
    p.add_argument("--sheets", type=Path, help="a folder for the pictures in every order")
    p.add_argument("--data-dir", type=Path, help="where the data lies")
    p.add_argument("--out", type=Path, default=RESULTS, help="where the figures go, after every model")
    p.add_argument("--resume", action="store_true", help="keep the rows of --out that had these settings")
    args = p.parse_args()
    torch.set_num_threads(1)
    found = [load_model(name) for name in args.models or shipped()]
    if not args.models:  # the small ones first
        found = sorted((model for model in found if model.medium is PICTURES), key=lambda model: model.G.macs())
    settings = {"samples": args.samples, "steps": args.steps}
    rows = kept(args.out, found, settings) if args.resume else []
    results: dict[str, Any] = {"command": command("realism")} | settings
    for model in found:
        if model.name in {row["model"] for row in rows}:
            continue
        row, picture = measured(model, args.samples, args.steps, args.data_dir)
        rows.append(row)
        print(table({"models": [row]}), flush=True)
        if args.sheets:
            write_whole(args.sheets / f"{model.name}.png", to_png(picture))
        write_whole(args.out, (json.dumps(results | {"models": rows} | machine()) + "\n").encode())
    print(table({"models": rows}))
    print(json.dumps(results | {"models": rows} | machine()))


if __name__ == "__main__":
    with answering():
        main()
