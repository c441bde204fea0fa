"""Time to quality: three published scripts' forms beside our presets, on MNIST, one judge, one thread.

`python -m bench.peers [--seconds 60 180] [--seeds 1] [--resume]`. The forms are ours, written from what is published of
them: their networks, losses, rates and the loop around them, with a DataLoader and a transform for each sample.

- *GAN*: fully connected, 100 -> 128 -> 256 -> 512 -> 1,024 -> 784 with batch norms against 784 -> 512 -> 256 -> 1;
  binary cross-entropy, D's step on the fakes of G's (Goodfellow et al. 2014, arXiv:1406.2661).
- *WGAN-GP*: the same G; D without a sigmoid, five steps of D for one of G, a penalty of 10 (Gulrajani et al. 2017,
  arXiv:1704.00028, algorithm 1).
- *DCGAN*: doubled by nearest neighbours and convolved, batch norms, dropout in D (after Radford et al. 2015,
  arXiv:1511.06434).

All with batch 64, Adam, rate 2e-4, beta1 .5, and no average of G. Each is judged on 10,000 samples each time the CPU
seconds of one of the budgets are spent. Ours end with the budget, as their rates fall by its end: a run for each.
`--out` is written after every row. Prints a table and, last, one JSON object.
"""

import argparse
import dataclasses
import functools
import json
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader

from bench.budget import recipe, samples_in
from bench.machine import command, machine
from bench.pictures import parts
from bench.points import head, trained
from bench.train import UsualDataset
from gan.data import sets
from gan.evaluation.evaluate import FIRST_SEED
from gan.files import write_whole
from gan.latents import z_from_seeds
from gan.metrics.distances import coverage, frechet
from gan.models.judges import features_of
from gan.recipe.presets import PRESETS

RESULTS = Path(__file__).parent / "results" / "peers.json"
OURS = ("mnist-mlp", "mnist-dcgan", "mnist-style")
SHOWN = {"frechet": "Fréchet", "precision": "precision", "recall": "recall", "coverage": "coverage"}
Z_DIM, BATCH, RATE, BETAS, SIDE = 100, 64, 2e-4, (0.5, 0.999), 28
JUDGED, AT_ONCE, EVERY = 10_000, 1_000, 20  # samples; of them at a time; iterations between two looks at the clock
CRITICS, PENALTY = 5, 10.0  # of WGAN-GP: steps of D for one of G, and what its penalty is multiplied by

Row = dict[str, Any]


# ---- the forms --------------------------------------------------------------------------------------------------


def dense_generator() -> nn.Module:
    """z [N, 100] -> images [N, 1, 28, 28]."""
    layers: list[nn.Module] = [nn.Linear(Z_DIM, 128), nn.LeakyReLU(0.2)]
    for n_in, n_out in ((128, 256), (256, 512), (512, 1024)):
        layers += [nn.Linear(n_in, n_out), nn.BatchNorm1d(n_out, 0.8), nn.LeakyReLU(0.2)]
    return nn.Sequential(*layers, nn.Linear(1024, SIDE**2), nn.Tanh(), nn.Unflatten(1, (1, SIDE, SIDE)))


def dense_critic(*end: nn.Module) -> nn.Module:
    """Images [N, 1, 28, 28] -> [N, 1]."""
    layers = [nn.Flatten(), nn.Linear(SIDE**2, 512), nn.LeakyReLU(0.2), nn.Linear(512, 256), nn.LeakyReLU(0.2)]
    return nn.Sequential(*layers, nn.Linear(256, 1), *end)


def convolutional_generator() -> nn.Module:
    """z [N, 100] -> images [N, 1, 28, 28]."""
    first = SIDE // 4
    layers: list[nn.Module] = [nn.Linear(Z_DIM, 128 * first**2), nn.Unflatten(1, (128, first, first))]
    layers.append(nn.BatchNorm2d(128))
    for n_in, n_out in ((128, 128), (128, 64)):
        layers += [nn.Upsample(scale_factor=2), nn.Conv2d(n_in, n_out, 3, padding=1)]
        layers += [nn.BatchNorm2d(n_out, 0.8), nn.LeakyReLU(0.2)]
    return drawn(nn.Sequential(*layers, nn.Conv2d(64, 1, 3, padding=1), nn.Tanh()))


def convolutional_critic() -> nn.Module:
    """Images [N, 1, 28, 28] -> [N, 1]."""
    layers: list[nn.Module] = []
    for n_in, n_out in ((1, 16), (16, 32), (32, 64), (64, 128)):
        layers += [nn.Conv2d(n_in, n_out, 3, 2, 1), nn.LeakyReLU(0.2), nn.Dropout2d(0.25)]
        layers += [nn.BatchNorm2d(n_out, 0.8)] if n_in > 1 else []
    return drawn(nn.Sequential(*layers, nn.Flatten(), nn.Linear(128 * 2**2, 1), nn.Sigmoid()))


