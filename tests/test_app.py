"""The app's handlers as functions, its words, its table of tabs and its command line."""

import base64
import dataclasses
import io
import json
import math
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import gradio as gr
import pytest
import torch
from PIL import Image

import app
from conftest import DIGITS, RING, ROOT, answers, free_port, visitor
from gan.cli import answering
from gan.errors import ConfigError, GanError, ModelError
from gan.explore import Edits, neighbours, render
from gan.export import MAX_FRAMES
from gan.latents import TURNS, z_from_seeds
from gan.live.hall import Hall
from gan.model import Model
from gan.ui import films, moves, stage, toasts, views
from gan.ui.shelf import Shelf, stock
from gan.ui.views import RADIUS, View
from gan.ui.words import WORDS

BAD_NUMBERS = [math.nan, math.inf, "x", None, True, [], 1e9]


@pytest.fixture(scope="module")
def shelf(models: dict[str, Path]) -> Shelf:
    return stock([str(path) for path in models.values()])


@pytest.fixture(scope="module")
def digits(shelf: Shelf) -> Model:
    return shelf.load(DIGITS)


# ---- the page


def test_the_table_of_tabs() -> None:
    assert list(app.TABS) == ["explore", "interpolate", "live"]
    for label, lay_out in app.TABS.values():
        assert label in WORDS
        assert callable(lay_out)


def test_every_control_has_a_label_and_a_sentence_of_help(shelf: Shelf) -> None:
    page = app.build(shelf)
    controls = [
        b for b in page.blocks.values() if isinstance(b, (gr.Slider, gr.Textbox, gr.Dropdown, gr.Radio, gr.Checkbox))
    ]
    assert len(controls) > 20
    for control in controls:
        assert str(control.label).startswith(("__i18n__",)), control
        assert str(control.info or ""), f"{control.label} has no help"
    for button in (b for b in page.blocks.values() if isinstance(b, gr.Button)):
        assert str(button.value).strip()


def test_nothing_is_fetched_from_elsewhere(shelf: Shelf) -> None:
    options = app.options(shelf, Hall())
    head = options["head"].replace("http://www.w3.org", "")
    assert "http" not in head.replace("href: `https://arxiv.org/abs/", "")  # a paper, if one follows the link
    assert "url(http" not in options["css"]
    assert "@import" not in options["css"]
    assert not options["theme"]._stylesheets
    assert os.environ["GRADIO_ANALYTICS_ENABLED"] == "False"
    assert not any("fonts.g" in sheet for sheet in app.build(shelf).get_config_file().get("stylesheets", []))


def test_the_shelf(shelf: Shelf, tmp_path: Path) -> None:
    assert shelf.names[0] == DIGITS
    assert DIGITS in shelf.pictures
    assert RING in shelf.points
    with pytest.raises(ModelError, match="no model 'nobody'"):
        shelf.load("nobody")
    with pytest.raises(ModelError):
        shelf.load("../../etc/passwd")
    with pytest.raises(ModelError, match="no model"):
        stock([str(tmp_path / "nothing")])


# ---- Explore


@pytest.mark.parametrize("psi", [0.0, 0.35, 1.0, 1.5])
def test_a_view_is_what_the_core_draws(digits: Model, psi: float) -> None:
    view = View(DIGITS, 42, psi=psi, directions={1: -2.0}, raw={3: 0.5})
    z = z_from_seeds([42], digits.G.z_dim)
    expected = render(digits, z, psi, Edits(raw={3: 0.5}, directions={1: -2.0}))
    torch.testing.assert_close(views.picture(digits, view), expected, rtol=0, atol=0)


def test_a_walk_goes_to_the_neighbour_that_was_shown(digits: Model) -> None:
    view = View(DIGITS, 5, psi=0.8, raw={1: 2.0})
    shown = views.neighbourhood(digits, view)
    for step in range(views.AROUND):
        there = moves.stepped(view, step)
        torch.testing.assert_close(views.picture(digits, there)[0], shown[step], rtol=0, atol=1e-5)
    z = neighbours(neighbours(z_from_seeds([5], digits.G.z_dim)[0], 5, RADIUS)[3], 6, RADIUS)[7]
    torch.testing.assert_close(views.latent(digits, View(DIGITS, 5, walk=(3, 7))), z)


