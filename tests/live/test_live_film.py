"""The film of a live run shows what its frames say: colours at known places, every moment, both lanes."""

import base64
import csv
import io
import json
import math
import weakref
from typing import Any

import av
import numpy as np
import pytest
import torch
from PIL import Image, ImageSequence

from gan.errors import RunError
from gan.live import film
from gan.live.film import FIELD_COLOURS, FORGER, PAPER, REAL, SIDE
from gan.live.frames import points_to_text, shares_to_text, to_text
from gan.live.messages import CURVE_COLUMNS
from gan.live.past import PastFrame
from gan.live.setup import Setup
from gan.media.films import settings_of
from gan.media.images import to_pixels
from gan.media.pictures import PICTURES

torch.set_num_threads(1)
FIELD = 4
EMPTY = torch.zeros(0, 2)


def pixel_text(images: torch.Tensor) -> str:
    return to_text(to_pixels(images).contiguous().numpy())


def lane(field: torch.Tensor | None = None, fakes: torch.Tensor = EMPTY) -> dict[str, Any]:
    """A lane of points: D's p_real [FIELD, FIELD] from the top left, and fakes [N, 2] within [-1, 1]."""
    field = torch.full((FIELD, FIELD), 0.5) if field is None else field
    return {"field": shares_to_text(field.flatten()), "side": FIELD, "fakes": points_to_text(fakes, 1.0)}


def scene(reals: torch.Tensor = EMPTY, lanes: int = 1) -> dict[str, Any]:
    names = [{"objective": name} for name in ("relativistic", "hinge")[:lanes]]
    return {"kind": "points", "reals": points_to_text(reals, 1.0), "lanes": names}


def moments(*frames: dict[str, Any]) -> list[PastFrame]:
    return [PastFrame(i, i, json.dumps(frame), Setup.of({})) for i, frame in enumerate(frames)]


def at(canvas: torch.Tensor, x: float, y: float) -> tuple[int, ...]:
    """The colour at a place of the plane [-1, 1] x [-1, 1], y upwards."""
    return tuple(canvas[round((1 - y) / 2 * (SIDE - 1)), round((x + 1) / 2 * (SIDE - 1))].tolist())


def test_the_field_has_the_critics_colours_where_it_said_so() -> None:
    field = torch.full((FIELD, FIELD), 0.5)
    field[0, 0], field[0, -1], field[-1, 0] = 1.0, 0.0, 0.0  # top left real; top right and bottom left fake
    canvas = film.plane(lane(field), scene())
    assert canvas.shape == (SIDE, SIDE, 3)
    fake, undecided, real = (tuple(map(int, colour)) for colour in FIELD_COLOURS)
    assert at(canvas, -1, 1) == real
    assert at(canvas, 1, 1) == at(canvas, -1, -1) == fake
    assert undecided == PAPER
    assert real[1] > max(real[0], real[2]), "real is green"
    assert fake[0] > fake[1] > fake[2], "fake is orange"
    assert np.abs(np.subtract(at(canvas, 1, -1), undecided)).max() <= 1


def test_reals_are_dots_and_fakes_lie_on_them() -> None:
    reals, fakes = torch.tensor([[0.5, 0.25], [-0.5, -0.5]]), torch.tensor([[-0.5, 0.75], [-0.5, -0.5]])
    canvas = film.plane(lane(fakes=fakes), scene(reals))
    assert at(canvas, 0.5, 0.25) == REAL
    assert at(canvas, -0.5, 0.75) == at(canvas, -0.5, -0.5) == FORGER
    assert at(canvas, 0.5, -0.25) == at(canvas, -0.5, 0.25) not in (REAL, FORGER)
    colours = canvas.view(-1, 3)
    dots = int((colours == torch.tensor(REAL)).all(1).sum())
    triangles = int((colours == torch.tensor(FORGER)).all(1).sum())
    assert 25 <= dots <= 60
    assert triangles == 2 * int(film.triangle(4).sum())


