"""Latents of one's own in JavaScript: the same texts and numbers as in Python, to the last bit, and w of a view."""

from collections.abc import Iterator

import pytest
import torch

from gan.explore.own_latents import own_ws, packed, unpacked
from gan.explore.own_pictures import nearest_class, truncated_ws
from gan.explore.render import mixed_w, moved_w, ws_of
from gan.explore.views import View
from gan.models.model import Model
from gan.networks.ws import from_ws
from js_core import ENGINE, JsCore, files_of, js_core, tensor
from js_core import text as encoded
from odd_models import odd_model
from own_texts import BAD_TEXTS, WIDTH, latents, unseeded

W = ("classes of an mlp", "style, 8 pixels", "style, 28 pixels")

torch.set_num_threads(1)


@pytest.fixture(scope="module")
def models() -> dict[str, Model]:
    return {name: odd_model(name) for name in (*W, "points")}


@pytest.fixture(scope="module")
def js(models: dict[str, Model]) -> Iterator[JsCore]:
    files = {key: content for model in models.values() for key, content in files_of(model).items()}
    with js_core(("core/own_latents", "core/trouble", "core/views", *ENGINE), files) as core:
        yield core


# What a view's w comes to, its class and the second w; or the key of the sentence that refuses it.
SHOWN = """async ([name, view]) => {
  const model = await lib.engine.model(name), whole = { ...lib.PLAIN_VIEW, model: name, ...view };
  try { lib.checkViewFits(model, whole); } catch (error) {
    if (!(error instanceof lib.Trouble)) throw error;
    return { trouble: error.key };
  }
  const second = lib.mixW(model, whole);
  return { w: numbers(lib.wOfView(model, whole)), c: lib.classOf(model, whole), second: second && numbers(second) };
}"""


def test_texts_and_numbers_are_pythons(js: JsCore) -> None:
    told = js.evaluate(
        """([width, all]) => all.map((one) => {
            const text = lib.packWs(back(one), width);
            return [text, numbers(lib.unpackWs(text, width))];
        })""",
        [WIDTH, [encoded(ws) for ws in latents()]],
    )
    for ws, (text, numbers) in zip(latents(), told, strict=True):
        assert text == packed(ws)
        assert torch.equal(tensor(numbers), unpacked(text, WIDTH).flatten())


def test_every_float16_is_read_and_written(js: JsCore) -> None:
    """A row of one number is its two ends; a text holds so many of them."""
    every = torch.arange(65_536).to(torch.int32).to(torch.int16).view(torch.float16).float()
    ws = every[every.isfinite()]
    found = js.evaluate(
        """(parts) => parts.map((part) => numbers(lib.unpackWs(lib.packWs(back(part), 1), 1)))""",
        [encoded(part) for part in ws.split(2_000)],
    )
    assert torch.equal(torch.cat([tensor(part) for part in found]), ws)


@pytest.mark.parametrize(("text", "key"), [(text, key) for text, (_, key) in BAD_TEXTS.items()])
def test_bad_texts_have_their_sentences(js: JsCore, text: str, key: str) -> None:
    read = (
        """([text, width]) => { try { lib.unpackWs(text, width); return ""; } catch (error) { return error.key; } }"""
    )
    assert js.evaluate(read, [text, WIDTH]) == key


def test_numbers_that_no_text_can_say(js: JsCore) -> None:
    pack = """(value) => { try { return lib.packWs(Float32Array.of(0, Number(value)), 2); }
        catch (error) { return error.key; } }"""
    assert [js.evaluate(pack, value) for value in ("NaN", "Infinity", "65505")] == ["trouble_own_numbers"] * 3


@pytest.mark.parametrize("name", W)
def test_w_of_an_own_latent(js: JsCore, models: dict[str, Model], name: str) -> None:
    model = models[name]
    text = packed(unseeded(model))
    again = own_ws(model, text)[None]
    c = nearest_class(model, again)
    edits = [
        View(name, own=text),
        View(name, own=text, psi=0.3, directions={0: 1.5, 1: -2.0}, sefa={1: 0.5}),
        View(name, own=text, psi=1.5, directions={1: 2.0}, layers=(1, 2) if model.G.layered else None),
    ]
    for view in edits:
        values = {"psi": view.psi, "directions": dict(view.directions), "sefa": dict(view.sefa), "own": text}
        mix = {"seed": 9, "stage": 1, "share": 0.5}
        told = js.evaluate(SHOWN, [name, values | {"layers": view.layers, "mix": mix}])
        w = moved_w(model, from_ws(model.G, truncated_ws(model, again, view.psi, c)), view.edits)
        expected = ws_of(model.G, w) if model.G.layered else w
        torch.testing.assert_close(tensor(told["w"]), expected.flatten(), rtol=0, atol=1e-5)
        assert told["c"] == int(c)
        second = mixed_w(model, 9, view.psi, int(c))
        second = ws_of(model.G, second) if model.G.layered else second
        torch.testing.assert_close(tensor(told["second"]), second.flatten(), rtol=0, atol=3e-4)
    if model.classes:
        assert int(c) == 3


def test_a_latent_of_another_model_is_told(js: JsCore, models: dict[str, Model]) -> None:
    name = "style, 8 pixels"
    ws = unseeded(models[name])
    assert js.evaluate(SHOWN, [name, {"own": packed(ws[:-1])}]) == {"trouble": "trouble_own_model"}
    assert js.evaluate(SHOWN, [name, {"own": packed(ws[:, 1:])}]) == {"trouble": "trouble_own_rows"}
    assert js.evaluate(SHOWN, ["points", {"own": packed(ws[:1])}]) == {"trouble": "trouble_own_points"}
    fits = "async ([name, own]) => lib.fitsOwn(await lib.engine.model(name), own)"
    assert [js.evaluate(fits, [name, packed(one)]) for one in (ws, ws[:-1])] == [True, False]
