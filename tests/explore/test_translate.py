"""Repair by a U-Net: what it takes, what stays, what it refuses, and its file for the browser."""

import json

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor

import gan
from core_fixtures import seed, tiny_model
from gan.errors import ConfigError
from gan.evaluation.evaluate import evaluate
from gan.explore import portable
from gan.explore.damage import downscaled, whole_known, with_hole
from gan.explore.translate import bicubic, restored, translate
from gan.models.checkpoint import model_bytes, model_of_bytes
from gan.models.model import Model

TASKS = ("enlarge", "denoise", "inpaint")


def repairer(task: str, **changes: object) -> Model:
    settings = {"network": "unet", "task": task, "g_widths": (4, 6), "d_widths": (4, 8), "l1": 1.0}
    return tiny_model(name=task, **settings | changes)


@pytest.fixture(scope="module")
def models() -> dict[str, Model]:
    return {task: repairer(task) for task in TASKS}


def pictures(n: int = 3, side: int = 8) -> Tensor:
    return torch.rand(n, 1, side, side, generator=seed(4)) * 2 - 1


@pytest.mark.parametrize("times", [2, 3, 4, 8])
def test_bicubic_is_pillows(times: int) -> None:
    images = pictures(2, 5)
    for image, enlarged in zip(images, bicubic(images, times), strict=True):
        wished = Image.fromarray(image[0].numpy()).resize((5 * times, 5 * times), Image.Resampling.BICUBIC)
        torch.testing.assert_close(enlarged[0], torch.from_numpy(np.array(wished)).clamp(-1, 1), atol=1e-5, rtol=0)


def test_tiny_pictures_come_as_they_are_or_with_their_pixels_repeated(models: dict[str, Model]) -> None:
    small = pictures(3, 2)
    made = translate(models["enlarge"], small)
    assert made.shape == (3, 1, 8, 8)
    repeated = small.repeat_interleave(4, 2).repeat_interleave(4, 3)
    torch.testing.assert_close(translate(models["enlarge"], repeated), made)
    torch.testing.assert_close(made, models["enlarge"].G(bicubic(small, 4)))


def test_what_is_known_stays(models: dict[str, Model]) -> None:
    images, known = pictures(), torch.ones(1, 1, 8, 8)
    known[..., 3:6, 2:7] = 0
    made = translate(models["inpaint"], images, known)
    assert torch.equal(made[known.expand_as(made) > 0], images[known.expand_as(made) > 0])
    other = torch.where(known > 0, images, 0.7)  # what was in the hole has no say
    assert torch.equal(made, translate(models["inpaint"], other, known))
    assert (made - images).abs()[(known == 0).expand_as(made)].mean() > 0.1


@pytest.mark.parametrize(
    ("task", "shape", "known", "said"),
    [
        ("enlarge", (1, 1, 4, 4), False, "of 8 or 2 pixels, not of 4"),
        ("denoise", (1, 1, 2, 2), False, "of 8 pixels, not of 2"),
        ("denoise", (1, 3, 8, 8), False, r"\[N, 1, R, R\]"),
        ("denoise", (1, 1, 8, 8), True, "map of what is known"),
        ("inpaint", (1, 1, 8, 8), False, "map of what is known"),
    ],
)
def test_pictures_that_do_not_fit_are_refused(
    models: dict[str, Model], task: str, shape: tuple[int, ...], known: bool, said: str
) -> None:
    with pytest.raises(ConfigError, match=said):
        translate(models[task], torch.zeros(shape), torch.ones(1, 1, *shape[2:]) if known else None)


def test_a_model_of_seeds_repairs_nothing_this_way() -> None:
    with pytest.raises(ConfigError, match="trained for no repair"):
        translate(tiny_model(), pictures())


@pytest.mark.parametrize("task", TASKS)
def test_only_its_own_damage_is_repaired(models: dict[str, Model], task: str) -> None:
    known = torch.ones(1, 1, 8, 8)
    known[..., :4] = 0
    uncertain = whole_known(pictures())
    damages = {
        "enlarge": downscaled(pictures(), 4), "inpaint": with_hole(pictures(), known),
        "denoise": type(uncertain)(uncertain.pictures, uncertain.known, certain=False),
        "twice": downscaled(pictures(), 2),
    }  # fmt: skip
    for name, damaged in damages.items():
        if name == task:
            assert restored(models[task], damaged).shape == (3, 1, 8, 8)
        else:
            with pytest.raises(ConfigError, match="trained for one repair"):
                restored(models[task], damaged)


def test_it_has_no_seeds(models: dict[str, Model]) -> None:
    model = models["denoise"]
    for ask in (
        lambda: gan.sample(model, 1), lambda: gan.interpolate(model, [1, 2]), lambda: evaluate(model),
    ):  # fmt: skip
        with pytest.raises(ConfigError, match="has no seeds"):
            ask()


@pytest.mark.parametrize("task", TASKS)
def test_a_file_gives_the_same_repairs(models: dict[str, Model], task: str) -> None:
    content, card = model_bytes(models[task])
    again = model_of_bytes("again", content)
    known = torch.ones(1, 1, 8, 8) if task == "inpaint" else None
    assert torch.equal(translate(again, pictures(), known), translate(models[task], pictures(), known))
    assert card["task"] == again.task == task
    assert len(again.w_avg) == len(again.directions) == len(again.real_logits) == 0


@pytest.mark.parametrize("task", TASKS)
def test_the_browsers_file_says_what_it_takes(models: dict[str, Model], task: str) -> None:
    content = portable.generator(models[task])
    size = int.from_bytes(content[:8], "little")
    note = json.loads(json.loads(content[8 : 8 + size])["__metadata__"]["atelier"])
    assert (note["task"], note["factor"]) == (task, 4 if task == "enlarge" else 1)
    joined = [op for op in note["plan"] if op["op"] == "concat"]
    assert [op["after"] for op in joined] == [0]
    assert joined[0]["shape"] == [5 + (task == "inpaint"), 8, 8]
    assert not note["critic"]
    assert portable.critic(models[task]) is None