@pytest.mark.parametrize(
    "view",
    [
        View("m"),
        View("m", 2**32 - 1, (0, 7, 3), 0.25, {0: 1.5, 9: -3.0}, {0: -1.25, 15: 4.0}),
        View("a b&c=d", 0, psi=0.0),
    ],
)
def test_a_link_reads_back(view: View) -> None:
    assert views.from_query(dict(parse_qsl(view.query())), "other") == view


@pytest.mark.parametrize(
    "query",
    [
        {"seed": "abc"}, {"seed": "-1"}, {"seed": "1,2"}, {"seed": str(2**32)}, {"seed": ""}, {"psi": "nan"},
        {"psi": "inf"}, {"psi": "2"}, {"psi": "x"}, {"walk": "8"}, {"walk": "1--2"}, {"walk": "-".join("1" * 201)},
        {"d1": "nan"}, {"d1": "3.01"}, {"z0": "-4.1"}, {"z0": ""},
    ],
)  # fmt: skip
def test_bad_links(query: dict[str, str]) -> None:
    with pytest.raises(ConfigError):
        views.from_query(query, "m")


@pytest.mark.parametrize("query", [{"d0": "1"}, {"d11": "1"}, {"z16": "1"}, {"model": "nobody"}])
def test_links_that_the_model_cannot_show(shelf: Shelf, query: dict[str, str]) -> None:
    with pytest.raises(GanError):
        moves.linked(shelf, {"model": DIGITS} | query)


def test_unknown_keys_of_a_link_are_left_alone() -> None:
    assert views.from_query({"utm_source": "x", "tab": "explore", "zebra": "1"}, "m") == View("m")


@pytest.mark.parametrize("value", BAD_NUMBERS)
def test_bad_values_get_a_sentence(digits: Model, value: Any) -> None:
    view = View(DIGITS)
    with pytest.raises(ConfigError):
        moves.slid(digits, view, value)
    with pytest.raises(ConfigError):
        moves.slid(digits, view, 1.0, value)
    with pytest.raises(ConfigError):
        moves.put(digits, view, 0, value)
    with pytest.raises(ConfigError):
        moves.seeded(view, value)
    with pytest.raises(ConfigError):
        moves.stepped(view, value)
    with pytest.raises(ConfigError):
        moves.coordinate(digits, value)


def test_moves(digits: Model) -> None:
    view = View(DIGITS, 3, (1,), 0.5, {0: 1.0}, {2: 1.0, 4: -1.0})
    assert moves.seeded(view, "3") is view
    assert moves.seeded(view, " 8 ") == View(DIGITS, 8, (), 0.5, {0: 1.0}, {2: 1.0, 4: -1.0})
    assert moves.released(view, 2).raw == {4: -1.0}
    assert moves.released(view).raw == {}
    assert moves.stepped_back(moves.stepped(view, 6)) == view
    assert moves.restored(view) == View(DIGITS, 3)
    assert moves.chosen(view, RING) == View(RING, 3, psi=0.5)
    assert moves.slid(digits, view, 0.25, 0.0, 2.0).directions == {1: 2.0}
    assert len({moves.rolled(view).seed for _ in range(20)}) > 10


def test_the_stage_says_what_it_shows(digits: Model) -> None:
    html = stage.stage(digits, View(DIGITS, 7, psi=0.5), None)
    assert 'data-seed="7"' in html
    assert 'data-psi="0.5"' in html
    share = stage.critic_share(digits, views.picture(digits, View(DIGITS, 7, psi=0.5)))
    assert share is not None
    assert f"{round(100 * share)} %" in html
    assert "鉴别者" in stage.stage(digits, View(DIGITS, 7), visitor("zh"))
    assert "of real data" not in html
    assert "CC BY 4.0" in stage.facts(digits, None)
    quality = {"frechet": 0.1561, "frechet_real": 0.0349, "coverage": 0.892, "coverage_real": 0.95, "samples": 10_000}
    judged = dataclasses.replace(digits, card=digits.card | {"quality": quality})
    assert "pictures 0.156 (real data from itself 0.0349)" in stage.facts(judged, None)
    assert "89% of real pictures (real data 95%)" in stage.facts(judged, None)


