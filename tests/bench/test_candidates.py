"""Candidates for the recipe of faces: each is the paper's part beside the plain networks, at about their cost."""

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor

from bench import ablations
from bench.candidates import (
    CANDIDATES,
    LAZY,
    NONE,
    DeviationCritic,
    LazyTrainer,
    PartedCritic,
    PatchCritic,
    ResidualCritic,
    ResidualGenerator,
    deviations,
    standing_in,
)
from core_fixtures import made_up, seed, tiny
from gan import networks
from gan.networks import ARCHITECTURES
from gan.networks.dcgan import DcganCritic
from gan.networks.style import StyleGenerator
from gan.networks.ws import as_ws
from gan.training.trainer import Trainer

SHAPE = (3, 16, 16)
CRITIC: dict[str, Any] = {
    "shape": SHAPE, "channels": (6, 8), "kernel": 4, "end": "tanh", "init": "kaiming", "dropout": 0.0, "dense": 12
}  # fmt: skip
GENERATOR: dict[str, Any] = {
    "z_dim": 4, "shape": SHAPE, "w_dim": 0, "depth": 2, "channels": (8, 8, 6), "convs": 1, "kernel": 4, "end": "none",
    "noise": "normal", "blur": "g",
}  # fmt: skip


def pictures(n: int = 8, number: int = 0) -> Tensor:
    return torch.randn(n, *SHAPE, generator=seed(number))


@pytest.mark.parametrize("label", [label for label, candidate in CANDIDATES.items() if not candidate.first])
def test_a_candidate_stands_in_and_learns(label: str) -> None:
    candidate, family = CANDIDATES[label], ARCHITECTURES["style"]
    config = tiny(
        network="style", data="faces", resolution=16, g_widths=(8, 8, 6), d_widths=(6, 8), dense=12, precision="bf16"
    )
    with standing_in(candidate):
        trainer = candidate.trainer(config, made_up(resolution=16, channels=3))
    assert ARCHITECTURES["style"] is family
    assert (type(trainer.G), type(trainer.D)) == (candidate.G, candidate.D)
    named = [*trainer.G.named_parameters(), *trainer.D.named_parameters()]
    before = [p.clone() for _, p in named]
    for _ in range(2):
        trainer.step()
    assert trainer.finite()
    still = [name for (name, p), was in zip(named, before, strict=True) if p.equal(was)]
    assert still == ["last.bias"]  # only differences of logits count


def test_a_candidate_costs_about_what_the_recipe_does() -> None:
    config = ablations.config_of("faces", {}, 0, 1)
    arguments = config.architecture((3, 64, 64), 1.0)
    plain = products(*networks.build(arguments, seed()))
    for candidate in CANDIDATES.values():
        with standing_in(candidate):
            own = products(*networks.build(arguments, seed()))
        for mine, usual in zip(own, plain, strict=True):
            assert usual <= mine <= 1.07 * usual, candidate.what


def products(G: StyleGenerator, D: DcganCritic) -> list[int]:
    """Multiply-adds of a picture of G, and of its convolutions in D."""
    counts = [G.macs(), 0]
    for number, network in enumerate((G, D)):

        def count(layer: torch.nn.Conv2d, given: Any, out: Tensor, number: int = number) -> None:
            counts[number] += out.numel() * layer.weight[0].numel()

        for layer in network.modules():
            if isinstance(layer, torch.nn.Conv2d):  # in G those that stand beside its own layers
                layer.register_forward_hook(count)
    with torch.no_grad():
        D(G(torch.zeros(1, G.z_dim)))
    return counts


def test_a_critic_in_parts_is_the_critic() -> None:
    parted, plain = PartedCritic(**CRITIC, generator=seed()), DcganCritic(**CRITIC, generator=seed())
    assert parted(pictures()).equal(plain(pictures()))


def test_residual_critic_without_its_skips() -> None:
    """Biases begin at 0, so that each of two blocks divides all that follows by sqrt(2)."""
    residual, plain = ResidualCritic(**CRITIC, generator=seed()), DcganCritic(**CRITIC, generator=seed())
    logits = residual(pictures())
    for skip in residual.skips:
        torch.nn.init.zeros_(skip.weight)
    torch.testing.assert_close(residual(pictures()), plain(pictures()) / 2)
    assert not torch.allclose(logits, plain(pictures()) / 2, atol=0.01)


def test_a_block_without_its_convolution_is_the_mean_of_its_input() -> None:
    residual, x = ResidualCritic(**CRITIC, generator=seed()), pictures()
    torch.nn.init.zeros_(residual.convs[0].weight)
    means = x.unfold(2, 2, 2).unfold(3, 2, 2).mean((4, 5))
    mixed = torch.einsum("ncij,dc->ndij", means, residual.skips[0].weight[:, :, 0, 0]) / 2**0.5
    torch.testing.assert_close(residual.block(0, x), mixed)


