"""What Interpolate saves, shares and takes in, in a real Chromium: files, links, Explore's pictures, a training."""

import io
import json
import re
import zipfile
from pathlib import Path
from urllib.parse import parse_qs

import av
import numpy as np
import pytest
import torch
from PIL import Image
from playwright.sync_api import Browser, Page, expect

import gan
from conftest import DIGITS, RING, STYLE
from film_desk import (
    CANVAS,
    FRAMES,
    KEYS,
    LINK,
    READY,
    SECTION,
    choose,
    digits,
    frame,
    near,
    open_file,
    opened,
    query,
    restore,
    saved,
    sentence,
    slide,
    tab,
    until,
)
from gan.explore.own_latents import own_ws, packed
from gan.explore.render import Edits, film_latents, pictures
from gan.latents import z_from_seeds
from gan.media.films import kept, settings_of
from gan.models.checkpoint import load_model
from gan.models.model import Model
from gan.training.history import HISTORY, training_film
from gan.training.kept_films import drawn, film_path, read_film
from own_texts import unseeded

__all__ = ["digits", "opened", "tab"]  # fixtures

torch.set_num_threads(1)


def test_pictures_of_explore_become_key_frames(tab: Page, digits: Model) -> None:
    view = {
        "model": DIGITS, "seed": 5, "x": 0.25, "y": 0, "walk": [], "psi": 0.5, "directions": {"0": 2}, "sefa": {},
        "raw": {"3": 1.5}, "mix": None, "beside": "",
    }  # fmt: skip
    dot = tab.evaluate("document.createElement('canvas').toDataURL()")
    tab.evaluate(
        "(kept) => Object.entries(kept).forEach(([key, value]) => localStorage.setItem(key, JSON.stringify(value)))",
        {
            "atelier-keys": [
                view,
                {"model": "another", "seed": 1},
                {"model": DIGITS, "seed": -1},
                None,
                {"model": RING, "seed": 3},
            ],
            "atelier-bookmarks": [{"view": {**view, "seed": 6, "x": 0}, "name": "mine", "picture": dot}],
        },
    )
    tab.evaluate("window.dispatchEvent(new CustomEvent('atelier-keys'))")  # as Explore says that it sent one
    expect(tab.locator(".film-picks > summary")).to_have_text("From Explore (2)")
    expect(tab.locator(".film-picked .film-key")).to_have_count(3)  # of models that are here, and readable
    drawn = "(s) => [...document.querySelectorAll(s)].every((canvas) => canvas.width > 1)"
    tab.wait_for_function(drawn, arg=".film-picked canvas")
    tab.get_by_role("button", name="Add: mine").click()
    until(tab, keys="1,7,42,6_psi:0.5_d1:2_z3:1.5")
    wanted = pictures(digits, z_from_seeds([6], digits.G.z_dim), 0.5, Edits({3: 1.5}, {0: 2.0}))
    near(frame(tab, 3 * FRAMES), wanted[0])
    tab.click("#film-all-explore")
    until(tab, keys="1,7,42,6_psi:0.5_d1:2_z3:1.5,5_x:0.25_psi:0.5_d1:2_z3:1.5")
    with tab.context.expect_page() as opened:
        tab.click("#film-explore")
    opened.value.wait_for_url("**tab=explore**")
    asked = parse_qs(opened.value.url.partition("?")[2])
    opened.value.close()
    assert {key: asked[key] for key in ("model", "seed", "x", "psi", "d1", "z3")} == {
        "model": [DIGITS], "seed": ["5"], "x": ["0.25"], "psi": ["0.5"], "d1": ["2"], "z3": ["1.5"],
    }  # fmt: skip
    tab.locator(f".film-picked[data-model={RING}] .film-key").click()
    until(tab, model=RING, keys="1,7,42,6,5,3")  # that model lacks what was edited
    assert tab.evaluate("document.activeElement.dataset.pick") is not None
    tab.click("#film-undo")
    until(tab, model=DIGITS)
    tab.click("#film-empty")
    expect(tab.locator(".film-picked .film-key")).to_have_count(1)  # the bookmark
    assert tab.evaluate("localStorage.getItem('atelier-keys')") is None
    tab.evaluate("localStorage.clear()")
    tab.click(".film-picks > summary")


