"""What a notebook shows of a run: its curves, its samples, and that it never stands in a run's way."""

import base64
import dataclasses
import io
import math
import re
import sys
import types
from typing import Any

import pytest
import torch
from PIL import Image

from core_fixtures import made_up, tiny
from gan.media.pictures import PICTURES
from gan.training import loop_picture
from gan.training.loop import TrainingLoop
from gan.training.loop_picture import HEIGHT, MARGIN, WIDTH, curves, picture
from gan.training.runs import model_of
from gan.training.ticks import Tick
from gan.training.trainer import Trainer


def tick(nimg: int, loss_d: float, loss_g: float, warning: str = "") -> Tick:
    return Tick(nimg, 1.0, loss_d, loss_g, 0.0, 0.5, 0.5, 1.0, 1.0, torch.zeros(4, 1, 8, 8), None, warning)


def places(svg: str) -> list[list[tuple[float, float]]]:
    """The points of each curve."""
    return [
        [(float(x), float(y)) for x, y in re.findall(r"([\d.]+) ([\d.]+)", path)]
        for path in re.findall(r'<path d="([^"]*)"', svg)
    ]


def test_curves_go_from_the_first_sample_to_the_last_and_the_larger_loss_is_higher() -> None:
    d, g = places(curves([tick(0, 1.0, 3.0), tick(50, 2.0, 3.0), tick(100, 1.0, 5.0)], 100))
    assert d == [(MARGIN, HEIGHT - MARGIN), (WIDTH / 2, HEIGHT - MARGIN - 20.5), (WIDTH - MARGIN, HEIGHT - MARGIN)]
    assert [x for x, _ in g] == [x for x, _ in d]
    assert g[2][1] == MARGIN and g[0][1] == g[1][1] < d[1][1]


def test_what_is_no_number_is_a_gap_and_no_trouble() -> None:
    told = curves([tick(0, math.nan, math.nan), tick(10, 1.0, math.inf), tick(20, 2.0, 1.0)], 20)
    assert places(told)[0] == [(320.0, 116.0), (606.0, 34.0)]
    assert "nan" not in told and "inf" not in told
    assert places(curves([tick(0, math.nan, math.nan)], 20)) == [[], []]


def test_the_picture_shows_samples_and_warnings() -> None:
    shown = picture([tick(500, 1.0, 2.0, "<collapse>")], 1_000, PICTURES, {"unit": 1.0})
    assert "500 of 1,000 samples · D 1.000 G 2.000" in shown
    assert "&lt;collapse&gt;" in shown
    found = re.search(r"base64,([^\"]+)", shown)
    assert found
    with Image.open(io.BytesIO(base64.b64decode(found[1]))) as image:
        assert image.size == (16 * 19, 16 * 19)  # two of 8 pixels with lines, as large as fits 320
    assert picture([], 1_000, PICTURES, {}) == "<p>Nothing is trained yet.</p>"


@pytest.fixture
def notebook(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """A notebook that is listening; what it was shown, newest last."""
    shown: list[Any] = []

    def update(what: Any) -> None:
        shown.append(what._repr_html_())
        raise RuntimeError("its page was closed")

    def display(what: Any, display_id: bool) -> Any:
        shown.append(what._repr_html_())
        return types.SimpleNamespace(update=update)

    shell = types.SimpleNamespace(kernel=object())
    monkeypatch.setitem(sys.modules, "IPython", types.SimpleNamespace(get_ipython=lambda: shell))  # type: ignore[arg-type]
    monkeypatch.setitem(sys.modules, "IPython.display", types.SimpleNamespace(display=display))  # type: ignore[arg-type]
    return shown


def test_a_cell_follows_the_run(notebook: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop_picture, "PAUSE", 0.0)
    loop = TrainingLoop(Trainer(dataclasses.replace(tiny(), nimg=24), made_up()), 8)
    told = [str(tick) for tick in loop]
    assert len(notebook) == 1 + len(told) + 1  # before, at each tick, and once more at the end
    assert notebook[0] == "<p>Nothing is trained yet.</p>"
    assert "24 of 24 samples" in notebook[-1]
    assert repr(loop) == "<run of digits: 24 of 24 samples>"
    assert [tick.samples.shape[0] for tick in loop.seen][:-1] == [0] * (len(told) - 1)


def test_a_cell_says_what_was_left_out_and_what_the_run_starts_from(notebook: list[str]) -> None:
    model = model_of(Trainer(tiny(), made_up()), "first", 0.0)
    data = dataclasses.replace(made_up(), report="60 pictures; left out: 2 <broken>")
    list(TrainingLoop(Trainer(dataclasses.replace(tiny(start="first"), nimg=8), data, start=model), 8))
    read = "<p>60 pictures; left out: 2 &lt;broken&gt;</p>"
    start = "<p>starts from first: all of G&#x27;s 3 layers and all of D&#x27;s 3 layers are taken over</p>"
    assert notebook[0] == f"{read}{start}<p>Nothing is trained yet.</p>"
    assert notebook[-1].startswith(f"<div>{read}{start}<svg")


def test_a_busy_run_is_shown_seldom_and_none_where_nobody_listens(notebook: list[str]) -> None:
    loop = TrainingLoop(Trainer(dataclasses.replace(tiny(), nimg=24), made_up()), 8)
    list(loop)
    assert len(notebook) == 2
    silent = TrainingLoop(Trainer(dataclasses.replace(tiny(), nimg=24), made_up()), 8, shown=False)
    list(silent)
    assert len(notebook) == 2
    sys.modules["IPython"].get_ipython = lambda: None  # type: ignore[attr-defined]
    assert loop_picture.cell(loop) is None
