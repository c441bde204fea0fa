"""The browser's engine in Chromium makes PyTorch's pictures: every model, every edit, by WebAssembly and without it."""

import base64
import random
from collections.abc import Iterator
from typing import Any

import pytest
import torch
import wasmtime
from playwright.sync_api import Browser, Page

from core_fixtures import made_up, tiny
from gan.explore import portable, views
from gan.explore.render import Mix, closed_form, critic_rank, features, mixed_w, synthesis, ws_of
from gan.latents import z_from_seeds
from gan.models.checkpoint import load_model, shipped
from gan.models.model import Model
from gan.training.runs import model_of
from gan.training.trainer import Trainer
from gan.ui.shell.assets import BROWSER, modules, reached
from js_page import ENGINE, HOST, files_of, open_page, tensor, text
from odd_models import ODD, classes, odd_model

MODULES = (*ENGINE, "core/encoding", "engine/matmul")
ALIKE = 1e-3  # from PyTorch, in [-1, 1] or in a model of points' unit
SEEDS, FEWER = 100, 25  # of each shipped and of each other model
COLOURS, STYLE = "64 pixels in colours", "64 pixels by style"
NAMES = [*shipped(), *ODD, COLOURS, STYLE]

# Each view of a model, drawn in turn.
DRAW = """
async ([name, views]) => {
  const { engine, mixW, wOfView } = lib, model = await engine.model(name), found = [];
  for (const view of views) {
    const w = mixW(model, view);
    found.push(numbers(await engine.draw(name, wOfView(model, view), w && { ...view.mix, w })));
  }
  return found;
}
"""


def colours() -> Model:
    """A dcgan of 64 x 64 pictures in colours with everything that can be folded: batch norms, a sigmoid, even noise."""
    config = tiny(
        network="dcgan", resolution=64, z_dim=17, g_widths=(24, 12, 7, 6), kernel=5, d_widths=(6, 8, 10), norm="batch",
        image_range="sigmoid", noise="uniform",
    )  # fmt: skip
    trainer = Trainer(config, made_up(16, 64, 3))
    for _ in range(3):
        trainer.step()
    return model_of(trainer, COLOURS, 0.0)


def by_style() -> Model:
    """A style-based network of 64 x 64 pictures in colours that knows classes."""
    config = tiny(
        network="style", resolution=64, z_dim=17, w_dim=22, g_widths=(24, 12, 7, 6, 5), kernel=5, d_widths=(6, 8, 10),
        condition="class",
    )  # fmt: skip
    trainer = Trainer(config, made_up(16, 64, 3))
    trainer.step()
    return model_of(trainer, STYLE, 0.0)


@pytest.fixture(scope="module")
def models() -> dict[str, Model]:
    """Every shipped model and one of each kind that a run can make."""
    made = {name: odd_model(name) for name in ODD} | {COLOURS: colours(), STYLE: by_style()}
    return {name: load_model(name) for name in shipped()} | made


@pytest.fixture(scope="module")
def files(models: dict[str, Model]) -> dict[tuple[str, str], bytes]:
    return {key: content for model in models.values() for key, content in files_of(model).items()}


@pytest.fixture(scope="module")
def fast(chromium: Browser, files: dict[tuple[str, str], bytes]) -> Iterator[Page]:
    page = open_page(chromium.new_page(), files, modules=MODULES)
    yield page
    page.close()


@pytest.fixture(scope="module")
def plain(chromium: Browser, files: dict[tuple[str, str], bytes]) -> Iterator[Page]:
    page = open_page(chromium.new_page(), files, "?engine=plain")
    yield page
    page.close()


