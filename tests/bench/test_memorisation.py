"""The bench of memorisation: copies are found however they are blurred or lit, and real pictures are not."""

import json

import pytest
import torch
from torch import Tensor

from bench import memorisation
from bench.memorisation import compared, duplicates, evened, measure, nearest, rows, sheet, spaces, table
from core_fixtures import made_up, seed, tiny_model
from gan.data import sets
from gan.errors import ConfigError

torch.set_num_threads(1)


def smooth(n: int, number: int) -> Tensor:
    """Images [n, 3, 32, 32] that are unlike one another, without sharp details."""
    coarse = torch.rand(n, 3, 4, 4, generator=seed(number)) * 1.6 - 0.8
    return torch.nn.functional.interpolate(coarse, (32, 32), mode="bilinear")


@pytest.fixture(scope="module")
def train() -> Tensor:
    return smooth(200, 1)


@pytest.fixture(scope="module")
def test() -> Tensor:
    return smooth(60, 2)


@pytest.mark.parametrize("change", ["none", "light", "noise"])
def test_copies_of_training_pictures_are_found(change: str, train: Tensor, test: Tensor) -> None:
    fake = test[:40].clone()
    copies = train[[7, 3, 11]]
    changed = {
        "none": copies,
        "light": copies * 0.6 + 0.2,
        "noise": copies + 0.05 * torch.randn(copies.shape, generator=seed(4)),
    }
    fake[[5, 20, 30]] = changed[change]
    figures, (closest, theirs, _, _) = measure("made-up", fake, train, test)
    assert figures["copies"] == 3
    assert figures["duplicates"] == 0
    assert {(5, 7), (20, 3), (30, 11)} == set(zip(closest[:3].tolist(), theirs[:3].tolist(), strict=True))
    for name, space in figures["spaces"].items():
        if change != "light" or "contrast" in name:
            assert space["distance"]["closer"] == 3, name
            assert space["relative"]["closer"] == 3, name
            assert space["distance"]["fake"][0] < 0.4 * space["distance"]["test"][0], name


def test_pictures_of_their_own_are_no_copies(train: Tensor, test: Tensor) -> None:
    figures, _ = measure("made-up", smooth(60, 5), train, test)
    assert figures["copies"] == 0
    for space in figures["spaces"].values():  # of equal sets the closest is on either side with the same chance
        assert space["distance"]["closer"] < 8
        assert space["distance"]["fake"][-1] == pytest.approx(space["distance"]["test"][-1], rel=0.1)


def test_duplicates_between_the_parts_would_make_the_bar_easy(train: Tensor, test: Tensor) -> None:
    held = test.clone()
    held[0] = train[50] * 0.9 + 0.05
    fake = test[1:41].clone()
    fake[0] = train[9] * 0.9 + 0.02 * torch.randn(train[9].shape, generator=seed(6))
    figures, pairs = measure("made-up", fake, train, held)
    assert (figures["duplicates"], figures["copies"]) == (1, 1)
    space = figures["spaces"]["pixels, same contrast"]["distance"]
    assert (space["closer"], space["closer_distinct"]) == (0, 1)
    assert space["test"][0] < 0.01 < space["distinct"][0]
    assert 0 not in pairs[2].tolist()
    with pytest.raises(ConfigError, match="held-out picture of made-up is in its training part"):
        measure("made-up", fake, train, train[:5])


def test_distances_are_what_they_say(train: Tensor) -> None:
    moved = train[:3] + 2 / 255  # a grey level is 2 / 255 wide
    found = spaces("made-up", 3)
    for name in ("pixels", "16 px"):
        torch.testing.assert_close(
            nearest(found[name](moved), found[name](train)).distance, torch.ones(3), rtol=1e-3, atol=0
        )
    a, b = evened(train[:1]), evened(train[1:2])
    x, y = (image - image.mean() for image in train[:2])
    correlation = (x * y).sum() / (x.norm() * y.norm())
    gap = nearest(rows(a), rows(b)).distance
    torch.testing.assert_close(1 - gap.square() / 2, correlation[None], rtol=0, atol=1e-4)
    assert duplicates(nearest(rows(a), rows(a))).all()
    assert not duplicates(nearest(rows(a), rows(b))).any()
    flat = torch.zeros(1, 3, 8, 8)
    assert evened(flat).isfinite().all()


