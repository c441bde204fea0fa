"""Repair in JavaScript: what is fitted to a damaged picture, and what is kept of it, are the same as in Python."""

import json
import re
from collections.abc import Iterator

import pytest
import torch
from torch import Tensor

from gan.explore import repair
from gan.explore.damage import Damaged, downscaled, greyed, noisy, salted, with_hole
from gan.explore.repair import Repaired, difference, for_others, kept, task, unlike
from gan.ui.shell.assets import BROWSER
from js_core import JsCore, js_core, tensor
from js_core import text as encoded

SIDE = 8
KINDS = ("hole", "tiny", "grey", "weak noise", "strong noise", "salt")

TASK = """([damage, picture, known, guess, learnt]) => {
  const damaged = { ...damage, picture: back(picture), known: back(known) };
  const { target, known: counted, pull, steps } = lib.taskOf(damaged, back(guess), learnt);
  const others = lib.taskOfOthers(damaged, { target, known: counted, pull, steps });
  return { target: numbers(target), known: numbers(counted), pull, steps,
    others: numbers(others.known), pulled: others.pull,
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
        "tiny": lambda: downscaled(image, 4),
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


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("channels", "learnt"), [(1, True), (3, False)])
def test_what_is_fitted_and_what_is_kept(js: JsCore, kind: str, channels: int, learnt: bool) -> None:
    image, guess = images(channels, 11).split(1)
    one = damaged(kind, image)
    found, own = js.evaluate(TASK, [*told(one), encoded(guess), learnt]), task(one, guess, learnt)
    torch.testing.assert_close(tensor(found["target"]), own.target.flatten(), rtol=0, atol=1e-4)
    known = own.known.expand(-1, own.target.shape[1], -1, -1)
    torch.testing.assert_close(tensor(found["known"]), known.flatten(), rtol=0, atol=1e-5)
    assert found["pull"] == pytest.approx(vars(own.pull), rel=1e-3)
    plain = for_others(one, own)
    assert found["pulled"] == pytest.approx(vars(plain.pull), rel=1e-3)
    known = plain.known.expand(-1, own.target.shape[1], -1, -1)
    torch.testing.assert_close(tensor(found["others"]), known.flatten(), rtol=0, atol=1e-5)
    assert found["steps"] == own.steps
    torch.testing.assert_close(tensor(found["kept"]), kept(one, guess).flatten(), rtol=0, atol=1e-5)
    torch.testing.assert_close(tensor(found["seen"]), one.seen().flatten(), rtol=0, atol=0)


def test_the_numbers_are_the_same() -> None:
    """Each that the page's half writes down by its name; the pulls are compared above."""
    numbers = re.findall(
        r"\b([A-Z_]+) = (\[[^]]*\]|[\d.]+)[,;]", (BROWSER / "core" / "repairing.js").read_text("utf-8")
    )
    assert len(numbers) >= 12
    for name, number in numbers:
        if name == "STEPS":  # of a fit to a whole picture, which Python is told
            continue
        own = getattr(repair, name)
        assert json.loads(number) == (list(own) if isinstance(own, tuple) else own), name


@pytest.mark.parametrize("kind", ["hole", "tiny"])
def test_how_far_two_answers_lie_apart(js: JsCore, kind: str) -> None:
    image = images(1, 12)[:1]
    one, other = damaged(kind, image), image + 0.3 * (1 - damaged("hole", image).known)
    code = "([damage, picture, known, a, b]) => lib.differenceOf({ ...damage, known: back(known) }, back(a), back(b))"
    found = js.evaluate(code, [*told(one), encoded(image), encoded(other)])
    assert found == pytest.approx(difference(one, image[0], other[0]), rel=1e-4)
    assert found == pytest.approx(0.09 if kind == "hole" else 0.09 * 12 / 64, rel=1e-4)


def test_the_first_answer_is_shown_and_those_furthest_from_it_and_none_that_is_much_worse_or_alike(js: JsCore) -> None:
    """The second is like the first, the fourth is far worse than the best."""
    one = damaged("tiny", images(1, 13)[:1])
    levels, errors = [0.0, 0.05, 0.5, -0.9, 1.0], [0.02, 0.01, 0.03, 0.09, 0.034]
    code = """([damage, picture, known, levels, errors, most]) => {
      const all = levels.map((v) => new Float32Array(64).fill(v));
      return lib.chosen({ ...damage, known: back(known) }, all, errors, most);
    }"""
    pictures = torch.tensor(levels)[:, None, None, None].expand(-1, 1, SIDE, SIDE)
    for most, first, wanted in ((4, 0.02, [0, 4, 2]), (2, 0.02, [0, 4]), (4, 0.09, [1, 4, 2]), (1, 0.02, [0])):
        own = [first, *errors[1:]]
        assert js.evaluate(code, [*told(one), levels, own, most]) == wanted
        assert unlike(one, Repaired(pictures, pictures, torch.tensor(own)), most) == wanted
