"""The browser's engine makes PyTorch's pictures: every model, every edit, by WebAssembly and without it."""

import base64
from collections.abc import Iterator

import pytest
import torch
import wasmtime

from core_fixtures import made_up, tiny
from gan.data.stored import Stored
from gan.explore import portable
from gan.explore.render import Mix, critic_rank, features, mixed_w, synthesis, ws_of
from gan.latents import z_from_seeds
from gan.media.scores import SCORES
from gan.models.checkpoint import load_model, shipped
from gan.models.model import Model
from gan.networks import Generator
from gan.training.runs import model_of
from gan.training.trainer import Trainer
from gan.ui.shell.assets import BROWSER, modules, reached
from gan.ui.shell.bundles import COMMENT
from js_core import ENGINE, JsCore, files_of, js_core, tensor, text
from js_engine import ALIKE, furthest, some_views, undecided
from odd_models import ODD, classes, odd_model

MODULES = (*ENGINE, "core/encoding", "engine/convolutions", "engine/matmul", "engine/products")
SEEDS, FEWER = 100, 25  # of each shipped and of each other model
COLOURS, STYLE, BLURRED = "64 pixels in colours", "64 pixels by style", "64 pixels by style, blurred"
LINE = "a line of choices"
NAMES = [*shipped(), *ODD, COLOURS, STYLE, BLURRED, LINE]


