"""What a run of a task does to pictures, what it pays for a bad repair, and what it is looked at by."""

import dataclasses
import json
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from core_fixtures import made_up, seed, tiny
from gan.explore.translate import bicubic
from gan.metrics.distances import psnr
from gan.recipe.config import TrainConfig
from gan.training.damaging import FILTERS, SHOWN, Damaging, with_holes
from gan.training.run_log import read_log
from gan.training.runs import Run
from gan.training.trainer import Trainer


def repair(task: str = "enlarge", **changes: object) -> TrainConfig:
    return tiny(**{"network": "unet", "task": task, "g_widths": (4, 6), "d_widths": (4, 8)} | changes)


def damaging(task: str, **changes: object) -> Damaging:
    return Damaging(repair(task, **changes), made_up())


def pictures(n: int = 6) -> Tensor:
    return torch.rand(n, 1, 8, 8, generator=seed(4)) * 2 - 1


def test_tiny_pictures_are_the_means_of_blocks_enlarged() -> None:
    images = pictures()
    small = images.view(6, 1, 2, 4, 2, 4).mean((3, 5))
    torch.testing.assert_close(damaging("enlarge").damaged(images, seed()), bicubic(small, 4))
    assert damaging("enlarge", factor=2).damaged(images, seed()).shape == images.shape


def test_noise_has_a_strength_of_its_own_in_every_picture() -> None:
    grey = torch.zeros(400, 1, 8, 8)
    noise = damaging("denoise", strength=0.1).damaged(grey, seed())
    levels = noise.flatten(1).std(1)  # at most 0.2: a tenth of the range of 2
    assert levels.min() < 0.01
    assert 0.17 < levels.max() < 0.25
    assert abs(levels.mean() - 0.1) < 0.01
    assert damaging("denoise", strength=1.0).damaged(grey, seed()).abs().max() == 1


def test_holes_come_with_what_is_known() -> None:
    images = pictures(30)
    given = with_holes(images, repair("inpaint"), seed())
    known = given[:, 1:]
    assert given.shape == (30, 2, 8, 8)
    assert set(known.unique().tolist()) == {0.0, 1.0}
    assert torch.equal(given[:, :1], images * known)
    shares = known.flatten(1).mean(1)
    assert torch.equal(shares[10:20], torch.full((10,), 0.5))  # the halves
    assert shares.min() > 0
    assert shares.max() < 1


def is_rectangle(known: Tensor) -> bool:
    """Whether the hole in a map [R, R] of what is known is a rectangle, as a box and a half are."""
    rows, columns = (known == 0).nonzero(as_tuple=True)
    return len(rows) == int((rows.max() - rows.min() + 1) * (columns.max() - columns.min() + 1))


@pytest.mark.parametrize("count", [3, 4, 8, 64])
def test_every_kind_of_hole_is_in_every_batch(count: int) -> None:
    known = with_holes(torch.zeros(count, 1, 16, 16), repair("inpaint"), seed())[:, 1]
    shares = known.flatten(1).mean(1)
    rectangles = torch.tensor([is_rectangle(one) for one in known])
    counts = [int(kind.sum()) for kind in (rectangles & (shares > 0.5), rectangles & (shares == 0.5), ~rectangles)]
    assert sum(counts) == count
    assert max(counts) - min(counts) <= 1, "boxes, halves and strokes"


@pytest.mark.parametrize("task", FILTERS)
def test_damage_is_drawn_from_the_generator_alone(task: str) -> None:
    one = damaging(task)
    torch.rand(3)
    assert torch.equal(one.damaged(pictures(), seed(2)), one.damaged(pictures(), seed(2)))
    other = one.damaged(pictures(), seed(3))
    assert torch.equal(one.damaged(pictures(), seed(2)), other) == (task == "enlarge")


def test_the_filters_that_a_repair_is_held_against() -> None:
    stripe = torch.ones(1, 1, 8, 8) * 0.4
    assert torch.equal(FILTERS["enlarge"](stripe), stripe)
    torch.testing.assert_close(FILTERS["denoise"](stripe), stripe)
    known = torch.ones(1, 1, 8, 8)
    known[..., 2:5, 3:6] = 0
    filled = FILTERS["inpaint"](torch.cat([stripe * known, known], 1))
    torch.testing.assert_close(filled, stripe, atol=1e-3, rtol=0)
    noisy = stripe + 0.1 * torch.randn(1, 1, 8, 8, generator=seed())
    assert psnr(FILTERS["denoise"](noisy), stripe) > psnr(noisy, stripe) + 3


def test_an_error_is_paid_by_its_size_and_its_square() -> None:
    one = damaging("enlarge", l1=3.0, l2=10.0)
    true = torch.zeros(2, 1, 8, 8)
    made = torch.full((2, 1, 8, 8), 0.2)
    made[1] = -0.4
    assert one.error(made, true).item() == pytest.approx(3 * 0.3 + 10 * (0.04 + 0.16) / 2)


def test_psnr_of_a_known_error() -> None:
    true = torch.zeros(2, 1, 4, 4)
    made = true + torch.tensor([0.2, 0.02]).view(2, 1, 1, 1)
    torch.testing.assert_close(psnr(made, true), torch.tensor([20.0, 40.0]))  # a tenth of the range, and a hundredth


def test_a_look_shows_damaged_repaired_and_true_in_turn() -> None:
    class Negative(nn.Module):
        def forward(self, given: Tensor) -> Tensor:
            return -given[:, :1]

    one = damaging("inpaint")
    rows, repaired, report = one.look(Negative())
    assert rows.shape == (3 * SHOWN, 1, 8, 8)
    damaged, made, true = rows[::3], rows[1::3], rows[2::3]
    assert torch.equal(made, -damaged)
    assert torch.equal(repaired, made)
    assert torch.equal(damaged, true * (damaged != 0))
    assert report.psnr == pytest.approx(psnr(made, true).mean().item())
    assert report.psnr_filter > report.psnr
    assert torch.equal(rows, damaging("inpaint").look(Negative())[0])  # always the same pictures


def test_g_pays_for_its_error() -> None:
    """Where nothing says which picture is meant, repairs come less near."""
    config = repair("denoise", l1=5.0, l2=5.0, lr=3e-3, ema_nimg=0, strength=0.5)
    found = []
    for one in (config, dataclasses.replace(config, l1=0.0, l2=0.0)):
        trainer = Trainer(one, made_up())
        first = trainer.tick().repair
        for _ in range(60):
            trainer.step()
        last = trainer.tick().repair
        assert first is not None
        assert last is not None
        assert last.psnr_filter == first.psnr_filter  # of the same pictures
        found.append((first.psnr, last.psnr))
    assert found[0][0] == found[1][0]
    assert found[0][1] > found[0][0] + 0.5
    assert found[0][1] > found[1][1] + 1


def test_a_run_shows_and_logs_its_repairs(tmp_path: Path) -> None:
    run = Run(tmp_path / "run", repair("inpaint", nimg=64), made_up())
    run.start()
    ticks = list(run.ticks())
    assert all(tick.repair for tick in ticks)
    assert "PSNR" in str(ticks[-1])
    lines = read_log(tmp_path / "run")
    assert lines[-1]["repair"] == ticks[-1].repair._asdict() if ticks[-1].repair else False
    card = json.loads((tmp_path / "run" / "model.json").read_text())
    assert card["task"] == "inpaint"
    assert not (tmp_path / "run" / "history").exists()  # there are no seeds to film
    assert list((tmp_path / "run" / "samples").glob("*.png"))