def test_a_triangle_points_upwards_and_a_dot_is_round() -> None:
    rows = film.triangle(4).sum(1)
    width = rows[rows > 0]
    assert width[0] == 1
    assert (np.diff(width) >= 0).all()
    assert width[-1] > 5
    disc = film.disc(3)
    assert (disc == disc.T).all()
    assert (disc == disc[::-1]).all()
    assert disc[3].all()
    assert not disc[0, 0]


def test_marks_at_the_edge_are_cut_off_and_do_not_come_back_on_the_other_side() -> None:
    corners = torch.tensor([[-1.0, -1.0], [1.0, 1.0], [-1.0, 1.0], [1.0, -1.0]])
    canvas = film.plane(lane(), scene(corners))
    for x, y in corners.tolist():
        assert at(canvas, x, y) == REAL
    one = film.plane(lane(), scene(corners[:1]))
    assert at(one, 1, 1) != REAL
    assert at(one, -1, 1) != REAL


def test_lanes_stand_side_by_side() -> None:
    right = lane(fakes=torch.tensor([[0.0, 0.0]]))
    both = film.picture({"lanes": [lane(), right]}, scene(lanes=2))
    assert both.shape == (SIDE, 2 * SIDE + 8, 3)
    assert torch.equal(both[:, :SIDE], film.plane(lane(), scene()))
    assert torch.equal(both[:, SIDE + 8 :], film.plane(right, scene()))


def test_each_fake_picture_has_its_neighbour_on_the_right() -> None:
    fakes = torch.linspace(-1, 1, PICTURES.pairs).view(-1, 1, 1, 1).expand(PICTURES.pairs, 1, 8, 8)
    near = -fakes
    about = {"kind": "pictures", "resolution": 8, "channels": 1}
    told = {"fakes": pixel_text(fakes), "nearest": pixel_text(near)}
    drawn = film.picture({"lanes": [told]}, about)
    assert drawn.shape[2] == 3
    assert tuple(drawn[4, 4].tolist()) == (0, 0, 0)
    values = set(drawn.flatten().tolist())
    assert {0, 255} <= values
    pixels = base64.b64decode(told["fakes"])[::64], base64.b64decode(told["nearest"])[::64]
    wide = drawn.shape[1] // 8
    assert [int(drawn[4, 4 + wide * i, 0]) for i in range(4)] == [
        pixels[0][0],
        pixels[1][0],
        pixels[0][1],
        pixels[1][1],
    ]
    assert film.picture({"lanes": [told | {"nearest": ""}]}, about).shape == drawn.shape


def test_clips_move_in_a_film_of_their_training() -> None:
    loop = torch.arange(8, dtype=torch.uint8).view(1, 8, 1, 1).expand(2, 8, 8, 8) * 30  # each frame one grey
    told = {"fakes": to_text(loop.contiguous().numpy()), "nearest": ""}
    about = {"kind": "clips", "row": [8, 8, 8], "traits": {"fps": 4}}
    for seconds, number in ((0.0, 0), (0.5, 2), (2.25, 1)):
        drawn = film.picture({"lanes": [told]}, about, seconds)
        assert drawn[4, 4].tolist() == [30 * number] * 3


@pytest.mark.parametrize(("suffix", "name"), [(".gif", "GIF"), (".webp", "WEBP")])
def test_a_film_has_every_moment_and_stays_on_its_last(suffix: str, name: str) -> None:
    shown = [lane(fakes=torch.tensor([[x, 0.0]])) for x in (-0.5, 0.0, 0.5)]
    content = film.run_film(moments(*({"lanes": [each]} for each in shown)), scene(), suffix)
    assert settings_of(content)["setup"] == Setup.of({}).to_json()
    picture = Image.open(io.BytesIO(content))
    assert (picture.format, picture.n_frames) == (name, 3)  # the last stays a second, as one frame
    for i, x in enumerate((-0.5, 0.0, 0.5)):
        picture.seek(i)
        canvas = torch.from_numpy(np.array(picture.convert("RGB")))
        assert np.abs(np.subtract(at(canvas, x, 0.0), FORGER)).max() < 40
        assert np.abs(np.subtract(at(canvas, -x or 0.9, 0.0), PAPER)).max() < 40


