"""A film in JavaScript: its link, its checks, its frames beside the core's, its pace, the settings in its files."""

import io
import json
import time
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from gan.explore import render as explore
from gan.explore.render import film_latents, pictures
from gan.latents import PATHS, TURNS, tour, truncate, z_from_seeds
from gan.media import images
from gan.media.films import FILMS, GIF_MOST_FPS, film, kept
from gan.media.points import INK
from gan.models.checkpoint import load_model
from gan.models.model import Model
from js_core import JsCore
from js_film import SEEDS, desk, found, made, near, spec
from odd_models import odd_model

__all__ = ["desk"]  # a fixture

torch.set_num_threads(1)

DIGITS, NORMS, POINTS, CONV = "digits-mlp", "norms of an mlp", "points", "a dcgan that keeps its size"


@pytest.fixture(scope="module")
def models() -> dict[str, Model]:
    return {DIGITS: load_model(DIGITS)} | {name: odd_model(name) for name in (NORMS, POINTS, CONV)}


def refused(core: JsCore, code: str, argument: Any = None) -> str:
    """The sentence that answers a mistake."""
    told = core.evaluate(
        f"""(given) => {{ try {{ ({code})(given); return null; }}
        catch (error) {{ if (!(error instanceof lib.Trouble)) throw error; return error.message; }} }}""",
        argument,
    )
    assert told, argument
    return str(told)


# ---- what a GIF can show -----------------------------------------------------------------------------------------


def test_a_page_and_the_core_leave_out_as_many_frames(desk: JsCore) -> None:
    cases = [(count, suffix, fps) for count in (1, 2, 3, 59, 120, 2_000) for suffix in FILMS for fps in (5, 50, 51, 60)]
    told = desk.evaluate("(cases) => cases.map((given) => lib.framesKept(...given))", cases)
    assert told == [len(kept(*case)) for case in cases]
    assert desk.evaluate("lib.GIF_MOST_FPS") == GIF_MOST_FPS


# ---- what a film is -------------------------------------------------------------------------------------------------


EDITED = {
    "seed": 9, "x": 0.25, "y": 0.5, "walk": [3, 0, 7], "psi": 0.7, "directions": {"0": 1.5, "2": -0.25},
    "sefa": {"1": -2}, "raw": {"3": 0.5}, "mix": {"seed": 4, "stage": 1, "share": 0.25},
    "c": 3, "layers": [0, 2], "own": "",
}  # fmt: skip


def test_a_link_says_the_whole_film_and_nothing_twice(desk: JsCore) -> None:
    plain = desk.evaluate("(g) => lib.filmQuery(lib.checkedFilm(g, names))", spec(DIGITS, frames=24))
    assert plain == "tab=interpolate&model=digits-mlp&keys=1,7,42"
    rich = spec(DIGITS) | {
        "keys": [{"seed": 1}, EDITED, {"seed": 2**32 - 1}], "path": "spline", "space": "w", "turn": "ping-pong",
        "frames": 240, "ease": "smooth", "pace": "eye", "grid": 3, "psi": 0.35, "fps": 60, "training": False,
    }  # fmt: skip
    film, query, again = desk.evaluate(
        """(given) => {
          const film = lib.checkedFilm(given, names), query = lib.filmQuery(film);
          return [film, query, lib.filmOfQuery(query, names, "")];
        }""",
        rich,
    )
    assert film == again
    assert film["keys"][1] == EDITED
    said = "9_c:3_x:0.25_y:0.5_walk:3-0-7_psi:0.7_d1:1.5_d3:-0.25_s2:-2_z3:0.5_layers:0-2_mix:4_at:1_share:0.25"
    assert said in query


def test_links_of_before_still_open(desk: JsCore) -> None:
    old = f"?tab=interpolate&model={DIGITS}&seeds=1%2C7%2C40-42&path=lerp&turn=once&frames=12&psi=0.5&fps=30"
    film = desk.evaluate("(query) => lib.filmOfQuery(query, names, '')", old)
    assert [key["seed"] for key in film["keys"]] == [1, 7, 40, 41, 42]
    assert (film["path"], film["turn"], film["frames"], film["psi"], film["fps"]) == ("lerp", "once", 12, 0.5, 30)
    assert desk.evaluate("() => lib.filmOfQuery('tab=interpolate', names, 'points').model") == POINTS


@pytest.mark.parametrize(
    "bad",
    [
        "model=nobody", "keys=1", "keys=1,x", "keys=1,2_", "keys=1,2_d1", "keys=1,2_d1:9", "keys=1,4294967296",
        "seeds=5-3,1", "seeds=0-99", "seeds=0-4294967295", "seeds=", "path=arc", "space=y", "turn=twice",
        "ease=1", "pace=", "grid=5", "keys=1,2_mix:3_at:0_share:0.5,4_mix:5_at:0_share:0.25", "frames=1",
        "frames=241", "frames=1e2", "frames=NaN", "psi=-1", "psi=2", "psi=Infinity", "fps=61", "fps=x",
        "keys=1,2_mix:3_at:0_share:0.5,4_mix:5_at:1_share:0.5", "keys=" + ",".join(map(str, range(25))),
        "frames=240&keys=1,2,3,4,5,6,7,8,9",
    ],
)  # fmt: skip
def test_a_bad_link_gets_one_sentence(desk: JsCore, bad: str) -> None:
    query = bad if "model=" in bad else f"model={DIGITS}&{bad}"
    assert "\n" not in refused(desk, "(query) => lib.filmOfQuery(query, names, '')", query)


