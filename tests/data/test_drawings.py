"""Points that a visitor draws: their name, their samples, and every way in which a name can be wrong."""

import re

import pytest
import torch

from core_fixtures import seed
from gan.data.drawings import draw_points, drawn_name
from gan.data.points import Points
from gan.data.sets import dataset, load
from gan.errors import DataError


def test_a_drawing_and_its_name() -> None:
    """Bytes x, y, x, y: 0 is -1, 255 is 1, y upwards."""
    assert drawn_name(torch.tensor([[-1.0, 1.0]])) == "drawn:AP8"
    assert draw_points("drawn:AP8").tolist() == [[-1, 1]]
    drawing = torch.rand(500, 2, generator=seed()) * 2 - 1
    again = draw_points(drawn_name(drawing))
    assert (again - drawing).abs().max() <= 1 / 255 + 1e-6
    assert drawn_name(again) == drawn_name(drawing)  # nothing is lost a second time
    assert drawn_name(3 * drawing) == drawn_name((3 * drawing).clamp(-1, 1))
    name = drawn_name(torch.rand(2_000, 2, generator=seed()))
    assert re.fullmatch(r"drawn:[A-Za-z0-9_-]+", name)
    assert draw_points(name).shape == (2_000, 2)


def test_samples_of_a_drawing_lie_at_its_points() -> None:
    drawing = torch.tensor([[-0.8, -0.4], [0.0, 0.6], [0.8, 0.2], [0.8, 0.2]])
    found = load(drawn_name(drawing))
    assert isinstance(found, Points)
    assert (found.centres, found.unit) == (None, 0.25)
    points = found.sample(8_000, seed())
    assert torch.equal(points, found.sample(8_000, seed()))
    distance, nearest = torch.cdist(points, drawing[:3]).min(1)
    assert torch.bincount(nearest) / 8_000 == pytest.approx([0.25, 0.25, 0.5], abs=0.02)
    assert distance.max() < 0.12
    offsets = points - drawing[nearest]
    assert offsets.std(0).tolist() == pytest.approx([0.02, 0.02], abs=0.002)
    assert offsets.mean(0).abs().max() < 0.005  # the name rounds to 1/255


def test_the_example_is_a_drawing_too() -> None:
    example = draw_points("drawn")
    assert example.abs().max() <= 1
    assert (draw_points(drawn_name(example)) - example).abs().max() < 0.01
    points = load("drawn").sample(2_000, seed())
    assert torch.cdist(points, example).min(1).values.max() < 0.12
    eyes = (points[:, 1] > 0.15) & (points.norm(dim=1) < 0.7)
    assert 0.05 < (points[eyes, 0] > 0).float().mean() < 0.95
    mouth = points[(points.norm(dim=1) < 0.7) & ~eyes]
    assert mouth[:, 1].max() < 0.0  # it smiles: the mouth's ends are above its middle
    assert mouth[mouth[:, 0].abs() > 0.4][:, 1].mean() > mouth[mouth[:, 0].abs() < 0.1][:, 1].mean()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("drawn:", "1 to 2,000 points, not 0"),
        ("drawn:AP8A", "no y"),
        ("drawn:A", "not base64"),
        ("drawn:AP 8", "not base64"),
        ("drawn:A/+8", "not base64"),
        ("drawn:é", "not base64"),
        ("drawn:" + "A" * 5336, "1 to 2,000 points, not 2,001"),
        ("drawn:" + "!" * 9000, "not base64"),
    ],
)
def test_damaged_drawings(name: str, said: str) -> None:
    for read in (dataset, load, draw_points):
        with pytest.raises(DataError) as caught:
            read(name)
        assert said in str(caught.value)
        assert len(str(caught.value)) < 150


def test_drawings_of_the_wrong_size_have_no_name() -> None:
    for count in (0, 2_001):
        with pytest.raises(DataError, match="1 to 2,000 points"):
            drawn_name(torch.zeros(count, 2))