def test_an_mp4_plays_every_moment_of_a_race() -> None:
    frames = [{"lanes": [lane(), lane(fakes=torch.tensor([[x / 20, 0.0]]))]} for x in range(20)]
    content = film.run_film(moments(*frames), scene(lanes=2), ".mp4")
    with av.open(io.BytesIO(content)) as container:
        pictures = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
    assert len(pictures) >= 21
    assert pictures[0].shape[:2] == (SIDE, 2 * SIDE + 8)
    middle = pictures[0][SIDE // 2, SIDE + 8 + SIDE // 2].astype(int)
    assert np.abs(middle - FORGER).max() < 60


def test_the_moments_of_a_film_are_drawn_once_each_and_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn, alive, draw = [], [], film.picture

    def counted(*args: Any) -> torch.Tensor:
        picture = draw(*args)
        drawn.append(weakref.ref(picture))
        alive.append(sum(other() is not None for other in drawn))
        return picture

    def written(frames: Any, *others: Any) -> bytes:
        assert len(drawn) == 1, "they are drawn before they are written"
        return write(frames, *others)

    write = film.film
    monkeypatch.setattr(film, "film", written)
    monkeypatch.setattr(film, "picture", counted)
    content = film.run_film(moments(*[{"lanes": [lane()]}] * 12), scene(), ".webp")
    with Image.open(io.BytesIO(content)) as file:
        assert sum(1 for _ in ImageSequence.Iterator(file)) == 1  # all alike: they are joined
    assert 12 <= len(drawn) <= 14  # the first is looked at before, and a writer ends where it began
    assert max(alive) <= 2


def test_a_crowd_is_larger_than_a_fake() -> None:
    """A collapse to one spot does not look like a single fake."""
    ring = torch.tensor([[math.cos(k / 4), math.sin(k / 4)] for k in range(25)]) / 2
    ink = [
        int((film.plane(lane(fakes=fakes), scene()).int() - torch.tensor(FORGER)).abs().sum(2).eq(0).sum())
        for fakes in (ring[:1], ring[:1].expand(25, 2), ring)
    ]
    one, crowd, spread = ink
    assert crowd > 3 * one
    assert spread == pytest.approx(25 * one, rel=0.2)


def test_one_moment_is_no_film() -> None:
    with pytest.raises(RunError, match="nothing to film yet"):
        film.run_film(moments({"lanes": [lane()]}), scene(), ".mp4")


def test_the_curves_are_a_table_with_a_column_for_each_figure_of_each_lane() -> None:
    curve = [{"steps": 20, "nimg": 160, "lanes": [[1.0, 2.0, 0.5, 0.25, None, None], [3.0, None, 0.1, 0.2, 0.9, 0.5]]}]
    rows = list(csv.reader(io.StringIO(film.curves_csv(curve, scene(lanes=2)))))
    names = [f"{column}_{name}" for name in ("relativistic", "hinge") for column in CURVE_COLUMNS]
    assert rows == [["steps", "images", *names], ["20", "160", "1.0", "2.0", "0.5", "0.25", "", "", "3.0", "",
                                                  "0.1", "0.2", "0.9", "0.5"]]  # fmt: skip
    alone = film.curves_csv([curve[0] | {"lanes": curve[0]["lanes"][:1]}], scene())
    assert alone.splitlines()[0] == "steps,images," + ",".join(CURVE_COLUMNS)
    assert film.curves_csv([], scene()).count("\n") == 1
    equals = scene(lanes=2)
    for about in equals["lanes"]:
        about["objective"] = "hinge"
    heads = film.curves_csv([], equals).strip().split(",")
    assert len(set(heads)) == len(heads) == 2 + 2 * len(CURVE_COLUMNS)
