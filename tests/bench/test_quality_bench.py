"""Benches of how soon a run is good, and of what a visit takes: the best of each side, the slowest seed, no heads."""

import itertools
from typing import Any

import pytest
import torch

import core_fixtures  # noqa: F401  (one thread)
from bench import glance, peers, recipes, steps, traffic


def row(by: str, ours: bool, budget: float, seed: int, frechet: float) -> dict[str, Any]:
    return {"by": by, "ours": ours, "budget": budget, "seed": seed, "frechet": frechet, "frechet_real": 0.03}


def test_the_best_of_ours_stands_beside_the_best_form_after_the_shortest_time() -> None:
    rows = [row("mnist-mlp", True, 60.0, 0, 4.0), row("mnist-mlp", True, 60.0, 1, 5.0)]
    rows += [row("mnist-style", True, 60.0, 0, 4.6), row("mnist-style", True, 180.0, 0, 0.5)]
    rows += [row("GAN", False, 60.0, 0, 40.0), row("DCGAN", False, 60.0, 0, 30.0), row("GAN", False, 180.0, 0, 2.0)]
    what, figure = glance.time_to_quality(rows)
    assert what.startswith("time to quality: `mnist-mlp`'s Fréchet distance after 60 CPU seconds")
    assert figure == "4.5 (DCGAN: 30.0; real data: 0.03)"


@pytest.mark.parametrize("name", peers.FORMS)
def test_a_form_of_a_script_trains_both_networks(name: str) -> None:
    """With the fakes of G's step before D's, or five steps of D for one of G; a critic's last bias cancels out."""
    torch.manual_seed(0)
    make_g, make_d, loop = peers.FORMS[name]
    G, D = make_g(), make_d()
    weights = [[p for p in network.parameters() if p.dim() > 1] for network in (G, D)]
    before = [[p.clone() for p in network] for network in weights]
    for _ in itertools.islice(loop(G, D, iter(torch.rand(2, 4, 1, 28, 28) * 2 - 1)), 2):
        pass
    assert G(torch.randn(3, peers.Z_DIM)).shape == (3, 1, 28, 28)
    for network, old in zip(weights, before, strict=True):
        assert not any(a.equal(b) for a, b in zip(network, old, strict=True))


def test_modes_are_fair_as_late_as_at_the_slowest_seed() -> None:
    rows = [{"data": "ring", "seed": seed, "all_fair_after": after} for seed, after in ((0, 0.9), (1, 1.9))]
    rows += [{"data": "grid", "seed": 0, "all_fair_after": after} for after in (None, 4.0)]  # two marks
    rows += [{"data": "grid", "seed": 1, "all_fair_after": after} for after in (3.0, None)]
    ring, grid = recipes.verdicts(rows)
    assert ring.endswith("slowest of 2 seeds 1.9; the bar, at most 2.0, is met.")
    assert grid.endswith("slowest of 2 seeds inf; the bar, at most 5.0, is missed.")


def test_a_step_is_judged_in_each_precision() -> None:
    cases = [{"preset": "mnist-mlp", "precision": kind, "ratio": r} for kind, r in (("float32", 1.2), ("bf16", 1.6))]
    first, second = steps.verdicts({"cases": cases})
    assert first == "- `mnist-mlp`, float32: times the step by autograd 1.20; the bar, at least 1.50, is missed."
    assert second.endswith("1.60; the bar, at least 1.50, is met.")


def test_what_comes_over_the_line_is_told_by_kind_and_without_heads() -> None:
    line = traffic.Line()
    for key, path, over, body, whole in (
        ("1", "/", 2_100, 2_000, 8_000), ("2", "/explore/file?name=a", 300, 0, 0),
        ("3", "/explore/models", 500, 400, 900), ("4", "/atelier/a.js", 0, 0, 5_000),
        ("5", "/theme.css", 700, 600, 700),
    ):  # fmt: skip
        line.asked(key, f"http://127.0.0.1:1{path}")
        line.head[key], line.line[key] = 100 if key == "4" else over - body, over
        line.whole.update({key: whole})
    line.asked("6", "data:text/plain,a")
    rows = {one["kind"]: one for one in line.rows()}
    assert list(rows) == [
        "the page",
        "the models' files",
        "the list of models",
        "our scripts and styles",
        "Gradio's files",
    ]
    assert rows["the models' files"] | {"kind": ""} == {"kind": "", "requests": 1, "heads": 0.3, "body": 0, "whole": 0}
    assert rows["our scripts and styles"]["requests"] == 0  # out of the cache
    results = {
        "visits": {"first": list(rows.values())},
        "polls": [{"data": "ring"} | dict.fromkeys(traffic.SUMS, 2.25)],
    }
    said = traffic.table(results)
    assert "| first | the page | 1 | 2 | 8 | 0 |" in said
    assert "| first | together | 4 | 3 | 15 | 1 |" in said
    assert "| `ring` | 2 | 2.2 | 2.2 | 2.2 |" in said