def test_the_name_of_a_model_cannot_bring_html(digits: Model) -> None:
    odd = dataclasses.replace(digits, name='<img src=x onerror="x()">')
    html = stage.stage(odd, View(odd.name), None)
    assert "<img src=x" not in html
    assert 'onerror="x()"' not in html


def test_points_give_one_scatter_without_neighbours(shelf: Shelf) -> None:
    ring = shelf.load(RING)
    assert views.picture(ring, View(RING, 1)).shape == (views.CLOUD, 2)
    assert "<button" not in stage.around_html(ring, View(RING, 1), None)
    assert 'data-testid="explore-picture"' in stage.stage(ring, View(RING, 1), None)


# ---- Interpolate


@pytest.mark.parametrize("turn", TURNS)
@pytest.mark.parametrize("frames", [2, 7, 120])
def test_every_key_is_in_the_strip(digits: Model, turn: str, frames: int) -> None:
    film = films.read_film(DIGITS, "4,9,2", "slerp", turn, frames, 1.0, 24)
    strip = films.stills(digits, film)
    assert [seed for seed, _ in strip if seed is not None] == [4, 9, 2]
    assert 3 <= len(strip) <= films.STILLS + 1
    z = z_from_seeds([4, 9, 2], digits.G.z_dim)
    expected = ((render(digits, z).clamp(-1, 1) + 1) * 127.5).round()[:, 0]
    for seed, picture in strip:
        if seed is not None:
            torch.testing.assert_close(picture[..., 0].float(), expected[[4, 9, 2].index(seed)], atol=1, rtol=0)


def test_the_preview_is_the_film(digits: Model) -> None:
    film = films.read_film(DIGITS, "1,2", "lerp", "once", 10, 0.5, 10)
    frames, seconds = films.preview(digits, film)
    assert len(frames) == 11
    assert seconds == pytest.approx(1.1)
    long = films.read_film(DIGITS, "1,2,3", "lerp", "loop", 120, 0.5, 60)
    assert len(films.preview(digits, long)[0]) == films.PREVIEW


@pytest.mark.parametrize(
    "given",
    [
        ("1", "slerp", "loop", 24, 1.0, 24), ("1,x", "slerp", "loop", 24, 1.0, 24),
        ("0-24", "slerp", "loop", 24, 1.0, 24),
        ("1,2", "slerp", "loop", 1, 1.0, 24), ("1,2", "slerp", "loop", math.nan, 1.0, 24),
        ("1,2", "slerp", "loop", 24, math.nan, 24), ("1,2", "slerp", "loop", 24, 1.0, 0),
        ("1,2", "slerp", "loop", 24, 1.0, "x"), (None, "slerp", "loop", 24, 1.0, 24),
        ("1,2", "zigzag", "loop", 24, 1.0, 24),
        ("1,2", "slerp", "never", 24, 1.0, 24), ("0-23", "slerp", "ping-pong", 120, 1.0, 24),
    ],
)  # fmt: skip
def test_bad_films(digits: Model, given: tuple[Any, ...]) -> None:
    with pytest.raises(GanError):
        films.read_film(DIGITS, *given).latents(digits)


def test_a_film_is_never_longer_than_the_core_allows(digits: Model) -> None:
    film = films.read_film(DIGITS, "0-16", "slerp", "loop", 117, 1.0, 24)
    assert len(film.latents(digits)) == 17 * 117 <= MAX_FRAMES
    with pytest.raises(ConfigError, match="at most 2,000 frames"):
        films.read_film(DIGITS, "0-16", "slerp", "loop", 118, 1.0, 24).latents(digits)