def some_views(model: Model, count: int) -> list[views.View]:
    """One for each of so many seeds, with edits of every kind, several at once."""
    draw = random.Random(model.name)
    stages = model.G.num_ws
    found = []
    for seed in range(count):
        picked = {kind for kind in ("plane", "walk", "psi", "directions", "sefa", "raw", "mix") if draw.random() < 0.4}
        if not model.medium.alone:
            picked -= {"walk", "mix"}
        first, last = sorted((draw.randrange(stages), draw.randrange(stages)))
        some = {
            kind: {draw.randrange(last): round(draw.uniform(-far, far), 2) for _ in range(3)} if kind in picked else {}
            for kind, last, far in (
                ("directions", len(model.directions), 3), ("sefa", len(closed_form(model)[0]), 3),
                ("raw", model.G.z_dim, 4),
            )
        }  # fmt: skip
        mix = Mix(draw.randrange(2**32), seed % stages, round(draw.random(), 2)) if "mix" in picked else None
        found.append(views.View(
            model.name, seed, round(draw.uniform(0, 0.999), 3) * ("plane" in picked), draw.choice([0.0, 0.5]),
            tuple(draw.randrange(8) for _ in range(3)) if "walk" in picked else (),
            round(draw.uniform(0, 1.5), 2) if "psi" in picked else 1.0,
            some["directions"], some["sefa"], some["raw"], mix, "", seed % max(len(model.classes), 1),
            (first, last) if model.G.layered and draw.random() < 0.7 else None,
        ))  # fmt: skip
    return found


def told(view: views.View) -> dict[str, Any]:
    """A view as the page holds it."""
    mix = view.mix and {"seed": view.mix.seed, "stage": view.mix.stage, "share": view.mix.share}
    values = {"seed": view.seed, "x": view.x, "y": view.y, "walk": view.walk, "psi": view.psi, "mix": mix}
    values |= {"c": view.c, "layers": view.layers}
    return values | {"directions": view.directions, "sefa": view.sefa, "raw": view.raw}


def furthest(page: Page, model: Model, asked: list[views.View]) -> float:
    """The largest difference of a value from PyTorch's over all pictures, in the model's unit."""
    found = page.evaluate(DRAW, [model.name, [told(view) for view in asked]])
    far = [(tensor(a) - views.picture(model, v).flatten()).abs().max() for a, v in zip(found, asked, strict=True)]
    return float(max(far)) / model.unit


def test_the_bytes_are_what_the_text_gives(fast: Page) -> None:
    text = (BROWSER / "engine" / "matmul.wat").read_text()
    assert base64.b64decode(fast.evaluate("lib.MATMUL")) == wasmtime.wat2wasm(text)


def test_the_engine_is_light() -> None:
    """All that makes pictures, in the page and in its workers."""
    parts = reached(modules(), "engine/client.js", "engine/worker.js", "core/latents.js", "core/painting.js")
    assert sum((BROWSER / part).stat().st_size for part in parts) <= 100_000


@pytest.mark.parametrize("name", NAMES)
def test_pictures_are_pytorchs(fast: Page, models: dict[str, Model], name: str) -> None:
    assert fast.evaluate("lib.engine.how") == "wasm"
    asked = some_views(models[name], SEEDS if name in shipped() else FEWER)
    assert furthest(fast, models[name], asked) <= ALIKE


@pytest.mark.parametrize("name", NAMES)
def test_plain_javascript_makes_them_too(plain: Page, models: dict[str, Model], name: str) -> None:
    assert plain.evaluate("lib.engine.how") == "plain"
    assert furthest(plain, models[name], some_views(models[name], 5)) <= ALIKE


