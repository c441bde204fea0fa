"""Repair in JavaScript: what is fitted to a damaged picture, and what is kept of it, are the same as in Python."""

from collections.abc import Iterator

import pytest
import torch
from torch import Tensor

from gan.explore.damage import Damaged, greyed, noisy, salted, tiny, with_hole
from gan.explore.repair import differ, kept, task
from js_core import JsCore, js_core, tensor
from js_core import text as encoded

SIDE = 8
DAMAGES = ("hole", "tiny", "grey", "weak noise", "strong noise", "salt")

TASK = """([damage, picture, known, guess]) => {
  const damaged = { ...damage, picture: back(picture), known: back(known) };
  const { target, known: counted, pull, steps } = lib.taskOf(damaged, back(guess));
  return { target: numbers(target), known: numbers(counted), pull, steps,
    kept: numbers(lib.keptOf(damaged, back(guess))), seen: numbers(lib.seenByEncoder(damaged)) };
}"""


@pytest.fixture(scope="module")
def js() -> Iterator[JsCore]:
    with js_core(("core/damage", "core/repairing")) as core:
        yield core


def images(channels: int, seed: int) -> Tensor:
    """Two pictures [2, C, R, R]: what was there, and a guess of it."""
    draws = torch.randn(2, channels, SIDE, SIDE, generator=torch.Generator().manual_seed(seed))
    return torch.cat([draws[:1], draws[:1] + 0.1 * draws[1:]]).clamp(-1, 1)


def damaged(kind: str, image: Tensor) -> Damaged:
    """One picture, damaged."""
    generator = torch.Generator().manual_seed(5)
    hole = torch.ones(1, 1, SIDE, SIDE)
    hole[..., 2:5, 3:7] = 0
    made = {
        "hole": lambda: with_hole(image, hole),
        "tiny": lambda: tiny(image, 4),
        "grey": lambda: greyed(image),
        "weak noise": lambda: noisy(image, 0.1, generator),
        "strong noise": lambda: noisy(image, 0.6, generator),
        "salt": lambda: salted(image, 0.2, generator),
    }
    return made[kind]()


def told(one: Damaged) -> list[object]:
    """A damaged picture for JavaScript."""
    shape = list(one.pictures.shape[1:])
    damage = {"shape": shape, "certain": one.certain, "shrink": one.shrink, "grey": one.grey}
    return [damage, encoded(one.pictures), encoded(one.known)]


@pytest.mark.parametrize("kind", DAMAGES)
@pytest.mark.parametrize("channels", [1, 3])
def test_what_is_fitted_and_what_is_kept(js: JsCore, kind: str, channels: int) -> None:
    image, guess = images(channels, 11).split(1)
    one = damaged(kind, image)
    found, own = js.evaluate(TASK, [*told(one), encoded(guess)]), task(one, guess)
    torch.testing.assert_close(tensor(found["target"]), own.target.flatten(), rtol=0, atol=1e-4)
    known = own.known.expand(-1, own.target.shape[1], -1, -1)
    torch.testing.assert_close(tensor(found["known"]), known.flatten(), rtol=0, atol=1e-5)
    assert found["pull"] == pytest.approx({"layers": own.pull.layers, "mean": own.pull.mean}, rel=1e-3)
    assert found["steps"] == own.steps
    torch.testing.assert_close(tensor(found["kept"]), kept(one, guess).flatten(), rtol=0, atol=1e-5)
    torch.testing.assert_close(tensor(found["seen"]), one.seen().flatten(), rtol=0, atol=0)


@pytest.mark.parametrize("kind", ["hole", "tiny"])
@pytest.mark.parametrize("apart", [0.1, 0.3])
def test_when_two_answers_are_two(js: JsCore, kind: str, apart: float) -> None:
    image = images(1, 12)[:1]
    one, other = damaged(kind, image), (image + apart * (1 - damaged("hole", image).known)).clamp(-9, 9)
    if kind == "tiny":
        other = image + apart
    code = "([damage, picture, known, a, b]) => lib.differ({ ...damage, known: back(known) }, back(a), back(b))"
    found = js.evaluate(code, [*told(one), encoded(image), encoded(other)])
    assert found == differ(one, image[0], other[0]) == (apart > 0.2)


def test_answers_are_shown_the_best_first_and_none_that_is_much_worse_or_alike(js: JsCore) -> None:
    """The second is like the first, the fourth is far worse than the best."""
    one = damaged("tiny", images(1, 13)[:1])
    levels = [0.0, 0.05, 0.5, -0.5, 1.0]
    code = """([damage, picture, known, levels, errors, most]) => {
      const all = levels.map((v) => new Float32Array(64).fill(v));
      return lib.chosen({ ...damage, known: back(known) }, all, errors, most);
    }"""
    errors = [0.02, 0.01, 0.03, 0.09, 0.034]
    assert js.evaluate(code, [*told(one), levels, errors, 4]) == [1, 2, 4]
    assert js.evaluate(code, [*told(one), levels, errors, 2]) == [1, 2]
