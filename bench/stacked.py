"""Does G reach all 1,000 modes of stacked MNIST, evenly? `python -m bench.stacked [--resume]`.

Trains the preset `stacked-best` on one thread, into a run's folder that an interrupted bench takes up again, and looks
at the averaged G at every eighth of the way. At the end 26,000 samples, several times over, and as many real pictures
beside them; then the same networks with each other objective, for a minute. Prints tables and, last, one JSON object,
which results/stacked.json keeps.

Where the preset leaves R3GAN (arXiv:2501.05441), with the KL of runs for the same seed, most of them not ended. The
preset was chosen among them by that KL, so its own figure is the best of several recipes on one seed:
- A plain DCGAN without residual blocks: over 1,000 pictures a second on one thread. The style-based networks of
  `mnist-style` are less than half as fast here.
- A dense layer over the whole picture at the latent end of both. Without it, and with gamma rising from 0.1 to 0.5, the
  KL was .231 after 375,000 pictures, .107 after 750,000, .085 after 1,125,000 and .076 after 1,500,000. The three
  channels were as independent as real ones (total correlation .022, real .021): what was left were digits that came too
  often, 9s for 4s, one channel at a time. With it the KL was .069 after 375,000 and .035 after 1,125,000.
- Gamma stays; theirs falls. With 0.1 D soon tells 97 % apart, with 0.3 and the dense layer 86 % and less.
- Rates stay for a third of the run and then fall by equal factors, from 1e-3 to 2 %. Falling from the start, and with
  G's channels 64 and 32, the KL was .035 after 1,125,000 pictures and .033 at the end, 3,000,000: by then they were too
  low to mend the digits that came too often. Adam's second decay is 0.99 throughout; theirs goes from 0.9 to 0.99.
- G's step judges the fakes of D's step: a pass of G less.
"""

import argparse
import dataclasses
import json
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from bench.bars import judged
from bench.machine import command, machine
from gan.commands.parsing import answering
from gan.data import sets
from gan.data.pictures import Stacked
from gan.data.sets import DATASETS
from gan.evaluation.evaluate import stack_features, stack_judge
from gan.files import write_whole
from gan.metrics.distances import stacked_report
from gan.networks.judge import Judge
from gan.recipe.objectives import OBJECTIVES
from gan.recipe.presets import PRESETS
from gan.training.runs import Run
from gan.training.trainer import Trainer

JUDGED = DATASETS["stacked-mnist"].judged  # samples, as in PacGAN
PRESET = "stacked-best"
KEPT = Path(__file__).resolve().parent / "results" / "stacked.json"
NOTES = "stacked.json"  # in the run's folder: what a bench that goes on has to know
MARKS = 8  # looks at G on the way
SAMPLINGS = 5  # of 26,000 each, for the mean and the spread
BATCH = 500
BAR = 0.03  # of the KL; every mode is to be reached
PUBLISHED = {
    "DCGAN": (99.0, 3.40, "arXiv:1712.04086, table 2"),
    "VEEGAN": (150.0, 2.95, "arXiv:1712.04086, table 2"),
    "PacDCGAN2": (1000.0, 0.06, "arXiv:1712.04086, table 2"),
}
Pick = Callable[[int, torch.Generator], Tensor]


def report(judge: Judge, pick: Pick, seed: int, count: int = JUDGED) -> dict[str, Any]:
    """PacGAN's figures of `count` pictures that `pick` gives by hundreds: (n, generator) -> images [n, 3, R, R]."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        sizes = [min(BATCH, count - done) for done in range(0, count, BATCH)]
        logits = torch.cat([judge.head(stack_features(judge, pick(n, generator))) for n in sizes])
    return dataclasses.asdict(stacked_report(logits))


def fakes(G: nn.Module, z_dim: int) -> Pick:
    """What draws pictures from a G."""
    return lambda n, generator: G(torch.randn(n, z_dim, generator=generator))


def timed(trainer: Trainer, run: Run) -> Iterator[tuple[float, float]]:
    """Train; at every tick the (CPU, wall) seconds since the one before, with what the run's saving took."""
    ticks, done = run.ticks(), object()
    while True:
        begun = time.process_time(), time.perf_counter()
        if next(ticks, done) is done:
            return
        yield time.process_time() - begun[0], time.perf_counter() - begun[1]


def train(run: Run, judge: Judge, notes: dict[str, Any]) -> None:
    """Train to the end with a look at every mark; `notes` grow with it and are kept in the run's folder."""
    config, trainer = run.config, run.trainer
    notes["marks"] = [row for row in notes["marks"] if row["nimg"] <= trainer.nimg]
    for cpu, wall in timed(trainer, run):
        notes["cpu_seconds"] += cpu
        notes["wall_seconds"] += wall
        if trainer.nimg * MARKS // config.nimg > len(notes["marks"]):
            seen = report(judge, fakes(trainer.G_ema, config.z_dim), seed=1)
            row = {"nimg": trainer.nimg, "cpu_seconds": notes["cpu_seconds"], "wall_seconds": notes["wall_seconds"]}
            notes["marks"].append(row | seen)
            print(mark(notes["marks"][-1]), flush=True)
        write_whole(run.folder / NOTES, json.dumps(notes).encode())