@pytest.mark.parametrize("name", NAMES)
def test_many_pictures_at_once_features_and_opinions(fast: Page, models: dict[str, Model], name: str) -> None:
    """Batches of every size equal single pictures; each layer's features and the critic's opinion are torch's."""
    model = models[name]
    c = classes(model, 21)
    w = model.G.mapping(z_from_seeds(range(1000, 1021), model.G.z_dim), c)
    if model.G.layered:
        w = ws_of(model.G, w)
        w[:, 2:] = w[:, 2:].flip(0).clone()
    expected = model.G.synthesis(w)
    for count in (1, 2, 3, 21):
        found = fast.evaluate("async ([n, w]) => numbers(await lib.engine.render(n, back(w)))", [name, text(w[:count])])
        far = (tensor(found).reshape(expected[:count].shape) - expected[:count]).abs().max().item()
        assert far <= ALIKE * model.unit
    if model.medium.alone:
        mix = Mix(0, model.G.num_ws - 1, 0.4)
        second = w.flip(0)
        found = fast.evaluate(
            "async ([n, w, second]) => numbers(await lib.engine.render(n, back(w), "
            f"{{ mix: {{ w: back(second), stage: {mix.stage}, share: {mix.share} }} }}))",
            [name, text(w), text(second)],
        )
        if model.G.layered:  # two ws, of which the later stages are mixed
            mixed = w.clone()
            mixed[:, mix.stage :] = w[:, mix.stage :].lerp(second[:, mix.stage :], mix.share)
            images = model.G.synthesis(mixed)
        else:
            images = synthesis(model, w, second, mix)
        assert (tensor(found) - images.flatten()).abs().max() <= ALIKE
    for stage in range(model.G.num_ws + 1):
        found = fast.evaluate(
            "async ([n, w, stage]) => { const { shape, values } = await lib.engine.features(n, back(w), stage);"
            "return [shape, numbers(values)]; }",
            [name, text(w[0]), stage],
        )
        seen = features(model, w[:1], stage)[0]
        assert found[0] == list(seen.shape)
        torch.testing.assert_close(tensor(found[1]), seen.flatten(), rtol=0, atol=2e-3 * seen.abs().max().item())
    told_class = min(len(model.classes), 4) - 1 if model.classes else 0
    found = fast.evaluate(
        "async ([n, x, c]) => numbers(await lib.engine.criticRank(n, back(x), 21, c))",
        [name, text(expected), told_class],
    )
    ranks = critic_rank(model, expected, torch.full((21,), told_class))
    assert ranks is not None
    # A logit that lies on a quantile may fall to either side of it.
    assert (tensor(found) - ranks).abs().max() <= 1.5 / len(model.real_logits)
    assert (tensor(found) - ranks).abs().mean() <= 1e-3


def test_features_of_a_mix(fast: Page, models: dict[str, Model]) -> None:
    model = models["mnist-dcgan"]
    w, second = model.G.mapping(z_from_seeds([5], 64)), mixed_w(model, 9, 0.7)
    for stage, at in ((1, 2), (2, 2), (3, 2), (0, 0)):
        found = fast.evaluate(
            "async ([w, second, stage, at]) => numbers((await lib.engine.features('mnist-dcgan', back(w), stage, "
            "{ w: back(second), stage: at, share: 0.25 })).values)",
            [text(w), text(second), stage, at],
        )
        expected = features(model, w, stage)
        if stage >= at:
            mixed = features(model, w, at).lerp(features(model, second, at), 0.25)
            expected = mixed
            for layer in model.G.layers()[at:stage]:
                expected = layer(expected)
        atol = 2e-3 * expected.abs().max().item()
        torch.testing.assert_close(tensor(found), expected.flatten(), rtol=0, atol=atol)


