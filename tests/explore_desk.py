"""Explore as its tests use it: what a canvas shows, what the core makes of the same view, controls moved as by hand."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from playwright.sync_api import Browser, BrowserContext, Page, expect

from conftest import DIGITS, RING, STYLE, english
from gan.explore.render import critic_rank
from gan.explore.views import View, from_query, picture
from gan.models.checkpoint import load_model
from gan.models.model import Model

READY = ".explore-view[data-ready=yes]"
HERO = "#explore-canvas"
BESIDE = "[data-testid=explore-canvas-beside]"
DCGAN = "mnist-dcgan"
NOTE = "#atelier-note.seen"
NO_SIDEWAYS = "document.scrollingElement.scrollWidth <= innerWidth"
# Where an element is once it has stood still for a fifth of a second.
AT_REST = """(element) => new Promise((done) => {
  let last = {}, still = 0;
  const look = () => {
    const { x, y, width, height } = element.getBoundingClientRect();
    still = x === last.x && y === last.y ? still + 1 : 0;
    last = { x, y, width, height };
    if (still >= 12) done(last);
    else requestAnimationFrame(look);
  };
  look();
})"""


def opened(page: Page, address: str, query: str = "") -> Page:
    page.goto(address + query)
    page.wait_for_selector(READY)
    return page


def fresh(page: Page, model: str = DIGITS, seed: int = 42) -> None:
    """The plain picture of a seed, by the page's own controls."""
    page.evaluate("document.querySelectorAll('.explore-view details').forEach((d) => { d.open = true; })")
    page.select_option("#explore-model", model)
    wait(page, f"q.model === '{model}'")
    page.select_option("#explore-beside", "")
    page.fill("#explore-seed", str(seed))
    page.press("#explore-seed", "Enter")
    page.click("#explore-reset")
    wait(page, f"q.model === '{model}' && q.seed === '{seed}' && Object.keys(q).length === 3")


def wait(page: Page, condition: str, canvas: str = HERO) -> None:
    """Wait for a condition on `q`, the link of what a canvas shows."""
    page.wait_for_function(
        f"""(canvas) => {{
            const q = Object.fromEntries(new URLSearchParams(document.querySelector(canvas).dataset.query));
            return {condition};
        }}""",
        arg=canvas,
    )


def view_of(page: Page, canvas: str = HERO) -> View:
    return from_query(page.get_attribute(canvas, "data-query") or "", "")


def pixels(page: Page, canvas: str = HERO) -> np.ndarray:
    """What a canvas shows, [H, W, 3]."""
    size, values = page.eval_on_selector(
        canvas,
        "(c) => [[c.height, c.width], [...c.getContext('2d').getImageData(0, 0, c.width, c.height).data]]",
    )
    return np.array(values, np.int16).reshape(*size, 4)[..., :3]


def core(model: Model, view: View) -> np.ndarray:
    """What the core makes of a view, [H, W, 3]."""
    made = picture(model, view)
    image = model.medium.preview(made, model.traits)[0]
    return image.expand(*image.shape[:2], 3).numpy().astype(np.int16)


def right(page: Page, shown: dict[str, Model], canvas: str = HERO) -> View:
    """The view that a canvas claims to show; its pixels must be the core's."""
    view = view_of(page, canvas)
    assert np.abs(pixels(page, canvas) - core(shown[view.model], view)).max() <= 1
    return view


def slide(page: Page, control: str, value: float) -> None:
    """Move a slider as a hand does."""
    page.eval_on_selector(
        f"#{control}",
        """(el, v) => {
            el.value = v;
            for (const name of ['input', 'change']) el.dispatchEvent(new Event(name, { bubbles: true }));
        }""",
        value,
    )


def settled(page: Page) -> None:
    """Wait until all pictures that follow a change are there."""
    page.wait_for_selector(".explore-view[data-still=yes]")


def told_by_the_critic(page: Page, model: Model, view: View) -> None:
    """What the critic would have said of a view stands in its fold, and is the core's rank."""
    ranks = critic_rank(model, picture(model, view), torch.tensor([view.edits.c]))
    assert ranks is not None
    page.eval_on_selector("[data-group=critic]", "(box) => { box.open = true; }")
    expect(page.get_by_test_id("explore-opinion")).to_contain_text(f"{round(100 * float(ranks[0]))} %")


@pytest.fixture(scope="module")
def shown(models: dict[str, Path]) -> dict[str, Model]:
    """The models that the tests look at."""
    return {name: load_model(models[name]) for name in (DIGITS, RING, STYLE)} | {DCGAN: load_model(DCGAN)}


@pytest.fixture(scope="module")
def visitor(chromium: Browser) -> Iterator[BrowserContext]:
    """One English visitor for all tests of this file that do not say otherwise."""
    with english(chromium) as context:
        yield context


@pytest.fixture(scope="module")
def desk(visitor: BrowserContext, address: str) -> Page:
    """The page of that visitor; every test leaves it as it likes, and begins with `fresh`."""
    return opened(visitor.new_page(), address)