def others(seconds: float, reals: Stacked, judge: Judge) -> dict[str, Any]:
    """Every objective with the preset's networks, rates and its own brake, after so many CPU seconds."""
    rows = {}
    for name in OBJECTIVES if seconds else ():
        # The clock ends these runs: no rate decays, and the average is a short one.
        config = dataclasses.replace(PRESETS[PRESET], objective=name, nimg=10**9, ema_nimg=10_000.0)
        trainer, begun = Trainer(config, reals), time.process_time()
        while time.process_time() - begun < seconds:
            trainer.step()
        finite = trainer.finite()
        seen = report(judge, fakes(trainer.G_ema, config.z_dim), seed=1) if finite else {"modes": 0, "reverse_kl": None}
        rows[name] = {"nimg": trainer.nimg, "cpu_seconds": seconds} | seen
        print(name, mark(rows[name]), flush=True)
    return rows


def mark(row: Mapping[str, Any]) -> str:
    """A look at G on the way, as a row of a table."""
    return f"| {row['nimg']:,} | {row['cpu_seconds']:.0f} | {row['modes']:,} | {number(row['reverse_kl'])} |"


def number(value: float | None) -> str:
    """A KL for people."""
    return "" if value is None else f"{value:.3f}"


def spread(reports: list[dict[str, Any]], key: str) -> tuple[float, float]:
    """(mean, standard deviation) of a figure over several samplings."""
    values = torch.tensor([row[key] for row in reports], dtype=torch.float64)
    return values.mean().item(), values.std().item()


OTHERS = (
    "Every objective with the same networks and its own brake on D, for the same CPU seconds: rates do not fall, a "
    "half-life of 10,000 pictures, one sampling. Those without pairs and penalties see more pictures in that time."
)


def verdicts(r: Mapping[str, Any]) -> list[str]:
    """A sentence for each bar."""
    modes, kl = (spread(r["fake"], key)[0] for key in ("modes", "reverse_kl"))
    return [
        judged(f"`{r['preset']}`: modes", modes, 1_000, ",.1f", least=True),
        judged(f"`{r['preset']}`: KL", kl, BAR, ".4f"),
    ]


def table(results: Mapping[str, Any]) -> str:
    """The figures of results/stacked.json as Markdown: published ones, ours, real data's; the way there; the others."""
    r = results["stacked"]
    lines = ["| stacked MNIST, 26,000 samples | modes of 1,000 | KL | from |", "|---|---|---|---|"]
    lines += [f"| {name} | {modes:,.0f} | {kl:.2f} | {source} |" for name, (modes, kl, source) in PUBLISHED.items()]
    minutes = f"{r['cpu_seconds'] / 60:.0f} CPU minutes on one thread, seed {r['seed']}"
    for name, key, source in (
        (f"`{r['preset']}`", "fake", minutes), ("real data", "real", "the training pictures"),
    ):  # fmt: skip
        kl, deviation = spread(r[key], "reverse_kl")
        modes = spread(r[key], "modes")[0]
        lines.append(f"| {name} | {modes:,.1f} | {kl:.4f} ± {deviation:.4f} | {source} |")
    lines += ["", *(f"- {verdict}" for verdict in verdicts(r)), "", "On the way, one sampling at each mark:", ""]
    lines += ["| images | CPU s | modes | KL |", "|---|---|---|---|", *map(mark, r["marks"])]
    if r["others"]:
        lines += ["", OTHERS, "", "| objective | images | CPU s | modes | KL |", "|---|---|---|---|---|"]
        lines += [f"| `{name}` {mark(row)}" for name, row in r["others"].items()]
    return "\n".join(lines)


def main() -> None:
    """Train, measure, compare, and keep the figures."""
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--out", type=Path, default=Path("runs") / PRESET, help=f"the run's folder (default runs/{PRESET})")
    p.add_argument("--resume", action="store_true", help="go on with an interrupted bench")
    p.add_argument("--others", type=float, default=60.0, metavar="S", help="CPU seconds for each objective; 0: none")
    p.add_argument("--data-dir", type=Path, help="where MNIST lies")
    args = p.parse_args()
    torch.set_num_threads(1)
    config = PRESETS[PRESET]
    reals = sets.load(config.data, args.data_dir, True, config.resolution)
    assert isinstance(reals, Stacked)
    judge = stack_judge(reals.of)
    run = Run(args.out, config, reals, snapshots=0)
    notes: dict[str, Any] = {"cpu_seconds": 0.0, "wall_seconds": 0.0, "marks": []}
    if args.resume:
        run.resume()
        if (args.out / NOTES).exists():  # not if the bench was killed before its first look
            notes = json.loads((args.out / NOTES).read_text())
    else:
        run.start()
    print("| images | CPU s | modes | KL |\n|---|---|---|---|")
    train(run, judge, notes)
    G = run.trainer.G_ema
    figures = {
        "preset": PRESET, "seed": config.seed, "samples": JUDGED, "nimg": run.trainer.nimg, **notes,
        "fake": [report(judge, fakes(G, config.z_dim), 100 + i) for i in range(SAMPLINGS)],
        "real": [report(judge, reals.sample, 100 + i) for i in range(SAMPLINGS)],
        "others": others(args.others, reals, judge),
    }  # fmt: skip
    results = {"command": command("stacked"), "stacked": figures} | machine()
    print(table(results))
    KEPT.write_text(json.dumps(results) + "\n")
    print(json.dumps(results))


if __name__ == "__main__":
    with answering():
        main()