def test_products_of_any_size(fast: Page) -> None:
    """matmul.wasm alone against torch: every edge of its blocks of 4 rows and 8 columns, and nothing else touched."""
    sizes = [(m, k, n) for m in (1, 2, 3, 4, 5, 9) for k in (1, 4, 7) for n in (1, 2, 7, 8, 9, 15, 16, 49)]
    generator = torch.Generator().manual_seed(1)
    run = """
    async (cases) => {
      const memory = new WebAssembly.Memory({ initial: 4 }), room = new Float32Array(memory.buffer);
      const bytes = lib.decodeBytes(lib.MATMUL);
      const { instance } = await WebAssembly.instantiate(bytes, { engine: { memory } });
      const { product, dots, leaky } = instance.exports, A = 1000, B = 4000, C = 8000, BIAS = 12000, PANEL = 14000;
      return cases.map(([m, k, n, a, b, bias]) => {
        room.fill(NaN);
        room.set(back(a), A); room.set(back(b), B); room.set(back(bias), BIAS);
        product(4 * A, 4 * k, 4 * B, 4 * C, 4 * BIAS, 4 * PANEL, m, k, n);
        const whole = numbers(room.subarray(C, C + m * n)), free = [C - 1, C + m * n + 8].every((i) => isNaN(room[i]));
        if (k % 4) return [whole, free, null, null];
        dots(4 * A, 4 * B, 4 * C, 4 * BIAS, m, k);
        const one = numbers(room.subarray(C, C + m));
        leaky(4 * C, m);
        return [whole, free, one, numbers(room.subarray(C, C + m))];
      });
    }
    """
    drawn = [[torch.randn(*shape, generator=generator) for shape in ((m, k), (k, n), (m,))] for m, k, n in sizes]
    cases = [[*size, *map(text, parts)] for size, parts in zip(sizes, drawn, strict=True)]
    for (_, k, _), (a, b, bias), (whole, free, one, bent) in zip(sizes, drawn, fast.evaluate(run, cases), strict=True):
        torch.testing.assert_close(tensor(whole), (a @ b + bias[:, None]).flatten())
        assert free
        if one:
            expected = a @ b.flatten()[:k] + bias
            torch.testing.assert_close(tensor(one), expected)
            torch.testing.assert_close(tensor(bent), torch.nn.functional.leaky_relu(expected, 0.2))


def test_the_newest_drawing_wins(fast: Page) -> None:
    """Of many asked for at once the first and the last are made, in order; models do not wait for one another."""
    found = fast.evaluate("""async () => {
      const { engine, wOfView } = lib, names = ["mnist-mlp", "digits-mlp"];
      const models = await Promise.all(names.map((name) => engine.model(name)));
      const alone = await engine.draw(names[0], wOfView(models[0], { seed: 9 }));
      const order = [];
      const asked = Array.from({ length: 10 }, async (_, seed) => {
        const images = await engine.draw(names[0], wOfView(models[0], { seed }));
        if (images) order.push(seed);
        return images;
      });
      const other = engine.draw(names[1], wOfView(models[1], { seed: 1 }));
      const images = await Promise.all(asked);
      return [order, images.map(Boolean), images[9].every((v, i) => v === alone[i]), (await other).length];
    }""")
    assert found == [[0, 9], [True, *[False] * 8, True], True, 64]


def test_a_newer_task_replaces_the_older(fast: Page) -> None:
    """The older one ends with null before it is done; jobs of other tasks and of none go on, and take turns."""
    found = fast.evaluate("""async () => {
      const { engine } = lib, order = [];
      const made = async (label, count, task) => {
        const images = await engine.render("mnist-dcgan", new Float32Array(count * 64).fill(0.1), { task });
        order.push(label);
        return images && images.length / 784;
      };
      const old = made("old", 900, "strip"), long = made("long", 150, "film"), free = made("free", 2);
      await free;
      const now = made("now", 3, "strip");
      return [await Promise.all([old, long, free, now]), order];
    }""")
    assert found == [[None, 150, 2, 3], ["free", "old", "now", "long"]]


SERVER = (
    f"{HOST}\n"
    + """
window.calls = [];
host.static = false;
host.render = async (name, want, rows, options) => {
  calls.push([want, rows.length, options]);
  const pictures = rows.length / 16 / (options.share === undefined ? 1 : 2);
  return new Float32Array(want === "critic_rank" ? rows.length / 64 : pictures * 64);
};
"""
)
UNABLE = {
    "asked for": "",
    "no wasm": "WebAssembly.validate = () => false;",
    "no worker": "window.Worker = class { constructor() { throw new Error('not here'); } };",
    "too large": "",
}