def drawn(network: nn.Module) -> nn.Module:
    """The network with weights of convolutions drawn with a deviation of .02, gains of norms around 1."""
    for layer in network.modules():
        if isinstance(layer, nn.Conv2d):
            nn.init.normal_(layer.weight, 0.0, 0.02)
        elif isinstance(layer, nn.BatchNorm2d):
            nn.init.normal_(layer.weight, 1.0, 0.02)
            nn.init.zeros_(layer.bias)
    return network


def by_cross_entropy(G: nn.Module, D: nn.Module, batches: Iterator[Tensor]) -> Iterator[None]:
    """The usual loop: G's step, then D's on the same fakes; each `next` is an iteration."""
    opt_g, opt_d = (torch.optim.Adam(network.parameters(), lr=RATE, betas=BETAS) for network in (G, D))
    said = nn.BCELoss()
    for real in batches:
        valid, false = torch.ones(len(real), 1), torch.zeros(len(real), 1)
        opt_g.zero_grad()
        fake = G(torch.randn(len(real), Z_DIM))
        loss_g = said(D(fake), valid)
        loss_g.backward()
        opt_g.step()
        opt_d.zero_grad()
        loss_d = (said(D(real), valid) + said(D(fake.detach()), false)) / 2
        loss_d.backward()
        opt_d.step()
        loss_d.item(), loss_g.item()
        yield


def by_wasserstein(G: nn.Module, D: nn.Module, batches: Iterator[Tensor]) -> Iterator[None]:
    """D's step on every batch, G's after CRITICS of them; each `next` is a step of D."""
    opt_g, opt_d = (torch.optim.Adam(network.parameters(), lr=RATE, betas=BETAS) for network in (G, D))
    for number, real in enumerate(batches):
        opt_d.zero_grad()
        z = torch.randn(len(real), Z_DIM)
        fake = G(z).detach()
        share = torch.rand(len(real), 1, 1, 1)
        between = (share * real + (1 - share) * fake).requires_grad_()
        (slopes,) = torch.autograd.grad(D(between).sum(), between, create_graph=True)
        penalty = (slopes.flatten(1).norm(2, 1) - 1).square().mean()
        (D(fake).mean() - D(real).mean() + PENALTY * penalty).backward()
        opt_d.step()
        if number % CRITICS == 0:
            opt_g.zero_grad()
            (-D(G(z)).mean()).backward()
            opt_g.step()
        yield


Loop = Callable[[nn.Module, nn.Module, Iterator[Tensor]], Iterator[None]]
FORMS: dict[str, tuple[Callable[[], nn.Module], Callable[[], nn.Module], Loop]] = {
    "GAN": (dense_generator, lambda: dense_critic(nn.Sigmoid()), by_cross_entropy),
    "WGAN-GP": (dense_generator, dense_critic, by_wasserstein),
    "DCGAN": (convolutional_generator, convolutional_critic, by_cross_entropy),
}


def batches() -> Iterator[Tensor]:
    """Real images without end, as a script reads them."""
    loader = DataLoader(UsualDataset(parts("mnist")[0]), batch_size=BATCH, shuffle=True)
    while True:
        for real, _ in loader:
            yield real


# ---- measuring --------------------------------------------------------------------------------------------------


@torch.no_grad()
def seen(images: Tensor) -> Tensor:
    """What the shipped judge of MNIST sees in images [N, 1, 28, 28]: [N, 64]."""
    return features_of("mnist", images)[0]


@functools.cache
def reals() -> tuple[Tensor, Row]:
    """(what the judge sees in JUDGED test pictures, what as many of the training part score)."""
    train, test = parts("mnist")
    both = train.compared(test, JUDGED, 0)
    features = seen(both.test)
    return features, {f"{key}_real": value for key, value in compared(features, seen(both.train)).items()}


def compared(real: Tensor, fake: Tensor) -> Row:
    """SHOWN's figures of features [N, 64]."""
    found = {"frechet": frechet(fake, real)} | dataclasses.asdict(coverage(real, fake))
    return {key: found[key] for key in SHOWN}


def judged(G: Callable[..., Tensor], batches: Iterable[tuple[Tensor, ...]]) -> Row:
    """What G's samples score, and what real data do; norms are those of G's state.

    Args:
        batches: what G is given for each batch: z, and c where it is told classes.
    """
    with torch.no_grad():
        features = torch.cat([seen(G(*given)) for given in batches])
    real, best = reals()
    return compared(real, features) | best