def test_the_ratio_is_to_the_mean_of_the_nearest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memorisation, "NEIGHBOURS", 2)
    found = nearest(torch.tensor([[0.0], [9.0]]), torch.tensor([[-5.0], [3.0], [1.0]]))
    torch.testing.assert_close(found.distance, torch.tensor([1.0, 6.0]))
    torch.testing.assert_close(found.relative, torch.tensor([1 / 2, 6 / 7]))
    assert found.which.tolist() == [2, 1]


def test_counts_and_quantiles() -> None:
    figures = compared(torch.tensor([1.0, 2.0, 3.0]), torch.tensor([0.5, 2.5, 4.0]), torch.tensor([2.5, 4.0]))
    assert (figures["closer"], figures["closer_distinct"]) == (0, 2)
    assert figures["fake"][0] == 1
    assert figures["test"][-1] == 2.5


def test_the_bench_of_a_model(monkeypatch: pytest.MonkeyPatch) -> None:
    model = tiny_model(2)
    parts = {True: made_up(80), False: made_up(120)}
    parts[False] = type(parts[False])(parts[False].rows[80:], parts[False].labels[80:], parts[False].classes)
    monkeypatch.setattr(sets, "load", lambda name, data_dir, train, resolution: parts[train])
    found, picture = memorisation.examined(model, 100, 0)
    assert (found["model"], found["fakes"], found["train"], found["test"]) == ("tiny", 100, 80, 40)
    assert "judge-digits" in found["spaces"]
    assert picture.dtype == torch.uint8
    assert picture.shape == (2 * (4 * 9 + 1) + 16 + 2 * (4 * 9 + 1), 2 * (16 * 9 + 1), 1)
    said = table({"memorisation": json.loads(json.dumps(found))})
    assert "100 samples of `tiny` and 40 held-out pictures" in said


def test_the_sheet_has_each_beside_its_own() -> None:
    shades = [torch.full((8, 8, 8, 1), 10 * k, dtype=torch.uint8) for k in range(1, 5)]
    picture = sheet(shades)
    assert picture[2 * 4, 2 * 4, 0] == 10
    assert picture[2 * 4, 2 * (4 + 9), 0] == 20
    assert picture[-2 * 4, 2 * 4, 0] == 30
    assert picture[-2 * 4, 2 * (4 + 9), 0] == 40


def test_the_table_says_what_was_found() -> None:
    distance = {"fake": [4.0] * 5, "test": [0.5] * 5, "distinct": [6.25] * 5, "closer": 17, "closer_distinct": 0}
    results = {"memorisation": {
        "model": "faces", "fakes": 10_000, "copies": 2, "train": 900, "test": 105, "duplicates": 6,
        "spaces": {"pixels": {"distance": distance, "relative": distance}},
    }}  # fmt: skip
    said = table(results)
    assert "2 of the samples (0.02%) and 6 of the test pictures (5.71%)" in said
    assert "no duplicate, by any measure, is met." in said
    assert "of as many fresh real pictures 100.0 would be closer" in said
    assert "| pixels: distance | 17 | 0 |" in said
    assert "| pixels: distance | test pictures without duplicates | 6.25 | 6.25 | 6.25 | 6.25 | 6.25 |" in said
    results["memorisation"]["spaces"]["pixels"]["relative"] = distance | {"closer_distinct": 1_234}
    assert "by any measure, is missed." in table(results)
    assert "| pixels: ratio to the 50 nearest | 17 | 1,234 |" in table(results)
