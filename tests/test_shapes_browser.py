"""Clips and graphs in a real Chromium, from a page without a server: loops that play, drawings and what is said."""

import io
import re
from collections.abc import Iterator
from pathlib import Path

import networkx
import numpy as np
import pytest
import torch
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from conftest import DESKTOP
from explore_desk import HERO, NO_SIDEWAYS, READY, pixels, view_of, wait
from film_desk import READY as FILM_READY
from film_desk import frame
from gan.data.clips import Swinging
from gan.data.graphs import small_graphs
from gan.explore.render import film_latents, film_pictures, film_shares
from gan.explore.views import picture
from gan.media.clips import CLIPS
from gan.media.films import settings_of
from gan.media.graphs import GRAPHS
from gan.models.model import Model
from gan.recipe.config import TrainConfig
from gan.training.runs import model_of
from gan.training.trainer import Trainer
from media_site import explored, trained

STATUS = "[role=status]"  # what a screen reader says as it changes
LOOP, PLAY = ".explore-first .clip-loop", ".explore-media .clip-play"
BESIDE, LOOP_BESIDE = "[data-testid=explore-media-beside]", ".explore-second .clip-loop"
SHOWS = """(loop, ms) => new Promise((done) => {
  const seen = new Set([loop.dataset.frame]);
  const look = new MutationObserver(() => seen.add(loop.dataset.frame));
  look.observe(loop, { attributes: true });
  setTimeout(() => { look.disconnect(); done([...seen]); }, ms);
})"""
# The large picture comes when the hand counts as resting, and the first of the smaller ones some time after it.
SLOW = """async () => {
  const { engine } = await import("atelier/page/engine.js");
  const waiting = { draw: 250, render: 0 };
  for (const name of Object.keys(waiting)) {
    const made = engine[name].bind(engine);
    engine[name] = async (...given) => {
      const ms = waiting[name];
      waiting.render = name === "draw" ? 300 : 0;
      await new Promise((done) => setTimeout(done, ms));
      return made(...given);
    };
  }
}"""
SEED, FPS = 3, 25


@pytest.fixture(scope="module")
def clips() -> Model:
    """A model whose clips move far, of frames on a loop in w."""
    nets = {"network": "style", "g_widths": (8, 6, 4), "d_widths": (4, 8), "z_dim": 5, "w_dim": 6, "batch": 4}
    config = TrainConfig(data="swinging-digits", frames="loop", condition="class", **nets)
    noise = torch.randint(0, 256, (20, 28, 28, 1), generator=torch.Generator().manual_seed(0)).byte()
    data = Swinging(noise, torch.arange(20) % 2, ("a", "b"), medium=CLIPS, traits={"fps": 20})
    trainer = Trainer(config, data)
    with torch.no_grad():
        trainer.G.sine.weight.mul_(20)
        trainer.G.sine.bias.add_(1)
    trainer.step()
    return model_of(trainer, "some-clips", 0.0)