def test_a_link_to_a_film_reads_back() -> None:
    default = films.read_film(DIGITS, "1,2", "slerp", "loop", 24, 1.0, 24)
    film = films.read_film(DIGITS, "5,6,7", "lerp", "ping-pong", 12, 0.3, 30)
    assert films.from_query(dict(parse_qsl(film.query())), default) == film
    assert films.from_query({}, default) == default
    with pytest.raises(ConfigError):
        films.from_query({"frames": "nan"}, default)


@pytest.mark.parametrize("suffix", [".mp4", ".gif", ".webp"])
def test_each_film_has_a_folder_of_its_own(digits: Model, tmp_path: Path, suffix: str) -> None:
    film = films.read_film(DIGITS, "1,2", "slerp", "loop", 2, 1.0, 24)
    one, two = (films.write_film(digits, film, suffix, tmp_path) for _ in range(2))
    assert one.name == two.name == f"{DIGITS}-1-2{suffix}"
    assert one.parent != two.parent
    assert one.read_bytes() == two.read_bytes()


# ---- mistakes


def test_a_mistake_becomes_a_note_and_the_rest_stays() -> None:
    def wrong() -> list[int]:
        raise ConfigError("psi must be a number from 0 to 2, not nan")

    *stay, note = toasts.noting(wrong, 2)()
    assert stay == [gr.skip(), gr.skip()]
    assert note["text"] == "Psi must be a number from 0 to 2, not nan."
    assert toasts.noting(wrong, 2)()[-1] != note, "the same sentence twice must be two notes"
    assert toasts.noting(lambda: [1, 2], 2)() == [1, 2, gr.skip()]
    with pytest.raises(ZeroDivisionError):
        toasts.noting(lambda: [1 // 0], 1)()


def test_a_mistake_in_the_queue_becomes_gradios_toast() -> None:
    def wrong() -> None:
        raise ConfigError("no")

    with pytest.raises(gr.Error) as caught:
        toasts.toasting(wrong)()
    assert caught.value.message == "No."
    assert not caught.value.print_exception


# ---- the command line


def test_bad_models_and_ports_get_one_sentence(
    models: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app.signal, "signal", lambda *_: None)
    whole = (models[DIGITS] / "model.safetensors").read_bytes()
    (tmp_path / "cut.safetensors").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "pickle.safetensors").write_bytes(b"\x80\x04\x95" + b"x" * 100)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        cases = [
            [str(tmp_path / "cut.safetensors")], [str(tmp_path / "pickle.safetensors")], [str(tmp_path / "nothing")],
            ["--port", "http"], ["--port", "99999"], ["--nonsense"],
            [str(models[DIGITS]), "--port", str(taken.getsockname()[1])],
        ]  # fmt: skip
        for args in cases:
            with pytest.raises(SystemExit) as left, answering():
                app.main(args)
            out, err = capsys.readouterr()
            assert left.value.code == 2, (args, err)
            assert out == ""
            assert err.startswith("error: "), (args, err)
            assert err.count("\n") == 1, (args, err)


def test_the_address_of_a_space_is_honoured(models: dict[str, Path]) -> None:
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "app.py", str(models[DIGITS])], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        env=os.environ | {"PYTHONPATH": str(ROOT), "GRADIO_SERVER_NAME": "127.0.0.1", "GRADIO_SERVER_PORT": str(port)},
    )  # fmt: skip
    try:
        deadline = time.monotonic() + 120
        while not answers(f"http://127.0.0.1:{port}") and time.monotonic() < deadline:
            time.sleep(0.2)
        assert answers(f"http://127.0.0.1:{port}")
    finally:
        process.send_signal(signal.SIGINT)
        output = process.communicate(timeout=30)[0].decode()
    assert process.returncode == 0, output
    assert "Traceback" not in output


def test_png_settings_open_the_same_picture(digits: Model) -> None:
    view = View(DIGITS, 9, (2,), 0.7, {0: 1.0}, {5: -1.0})
    file = stage.png_file(digits, view)
    assert file["name"] == f"{DIGITS}-seed-9.png"
    picture = Image.open(io.BytesIO(base64.b64decode(file["href"].partition(",")[2])))
    settings = json.loads(picture.info["gan-atelier"])
    assert settings["link"] == "?" + view.query()
    assert settings["sha256"] == digits.card["sha256"]