def colours() -> Model:
    """A dcgan of 64 x 64 pictures in colours with everything that can be folded: batch norms, a sigmoid, even noise."""
    config = tiny(
        network="dcgan", resolution=64, z_dim=17, g_widths=(24, 12, 7, 6), kernel=5, d_widths=(6, 8, 10), norm="batch",
        end="sigmoid", noise="uniform",
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


def blurred() -> Model:
    """A style-based network whose kernels are blurred in G and in D."""
    config = tiny(
        network="style", resolution=64, z_dim=17, g_widths=(12, 12, 7, 6, 5), kernel=4, d_widths=(6, 8, 10), dense=8,
        blur="both",
    )  # fmt: skip
    trainer = Trainer(config, made_up(16, 64, 3))
    for _ in range(3):
        trainer.step()
    return model_of(trainer, BLURRED, 0.0)


def along_a_line() -> Model:
    """A network along a line, which chooses one of several notes for each of two voices at 12 steps."""
    notes = torch.randint(5, (40, 1, 2, 12), generator=torch.Generator().manual_seed(1))
    rows = torch.cat([notes, notes % 2], 1).byte()
    traits = {"groups": [5, 6], "lowest": [60, 48], "voices": ["high", "low"]}
    config = tiny(
        network="seq", data="bach", end="choice", z_dim=9, g_widths=(7, 7, 6), d_widths=(6, 6), kernel=5, dense=10,
    )  # fmt: skip
    trainer = Trainer(config, Stored(rows, medium=SCORES, traits=traits))
    for _ in range(3):
        trainer.step()
    return model_of(trainer, LINE, 0.0)


@pytest.fixture(scope="module")
def models() -> dict[str, Model]:
    """Every shipped model and one of each kind that a run can make."""
    made = {name: odd_model(name) for name in ODD} | {COLOURS: colours(), STYLE: by_style(), BLURRED: blurred()}
    made[LINE] = along_a_line()
    return {name: load_model(name) for name in shipped()} | made


@pytest.fixture(scope="module")
def files(models: dict[str, Model]) -> dict[tuple[str, str], bytes]:
    return {key: content for model in models.values() for key, content in files_of(model).items()}


@pytest.fixture(scope="module")
def fast(files: dict[tuple[str, str], bytes]) -> Iterator[JsCore]:
    with js_core(MODULES, files) as core:
        yield core


@pytest.fixture(scope="module")
def plain(files: dict[tuple[str, str], bytes]) -> Iterator[JsCore]:
    with js_core(ENGINE, files, "plain") as core:
        yield core


def test_the_bytes_are_what_the_text_gives(fast: JsCore) -> None:
    made = wasmtime.wat2wasm((BROWSER / "engine" / "matmul.wat").read_text())
    names = made.rindex(b"\x04name") - 3  # the last section, behind its kind and its size: no browser needs it
    assert base64.b64decode(fast.evaluate("lib.MATMUL")) == made[:names]


def test_the_engine_is_light() -> None:
    """All that makes samples, in the page and in its workers, as a bundle sends it: without comments. It draws none."""
    texts = modules()
    assert "core/media.js" not in reached(texts, "engine/client.js", "engine/worker.js", "core/latents.js")
    parts = reached(texts, "engine/client.js", "engine/worker.js", "core/latents.js", "core/painting.js")
    assert sum(len(COMMENT.sub("", texts[part])) for part in parts) <= 104_500


@pytest.mark.parametrize("name", NAMES)
def test_pictures_are_pytorchs(fast: JsCore, models: dict[str, Model], name: str) -> None:
    assert fast.evaluate("lib.engine.how") == "wasm"
    asked = some_views(models[name], SEEDS if name in shipped() else FEWER)
    assert furthest(fast, models[name], asked) <= ALIKE


@pytest.mark.parametrize("name", NAMES)
def test_plain_javascript_makes_them_too(plain: JsCore, models: dict[str, Model], name: str) -> None:
    assert plain.evaluate("lib.engine.how") == "plain"
    assert furthest(plain, models[name], some_views(models[name], 5)) <= ALIKE


@pytest.mark.parametrize("name", NAMES)
def test_many_pictures_at_once_features_and_opinions(fast: JsCore, models: dict[str, Model], name: str) -> None:
    """Batches of every size equal single pictures; each layer's features and the critic's opinion are torch's."""
    model = models[name]
    c = classes(model, 21)
    w = model.G.mapping(z_from_seeds(range(1000, 1021), model.G.z_dim), c)
    if model.G.layered:
        w = ws_of(model.G, w)
        w[:, 2:] = w[:, 2:].flip(0).clone()
    expected = model.G.synthesis(w)
    sure = (~undecided(model, lambda: model.G.synthesis(w))).expand_as(expected)
    for count in (1, 2, 3, 21):
        found = fast.evaluate("async ([n, w]) => numbers(await lib.engine.render(n, back(w)))", [name, text(w[:count])])
        far = (tensor(found).reshape(expected[:count].shape) - expected[:count]).abs() * sure[:count]
        assert far.max().item() <= ALIKE * model.unit
    if model.medium.alone:
        mix = Mix(0, model.G.num_ws - 1, 0.4)
        second = w.flip(0)
        found = fast.evaluate(
            "async ([n, w, second]) => numbers(await lib.engine.render(n, back(w), "
            f"{{ mix: {{ w: back(second), stage: {mix.layer}, share: {mix.share} }} }}))",
            [name, text(w), text(second)],
        )
        if model.G.layered:  # two ws, of which the later stages are mixed
            mixed = w.clone()
            mixed[:, mix.layer :] = w[:, mix.layer :].lerp(second[:, mix.layer :], mix.share)
            images = model.G.synthesis(mixed)
        else:
            images = synthesis(model, w, second, mix)
        sure = ~undecided(model, lambda: synthesis(model, w, second, mix)).flatten()
        assert ((tensor(found) - images.flatten()).abs() * sure).max() <= ALIKE
    for stage in range(model.G.num_ws + 1):
        found = fast.evaluate(
            "async ([n, w, stage]) => { const { shape, values } = await lib.engine.features(n, back(w), stage);"
            "return [shape, numbers(values)]; }",
            [name, text(w[0]), stage],
        )
        seen = features(model, w[:1], stage)[0]
        assert found[0] == list(seen.shape)
        last = stage == model.G.num_ws
        whole = ~undecided(model, lambda: model.G.synthesis(w[:1])) if last else torch.ones(1)
        far = (tensor(found[1]) - seen.flatten()).abs() * whole.flatten()
        assert far.max() <= 2e-3 * seen.abs().max().item()
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


def test_features_of_a_mix(fast: JsCore, models: dict[str, Model]) -> None:
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


def test_products_of_any_size(fast: JsCore) -> None:
    """matmul.wat alone against torch: every edge of its blocks of 4 rows and 8 columns, and nothing else touched.

    B's rows lie anywhere, its columns in fours, and C's columns lie apart.
    """
    sizes = [(m, k, n, step) for m in (1, 2, 3, 4, 5, 9) for k in (1, 4, 7) for n in (1, 2, 3, 4) for step in (1, 2)]
    generator = torch.Generator().manual_seed(1)
    run = """
    async (cases) => {
      const memory = new WebAssembly.Memory({ initial: 4 }), room = new Float32Array(memory.buffer);
      const whole = new Int32Array(memory.buffer), bytes = lib.suited(lib.decodeBytes(lib.MATMUL));
      const A = 1000, B = 4000, C = 8000, BIAS = 12000, SCALES = 12500, TAPS = 13000, SPOTS = 13500, PANEL = 14000;
      const { product } = lib.fastProducts(await WebAssembly.compile(bytes), memory);
      return cases.map(([m, k, n, step, a, b, bias, scales]) => {
        const plane = 4 * n * step + 5, last = C + (m - 1) * plane + (4 * n - 1) * step;
        room.fill(NaN);
        room.set(lib.packed(back(a), m, k, Array.from(Array(k).keys())), A);
        room.set(back(b), B); room.set(back(bias), BIAS); room.set(back(scales), SCALES);
        for (let q = 0; q < k; q++) whole[TAPS + q] = 16 * n * (k - 1 - q); // its last row comes first
        for (let i = 0; i < n; i++) {
          whole[SPOTS + 2 * i] = 16 * (n - 1 - i); // and its last columns
          whole[SPOTS + 2 * i + 1] = 16 * step * i;
        }
        const part = { weight: A, taps: TAPS, spots: SPOTS, m, k, n, plane, step, lanes: 4 };
        product(part, B, C, SCALES, BIAS, PANEL, 0.2);
        const place = (_, i) => room[C + Math.floor(i / 4 / n) * plane + i % (4 * n) * step];
        const others = room.subarray(C - 8, last + 8).filter((v) => !isNaN(v)).length - 4 * m * n;
        return [numbers(Float32Array.from({ length: 4 * m * n }, place)), others];
      });
    }
    """
    drawn = [
        [torch.randn(*shape, generator=generator) for shape in ((m, k), (k, n, 4), (m,), (m,))]
        for m, k, n, _ in sizes
    ]  # fmt: skip
    cases = [[*size, *map(text, parts)] for size, parts in zip(sizes, drawn, strict=True)]
    for (a, b, bias, scales), (found, others) in zip(drawn, fast.evaluate(run, cases), strict=True):
        summed = (a @ b.flip(0, 1).flatten(1)) * scales[:, None] + bias[:, None]
        torch.testing.assert_close(tensor(found), torch.nn.functional.leaky_relu(summed, 0.2).flatten())
        assert others == 0


def test_the_newest_drawing_wins(fast: JsCore) -> None:
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


def test_a_newer_task_replaces_the_older(fast: JsCore) -> None:
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


SERVER = """
globalThis.calls = [];
lib.host.static = false;
lib.host.render = async (name, want, rows, options) => {
  calls.push([want, rows.length, options]);
  const pictures = rows.length / 16 / (options.share === undefined ? 1 : 2);
  return new Float32Array(want === "critic_rank" ? rows.length / 64 : pictures * 64);
};
"""
# Everything that an engine can be asked for, of a model of 16 numbers and 8 x 8 pixels.
ASK_ALL = """
async () => {
  const { engine } = lib, n = "digits-mlp", w = new Float32Array(16), mix = { w, stage: 1, share: 0.25 };
  const answers = [
    await engine.draw(n, w), await engine.draw(n, w, mix), await engine.render(n, new Float32Array(100 * 16)),
    (await engine.features(n, w, 3)).values, (await engine.features(n, w, 2, mix)).values,
    await engine.criticRank(n, new Float32Array(2 * 64), 2),
  ];
  return [await engine.how, answers.map((values) => values.length), calls];
}"""
UNABLE = {
    "asked for": "",
    "no wasm": "WebAssembly.validate = () => false;",
    "no worker": "globalThis.Worker = class { constructor() { throw new Error('not here'); } };",
    "too large": "",
}


@pytest.mark.parametrize("why", UNABLE)
def test_the_host_answers_where_a_browser_cannot(
    models: dict[str, Model], why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if why == "too large":
        monkeypatch.setattr(Generator, "macs", lambda self: 400_000_001)
    with js_core(ENGINE, files_of(models["digits-mlp"]), "server" if why == "asked for" else "") as js:
        js.evaluate(f"() => {{ {SERVER} {UNABLE[why]} }}")
        found = js.evaluate(ASK_ALL)
    assert found[0] == ("wasm" if why == "too large" else "server")
    assert found[1] == [64, 64, 6400, 64, 64, 2]
    assert found[2] == [
        ["pictures", 16, {}], ["pictures", 32, {"stage": 1, "share": 0.25}],
        ["pictures", 64 * 16, {}], ["pictures", 36 * 16, {}],
        ["features", 16, {"stage": 3}], ["features", 32, {"stage": 2, "at": 1, "share": 0.25}],
        ["critic_rank", 128, {}],
    ]  # fmt: skip


def test_without_wasm_and_host_javascript_does_it() -> None:
    with js_core(ENGINE, {}, "server") as js:  # a static site has no server to ask
        js.evaluate("() => { WebAssembly.validate = () => false; }")
        assert js.evaluate("lib.engine.how") == "plain"


def test_trouble_is_told_and_tried_again(fast: JsCore) -> None:
    found = fast.evaluate("""async () => {
      const trouble = [];
      const ask = () => lib.engine.draw("nobody", new Float32Array(2));
      for (let i = 0; i < 2; i++) await ask().catch((error) => trouble.push(error.message));
      const models = await Promise.all(["digits-mlp", "digits-mlp"].map((name) => lib.engine.model(name)));
      return [trouble, models[0] === models[1], asked.filter((one) => one === "generator nobody").length];
    }""")
    assert found == [["there is no generator of nobody"] * 2, True, 2]


def test_the_nearest_real_pictures(files: dict[tuple[str, str], bytes]) -> None:
    pixels = torch.randint(0, 256, (50, 8, 8, 1), dtype=torch.uint8, generator=torch.Generator().manual_seed(3))
    reference = portable.packed(
        {"pictures": pixels}, {"part": "reference", "name": "digits-mlp", "label": "x", "count": 50}
    )
    mine = {key: content for key, content in files.items() if key[0] in ("digits-mlp", "mnist-mlp")}
    image = pixels[17].permute(2, 0, 1).float() / 127.5 - 1 + 0.01
    with js_core(ENGINE, mine | {("digits-mlp", "reference"): reference}) as js:
        found = js.evaluate(
            "async (image) => (await lib.engine.nearest('digits-mlp', back(image), 3))"
            ".map((one) => ({ ...one, pixels: [...one.pixels] }))",
            text(image),
        )
        assert js.evaluate("lib.engine.nearest('mnist-mlp', new Float32Array(784), 3)") is None
    wanted = (image.clamp(-1, 1) + 1) * 127.5
    far = ((pixels.permute(0, 3, 1, 2).float() - wanted).square().mean((1, 2, 3)).sqrt() / 255).sort()
    assert [one["index"] for one in found] == far.indices[:3].tolist() and found[0]["index"] == 17
    assert [one["distance"] for one in found] == pytest.approx(far.values[:3].tolist(), abs=1e-5)
    assert found[0]["pixels"] == pixels[17].flatten().tolist()
