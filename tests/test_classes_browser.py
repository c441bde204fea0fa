"""Classes and layers in a real Chromium: Explore and Interpolate show what the core makes of them; links say so."""

import json

import numpy as np
import torch
from playwright.sync_api import Browser, BrowserContext, Page, expect

from conftest import DIGITS, STYLE
from explore_desk import (
    NO_SIDEWAYS,
    NOTE,
    opened,
    pixels,
    right,
    settled,
    shown,
    slide,
    told_by_the_critic,
    view_of,
    visitor,
    wait,
)
from faults import serious
from film_desk import CANVAS, READY, frame, near, until
from gan.explore.render import edited_w, features, film_latents, film_pictures, film_shares
from gan.explore.views import latent
from gan.models.model import Model

__all__ = ["shown", "visitor"]  # fixtures

torch.set_num_threads(1)


def test_randomise_changes_the_class_too(visitor: BrowserContext, address: str, shown: dict[str, Model]) -> None:
    page, classes = opened(visitor.new_page(), address, f"/?model={STYLE}&seed=7"), set()
    for _ in range(8):
        seed = view_of(page).seed
        page.click("#explore-randomise")
        wait(page, f"q.seed !== '{seed}'")
        view = right(page, shown)
        assert page.is_checked(f"#explore-class-{view.c}")
        classes.add(view.c)
    assert len(classes) > 1  # that all are the same has one chance in ten millions
    expect(page.locator(".explore-first figcaption")).to_contain_text(f"class {view.c} · seed {view.seed}")
    opened(page, address, f"/?model={STYLE}")  # a link that says only whose picture it is
    view = right(page, shown)
    assert (view.seed, view.c) == (42, 2) and page.is_checked("#explore-class-2")  # the seed's, not the first


def test_a_class_and_a_range_of_layers(visitor: BrowserContext, address: str, shown: dict[str, Model]) -> None:
    page, model = opened(visitor.new_page(), address, f"/?model={STYLE}&seed=7"), shown[STYLE]
    page.evaluate("document.querySelectorAll('.explore-view details').forEach((d) => { d.open = true; })")
    radios = page.locator(".explore-class input[type=radio]")
    expect(radios).to_have_count(10)
    expect(radios.nth(0)).to_be_checked()
    expect(page.get_by_test_id("explore-facts")).to_contain_text("10 classes")
    before = pixels(page)
    page.check("#explore-class-3", force=True)
    wait(page, "q.c === '3'")
    assert right(page, shown).c == 3
    assert (pixels(page) != before).any()
    page.keyboard.press("ArrowRight")  # the radio buttons have the focus
    wait(page, "q.c === '4'")
    page.keyboard.press("Control+z")
    wait(page, "q.c === '3'")
    expect(radios.nth(3)).to_be_checked()
    slide(page, "explore-psi", 0.8)
    slide(page, "explore-d1", 2.5)
    slide(page, "explore-s2", -2)
    wait(page, "q.d1 === '2.5' && q.s2 === '-2'")
    everywhere = pixels(page)
    page.select_option("#explore-layer-first", "1")
    page.select_option("#explore-layer-last", "2")
    wait(page, "q.layers === '1-2'")
    assert right(page, shown).layers == (1, 2)
    assert (pixels(page) != everywhere).any()
    expect(page.locator(".explore-steps .explore-on")).to_have_count(2)
    page.click("#explore-mix")
    page.select_option("#explore-mix-stage", "2")
    expect(page.locator("#explore-mix-stage option:checked")).to_have_text("from layer 3 of 4 on (8 × 8)")
    wait(page, "q.mix === '8' && q.at === '2'")
    view = right(page, shown)
    assert view.edits.c == 3
    told_by_the_critic(page, model, view)
    page.click("#explore-mix")
    wait(page, "!q.mix")
    page.select_option("#explore-stage", "3")
    view = view_of(page)
    ws = edited_w(model, latent(model, view), view.psi, view.edits, torch.tensor([3]))
    idle = float((features(model, ws, 3) <= 0).float().mean())
    expect(page.get_by_test_id("explore-layer")).to_contain_text(f"{round(100 * idle)} %")
    settled(page)
    expect(page.locator(".explore-first figcaption")).to_contain_text("class 3")
    tile = "[data-testid=explore-neighbours] [data-step='5']"
    near_by = pixels(page, f"{tile} canvas")
    page.click(tile)
    wait(page, "q.walk === '5' && q.c === '3' && q.layers === '1-2'")
    right(page, shown)
    assert np.abs(near_by - pixels(page)).max() <= 1
    page.click("#explore-key-frame")
    (key,) = json.loads(page.evaluate("localStorage.getItem('atelier-keys')"))
    assert (key["c"], key["layers"]) == (3, [1, 2])
    page.click("#explore-bookmark")
    expect(page.locator(".explore-shelf input")).to_have_value(f"class 3 · seed 7 · {STYLE}")
    assert serious(page, ".explore-view") == []
    # a link, in another page: the address follows when the hand rests, and not more often than a browser allows
    page.wait_for_url("**walk=5**")
    link = page.url
    assert f"model={STYLE}&seed=7&c=3&walk=5&psi=0.8&d1=2.5&s2=-2&layers=1-2" in link
    other = opened(visitor.new_page(), link)
    assert right(other, shown) == right(page, shown)
    np.testing.assert_array_equal(pixels(other), pixels(page))
    expect(other.locator("#explore-class-3")).to_be_checked()
    expect(other.locator("#explore-layer-first")).to_have_value("1")
    # a model without either, and back
    other.select_option("#explore-model", DIGITS)
    wait(other, f"q.model === '{DIGITS}'")
    assert (right(other, shown).c, view_of(other).layers) == (0, None)
    for hidden in (".explore-class", ".explore-layers"):
        expect(other.locator(hidden)).to_be_hidden()
    other.click("#explore-undo")
    wait(other, f"q.model === '{STYLE}' && q.c === '3' && q.layers === '1-2'")
    right(other, shown)
    for query, said in {f"{STYLE}&c=10": "classes 0 to 9", f"{DIGITS}&layers=0-1": "one latent for all"}.items():
        opened(other, address, f"/?model={query}")
        expect(other.locator(f"{NOTE}.trouble")).to_contain_text(said)
    other.close()
    page.close()