@pytest.mark.parametrize(
    "bad",
    [
        None, 7, [], {}, {"model": DIGITS}, {"model": DIGITS, "keys": 5}, {"model": DIGITS, "keys": [1, 2]},
        {"model": DIGITS, "keys": [{"seed": 1}, {"seed": -1}]}, {"model": [DIGITS], "keys": [{}, {}]},
        spec(DIGITS, frames=None) | {"frames": [24]}, spec(DIGITS, psi={}), spec(DIGITS, grid=True),
        spec(DIGITS, keys=[{"seed": 1}, None]), spec(DIGITS, frames=True),
        *({**spec(DIGITS), name: {"toString": 1}} for name in ("model", "grid", "path", "fps")),
        spec(DIGITS, keys=[{"seed": {"toString": 1}}, {"seed": 2}]),
    ],
)  # fmt: skip
def test_a_foreign_file_gets_one_sentence(desk: JsCore, bad: Any) -> None:
    refused(desk, "(given) => lib.checkedFilm(given, names)", bad)


def test_a_film_must_fit_its_model_and_the_memory(desk: JsCore) -> None:
    fits = """async (given) => {
      globalThis.f = lib.checkedFilm(given, names);
      globalThis.m = await lib.engine.model(f.model);
    }"""
    for given in (
        spec(DIGITS, keys=[{"seed": 1}, {"seed": 2, "raw": {"99": 1}}]),
        spec(POINTS, keys=[{"seed": 1}, {"seed": 2, "walk": [1]}]),
        spec(POINTS, [*range(9)], frames=222),
    ):
        desk.evaluate(fits, given)
        refused(desk, "() => lib.checkFilmFits(m, f)")


# ---- its frames -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("turn", TURNS)
def test_frames_are_the_cores(desk: JsCore, models: dict[str, Model], path: str, turn: str) -> None:
    told = made(desk, spec(DIGITS, path=path, turn=turn, psi=0.8))
    wanted = pictures(models[DIGITS], film_latents(SEEDS, models[DIGITS].G.z_dim, 6, path, turn), 0.8)
    near(told["frames"], wanted)
    assert told["whole"] == len(wanted) == told["told"][-1]
    assert told["told"] == sorted(told["told"])
    assert told["keys"] == ([[0, 0]] if path == "circle" else [[6 * k, k] for k in range(3)])


def test_films_in_w_of_other_networks_in_a_grid(desk: JsCore, models: dict[str, Model]) -> None:
    for name in (NORMS, CONV):
        model = models[name]
        tiles = []
        for tile in range(4):
            z = z_from_seeds([seed + tile for seed in SEEDS], model.G.z_dim)
            w = truncate(model.G.mapping(z), model.w_avg, 0.9)
            tiles.append(images.to_pixels(model.G.synthesis(tour(w, 5, "slerp", "once")).detach()))
        wanted = torch.stack([images.grid(torch.stack(frame), 2) for frame in zip(*tiles, strict=True)])
        near(made(desk, spec(name, turn="once", frames=5, space="w", psi=0.9, grid=2))["frames"], wanted)


def test_a_film_of_points_is_a_mark_before_all_that_the_model_makes(desk: JsCore, models: dict[str, Model]) -> None:
    model = models[POINTS]
    z = film_latents(SEEDS, model.G.z_dim, 6, "slerp", "once")
    told = made(desk, spec(POINTS, turn="once"))
    away = np.abs(told["frames"].astype(int) - pictures(model, z).numpy().astype(int))
    assert (away > 0).mean() < 2e-3  # a dot may lie on the edge of two pixels
    both = made(desk, spec(POINTS, turn="once", grid=2))
    assert both["shape"] == told["shape"]
    ink = np.array(INK)
    assert (both["frames"] == ink).all(-1).sum() > 2 * (told["frames"] == ink).all(-1).sum()


def test_keys_keep_their_edits_and_between_them_these_blend(desk: JsCore, models: dict[str, Model]) -> None:
    model = models[DIGITS]
    keys = [{"seed": 1}, {"seed": 7, "psi": 0.5, "directions": {"0": 2}, "raw": {"3": 1.5}}]
    for space in ("z", "w"):
        told = made(desk, spec(DIGITS, keys=keys, turn="once", frames=4, path="lerp", space=space))["frames"]
        z = z_from_seeds([1, 7], model.G.z_dim)
        edits = explore.Edits({3: 1.5}, {0: 2.0})
        near(told[[0, 4]], torch.cat([pictures(model, z[:1]), pictures(model, z[1:], 0.5, edits)]))
        # Half-way z has half the changed coordinate, and psi and the push along the direction are half-way too.
        z[1, 3] = 1.5
        push = 2 * model.sigmas[0] * model.directions[0]
        middle = truncate(z.mean(0), model.w_avg, 0.75) + push / 2
        if space == "w":
            middle = (z[0] + truncate(z[1], model.w_avg, 0.5) + push) / 2
        near(told[2:3], images.to_pixels(model.G.synthesis(middle[None]).detach()))
    mixed = [{"seed": 1}, {"seed": 7, "mix": {"seed": 9, "stage": 1, "share": 0.5}}]
    told = made(desk, spec(DIGITS, keys=mixed, turn="once", frames=4))["frames"]
    z = z_from_seeds([1, 7], model.G.z_dim)
    mix = explore.Edits(mix=explore.Mix(9, 1, 0.5))
    near(told[[0, 4]], torch.cat([pictures(model, z[:1]), pictures(model, z[1:], 1.0, mix)]))


