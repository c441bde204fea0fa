"""Views in JavaScript: the same view, to the last bit, as `gan.views` reads out of the same link; mistakes are told."""

import json
import random
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from gan.errors import ConfigError
from gan.explore.render import Mix
from gan.explore.views import SEEDLESS, View, from_query
from js_core import JsCore, js_core

NAMES = ["mnist-mlp", "ring"]
PLAIN = {
    "seed": 42,
    "x": 0,
    "y": 0,
    "walk": [],
    "psi": 1,
    "directions": {},
    "sefa": {},
    "raw": {},
    "mix": None,
    "beside": "",
    "c": 0,
    "layers": None,
    "own": "",
}
OWN = "ABC-_xyz"  # may be a latent of one's own: what it says, a model has to know


@pytest.fixture(scope="module")
def core() -> Iterator[JsCore]:
    """The views alone."""
    with js_core(("core/latents", "core/trouble", "core/views")) as core:
        yield core


def js(core: JsCore, expression: str, arg: Any = None) -> Any:
    """The value of an expression of `arg` and `v`, the views; {"trouble": its words} if it refuses."""
    return core.evaluate(
        f"""(arg) => {{
            const v = lib;
            try {{ return {expression}; }} catch (error) {{
                if (!(error instanceof v.Trouble)) throw error;
                return {{ trouble: error.message }};
            }}
        }}""",
        arg,
    )


def read(core: JsCore, query: str) -> Any:
    return js(core, "v.viewOfQuery(arg[0], arg[1])", [query, NAMES])


def written(view: View) -> dict[str, Any]:
    """A view as JSON, as JavaScript holds it."""
    numbered = {name: {str(k): v for k, v in getattr(view, name).items()} for name in ("directions", "sefa", "raw")}
    mix = view.mix and {"seed": view.mix.seed, "stage": view.mix.layer, "share": view.mix.share}
    return {
        "model": view.model, "seed": view.seed, "x": view.x, "y": view.y, "walk": list(view.walk), "psi": view.psi,
        **numbered, "mix": mix, "beside": view.beside, "c": view.c, "layers": view.layers and list(view.layers),
        "own": view.own,
    }  # fmt: skip


def any_view(rng: random.Random) -> View:
    def some(low: float, high: float) -> dict[int, float]:
        values = {rng.randrange(12): round(rng.uniform(low, high), 2) for _ in range(rng.randrange(3))}
        return {k: v for k, v in values.items() if v}

    view = View(
        model=rng.choice(NAMES), seed=rng.choice([0, 42, 2**32 - 1, rng.randrange(2**32)]),
        x=round(rng.random() * 0.999, 3), y=rng.choice([0.0, 0.5]), walk=tuple(rng.choices(range(8),
        k=rng.randrange(4))),
        psi=round(rng.uniform(0, 1.5), 2), directions=some(-3, 3), sefa=some(-3, 3), raw=some(-4, 4),
        mix=rng.choice([None, Mix(rng.randrange(2**32), rng.randrange(4), round(rng.random(), 2))]),
        beside=rng.choice(["", NAMES[1]]), c=rng.choice([0, 3, 999]), layers=rng.choice([None, (0, 0), (2, 99)]),
    )  # fmt: skip
    return replace(view, **SEEDLESS, own=OWN) if rng.random() < 0.2 else view


def test_links_are_the_same_both_ways(core: JsCore) -> None:
    rng = random.Random(0)
    views = [View("mnist-mlp"), *(any_view(rng) for _ in range(300))]
    queries = [view.query() for view in views]
    seen = js(
        core,
        "arg[0].map((q) => { const view = v.viewOfQuery(q, arg[1]); return [view, v.viewQuery(view)]; })",
        [queries, NAMES],
    )
    for view, query, (found, again) in zip(views, queries, seen, strict=True):
        assert found == written(view)
        assert again == query
        assert written(from_query(again, "")) == written(view)


def test_numbers_are_rounded_as_python_rounds_them(core: JsCore) -> None:
    rng = random.Random(1)
    values = [
        0.125,
        -0.125,
        0.375,
        -0.375,
        0.005,
        1.005,
        0.145,
        2.675,
        -0.001,
        0.0,
        0.9999,
        *(rng.uniform(-4, 4) for _ in range(500)),
    ]
    for decimals in (2, 3):
        found = js(
            core, "arg[0].map((x) => [v.round(x, arg[1]), Object.is(v.round(x, arg[1]), -0)])", [values, decimals]
        )
        assert [pair[0] for pair in found] == [round(value, decimals) for value in values]
        assert not any(pair[1] for pair in found)
    sixteenths = [k / 16 for k in range(-33, 34)]  # true halves of thousandths
    assert js(core, "arg.map((x) => v.round(x, 3))", sixteenths) == [round(value, 3) for value in sixteenths]