def test_the_server_draws_classes_and_layers_too(page: Page, address: str, shown: dict[str, Model]) -> None:
    query = f"/?model={STYLE}&seed=8&c=6&layers=0-1&d1=2&mix=4&at=1&share=0.75&engine=server"
    opened(page, address, query)
    expect(page.get_by_test_id("explore-engine")).to_contain_text("on the server")
    assert right(page, shown).layers == (0, 1)
    page.check("#explore-class-9", force=True)
    wait(page, "q.c === '9'")
    view = right(page, shown)
    assert view.edits.c == 9
    told_by_the_critic(page, shown[STYLE], view)


def test_a_film_from_class_to_class(page: Page, address: str, shown: dict[str, Model]) -> None:
    page.goto(f"{address}/?tab=interpolate&model={STYLE}&keys=1_c:2,7_c:5&frames=4&turn=once")
    page.wait_for_selector(READY, state="attached")
    model = shown[STYLE]

    def film(*c: int) -> torch.Tensor:
        z = film_latents([1, 7], model.G.z_dim, 4, "slerp", "once")
        return film_pictures(model, z, 1.0, film_shares(torch.tensor(c), 10, 4, "slerp", "once"))

    for number in (0, 2, 4):
        near(frame(page, number), film(2, 5)[number])
    expect(page.locator(".film-key span").nth(1)).to_have_text("class 5, seed 7")
    expect(page.locator(".film-key").nth(1)).to_have_attribute("aria-label", "Picture 2 of 2: seed 7, class 5")
    page.select_option("#film-class", "0")  # of the chosen key, the one that the film shows
    until(page, keys="1_c:2,7")
    near(frame(page, 2), film(2, 0)[2])
    page.select_option("#film-model", DIGITS)
    until(page, keys="1,7", model=DIGITS)  # it knows no classes
    page.select_option("#film-model", STYLE)
    until(page, keys="1_c:1,7_c:7", model=STYLE)  # nobody chose these: the seed's own, as the command line has it
    page.select_option("#film-model", DIGITS)
    until(page, keys="1,7", model=DIGITS)
    expect(page.locator(".film-kind")).to_be_hidden()
    assert page.get_attribute(CANVAS, "data-frames") == "5"
    page.goto(f"{address}/?tab=interpolate&model={STYLE}&frames=2")
    page.wait_for_selector(READY, state="attached")
    until(page, keys="1_c:1,7_c:7,42_c:2,5_c:5")


def test_a_chinese_phone(chromium: Browser, address: str, shown: dict[str, Model]) -> None:
    context = chromium.new_context(
        viewport={"width": 360, "height": 800}, locale="zh-CN", has_touch=True, is_mobile=True
    )
    page = opened(context.new_page(), address, f"/?model={STYLE}&c=1&__theme=dark")
    assert page.evaluate(NO_SIDEWAYS)
    expect(page.locator(".explore-layers strong")).to_have_text("随方向变化的层")
    page.locator(".explore-class label").nth(8).tap()
    wait(page, "q.c === '8'")
    right(page, shown)
    settled(page)
    assert serious(page, ".explore-view") == []
    context.close()