def form_rows(name: str, budgets: list[float], seed: int) -> Iterator[Row]:
    """A row for each budget of one run of a form."""
    torch.manual_seed(seed)  # such scripts draw from torch's own generator, and so do torch's layers and DataLoader
    make_g, make_d, loop = FORMS[name]
    G, D = make_g(), make_d()
    steps, taken, count = loop(G, D, batches()), 0.0, 0
    for budget in sorted(budgets):
        while taken < budget:
            begun = time.thread_time()
            for _ in range(EVERY):
                next(steps)
            taken += time.thread_time() - begun
            count += EVERY
        # As such a script saves its pictures: norms by the batch.
        scores = judged(G, [(torch.randn(AT_ONCE, Z_DIM),) for _ in range(JUDGED // AT_ONCE)])
        yield {"by": name, "ours": False, "budget": budget, "seed": seed, "cpu_seconds": taken,
               "nimg": count * BATCH} | scores  # fmt: skip


def our_row(name: str, budget: float, seed: int) -> Row:
    """A run of a preset whose rates fall by the end of the budget."""
    config = dataclasses.replace(PRESETS[name], seed=seed, threads=1)
    nimg = samples_in(budget, config, sets.load(config.data))
    # An average that takes a whole run to forget its beginning is one of a run of the preset's own length.
    share = min(1.0, nimg / config.nimg)
    config = dataclasses.replace(config, nimg=nimg, ema_nimg=config.ema_nimg * share)
    trainer, took = trained(config)
    row = {"by": name, "ours": True, "budget": budget, "seed": seed, "cpu_seconds": took, "nimg": trainer.nimg}
    first = FIRST_SEED + seed * 10**6
    z = z_from_seeds(range(first, first + JUDGED), config.z_dim).split(AT_ONCE)
    classes = (torch.arange(JUDGED) % len(trainer.data.classes or (0,))).split(AT_ONCE)  # all as often
    batches = zip(z, classes, strict=True) if trainer.conditional else zip(z, strict=True)
    return row | {"recipe": recipe(PRESETS[name])} | judged(trainer.G_ema, batches)


def rows(budgets: list[float], seeds: int, done: list[Row]) -> Iterator[Row]:
    """The rows that are not done yet."""
    have = {(row["by"], row["budget"], row["seed"]) for row in done}
    for seed in range(seeds):
        for name in OURS:
            for budget in budgets:
                if (name, budget, seed) not in have:
                    yield our_row(name, budget, seed)
        for name in FORMS:
            if any((name, budget, seed) not in have for budget in budgets):
                yield from form_rows(name, budgets, seed)


# ---- telling ----------------------------------------------------------------------------------------------------


def line(row: Row) -> str:
    """A row of the table."""
    name = f"**`{row['by']}`**" if row["ours"] else f"{row['by']}'s form"
    cells = " | ".join(f"{row[key]:.2f}" for key in SHOWN)
    return f"| {name} | {row['budget']:g} | {row['nimg']:,} | {cells} |"


def table(found: list[Row]) -> str:
    """Every row, and what real data score."""
    lines = head("by", "CPU s", "images", *SHOWN.values())
    lines += map(line, sorted(found, key=lambda row: (row["budget"], row["ours"], row["by"])))
    real = " | ".join(f"{found[0][f'{key}_real']:.2f}" for key in SHOWN)
    return "\n".join([*lines, f"| real data | | | {real} |"])


def main() -> None:
    """Measure and print."""
    p = argparse.ArgumentParser(prog="python -m bench.peers", description=__doc__)
    p.add_argument("--seconds", type=float, nargs="+", default=[60.0, 180.0], help="CPU seconds of each budget")
    p.add_argument("--seeds", type=int, default=1)
    p.add_argument("--resume", action="store_true", help="go on with the rows of --out")
    p.add_argument("--out", type=Path, default=RESULTS)
    args = p.parse_args()
    torch.set_num_threads(1)
    found: list[Row] = json.loads(args.out.read_text())["rows"] if args.resume and args.out.exists() else []
    for row in rows(args.seconds, args.seeds, list(found)):
        found = [r for r in found if (r["by"], r["budget"], r["seed"]) != (row["by"], row["budget"], row["seed"])]
        found.append(row)
        print(line(row), flush=True)
        write_whole(args.out, (json.dumps({"rows": found, "command": command("peers")} | machine()) + "\n").encode())
    print(table(found))
    print(json.dumps({"rows": found, "command": command("peers")} | machine()))


if __name__ == "__main__":
    main()