def test_every_file_holds_the_film_and_brings_it_back(tab: Page, digits: Model) -> None:
    choose(tab, "turn", "ping-pong")
    slide(tab, "psi", 0.8)
    until(tab, turn="ping-pong", psi="0.8")
    wanted = pictures(digits, film_latents([1, 7, 42], digits.G.z_dim, FRAMES, "slerp", "ping-pong"), 0.8)
    for suffix in ("mp4", "gif", "webp", "png", "zip"):
        name, content = saved(tab, suffix)
        assert name == f"{DIGITS}-1-7-42.{suffix}"
        settings = settings_of(content)
        assert settings["film"]["keys"] == [{"seed": 1}, {"seed": 7}, {"seed": 42}]
        assert len(settings["sha256"]) == 64
        if suffix == "zip":
            with zipfile.ZipFile(io.BytesIO(content)) as folder:
                near(np.asarray(Image.open(folder.open("frame-0007.png")))[..., None], wanted[7])
                assert len(folder.namelist()) == len(wanted) + 1
        elif suffix == "mp4":
            with av.open(io.BytesIO(content)) as container:
                assert sum(1 for _ in container.decode(video=0)) == len(wanted)
                assert container.streams.video[0].average_rate == 12
        elif suffix != "png":
            with Image.open(io.BytesIO(content)) as file:
                assert file.n_frames == len(wanted)
                file.seek(7)
                scale = file.width // wanted.shape[2]
                shown = np.asarray(file.convert("L"))[scale // 2 :: scale, scale // 2 :: scale].astype(int)
                assert np.abs(shown - wanted[7, ..., 0].numpy()).mean() < 6
        restore(tab)
        open_file(tab, name, content)
        until(tab, turn="ping-pong", psi="0.8", keys="1,7,42", fps="12")
        near(frame(tab, 7), wanted[7])
        for damaged in (content[:80], b"", b"\x00" * 999):
            open_file(tab, name, damaged)
            assert name in sentence(tab)
        assert query(tab)["turn"] == "ping-pong"  # nothing changed


def test_a_gif_that_is_too_fast_says_what_it_leaves_out(tab: Page) -> None:
    slide(tab, "fps", 60)
    until(tab, fps="60")
    _, content = saved(tab, "gif")
    with Image.open(io.BytesIO(content)) as file:
        assert file.n_frames == len(kept(3 * FRAMES, ".gif", 60)) < 3 * FRAMES
        said = f"A GIF shows at most 50 frames a second: {file.n_frames} of the {3 * FRAMES} frames are in it."
    expect(tab.locator(".film-saving")).to_contain_text(said)
    saved(tab, "webp")
    expect(tab.locator(".film-saving")).not_to_contain_text("at most")


def test_a_dropped_file_of_another_model_gets_one_sentence(tab: Page) -> None:
    film = {"model": "nobody's", "keys": [{"seed": 1}, {"seed": 2}]}
    drop = """([selector, text]) => {
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File([text], "film.webp"));
        const about = { dataTransfer, bubbles: true, cancelable: true };
        const place = document.querySelector(selector);
        for (const kind of ["dragover", "drop"]) place.dispatchEvent(new DragEvent(kind, about));
    }"""
    tab.evaluate(drop, [SECTION, json.dumps({"gan-atelier": 1, "film": film})])
    assert "nobody's" in sentence(tab)
    film |= {"model": DIGITS}
    tab.evaluate(drop, [SECTION, json.dumps({"gan-atelier": 1, "film": film, "sha256": "0" * 64})])
    until(tab, keys="1,2")
    expect(tab.locator("#atelier-note")).to_contain_text("other weights")


def test_a_link_opens_the_equal_film_elsewhere_and_calmly(tab: Page, chromium: Browser, address: str) -> None:
    tab.context.grant_permissions(["clipboard-read", "clipboard-write"])
    choose(tab, "path", "spline")
    until(tab, path="spline")
    tab.click("#film-link")
    expect(tab.locator("#atelier-note")).to_have_text("Link copied")
    link = tab.evaluate("navigator.clipboard.readText()")
    assert link.startswith(f"{address}/?tab=interpolate")
    context = chromium.new_context(reduced_motion="reduce", locale="zh-CN", viewport={"width": 360, "height": 740})
    other = context.new_page()
    other.goto(link)
    other.wait_for_selector(READY, state="attached")
    assert (frame(other, 9) == frame(tab, 9)).all()
    number = other.get_attribute(CANVAS, "data-frame")
    other.wait_for_timeout(300)
    assert other.get_attribute(CANVAS, "data-frame") == number  # nothing moves by itself
    assert other.inner_text("#film-play").endswith("播放")
    assert other.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
    context.close()


@pytest.mark.parametrize(
    "mistake", ["model=nobody&keys=1,2", f"model={DIGITS}&keys=1,2_d1:9", f"model={DIGITS}&keys=1,own:AAAAAAAAAAAA"]
)
def test_a_bad_link_gets_one_sentence_and_a_film(page: Page, address: str, mistake: str) -> None:
    page.goto(f"{address}/?tab=interpolate&{mistake}")
    page.wait_for_selector(READY, state="attached")
    told = sentence(page)
    assert ("nobody" if "nobody" in mistake else "9") in told  # of the last, 9 bytes
    assert "\n" not in told
    assert query(page)["keys"] == "1,7,42,5"
    if "nobody" not in mistake:
        return
    # An untouched film becomes one of what this page's Explore sends, and of its model.
    page.get_by_role("tab", name="Live").click()
    page.evaluate(
        """(views) => {
            localStorage.setItem("atelier-keys", JSON.stringify(views));
            for (const _ of views) window.dispatchEvent(new CustomEvent("atelier-keys"));
        }""",
        [{"model": RING, "seed": 3}, {"model": RING, "seed": 4}],
    )
    page.get_by_role("tab", name="Interpolate").click()
    until(page, model=RING, keys="3,4")
    expect(page.locator(".film-picks > summary")).to_have_text("From Explore (2)")
    expect(page.locator(".film-picked .film-key")).to_have_count(2)  # the panel is open
    play = page.locator("#film-play").bounding_box()
    assert play and play["y"] + play["height"] < 900


def test_a_film_of_the_training(page: Page, address: str, models: dict[str, Path], digits: Model) -> None:
    page.goto(address + LINK.replace("loop", "once") + "&training=1")
    page.wait_for_selector(READY, state="attached")
    labels, wanted = training_film(digits, models[DIGITS] / HISTORY, [1, 7, 42])
    frames = len(wanted)
    expect(page.locator(CANVAS)).to_have_attribute("data-frames", str(frames))
    for number in (0, frames - 1):
        near(frame(page, number), wanted[number])
    caption = page.locator(".film-caption")
    expect(caption).to_have_text(re.compile(f"after {labels[-1]:,} real pictures".replace(",", ".")))
    _, content = saved(page, "zip")
    assert settings_of(content)["film"]["training"] is True
    with zipfile.ZipFile(io.BytesIO(content)) as folder:
        assert len(folder.namelist()) == frames + 1
    choose(page, "source", "keys")
    until(page, training=None)
    assert page.get_attribute(CANVAS, "data-frames") == str(2 * FRAMES + 1)
    expect(page.locator(".film-seeds")).to_be_hidden()
    keys = [{"seed": 1, "raw": {"0": 2}}, {"seed": 7}]
    open_file(page, "film.json", json.dumps({"gan-atelier": 1, "film": {"model": DIGITS, "keys": keys}}).encode())
    until(page, keys="1_z0:2,7")
    slide(page, "fps", 30)
    until(page, fps="30")
    choose(page, "source", "training")
    until(page, training="1")
    expect(page.locator(".film-seeds")).to_have_text(re.compile("seeds alone, without the edits"))
    assert query(page)["fps"] != "30"
    choose(page, "source", "keys")
    until(page, training=None, fps="30")  # a look at the training changes nothing


def test_a_film_of_a_training_that_is_kept_as_samples(page: Page, address: str) -> None:
    """Pictures in a grid, and words one at a time, which are read; the host is asked for the file only then."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "part=film" in request.url else None)
    model = load_model("mnist-mlp")
    assert model.path is not None
    kept = read_film(model, film_path(model.path))
    page.goto(f"{address}/?tab=interpolate&model=mnist-mlp&keys=1,7&frames=4")
    page.wait_for_selector(READY, state="attached")
    assert not asked
    choose(page, "source", "training")
    until(page, training="1", grid="4", fps="6")
    wanted = drawn(model, kept)
    expect(page.locator(CANVAS)).to_have_attribute("data-frames", str(len(wanted)))
    first, last = frame(page, 0), frame(page, len(wanted) - 1)
    near(first, wanted[0])
    near(last, wanted[-1])
    assert np.abs(first.astype(int) - last).mean() > 20
    run, length = page.locator("[data-testid=interpolate-run]"), f"{kept.length:,}".replace(",", "\N{NNBSP}")
    expect(run).to_contain_text(f"A run of the same recipe, {length} real pictures long")
    expect(page.locator(".film-caption")).to_contain_text("real pictures shown")
    expect(page.locator("#film-psi")).to_be_hidden()
    choose(page, "source", "keys")
    until(page, training=None, grid=None)
    expect(run).to_be_hidden()
    expect(page.locator("#film-psi")).to_be_visible()
    words = load_model("names-mlp")
    assert words.path is not None
    said = words.medium.says(
        words.medium.tensors(read_film(words, film_path(words.path)).rows[-1, :1], words.traits), words.traits
    )
    page.goto(f"{address}/?tab=interpolate&model=names-mlp&keys=1,7&training=1")
    page.wait_for_selector(READY, state="attached")
    frame(page, len(wanted) - 1)
    expect(page.locator(CANVAS)).to_have_attribute("aria-label", re.compile(f"^{re.escape(said[0])}\\. Preview"))
    assert saved(page, "txt")[1].decode().splitlines()[-1] == said[0]
    assert len(asked) == 2


def test_a_film_through_a_picture_of_ones_own(page: Page, address: str, models: dict[str, Path]) -> None:
    model = load_model(models[STYLE])
    own = packed(unseeded(model))
    dotted = own.replace("_", ".")
    page.goto(f"{address}/?tab=interpolate&model={STYLE}&keys=own:{dotted},7_c:4&frames=4&turn=once")
    page.wait_for_selector(READY, state="attached")
    wanted = gan.interpolate(model, [7], 4, turn="once", c=4, ws=own_ws(model, own)[None])
    for number in (0, 2, 4):
        near(frame(page, number), wanted[number])
    frame(page, 0)
    expect(page.locator(f"{KEYS} li").first).to_have_text("your own picture", use_inner_text=True)
    expect(page.locator(".film-chosen")).to_have_text("Picture 1 of 2: your own")
    expect(page.locator("#film-space-w")).to_be_checked()
    for rests in ("#film-space-z", "#film-class", "#film-source-training"):
        expect(page.locator(rests)).to_be_disabled()
    expect(page.locator("#film-space-help")).to_contain_text("your own picture has no z")
    why = page.locator("#film-class-why")
    expect(why).to_have_text("Nobody asked for a class: this is your own picture.")
    _, content = saved(page, "zip")
    assert settings_of(content)["film"]["keys"] == [{"own": own}, {"seed": 7, "c": 4}]
    page.click("#film-another")
    page.wait_for_function("(canvas) => !document.querySelector(canvas).dataset.query.includes('own')", arg=CANVAS)
    expect(page.locator("#film-space-z")).to_be_checked()
    expect(why).to_be_hidden()
    open_file(page, "film.zip", content)
    until(page, keys=f"own:{dotted},7_c:4")
