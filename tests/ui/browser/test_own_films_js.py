"""Films through latents of one's own in JavaScript: their links and files, and frames that are the core's."""

from typing import Any

import pytest
import torch

import gan
from gan.explore.own_latents import own_ws, packed
from gan.explore.render import Mix
from gan.media.images import grid, to_pixels
from gan.models.checkpoint import load_model
from gan.models.model import Model
from js_core import JsCore, JsError
from js_film import desk, made, near, spec
from odd_models import odd_model
from own_texts import unseeded

__all__ = ["desk"]  # a fixture

torch.set_num_threads(1)

STYLE, PLAIN, POINTS = "style, 8 pixels", "digits-mlp", "points"


@pytest.fixture(scope="module")
def models() -> dict[str, Model]:
    return {name: odd_model(name) for name in (STYLE, POINTS)} | {PLAIN: load_model(PLAIN)}


def own_of(model: Model, seed: int = 5) -> str:
    return packed(unseeded(model, seed))


def underscored(model: Model) -> str:
    """One whose text has what a link of a film keeps for itself."""
    return next(text for text in (own_of(model, seed) for seed in range(99)) if {"_", "-"} <= set(text))


def test_a_link_and_a_file_say_it(desk: JsCore, models: dict[str, Model]) -> None:
    own = underscored(models[STYLE])
    keys = [{"own": own}, {"seed": 7, "c": 4}, {"own": own, "psi": 0.5, "directions": {"0": 1.5}}]
    film, query, again, settings = desk.evaluate(
        """(given) => {
          const film = lib.checkedFilm(given, names), query = lib.filmQuery(film);
          return [film, query, lib.filmOfQuery(query, names, ""), lib.filmSettings(film, "0")];
        }""",
        spec(STYLE, keys=keys),
    )
    assert film == again
    assert [key["own"] for key in film["keys"]] == [own, "", own]
    dotted = own.replace("_", ".")
    assert f"keys=own:{dotted},7_c:4,own:{dotted}_psi:0.5_d1:1.5" in query
    assert settings["film"]["keys"] == keys
    told = desk.evaluate("(film) => [film.keys.map(lib.isPlainKey), lib.spaceOf(film), lib.filmName(film)]", film)
    assert told == [[True, True, False], "w", f"{STYLE}-own-7-own"]
    say = "(film) => film.keys.map((key) => lib.keyTitle(key, ['a', 'b', 'c', 'd', 'e'], SAY).text)".replace(
        "SAY", "Object.assign((key, values) => key + JSON.stringify(values ?? ''), { named: (name) => name })"
    )
    assert desk.evaluate(say, film) == ['own_short""', 'key_named{"name":"e","seed":7}', 'own_short""']


@pytest.mark.parametrize("name", [STYLE, PLAIN])
@pytest.mark.parametrize(("path", "turn"), [("slerp", "loop"), ("spline", "once"), ("circle", "loop")])
def test_frames_are_the_cores(desk: JsCore, models: dict[str, Model], name: str, path: str, turn: str) -> None:
    """A film with a latent of one's own travels in w, whatever it says."""
    model, own = models[name], own_of(models[name])
    keys = [{"own": own}, {"seed": 7} | ({"c": 4} if model.classes else {})]
    given = spec(name, keys=keys, path=path, turn=turn, psi=0.8, frames=4, space="z")
    wanted = gan.interpolate(model, [7], 4, path, turn, 0.8, 4 if model.classes else None, ws=own_ws(model, own)[None])
    near(made(desk, given)["frames"], wanted)


def test_keys_keep_their_edits_and_tiles_their_pictures(desk: JsCore, models: dict[str, Model]) -> None:
    model, own = models[STYLE], own_of(models[STYLE])
    mix = {"seed": 4, "stage": 2, "share": 0.5}
    keys = [{"own": own, "directions": {"0": 2}, "layers": [1, 2], "mix": mix}, {"seed": 7, "c": 5}]
    edits = gan.Edits({}, {0: 2.0}, layers=(1, 2), mix=Mix(4, 2, 0.5))
    key = gan.sample(model, ws=own_ws(model, own)[None], edits=edits)
    told = made(desk, spec(STYLE, keys=keys, turn="once", frames=2, grid=2))["frames"]
    near(told[:1], grid(to_pixels(key).expand(4, -1, -1, -1), 2)[None])


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"training": True}, "trouble_own_training"), ({"keys": [{"own": "A" * 16_000}] * 3}, "trouble_own_many"),
        ({"keys": [{"own": "?"}, {"seed": 1}]}, "trouble_own"), ({"keys": [{"own": 7}, {"seed": 1}]}, "trouble_own"),
        ({"keys": [{"own": "AAAA"}, {"seed": 1}]}, "trouble_own_rows"), ({"path": "circle"}, "trouble_circle"),
        ({"model": PLAIN}, "trouble_own_rows"), ({"model": POINTS}, "trouble_own_points"),
    ],
)  # fmt: skip
def test_a_film_that_cannot_be_gets_one_sentence(
    desk: JsCore, models: dict[str, Model], changes: dict[str, Any], key: str
) -> None:
    own = own_of(models[STYLE])
    with pytest.raises(JsError, match=f"{key}\\b"):
        made(desk, spec(STYLE, keys=[{"own": own}, {"own": own}]) | changes)


@pytest.mark.parametrize("keys", ["own:,7", "own:AA=A,7", "own,7", "own:AAAA_x,7", "7,own:A"])
def test_a_bad_link_gets_one_sentence(desk: JsCore, keys: str) -> None:
    with pytest.raises(JsError, match="trouble_"):
        desk.evaluate("(query) => lib.filmOfQuery(query, names, '')", f"model={STYLE}&keys={keys}")
