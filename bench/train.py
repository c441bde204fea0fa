"""How fast training is: ours, the same networks the usual way, and the machine's limit: `python -m bench.train`.

All of them in turn, in one process, on one thread; the median of several rounds. *The usual way* is what the scripts do
that people copy: a DataLoader with a transform for each sample, torch's default Adam, a loss `.item()` in each step,
gradients zeroed by `zero_grad`. Some draw fresh latents for G's step, as the papers' algorithm does; others have D
judge the fakes of its own step once more, which saves a pass of G: *usual, shared fakes*. *The limit* is a product of
two matrices. The networks, the losses and the batch are the same: the presets' `classic-784` and `classic-dcgan`.
Prints a table and, last, one JSON object; writes bench/results/train.json.
"""

import argparse
import dataclasses
import json
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader
from torch.utils.flop_counter import FlopCounterMode

from bench.bars import judged
from bench.machine import command, machine
from gan import networks
from gan.data import sets
from gan.data.stored import Stored
from gan.files import write_whole
from gan.recipe.config import TrainConfig
from gan.recipe.presets import PRESETS
from gan.training.trainer import Trainer

RESULTS = Path(__file__).parent / "results" / "train.json"
SIZE = 2048  # of the matrices of the limit
# name -> (preset, batch, what it must reach: times the usual way)
CASES = {
    "classic-784, batch 64": ("classic-784", 64, 2.2),
    "classic-784, batch 128": ("classic-784", 128, None),
    "classic-784, batch 256": ("classic-784", 256, 4.0),
    "classic-dcgan, batch 64": ("classic-dcgan", 64, 1.6),
    "classic-dcgan, batch 256": ("classic-dcgan", 256, 1.6),
}
# What is ours, from the usual arithmetic to the fastest.
OURS: dict[str, dict[str, Any]] = {
    "ours": {},
    "ours, shared fakes": {"fakes": "shared"},
    "ours, shared fakes, bf16": {"fakes": "shared", "precision": "bf16"},
}
LIMIT_SHARE = 0.85
USUAL, SHARING = "usual", "usual, shared fakes"


class UsualDataset(torch.utils.data.Dataset[tuple[Tensor, int]]):
    """MNIST as torchvision gives it: a PIL picture for each sample, turned into a tensor and normalised."""

    def __init__(self, pictures: Stored) -> None:
        from torchvision import transforms

        self.pixels, self.labels = pictures.rows, pictures.labels
        self.transform = transforms.Compose([transforms.ToTensor(), transforms.Normalize([0.5], [0.5])])

    def __len__(self) -> int:
        return len(self.pixels)

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        from PIL import Image

        assert self.labels is not None
        picture = Image.fromarray(self.pixels[index, ..., 0].numpy(), mode=None)
        return self.transform(picture), int(self.labels[index])


def usual(config: TrainConfig, pictures: Stored, shared: bool = False) -> Iterator[None]:
    """The usual loop on the same networks and batch; each `next` is one iteration, D's step and G's.

    Args:
        shared: G's step is on the fakes of D's; else on fresh ones.
    """
    G, D = networks.build(config.architecture(pictures.shape, 1.0), torch.Generator().manual_seed(0))
    betas = (config.beta1, config.beta2)
    opt_g = torch.optim.Adam(G.parameters(), lr=config.lr, betas=betas)
    opt_d = torch.optim.Adam(D.parameters(), lr=config.lr, betas=betas)
    said = nn.BCEWithLogitsLoss()
    loader = DataLoader(UsualDataset(pictures), batch_size=config.batch, shuffle=True, drop_last=True)
    while True:
        for real, _ in loader:
            valid, false = torch.ones(len(real)), torch.zeros(len(real))
            z = torch.randn(len(real), config.z_dim)
            fake = G(z)
            opt_d.zero_grad()
            loss_d = said(D(real), valid) + said(D(fake.detach()), false)
            loss_d.backward()
            opt_d.step()
            opt_g.zero_grad()
            loss_g = said(D(fake if shared else G(torch.randn(len(real), config.z_dim))), valid)
            loss_g.backward()
            opt_g.step()
            loss_d.item(), loss_g.item()
            yield


def ours(config: TrainConfig, pictures: Stored) -> Iterator[None]:
    """The trainer's own loop."""
    trainer = Trainer(config, pictures)
    while True:
        trainer.step()
        yield


def seconds_of(loop: Iterator[None], steps: int) -> float:
    """Seconds of one iteration, over some."""
    begun = time.perf_counter()
    for _ in range(steps):
        next(loop)
    return (time.perf_counter() - begun) / steps


def limit(kind: torch.dtype) -> float:
    """GFLOP/s of a product of two SIZE x SIZE matrices."""
    a, b = (torch.ones(SIZE, SIZE, dtype=kind) for _ in range(2))
    begun = time.perf_counter()
    a @ b
    return 2 * SIZE**3 / (time.perf_counter() - begun) / 1e9