@pytest.mark.parametrize(
    "query",
    [
        "seed=x", "seed=-1", "seed=4294967296", "seed=1,2", "seed=", "psi=1.51", "psi=nan", "psi=", "psi=0x1", "x=1",
        "x=-0.1", "y=two",
        "walk=8", "walk=1-", "walk=" + "-".join("1" * 201), "d0=1", "s0=1", "d1=3.01", "s2=-4", "z0=4.5", "z0=inf",
        "mix=a", "mix=1&at=100",
        "mix=1&at=-1", "mix=1&share=1.2", "c=-1", "c=", "c=1.5", "c=1000", "c=three", "layers=",
        "layers=1", "layers=3-2", "layers=1-2-3", "layers=a-b", "layers=0-100", "layers=-1-2", "own=A", "own=a%20b",
        "own=AA%3D%3D", "own=" + "A" * 20_001, f"own={OWN}&seed=x", f"own={OWN}&z0=9",
    ],
)  # fmt: skip
def test_what_python_refuses_is_refused(core: JsCore, query: str) -> None:
    with pytest.raises(ConfigError):
        from_query(query, "mnist-mlp")
    assert "trouble" in read(core, query)


@pytest.mark.parametrize("query", ["model=no-such", "model=", "beside=no-such"])
def test_models_that_are_not_here_are_refused(core: JsCore, query: str) -> None:
    assert "trouble_model" in read(core, query)["trouble"]


def test_unknown_keys_and_absent_ones_mean_the_plain_picture(core: JsCore) -> None:
    assert read(core, "utm=1&__theme=dark&d=1&engine=server&seed=42") == {"model": NAMES[0], **PLAIN}
    assert read(core, "") == {"model": NAMES[0], **PLAIN}
    assert (
        read(core, "mix=7")["mix"] == written(from_query("mix=7", ""))["mix"] == {"seed": 7, "stage": 0, "share": 0.5}
    )
    assert read(core, "seed=7&seed=8")["seed"] == from_query("seed=7&seed=8", "").seed == 8
    assert js(core, "v.PLAIN_VIEW") == PLAIN
    given = f"own={OWN}&seed=7&x=0.5&walk=3&c=4&z1=2&psi=0.5"  # a seed and what belongs to it count for nothing
    assert read(core, given) == {"model": NAMES[0], **PLAIN, "psi": 0.5, "own": OWN}
    assert read(core, given) == written(from_query(given, NAMES[0]))


def test_a_mistake_has_its_own_kind_of_error_and_words(core: JsCore) -> None:
    told = core.evaluate(
        """() => {
            const say = (key, values) => `${key}: ${JSON.stringify(values)}`;
            try { lib.viewOfQuery('psi=9', ['a']); } catch (error) {
                return [error instanceof lib.Trouble, error instanceof Error, lib.sentence(error, say)];
            }
        }"""
    )
    assert told == [True, True, 'trouble_range: {"name":"psi","low":0,"high":1.5,"value":"9"}']


def test_the_words_of_a_browser_are_no_sentence_of_ours(core: JsCore) -> None:
    told = core.evaluate(
        """() => {
            const say = Object.assign((key) => key, { host: (text) => text });
            const found = [], told = [], error = console.error;
            console.error = (text) => told.push(text);
            const thrown = [new TypeError("x is undefined"), new DOMException("The operation is insecure."), "no",
                { type: "error" }, undefined, new SyntaxError("JSON.parse")];
            for (const thing of thrown) found.push(lib.sentence(thing, say));
            console.error = error;
            return [found, told.length, lib.sentence(new Error("A sentence of ours."), say)];
        }"""
    )
    assert told == [["trouble_failed"] * 6, 6, "A sentence of ours."]


def test_views_of_files_are_checked(core: JsCore) -> None:
    rng = random.Random(2)
    for view in (any_view(rng) for _ in range(50)):
        assert js(core, "v.checkedView(arg[0], arg[1])", [json.loads(json.dumps(written(view))), NAMES]) == written(
            view
        )
    assert js(core, "v.checkedView({ seed: 3, psi: 0.5 }, null)") == {
        **PLAIN,
        "seed": 3,
        "psi": 0.5,
    }  # a key of a film
    assert js(core, "v.checkedView({ model: 'elsewhere', seed: 3 }, null)")["model"] == "elsewhere"
    assert "trouble" in js(core, "v.checkedView({ model: 'a'.repeat(101), seed: 3 }, null)")


