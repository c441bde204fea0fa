"""What the benches come to, in the lines that README.md and docs/figures.md quote: `python -m bench.glance`.

Reads bench/results/; measures nothing. Prints the lines and, last, one JSON object.
"""

import json
import statistics
from collections.abc import Iterable, Mapping
from typing import Any

from bench import augmentation, explore, pictures, points, stacked, train
from bench.machine import machine
from bench.tables import RESULTS, read

RIVALS = {"ring": "PacGAN2", "grid": "PacGAN4"}  # the best published ones
RIVAL_STACKED = "PacDCGAN2"
CONVOLUTIONS = "classic-dcgan, batch 64"  # of `bench.train`
EIGHT = ("explore", "live", "points", "stacked", "pictures", "peers", "faults")  # benches of the README's table
# Benches whose figures stand on bench/README.md alone, with the machine beside them.
APART = {"classroom", "enlarge", "fit", "folders", "load", "media", "quatrains", "realism", "siege"}


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
    """Training at its best: ours, real data as a perfect generator would be, and the best published figures."""
    lines = points.head("what", "here", "real data", "published")
    lines += [on_points(name, results["points"]["best"]) for name in points.DATA]
    lines.append(on_stacked(results["stacked"]["stacked"]))
    lines += [on_pictures(model, results["pictures"]["models"]) for model in pictures.BARS]
    return "\n".join(lines)


def eight(results: Mapping[str, Any]) -> str:
    """The README's table: eight figures, each with the command and the day that it comes from."""
    found = (
        ("explore", *slowest_slider(results["explore"]["slider"])),
        (
            "explore", f"share of the host's CPU that is busy while {explore.VISITORS} visitors have the page open",
            f"{results['explore']['host']['open']:.1%}",
        ),
        ("live", "share of its speed that a live run keeps while a page draws it", kept(results["live"]["live"])),
        ("points", *on_grid([row for row in results["points"]["best"] if row["data"] == "grid"])),
        ("stacked", *all_modes(results["stacked"]["stacked"])),
        ("pictures", *best_digits([row for row in results["pictures"]["models"] if row["model"] == "mnist-style"])),
        ("peers", *time_to_quality(results["peers"]["rows"])),
        (
            "faults", f"unreadable checkpoints after {results['faults']['kills']} kills",
            str(results["faults"]["unreadable"]),
        ),
    )  # fmt: skip
    lines = points.head("what", "figure", "command", "measured")
    for name, what, figure in found:
        command = results[name].get("command", f"python -m bench.{name}")
        lines.append(f"| {what} | {figure} | `{command}` | {results[name]['date']} |")
    return "\n".join(lines)


def slowest_slider(rows: Mapping[str, Any]) -> tuple[str, str]:
    """What a slider's event takes to the new picture, of the model where it takes longest."""
    name = max(rows, key=lambda model: float(rows[model]["ours"]["p95"]))
    ours, plain = (rows[name][who]["p95"] for who in ("ours", "plain"))
    what = (
        f"from a slider's event to the new picture, in 95 % of cases at most; `{name}`, slowest of {len(rows)} models"
    )
    return what, f"{ours:.0f} ms (plain Gradio: {plain:.0f} ms)"


def kept(rows: Mapping[str, Any]) -> str:
    """The range over the data sets of a live run's speed beside that of the same run without a page."""
    ratios = [row["ratio"] for row in rows.values()]
    return f"{min(ratios):.0%} to {max(ratios):.0%}"


def on_grid(rows: list[dict[str, Any]]) -> tuple[str, str]:
    """Modes and quality of the best preset on 25 Gaussians."""
    what = f"`grid-best`: fair modes of 25, and samples of high quality, mean of {len(rows)} seeds"
    ours, real = (f"{mean(rows, key):.1%}" for key in ("high_quality", "high_quality_real"))
    return what, f"{mean(rows, 'fair'):.1f}, {ours} (real data: {real})"