def flops(config: TrainConfig, pictures: Stored) -> float:
    """Floating point operations of an iteration of ours, in products and convolutions, as torch counts them."""
    trainer = Trainer(config, pictures)
    with FlopCounterMode(display=False) as counter:
        trainer.step()
    return float(counter.get_total_flops())


def measure(name: str, pictures: Stored, rounds: int, budget: float) -> dict[str, Any]:
    """A case: every way in turn, `rounds` times, each for about `budget` seconds a round."""
    preset, batch, _ = CASES[name]
    config = dataclasses.replace(PRESETS[preset], batch=batch)
    configs = {way: dataclasses.replace(config, **changes) for way, changes in OURS.items()}
    loops = {USUAL: usual(config, pictures), SHARING: usual(config, pictures, shared=True)}
    loops |= {way: ours(c, pictures) for way, c in configs.items()}
    limits: dict[str, Callable[[], float]] = {
        "float32": lambda: limit(torch.float32), "bf16": lambda: limit(torch.bfloat16),
    }  # fmt: skip
    steps = {}
    for way, loop in loops.items():
        seconds_of(loop, 2)
        steps[way] = max(2, round(budget / seconds_of(loop, 2)))
    taken: dict[str, list[float]] = {way: [] for way in loops}
    tops: dict[str, list[float]] = {kind: [] for kind in limits}
    for _ in range(rounds):
        for kind, ask in limits.items():
            tops[kind] += [ask(), ask()]
        for way, loop in loops.items():
            taken[way].append(seconds_of(loop, steps[way]))
    best = {kind: statistics.median(values) for kind, values in tops.items()}
    rows = {}
    for way, values in taken.items():
        # Rounds are compared with their own neighbours: a machine that is busier for a while slows them all.
        row = {"images_a_second": batch / statistics.median(values)}
        for key, other in (("ratio", USUAL), ("ratio_sharing", SHARING)):
            row[key] = statistics.median(theirs / own for theirs, own in zip(taken[other], values, strict=True))
        # torch counts the products of linear layers exactly, those of transposed convolutions too high.
        if way in configs and config.network == "mlp":
            kind = configs[way].precision
            rate = flops(configs[way], pictures) / statistics.median(values) / 1e9
            row |= {"gflops": rate, "share_of_limit": rate / best[kind]}
        rows[way] = row
    return {"case": name, "preset": preset, "batch": batch, "limit_gflops": best, "ways": rows}


def lines(found: dict[str, Any]) -> list[str]:
    """A case's rows of the table."""
    return [
        f"| {found['case']} | {way} | {row['images_a_second']:,.0f} | {row['ratio']:.2f} | "
        f"{row['ratio_sharing']:.2f} | " + (f"{row['share_of_limit']:.0%} |" if "share_of_limit" in row else "|")
        for way, row in found["ways"].items()
    ]


HEAD = [
    "| case | way | images/s | times the usual way | times that with shared fakes | of the machine's limit |",
    "|---|---|---|---|---|---|",
]


def table(results: dict[str, Any]) -> str:
    """The results as Markdown, and what was to be reached."""
    rows = [line for found in results["cases"] for line in lines(found)]
    return "\n".join([*HEAD, *rows, "", *verdicts(results["cases"])])


def verdicts(cases: Sequence[dict[str, Any]]) -> list[str]:
    """A sentence on every bar: by the fastest way that is ours, and of float32's shares of the limit the largest."""
    said = []
    for found in cases:
        bar, best = CASES[found["case"]][2], fastest(found)
        if bar is not None:
            beside = f"{best['ratio_sharing']:.2f} times that with shared fakes, times the usual way"
            said.append("- " + judged(f"{found['case']}: {beside}", best["ratio"], bar, ".2f", least=True))
    shares = {
        f"{found['case']}, {way}": row["share_of_limit"]
        for found in cases for way, row in found["ways"].items()
        if "share_of_limit" in row and "precision" not in OURS[way]
    }  # fmt: skip
    if shares:
        where, most = max(shares.items(), key=lambda one: one[1])
        said.append("- " + judged(f"{where}: share of the limit in float32", most, LIMIT_SHARE, ".0%", least=True))
    return said


def fastest(found: dict[str, Any]) -> dict[str, Any]:
    """The row of the way of ours that is fastest."""
    return max((row for way, row in found["ways"].items() if way in OURS), key=lambda row: float(row["ratio"]))


def main() -> None:
    """Every case in turn."""
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--rounds", type=int, default=7)
    p.add_argument("--seconds", type=float, default=1.5, help="of each way, a round")
    p.add_argument("--case", nargs="*", choices=list(CASES), default=list(CASES))
    args = p.parse_args()
    torch.set_num_threads(1)
    pictures = sets.load("mnist")
    assert isinstance(pictures, Stored)
    print("\n".join(HEAD))
    cases = []
    for name in args.case:
        cases.append(measure(name, pictures, args.rounds, args.seconds))
        print("\n".join(lines(cases[-1])), flush=True)
    results = {"command": command("train"), "cases": cases} | machine()
    write_whole(RESULTS, (json.dumps(results, indent=1) + "\n").encode())
    print(json.dumps(results))


if __name__ == "__main__":
    main()