def test_residual_generator_without_its_skips() -> None:
    """Of layers 8, 8 (3 x 3), 8 (doubled), 8 (3 x 3), 6 (doubled), 3 four add their input, two of them as it is."""
    residual, plain = (kind(**GENERATOR, generator=seed()) for kind in (ResidualGenerator, StyleGenerator))
    z = torch.randn(2, 4, generator=seed(1))
    made = residual(z)
    assert [type(skip).__name__ for skip in residual.skips] == ["Identity", "Identity", "Identity", "Conv2d"]
    w = residual.mapping(z)
    torch.testing.assert_close(residual.synthesis(as_ws(residual, w)), made)
    residual.skips = torch.nn.ModuleList(Nothing() for _ in residual.skips)
    torch.testing.assert_close(residual(z), plain(z) / 4)
    assert not torch.allclose(made, plain(z) / 4, atol=0.01)


class Nothing(torch.nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return 0 * x[:, :1]


def test_the_deviation_is_of_groups_of_neighbours() -> None:
    x = torch.zeros(6, 2, 3, 3)
    x[2:4], x[5, 1] = 2.0, 6.0  # 0, 0, 2, 2 deviate by 1; of the two left over half of the values, 0 and 6, by 3
    torch.testing.assert_close(deviations(x).flatten(), torch.tensor([1.0] * 4 + [1.5] * 2), atol=1e-4, rtol=0)
    assert deviations(x[:1]).item() == pytest.approx(1e-4)


def test_reals_and_fakes_are_never_in_one_group() -> None:
    D, real, fake = DeviationCritic(**CRITIC, generator=seed()), pictures(), pictures(8, 1)
    both = D(torch.cat([real, fake]))
    torch.testing.assert_close(both, torch.cat([D(real), D(fake)]))
    alike = D(real[:1].expand(4, -1, -1, -1))
    assert (alike - both[0]).abs().min() > 1e-4, "the same picture among others is judged in another way"


def test_patches_are_judged_one_by_one() -> None:
    D, plain = PatchCritic(**CRITIC, generator=seed()), DcganCritic(**CRITIC, generator=seed())
    logits = D.patch(D.block(0, pictures()))  # of a map before the last
    assert logits.shape == (8, 1, 8, 8)
    torch.testing.assert_close(D(pictures()), plain(pictures()) + logits.mean((1, 2, 3)))


def test_lazy_penalties() -> None:
    trainer, gammas = LazyTrainer(tiny(gamma=0.5), made_up()), []
    for _ in range(2 * LAZY):
        trainer.step()
        penalty = trainer.means()["penalty"]
        gammas.append(trainer.config.gamma)
        assert (penalty > 0) == (gammas[-1] > 0)
    assert gammas == [0.5 * LAZY, 0, 0, 0] * 2


def test_half_of_the_seconds_at_32_px(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both runs are made in the seconds of one, and the second begins with the first."""
    runs: list[tuple[int, float, Any]] = []

    class Ended:
        def finite(self) -> bool:
            return True

    def run_of(config: Any, reals: object, seconds: float, make: Callable[..., Any]) -> tuple[Any, int, float]:
        assert reals == config.resolution
        runs.append((config.resolution, seconds, getattr(make, "keywords", {}).get("start")))
        return Ended(), 100, seconds

    monkeypatch.setattr(ablations, "run_of", run_of)
    monkeypatch.setattr(ablations, "model_of", lambda trainer, name, seconds: f"{name}, {seconds:g} s")
    monkeypatch.setattr(ablations.sets, "load", lambda name, resolution: resolution)
    config = ablations.config_of("faces", {}, 0, 1)
    _, nimg, took = ablations.trained(CANDIDATES["32 px first"], config, 0, 120.0)  # type: ignore[arg-type]
    assert runs == [(32, 60.0, None), (0, 60.0, "first, 60 s")]
    assert (nimg, took) == (200, 120.0)
    monkeypatch.setattr(Ended, "finite", lambda self: False)
    assert ablations.trained(CANDIDATES["32 px first"], config, 0, 120.0)[1:] == (100, 60.0)  # type: ignore[arg-type]


def test_what_is_built_without_a_candidate_is_the_recipe() -> None:
    config = dataclasses.replace(ablations.config_of("faces", {}, 0, 64), batch=2)
    assert NONE.trainer is Trainer
    with standing_in(NONE):
        assert ARCHITECTURES["style"].G is StyleGenerator
        assert networks.build(config.architecture((3, 64, 64), 1.0), seed())[1].__class__ is DcganCritic
