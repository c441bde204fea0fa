"""What the training benches come to, in the few lines that the README quotes: `python -m bench.glance`.

Reads bench/results/; measures nothing. Prints the lines and, last, one JSON object.
"""

import json
import statistics
from collections.abc import Mapping
from typing import Any

from bench import augmentation, pictures, points, stacked, train
from bench.machine import machine
from bench.tables import RESULTS, read

RIVALS = {"ring": "PacGAN2", "grid": "PacGAN4"}  # the best published ones
RIVAL_STACKED = "PacDCGAN2"


def mean(rows: list[dict[str, Any]], key: str) -> float:
    """Of a figure over rows."""
    return statistics.mean(row[key] for row in rows)


def on_points(name: str, rows: list[dict[str, Any]]) -> str:
    """A row of the table for ring or grid: modes, share of high quality, reverse KL."""
    mine = [row for row in rows if row["data"] == name]
    rival, modes, quality, kl = next(row for row in points.PUBLISHED[name] if row[0] == RIVALS[name])
    own, real = (
        f"{mean(mine, f'modes{end}'):.1f}, {mean(mine, f'high_quality{end}'):.1%}, {mean(mine, f'reverse_kl{end}'):.3f}"
        for end in ("", "_real")
    )
    what = f"`{points.DATA[name]}`, {len(mine)} seeds: modes, high quality, reverse KL"
    return f"| {what} | {own} | {real} | {rival}: {modes:.1f}, {quality:.1%}, {kl:.2f} |"


def on_stacked(found: Mapping[str, Any]) -> str:
    """A row of the table for stacked MNIST: modes and KL."""
    modes, kl, _ = stacked.PUBLISHED[RIVAL_STACKED]
    own, real = (f"{mean(found[key], 'modes'):,.0f}, {mean(found[key], 'reverse_kl'):.3f}" for key in ("fake", "real"))
    what = f"`{found['preset']}`, one seed: modes of 1,000, KL"
    return f"| {what} | {own} | {real} | {RIVAL_STACKED}: {modes:,.0f}, {kl:.2f} |"


def on_pictures(model: str, rows: list[dict[str, Any]]) -> str:
    """A row of the table for a model of pictures: Fréchet distance, coverage, two-sample test."""
    mine = [row for row in rows if row["model"] == model]
    own, real = (
        f"{mean(mine, f'frechet{end}'):.2f}, {mean(mine, f'coverage{end}'):.2f}, {mean(mine, f'two_sample{end}'):.0%}"
        for end in ("", "_real")
    )
    return f"| `{model}`: Fréchet distance, coverage, two-sample test | {own} | {real} | |"


def table(results: Mapping[str, Any]) -> str:
    """The README's table: ours, real data as a perfect generator would be, and the best published figures."""
    lines = points.head("what", "here", "real data", "published")
    lines += [on_points(name, results["points"]["best"]) for name in points.DATA]
    lines.append(on_stacked(results["stacked"]["stacked"]))
    lines += [on_pictures(model, results["pictures"]["models"]) for model in pictures.BARS]
    return "\n".join(lines)


def on_augmentation(found: Mapping[str, Any]) -> str:
    """A sentence on whether pictures of a GAN of few pictures help a classifier of those few."""
    shares = {arm: augmentation.share([row["accuracy"][arm] for row in found["seeds"]]) for arm in augmentation.ARMS}
    covered = mean([row["gan"] for row in found["seeds"]], "coverage")
    return (
        f"A classifier that learns from {found['per_class']} real pictures of MNIST a class names "
        f"{shares['real']} of the test pictures rightly, and {shares['real and generated']} with half of each batch "
        f"drawn by a GAN that was trained on those same pictures for about {found['seconds']:g} CPU seconds and covers "
        f"{covered:.0%} of the test part; with all of them shifted, {shares['real, shifted']} and "
        f"{shares['real and generated, shifted']} ({len(found['seeds'])} seeds). A longer training was not measured."
    )


def sentences(results: Mapping[str, Any]) -> list[str]:
    """What the README says of speed, of faults and of augmentation."""
    best = {found["case"]: train.fastest(found) for found in results["train"]["cases"]}
    small, large, convolutions = (
        f"{best[case]['ratio']:.1f} ({best[case]['ratio_sharing']:.1f})"
        for case in ("classic-784, batch 64", "classic-784, batch 256", "classic-dcgan, batch 64")
    )
    faults = results["faults"]
    return [
        f"`classic-784` trains {small} times as fast as the same networks written the usual way at batch 64 and "
        f"{large} times at batch 256, `classic-dcgan` {convolutions} times; in brackets, as such a script that judges "
        "its fakes twice.",
        f"{faults['kills']} kills left {faults['unreadable'] or 'no'} unreadable checkpoint"
        f"{'s' * (faults['unreadable'] > 1)}.",
        on_augmentation(results["augmentation"]),
    ]


def main() -> None:
    """Print what the README shall say."""
    results = read(RESULTS)
    print(table(results), *sentences(results), sep="\n")
    print(json.dumps({"glance": sentences(results)} | machine(), ensure_ascii=False))


if __name__ == "__main__":
    main()