@pytest.fixture(scope="module")
def few_graphs() -> Iterator[None]:
    """A fiftieth of the set, which is made anew for every use."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("gan.data.graphs.EACH", 100)
        yield


@pytest.fixture(scope="module")
def graphs(few_graphs: None) -> Model:
    nets = {"g_widths": (64,), "d_widths": (32,), "z_dim": 8, "batch": 64, "lr": 5e-3}
    config = TrainConfig(data="graphs", end="sign", condition="class", **nets)
    return trained(config, small_graphs(None, True, 0), 60, "some-graphs")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("site")


@pytest.fixture(scope="module")
def page(chromium: Browser, folder: Path, clips: Model, graphs: Model, few_graphs: None) -> Iterator[Page]:
    with explored(chromium, folder, [clips, graphs], f"&seed={SEED}") as page:
        yield page


@pytest.fixture(scope="module")
def site(page: Page, folder: Path) -> str:
    return f"{folder.as_uri()}/index.html"


def frames_seen(page: Page, seconds: float, loop: str = LOOP) -> set[str | None]:
    """The numbers of the frames that a loop shows meanwhile."""
    return set(page.locator(loop).evaluate(SHOWS, 1000 * seconds))


def test_a_loop_plays_and_is_stilled(page: Page, clips: Model) -> None:
    page.emulate_media(reduced_motion="no-preference")
    page.reload()
    page.wait_for_selector(READY)
    shown = picture(clips, view_of(page))
    said = CLIPS.says(shown, clips.traits)[0]
    expect(page.locator(HERO)).to_have_attribute("aria-label", said)
    left, right = re.findall(r"(\d+) px", said)
    told = f"8 frames: it swings {left} px to the left and {right} px to the right."
    expect(page.locator(f".explore-media {STATUS}")).to_have_text(told)
    expect(page.locator(LOOP)).to_have_attribute("aria-hidden", "true")  # the picture below says the same
    large, below = (page.locator(place).bounding_box() for place in (LOOP, HERO))
    assert large == below and large is not None and large["width"] > 300  # it plays in the picture's place
    assert len(frames_seen(page, 1)) > 3
    page.click(PLAY)
    expect(page.locator(PLAY)).to_have_text("Play the loop")
    (still,) = frames_seen(page, 0.4)
    frames = CLIPS.rows(shown, clips.traits)[0].numpy().astype(int)
    assert np.abs(pixels(page, LOOP)[..., 0] - frames[int(still or 0)]).max() <= 1
    strip = page.locator(".explore-media .clip-strip canvas")
    assert strip.count() == len(frames)
    page.click(PLAY)
    assert len(frames_seen(page, 1)) > 3
    page.get_by_role("tab", name="Interpolate").click()
    expect(page.locator(LOOP)).to_have_count(0)
    page.get_by_role("tab", name="Explore").click()
    assert len(frames_seen(page, 1)) > 3  # it goes on where one looks again


@pytest.mark.parametrize("suffix", ["gif", "webp"])
def test_a_loop_is_taken_home(page: Page, clips: Model, suffix: str) -> None:
    with page.expect_download() as kept:
        page.click(f"#explore-save-{suffix}")
    content = Path(kept.value.path()).read_bytes()
    assert settings_of(content)["model"] == clips.name
    frames = CLIPS.rows(picture(clips, view_of(page)), clips.traits)[0].numpy().astype(int)
    with Image.open(io.BytesIO(content)) as file:
        assert (file.n_frames, file.info["loop"], file.size) == (8, 0, (8 * 28, 8 * 28))
        for number, frame in enumerate(frames):
            file.seek(number)
            small = np.asarray(file.convert("L"))[4::8, 4::8].astype(int)
            assert np.abs(small - frame).mean() <= (1 if suffix == "gif" else 12)


def test_who_wants_no_motion_gets_a_still(chromium: Browser, site: str) -> None:
    context = chromium.new_context(**DESKTOP)
    page = context.new_page()
    page.goto(f"{site}?model=some-clips&seed={SEED}")
    page.wait_for_selector(READY)
    expect(page.locator(PLAY)).to_have_text("Play the loop")
    assert frames_seen(page, 0.6) == {"0"}
    context.close()


def test_loops_go_on_while_a_film_morphs(page: Page, site: str, clips: Model) -> None:
    seeds = f"{SEED},{SEED + 2}"  # a link that names no classes means the first
    page.goto(f"{site}?tab=interpolate&model=some-clips&seeds={seeds}&frames=24&fps={FPS}&pace=even&turn=once")
    page.wait_for_selector(FILM_READY)
    z = film_latents([SEED, SEED + 2], clips.G.z_dim, 24, "slerp", "once")
    shares = film_shares(torch.tensor([0, 0]), 2, 24, "slerp", "once")
    wanted = film_pictures(clips, z, 1.0, shares, FPS).numpy().astype(int)
    still = film_pictures(clips, z, 1.0, shares, 1e9).numpy().astype(int)
    for number in (0, 5, 7, 17):
        shown = frame(page, number)[..., 0].astype(int)
        assert np.abs(shown - wanted[number, ..., 0]).max() <= 1
        assert number == 0 or np.abs(shown - still[number, ..., 0]).max() > 10


def test_a_graph_is_drawn_told_and_taken_home(page: Page, site: str, graphs: Model) -> None:
    page.goto(f"{site}?model=some-graphs&seed={SEED}")
    page.wait_for_selector(READY)
    for c in range(4):
        page.select_option("#explore-class", str(c))
        wait(page, f"(q.c ?? '0') == {c}")
        shown = picture(graphs, view_of(page))
        (said,) = GRAPHS.says(shown, graphs.traits)
        expect(page.locator(HERO)).to_have_attribute("aria-label", said)
        expect(page.locator(f".explore-media {STATUS}")).to_have_text(said)
        assert np.abs(pixels(page).astype(int) - GRAPHS.preview(shown, graphs.traits)[0].numpy()).max() <= 1
        nodes = int((shown[0, 0].diagonal() > 0).sum())
        expect(page.locator(".explore-media .graph-counts dd").first).to_have_text(str(nodes))
    with page.expect_download() as kept:
        page.click("#explore-save-graphml")
    assert len(networkx.read_graphml(kept.value.path())) == nodes


def test_a_slow_drawing_is_told_once_it_is_there(page: Page, site: str, graphs: Model) -> None:
    """It comes when the hand has rested, and before all smaller pictures are there."""
    page.goto(f"{site}?model=some-graphs&seed={SEED}")
    page.wait_for_selector(f"{READY}[data-still=yes]")
    page.evaluate(SLOW)
    before = page.get_attribute(HERO, "aria-label")
    for c in ("2", "3"):  # grids and cliques
        page.select_option("#explore-class", c)
        wait(page, f"q.c === '{c}'")
        page.wait_for_selector(f"{READY}[data-still=yes]")
        (said,) = GRAPHS.says(picture(graphs, view_of(page)), graphs.traits)
        assert page.get_attribute(HERO, "aria-label") == said
    assert before != said


def test_a_loop_of_a_model_beside_plays_too(page: Page, site: str) -> None:
    page.emulate_media(reduced_motion="no-preference")
    page.goto(f"{site}?model=some-graphs&seed={SEED}&beside=some-clips")
    page.wait_for_selector(READY)
    beside = page.locator(BESIDE)
    expect(beside.locator("h3")).to_have_text("some-clips")
    expect(beside.locator(STATUS)).to_contain_text("8 frames")
    assert len(frames_seen(page, 1, LOOP_BESIDE)) > 3
    beside.locator(".clip-play").click()
    assert len(frames_seen(page, 0.4, LOOP_BESIDE)) == 1
    assert page.evaluate(NO_SIDEWAYS)
    page.select_option("#explore-beside", "")
    expect(beside).to_be_hidden()
    expect(page.locator(LOOP_BESIDE)).to_have_count(0)
    expect(page.locator(".explore-media .graph-matrix")).to_be_visible()


def test_both_fit_a_phone_in_chinese(chromium: Browser, site: str) -> None:
    context = chromium.new_context(viewport={"width": 360, "height": 780}, locale="zh-CN")
    page = context.new_page()
    for model, word in (("some-clips", "停住"), ("some-graphs", "谁与谁相连")):
        page.goto(f"{site}?model={model}&seed={SEED}")
        page.wait_for_selector(READY)
        expect(page.locator(".explore-media")).to_contain_text(word)
        expect(page.locator(HERO)).to_have_attribute("aria-label", re.compile("帧的循环|个节点|空的关系图"))
        assert page.evaluate(NO_SIDEWAYS)
    page.goto(f"{site}?model=some-graphs&seed={SEED}&beside=some-clips")
    page.wait_for_selector(READY)
    for place in (HERO, ".explore-second canvas"):  # there is less room than a drawing has pixels
        box = page.locator(place).first.bounding_box()
        assert box is not None and box["width"] > 100
    assert page.evaluate(NO_SIDEWAYS)
    context.close()
