"""Words in a real Chromium, from a page without a server: read in every room, equal to the core's to the letter."""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby
from pathlib import Path

import pytest
import torch
from playwright.sync_api import Browser, Page, expect

from conftest import PATIENCE
from explore_desk import HERO, NO_SIDEWAYS, READY, view_of, wait
from gan.data.sets import load
from gan.data.stored import Stored
from gan.explore.render import film_latents, render
from gan.explore.views import picture
from gan.media.words import WORDS
from gan.models.model import Model
from gan.recipe.config import TrainConfig
from media_site import explored, slide, trained

NEAR, RANK, SAID = "[data-testid=words-near]", "[data-testid=words-rank]", "[data-testid=words-said]"
FOUND = "[data-testid=words-found]"
# What is said of a word besides never comes.
UNANSWERED = """async () => {
  const { engine } = await import("atelier/page/engine.js");
  engine.nearest = engine.criticRank = () => new Promise(() => {});
}"""
LETTERS = "abcdefghijklmnopqrstuvwxyz"
ODD, FIRST, MOST = 7, 42, 1.5


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stored]:
    """Some names as the set of them is read; nobody was ever called so."""
    folder = tmp_path_factory.mktemp("data")
    (folder / "text").mkdir()
    words = [LETTERS[i % 26] + LETTERS[(i * ODD) % 26] * (i % 3 + 1) for i in range(200)]
    (folder / "text" / "names.txt").write_text("\n".join([LETTERS[:15], *dict.fromkeys(words)]))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GAN_DATA_DIR", str(folder))
        data = load("names")
        assert isinstance(data, Stored) and data.shape == (27, 16, 1)
        yield data


@pytest.fixture(scope="module")
def model(names: Stored) -> Model:
    config = TrainConfig(data="names", end="choice", batch=16, z_dim=6, g_widths=(32,), d_widths=(16,), lr=1e-2)
    return trained(config, names, 30, "some-names")


@pytest.fixture(scope="module")
def page(chromium: Browser, names: Stored, model: Model, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    models = [model, replace(model, name="others")]
    with explored(chromium, tmp_path_factory.mktemp("site"), models, f"&seed={FIRST}") as page:
        yield page


def said(model: Model, page: Page) -> str:
    """The word of the view that the canvas shows, as the core has it."""
    with torch.inference_mode():
        return WORDS.says(picture(model, view_of(page)), model.traits)[0]


def test_a_word_is_read_while_one_drags_and_at_rest(page: Page, model: Model, names: Stored) -> None:
    seen = [said(model, page)]
    for psi in (0.3, 0.6, 0.9, 1.2, MOST):
        slide(page, psi)
        wait(page, f"q.psi == {psi}")
        seen.append(said(model, page))
        expect(page.locator(".words-now")).to_have_text(seen[-1])
    way = [word for word, _ in groupby(seen)]
    assert len(way) > 2
    assert page.locator(".words-way li").all_inner_texts() == way[-2::-1][:12]
    expect(page.locator(SAID)).to_have_text(way[-1])
    expect(page.locator(HERO)).to_have_attribute("aria-label", way[-1])
    shown = picture(model, view_of(page))
    which, far = WORDS.among(shown, names.tensors(names.rows), model.traits)
    near = WORDS.says(names.tensors(names.rows[which]), model.traits)[0]
    told = f"Nearest real word: {near} (letters to change: {far[0]:g})"
    learnt = f"{near} is a real word, letter for letter: the forger was shown it."
    expect(page.locator(NEAR)).to_have_text(told if far[0] else learnt)
    expect(page.locator(RANK)).to_contain_text("The critic likes it more than")
    page.locator("details:has([data-testid=explore-nearest])").evaluate("(group) => group.open = true")
    nearest = page.locator("[data-testid=explore-nearest] figcaption").first
    expect(nearest).to_have_text(f"{far[0]:g} off", timeout=PATIENCE)
    expect(page.locator("#explore-smooth")).to_be_hidden()  # letters are smooth in any case
    for place, drawn in ((HERO, "auto"), (".explore-channels", "pixelated"), (".explore-second canvas", "pixelated")):
        expect(page.locator(place)).to_have_css("image-rendering", drawn)


def test_a_word_is_taken_home(page: Page, model: Model) -> None:
    with page.expect_download() as kept:
        page.click("#explore-save-txt")
    assert kept.value.suggested_filename == f"some-names-seed-{FIRST}.txt"
    assert Path(kept.value.path()).read_text("utf-8") == f"{said(model, page)}\n"


def test_a_typed_word_is_found_and_explored(page: Page, model: Model) -> None:
    page.fill("#words-typed", "Bbb")
    page.click("#words-find")
    wait(page, "q.own !== undefined")
    expect(page.locator(FOUND)).to_contain_text(re.compile("Go on from there"))
    word = said(model, page)
    expect(page.locator(FOUND)).to_contain_text(f" {word}")
    expect(page.locator(SAID)).to_have_text(word)
    page.fill("#words-typed", "b1")
    page.press("#words-typed", "Enter")
    expect(page.locator(FOUND)).to_have_text(f"This forger writes words of 1 to 15 letters out of {LETTERS}.")
    assert said(model, page) == word
    page.click("#explore-undo")
    wait(page, f"q.seed === '{FIRST}'")


def test_a_film_of_words_is_a_column(page: Page, model: Model) -> None:
    page.get_by_role("tab", name="Interpolate").click()
    page.wait_for_selector(".film-view[data-ready=yes]")
    with page.expect_download() as kept:
        page.click("#film-save-txt")
    z = film_latents([1, 7, 42, 5], model.G.z_dim, 24, "slerp", "loop")
    words = WORDS.says(render(model, z), model.traits)
    column = Path(kept.value.path()).read_text("utf-8").splitlines()
    assert column == [word for word, _ in groupby(words)]
    page.click("#film-play")
    page.locator(".film-media .words-way li").first.wait_for()
    assert page.locator(".film-media .words-now").inner_text() in words
    expect(page.locator("#film-smooth")).to_be_hidden()


def test_nothing_is_said_of_another_models_word(page: Page) -> None:
    page.get_by_role("tab", name="Explore").click()
    told = [page.locator(f".explore-media {place}") for place in (NEAR, RANK)]
    for place in told:
        expect(place).to_be_visible()
        expect(place).not_to_be_empty()
    page.evaluate(UNANSWERED)
    now = page.locator(".explore-media .words-now")
    before = now.inner_text()
    for psi in (0.3, 0.6, 0.9, 1.2):
        slide(page, psi)
        if now.inner_text() != before:
            break
    for place in told:
        expect(place).to_be_hidden()  # of another word of the same model
    page.select_option("#explore-model", "others")
    wait(page, "q.model === 'others'")
    for place in (*told, page.locator(".explore-media .words-way")):
        expect(place).to_be_empty()


def test_words_fit_a_phone_in_chinese(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(page.url.partition("?")[0] + "?lang=zh&model=some-names&seed=7")
    page.wait_for_selector(READY)
    expect(page.locator(NEAR)).to_contain_text("真词", timeout=PATIENCE)
    assert page.evaluate(NO_SIDEWAYS)