# ---- its pace -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "turn"), [(DIGITS, "loop"), (DIGITS, "ping-pong"), (CONV, "loop"), (POINTS, "once")])
def test_even_to_the_eye_every_frame_changes_the_picture_equally(desk: JsCore, name: str, turn: str) -> None:
    even = made(desk, spec(name, turn=turn, frames=20))
    eye = made(desk, spec(name, turn=turn, frames=20, pace="eye"))
    before, after = (max(one["changes"]) / min(one["changes"]) for one in (even, eye))
    assert before > 1.8
    assert after < 1 + (before - 1) / 3
    assert after < 1.6
    assert len(eye["frames"]) == len(even["frames"])
    if name != POINTS:  # what the page says of itself holds of its pixels
        frames = eye["frames"][: eye["count"]].astype(float)
        steps = np.sqrt(((frames[1:] - frames[:-1]) ** 2).mean((1, 2, 3)))
        assert steps.max() / steps.min() < 1.6
    for (frame, key), (at, _) in zip(eye["keys"], even["keys"], strict=True):  # keys are frames still
        assert key == even["keys"][key][1]
        assert np.abs(eye["frames"][frame].astype(int) - even["frames"][at].astype(int)).max() <= 1


def test_easing_rests_at_the_keys(desk: JsCore) -> None:
    at = desk.evaluate(
        """(given) => {
          const film = lib.checkedFilm(given, names);
          return lib.positions(film, lib.steady(film));
        }""",
        spec(DIGITS, ease="smooth", frames=4, turn="once"),
    )
    assert at == [k + u * u * (3 - 2 * u) for k in range(2) for u in (0, 0.25, 0.5, 0.75)] + [2]


@pytest.mark.parametrize("parts", [[1, 1, 1], [5, 0, 1], [0, 0], [1e-9, 1, 3], [2, 3, 5, 7, 11, 13]])
def test_shares_sum_up_and_are_fair(desk: JsCore, parts: list[float]) -> None:
    total = 24 * len(parts)
    counts = desk.evaluate("([parts, total]) => lib.shares(parts, total)", [parts, total])
    assert sum(counts) == total
    assert min(counts) >= 1
    whole = sum(parts)
    fair = [total * part / whole if whole else total / len(parts) for part in parts]
    assert max(abs(count - want) for count, want in zip(counts, fair, strict=True)) <= len(parts)


# ---- its files ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", FILMS)
def test_settings_are_found_in_every_kind_of_file(desk: JsCore, suffix: str) -> None:
    given = spec(DIGITS, keys=[EDITED] * 12, note='a "}" in quotes \\ and ü')
    settings = {"gan-atelier": 1, "film": given, "sha256": "0" * 64}
    noise = torch.randint(0, 256, (5, 16, 16, 1), generator=torch.Generator().manual_seed(0), dtype=torch.uint8)
    content = film(noise, suffix, 12, settings)
    assert found(desk, content) == json.loads(json.dumps(settings))
    assert found(desk, film(noise, suffix, 12, {})) in (None, {"gan-atelier": 1})
    cut = content[: len(content) // 3]
    for damaged in (cut, content.replace(b'"keys"', b'"keys'), b"", b"GIF89a", noise.numpy().tobytes()):
        told = found(desk, damaged)
        assert told is None or "film" not in told or told == settings


@pytest.mark.parametrize("hostile", [b'{"gan-atelier":' * 40_000, b"GIF89a" + b"\x21\xfe" * 10_000])
def test_a_file_full_of_marks_is_answered_at_once(desk: JsCore, hostile: bytes) -> None:
    begun = time.monotonic()
    assert found(desk, hostile) is None
    assert time.monotonic() - begun < 3  # it took minutes


def test_settings_of_before_are_found(desk: JsCore) -> None:
    old = {"model": DIGITS, "seeds": [1, 7], "path": "lerp", "turn": "loop", "frames": 24, "psi": 1.0, "fps": 24.0}
    file = io.BytesIO()
    Image.new("L", (8, 8)).save(file, "GIF", comment=json.dumps(old).encode())
    told = desk.evaluate("(found) => lib.checkedFilm(found.film, names)", found(desk, file.getvalue()))
    assert [key["seed"] for key in told["keys"]] == [1, 7]
    assert told["path"] == "lerp"