@pytest.mark.parametrize(
    "view",
    [
        {"seed": {"toString": 1}}, {"mix": {"seed": 1, "stage": {"toString": 1}, "share": 0.5}}, {"seed": [[5]]},
        None, 1, "seed=1", [], {"seed": "x"}, {"seed": 1.5}, {"seed": True}, {"psi": None}, {"psi": "much"}, {"x": 1},
        {"walk": "9"},
        {"walk": [9]}, {"walk": 3}, {"directions": [1]}, {"directions": {"-1": 1}}, {"directions": {"k": 1}},
        {"directions": {"1": 9}},
        {"raw": {"0": "x"}}, {"mix": 3}, {"mix": {"seed": 1}}, {"mix": {"seed": 1, "stage": 0, "share": 2}},
        {"model": 3},
        {"model": "a" * 200}, {"model": "elsewhere"}, {"beside": "elsewhere"}, {"beside": 3}, {"sefa": None},
        {"raw": {"__proto__x": 1}}, {"c": -1}, {"c": "x"}, {"c": None}, {"c": 1.5}, {"c": True}, {"c": 1000},
        {"layers": 3}, {"layers": [1]}, {"layers": [2, 1]}, {"layers": [0, 1.5]}, {"layers": [True, True]},
        {"layers": {"0": 1}}, {"layers": [0, 100]}, {"layers": [0, [1]]}, {"own": 3}, {"own": None}, {"own": "A"},
        {"own": ["AAAA"]}, {"own": "AA=="},
    ],
)  # fmt: skip
def test_damaged_views_are_refused(core: JsCore, view: Any) -> None:
    assert "trouble" in js(core, "v.checkedView(arg[0], arg[1])", [view, NAMES])


def test_a_view_must_fit_its_model(core: JsCore) -> None:
    model = {"name": "m", "kind": "pictures", "zDim": 4, "directions": [0, 0], "sefa": [0], "plan": [0, 0, 0]}
    fits = [
        {},
        {"directions": {"1": 1}},
        {"sefa": {"0": 1}},
        {"raw": {"3": 1}},
        {"mix": {"seed": 1, "stage": 2, "share": 1}},
        {"walk": [1]},
    ]
    wrong = [
        {"directions": {"2": 1}},
        {"sefa": {"1": 1}},
        {"raw": {"4": 1}},
        {"mix": {"seed": 1, "stage": 3, "share": 1}},
    ]
    ask = """arg[1].map((view) => {
        try { v.checkViewFits(arg[0], { ...v.PLAIN_VIEW, ...view }); return true; } catch { return false; }
    })"""
    assert js(core, ask, [model, fits]) == [True] * len(fits)
    assert js(core, ask, [model, wrong]) == [False] * len(wrong)
    style = {**model, "layered": True, "classes": ["a", "b"]}
    asked = [{"c": 1}, {"layers": [0, 2]}, {"c": 2}, {"layers": [1, 3]}]
    assert js(core, ask, [style, asked]) == [True, True, False, False]
    assert js(core, ask, [model, asked[:2]]) == [False, False]
    points = {**model, "kind": "points"}
    assert js(core, ask, [points, [fits[0], fits[1], fits[4], fits[5]]]) == [True, True, False, False]


def test_places_of_the_seed_plane(core: JsCore) -> None:
    def placed(seed: int, x: float, y: float) -> list[float]:
        view = js(core, "v.placedView({ ...v.PLAIN_VIEW, seed: arg[0] }, arg[1], arg[2])", [seed, x, y])
        return [view["seed"], view["x"], view["y"]]

    assert placed(42, 0.25, 0.5) == [42, 0.25, 0.5]
    assert placed(42, 1.25, 0) == [43, 0.25, 0]
    assert placed(42, -0.25, 0) == [41, 0.75, 0]
    assert placed(42, 0, 2.1) == [242, 0, 0.1]
    assert placed(42, 0, -0.001) == [42 - 100 + 2**32, 0, 0.999]
    assert placed(2**32 - 1, 1, 1) == [100, 0, 0]
    assert placed(42, 0.9999, 0.12345) == [43, 0, 0.123]  # rounded before it is counted, so that a link is the view
    same = "v.sameView({ ...v.PLAIN_VIEW, model: 'a' }, { ...v.PLAIN_VIEW, model: 'a', ...arg })"
    assert js(core, same, {"psi": 1, "mix": None}) is True
    assert js(core, same, {"mix": {"seed": 1, "stage": 0, "share": 0}}) is False