def all_modes(found: Mapping[str, Any]) -> tuple[str, str]:
    """Modes and KL of the best preset on stacked MNIST."""
    figure = f"{mean(found['fake'], 'modes'):,.0f}, {mean(found['fake'], 'reverse_kl'):.3f}"
    return (
        f"`{found['preset']}`: modes of 1,000, and KL",
        f"{figure} (real data: {mean(found['real'], 'reverse_kl'):.3f})",
    )


def best_digits(rows: list[dict[str, Any]]) -> tuple[str, str]:
    """The Fréchet distance of the best model of MNIST."""
    what = "`mnist-style`: Fréchet distance on the features of the shipped judge"
    return what, f"{mean(rows, 'frechet'):.2f} (real data: {mean(rows, 'frechet_real'):.2f})"


def time_to_quality(rows: list[dict[str, Any]]) -> tuple[str, str]:
    """How good digits are after the shortest time of `bench.peers`: the best of ours, and the best script's form."""
    budget = min(row["budget"] for row in rows)
    best: dict[bool, tuple[float, str]] = {}
    for ours in (True, False):
        names = dict.fromkeys(row["by"] for row in rows if row["ours"] == ours)
        of = {name: [row for row in rows if (row["by"], row["budget"]) == (name, budget)] for name in names}
        best[ours] = min((mean(mine, "frechet"), name) for name, mine in of.items())
    (distance, name), (other, form) = best[True], best[False]
    what = (
        f"time to quality: `{name}`'s Fréchet distance after {budget:g} CPU seconds on MNIST, beside the best of three "
        "published scripts' forms"
    )
    return what, f"{distance:.1f} ({form}: {other:.1f}; real data: {mean(rows, 'frechet_real'):.2f})"


def where(results: Mapping[str, Any], names: Iterable[str]) -> str:
    """The machine on which the figures of some benches were taken, and those of them that were taken on another one."""
    machines: dict[tuple[str, int, str], list[str]] = {}
    for name in (name for name in names if name in results):
        machine = results[name]["machine"]
        machines.setdefault((machine["cpu"], machine["cores"], machine["system"]), []).append(name)
    said = "{0}, {1} cores, {2}".format
    (most, _), *others = sorted(machines.items(), key=lambda item: -len(item[1]))
    but = "".join(f"; those of {', '.join(sorted(names))} on {said(*machine)}" for machine, names in others)
    return f"All of them were measured on one machine: {said(*most)}, without a GPU{but}."


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
    """What docs/figures.md says of speed, of faults and of augmentation."""
    best = {found["case"]: train.fastest(found) for found in results["train"]["cases"]}
    small, large, convolutions = (
        f"{best[case]['ratio']:.1f} ({best[case]['ratio_sharing']:.1f})"
        for case in ("classic-784, batch 64", "classic-784, batch 256", CONVOLUTIONS)
    )
    alike = {found["case"]: found["ways"]["ours, shared fakes"]["ratio_sharing"] for found in results["train"]["cases"]}
    like = [f"{1 / alike[case]:.0%}" for case in ("classic-784, batch 64", "classic-784, batch 256", CONVOLUTIONS)]
    faults = results["faults"]
    return [
        f"`classic-784` trains {small} times as fast as the same networks written the usual way at batch 64 and "
        f"{large} times at batch 256, `classic-dcgan` {convolutions} times; in brackets, as such a script that judges "
        "its fakes twice.",
        f"Like for like, with shared fakes and float32 on both sides, a step takes {like[0]} of theirs at batch 64, "
        f"{like[1]} at batch 256 and {like[2]} of `classic-dcgan`.",
        f"{faults['kills']} kills left {faults['unreadable'] or 'no'} unreadable checkpoint"
        f"{'s' * (faults['unreadable'] > 1)}.",
        on_augmentation(results["augmentation"]),
    ]


def main() -> None:
    """Print what the two pages shall say."""
    results = read(RESULTS)
    print(eight(results), where(results, results.keys() - APART), table(results), *sentences(results), sep="\n")
    print(json.dumps({"glance": sentences(results)} | machine(), ensure_ascii=False))


if __name__ == "__main__":
    main()