@pytest.mark.parametrize("why", UNABLE)
def test_the_host_answers_where_a_browser_cannot(
    page: Page, models: dict[str, Model], why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if why == "too large":
        monkeypatch.setattr(portable, "macs", lambda model: 400_000_001)
    open_page(page, files_of(models["digits-mlp"]), "?engine=server" if why == "asked for" else "", host=SERVER)
    page.evaluate(f"() => {{ {UNABLE[why]} }}")
    found = page.evaluate("""async () => {
      const { engine } = lib, n = "digits-mlp", w = new Float32Array(16), mix = { w, stage: 1, share: 0.25 };
      const answers = [
        await engine.draw(n, w), await engine.draw(n, w, mix), await engine.render(n, new Float32Array(100 * 16)),
        (await engine.features(n, w, 3)).values, (await engine.features(n, w, 2, mix)).values,
        await engine.criticRank(n, new Float32Array(2 * 64), 2),
      ];
      return [await engine.how, answers.map((values) => values.length), calls];
    }""")
    assert found[0] == ("wasm" if why == "too large" else "server")
    assert found[1] == [64, 64, 6400, 64, 64, 2]
    assert found[2] == [
        ["pictures", 16, {}], ["pictures", 32, {"stage": 1, "share": 0.25}],
        ["pictures", 64 * 16, {}], ["pictures", 36 * 16, {}],
        ["features", 16, {"stage": 3}], ["features", 32, {"stage": 2, "at": 1, "share": 0.25}],
        ["critic_rank", 128, {}],
    ]  # fmt: skip


def test_without_wasm_and_host_javascript_does_it(page: Page, files: dict[tuple[str, str], bytes]) -> None:
    open_page(page, files, "?engine=server")  # a static site has no server to ask
    page.evaluate("WebAssembly.validate = () => false")
    assert page.evaluate("lib.engine.how") == "plain"


def test_trouble_is_told_and_tried_again(fast: Page) -> None:
    found = fast.evaluate("""async () => {
      const trouble = [];
      const ask = () => lib.engine.draw("nobody", new Float32Array(2));
      for (let i = 0; i < 2; i++) await ask().catch((error) => trouble.push(error.message));
      const models = await Promise.all(["digits-mlp", "digits-mlp"].map((name) => lib.engine.model(name)));
      return [trouble, models[0] === models[1], asked.filter((one) => one === "generator nobody").length];
    }""")
    assert found == [["there is no generator of nobody"] * 2, True, 2]


def test_the_nearest_real_pictures(page: Page, files: dict[tuple[str, str], bytes]) -> None:
    pixels = torch.randint(0, 256, (50, 8, 8, 1), dtype=torch.uint8, generator=torch.Generator().manual_seed(3))
    reference = portable.packed(
        {"pictures": pixels}, {"part": "reference", "name": "digits-mlp", "label": "x", "count": 50}
    )
    mine = {key: content for key, content in files.items() if key[0] in ("digits-mlp", "mnist-mlp")}
    open_page(page, mine | {("digits-mlp", "reference"): reference})
    image = pixels[17].permute(2, 0, 1).float() / 127.5 - 1 + 0.01
    found = page.evaluate(
        "async (image) => (await lib.engine.nearest('digits-mlp', back(image), 3))"
        ".map((one) => ({ ...one, pixels: [...one.pixels] }))",
        text(image),
    )
    wanted = (image.clamp(-1, 1) + 1) * 127.5
    far = ((pixels.permute(0, 3, 1, 2).float() - wanted).square().mean((1, 2, 3)).sqrt() / 255).sort()
    assert [one["index"] for one in found] == far.indices[:3].tolist() and found[0]["index"] == 17
    assert [one["distance"] for one in found] == pytest.approx(far.values[:3].tolist(), abs=1e-5)
    assert found[0]["pixels"] == pixels[17].flatten().tolist()
    assert page.evaluate("lib.engine.nearest('mnist-mlp', new Float32Array(784), 3)") is None
