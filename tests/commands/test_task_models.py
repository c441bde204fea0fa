"""Models of a task in the terminal: what has seeds refuses them, and `repair` asks them at once."""

from collections.abc import Sequence
from pathlib import Path

import pytest
import torch
from PIL import Image

from core_fixtures import tiny_model
from gan.commands import program
from gan.errors import ConfigError
from gan.explore.translate import translate
from gan.media.images import to_images, to_pixels
from gan.models.checkpoint import MODEL, load_model, save_model


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Runs of two tasks, and a picture of 8 px."""
    for task in ("denoise", "enlarge"):
        made = tiny_model(3, network="unet", task=task, g_widths=(4, 6), d_widths=(4,))
        save_model(made, tmp_path / task / MODEL)
    Image.linear_gradient("L").resize((8, 8)).save(tmp_path / "given.png")
    return tmp_path


def run(argv: Sequence[object]) -> None:
    words = [str(word) for word in argv]
    program.COMMANDS[words[0]].run(words)


@pytest.mark.parametrize(
    "argv",
    [
        ("sample", "--seeds", "1", "--out", "a.png"), ("sample", "--view", "?seed=1", "--out", "a.png"),
        ("film", "--seeds", "1,2", "--out", "a.gif"), ("film", "--training", "--seeds", "1", "--out", "a.gif"),
        ("evaluate",), ("invert", "given.png", "--out", "found"),
    ],
)  # fmt: skip
def test_what_has_seeds_refuses_them(folder: Path, argv: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    with pytest.raises(ConfigError, match="denoise has no seeds, it repairs damaged pictures"):
        run([argv[0], folder / "denoise", *argv[1:]])
    assert sorted(path.name for path in folder.iterdir()) == ["denoise", "enlarge", "given.png"]


def test_no_encoder_is_trained_for_one(folder: Path) -> None:
    with pytest.raises(ConfigError, match="has no seeds"):
        run(["invert", "--train", folder / "denoise"])


def test_repair_asks_it(folder: Path) -> None:
    run(["repair", folder / "denoise", folder / "given.png", "--denoise", "--out", folder / "clean.png"])
    pixels = torch.tensor(list(Image.open(folder / "given.png").get_flattened_data()), dtype=torch.uint8)
    wished = to_pixels(translate(load_model(folder / "denoise"), to_images(pixels.view(1, 8, 8, 1))))
    found = torch.tensor(list(Image.open(folder / "clean.png").get_flattened_data()), dtype=torch.uint8)
    assert torch.equal(found, wished.flatten())


def test_a_tiny_picture_is_enlarged(folder: Path) -> None:
    run(["repair", folder / "enlarge", folder / "given.png", "--enlarge", "4", "--out", folder / "large.png"])
    assert Image.open(folder / "large.png").size == (8, 8)


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (("enlarge", "--denoise"), "enlarge was trained for one repair: --enlarge 4"),
        (("enlarge", "--enlarge", "2"), "enlarge was trained for one repair: --enlarge 4"),
        (("denoise", "--enlarge", "4"), "denoise was trained for one repair: --denoise"),
        (("denoise", "--denoise", "--answers", "2"), "one answer for a picture"),
    ],
)
def test_other_repairs_are_refused(folder: Path, argv: tuple[str, ...], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        run(["repair", folder / argv[0], folder / "given.png", *argv[1:], "--out", folder / "a.png"])
    assert not (folder / "a.png").exists()
