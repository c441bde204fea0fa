"""`python -m gan invert | repair`: what they leave behind, and how they answer mistakes."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from core_fixtures import tiny_model
from gan.commands.own_pictures import FIGURES, LATENTS, main, own_names
from gan.errors import GanError
from gan.explore.invert import images_of, sample_ws
from gan.media.images import to_pixels, to_png
from gan.models.checkpoint import load_model, save_model
from gan.models.encoders import load_encoder, training_of
from gan.networks.ws import from_ws
from odd_models import odd_model


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny model, and pictures of its own in two folders under one name."""
    folder = tmp_path_factory.mktemp("own")
    save_model(tiny_model(steps=20), folder / "tiny")
    save_model(odd_model("points"), folder / "points")
    w, _ = sample_ws(load_model(folder / "tiny").G, 3)
    for name, pixels in zip(("a", "b", "c"), to_pixels(load_model(folder / "tiny").G.synthesis(w)), strict=True):
        (folder / name).mkdir()
        (folder / name / "mine.png").write_bytes(to_png(pixels))
    return folder


def tiny(folder: Path) -> str:
    return str(folder / "tiny")


def picture(folder: Path, name: str = "a") -> str:
    return str(folder / name / "mine.png")


def test_invert_writes_pictures_latents_and_figures(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["invert", tiny(folder), picture(folder), picture(folder, "b"), "--steps", "20", "--out", str(tmp_path)])
    assert {path.name for path in tmp_path.iterdir()} == {"mine.png", "mine-2.png", LATENTS, FIGURES}
    figures = json.loads((tmp_path / FIGURES).read_text())
    assert (figures["model"], figures["way"], figures["steps"], figures["encoder"]) == ("tiny", "faithful", 20, False)
    assert [row["file"] for row in figures["pictures"]] == ["mine.png", "mine-2.png"]
    model = load_model(tiny(folder))
    with np.load(tmp_path / LATENTS) as latents:
        assert latents["names"].tolist() == ["mine", "mine-2"]
        ws = torch.from_numpy(latents["ws"])
    assert ws.shape == (2, 1, model.G.w_dim)
    with Image.open(tmp_path / "mine-2.png") as made:
        assert made.size == (8, 8)
        assert np.array_equal(np.asarray(made), to_pixels(model.G.synthesis(from_ws(model.G, ws)))[1, ..., 0].numpy())
    said = capsys.readouterr().out
    assert "--train MODEL makes one" in said
    assert all(f"{row['db']:.1f} dB" in said for row in figures["pictures"])
    assert min(row["db"] for row in figures["pictures"]) > 15


def test_train_writes_the_encoder_beside_the_model(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for kind in ("encoder", "repair"):
        flags = ["--repair"] if kind == "repair" else []
        main(["invert", "--train", tiny(folder), "--steps", "3", *flags])
        assert load_encoder(load_model(tiny(folder)), kind) is not None
        said = capsys.readouterr().out
        assert "step 3 of 3" in said
        assert f"tiny.{kind}.safetensors" in said
        main(["invert", "--train", tiny(folder), "--steps", "2", "--resume", *flags])
        earlier = {"seed": 0, "steps": 3, "real": True}
        assert training_of(folder / f"tiny.{kind}.safetensors") == earlier | {"steps": 2, "after": earlier}
    main(["invert", tiny(folder), picture(folder), "--steps", "0", "--way", "easy", "--out", str(tmp_path)])
    assert json.loads((tmp_path / FIGURES).read_text())["encoder"] is True
    for kind in ("encoder", "repair"):
        (folder / f"tiny.{kind}.safetensors").unlink()


def test_repair_fills_a_hole_and_keeps_the_rest(folder: Path, tmp_path: Path) -> None:
    mask = np.zeros((8, 8), np.uint8)
    mask[:, 4:] = 255
    Image.fromarray(mask).save(tmp_path / "mask.png")
    out = tmp_path / "whole.png"
    main(["repair", tiny(folder), picture(folder), "--mask", str(tmp_path / "mask.png"), "--out", str(out)])
    with Image.open(out) as made, Image.open(picture(folder)) as given:
        assert np.array_equal(np.asarray(made)[:, :4], np.asarray(given)[:, :4])
        assert made.size == (8, 8)
    argv = ["repair", tiny(folder), picture(folder), "--mask", str(tmp_path / "mask.png"), "--answers", "3"]
    main([*argv, "--out", str(out)])
    with Image.open(out) as made:
        assert made.size in ((8, 8), (19, 10), (28, 10))  # one alone, or with a pixel around each


@pytest.mark.parametrize("flags", [["--denoise"], ["--enlarge", "2"], ["--enlarge", "4"]])
def test_repair_takes_noise_away_and_enlarges(folder: Path, tmp_path: Path, flags: list[str]) -> None:
    main(["repair", tiny(folder), picture(folder), *flags, "--out", str(tmp_path / "whole.png")])
    with Image.open(tmp_path / "whole.png") as made:
        assert made.size == (8, 8)


def test_a_tiny_picture_of_one_colour_is_refused(folder: Path, tmp_path: Path) -> None:
    Image.new("L", (2, 2), 9).save(tmp_path / "dot.png")
    with pytest.raises(GanError, match="shows nothing"):
        main(["repair", tiny(folder), str(tmp_path / "dot.png"), "--enlarge", "4", "--out", str(tmp_path / "o.png")])


def test_one_bad_picture_of_many_leaves_nothing_behind(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no picture")
    out = tmp_path / "out"
    with pytest.raises(GanError, match=r"notes\.txt is not a picture"):
        main(["invert", tiny(folder), picture(folder), str(tmp_path / "notes.txt"), "--out", str(out)])
    assert not out.exists()


MISTAKES = [
    (["invert", "MODEL", "PICTURE"], "--out FOLDER"),
    (["invert", "MODEL", "--out", "x"], "at least one FILE"),
    (["invert", "MODEL", "PICTURE", "--out", "x", "--repair"], "belong to --train"),
    (["invert", "MODEL", "PICTURE", "--out", "x", "--seed", "0"], "belong to --train"),
    (["invert", "MODEL", "PICTURE", "--out", "x", "--resume"], "belong to --train"),
    (["invert", "MODEL", "--train", "--resume"], "no encoder to go on with"),
    (["invert", "MODEL", "PICTURE", "--out", "x", "--way", "fast"], "invalid choice"),
    (["invert", "MODEL", "--train", "--seconds", "5", "--steps", "5"], "take one"),
    (["invert", "MODEL", "--train", "--way", "faithful"], "how a FILE is inverted"),
    (["invert", "MODEL", "--train", "--negative"], "how a FILE is inverted"),
    (["invert", "MODEL", "--train", "--steps", "0"], "from 1 to"),
    (["invert", "MODEL", "PICTURE", "--train"], "takes one MODEL"),
    (["invert", "POINTS", "PICTURE", "--out", "x"], "only pictures"),
    (["invert", "--train", "POINTS"], "only pictures"),
    (["invert", "spoken-digits-style", "PICTURE", "--out", "x"], "mine.png holds no sound"),
    (["invert", "spoken-digits-style", "PICTURE", "--negative", "--out", "x"], "makes sounds"),
    (["repair", "spoken-digits-style", "PICTURE", "--denoise", "--out", "x.png"], "only pictures are repaired"),
    (["repair", "MODEL", "PICTURE", "--out", "x.png"], "takes one of"),
    (["repair", "MODEL", "PICTURE", "--denoise", "--enlarge", "2", "--out", "x.png"], "takes one of"),
    (["repair", "MODEL", "PICTURE", "--denoise", "--out", "x.jpg"], "ends in .png"),
    (["repair", "MODEL", "PICTURE", "--mask", "gone.png", "--out", "x.png"], "gone.png"),
]


@pytest.mark.parametrize(("argv", "said"), MISTAKES)
def test_a_mistake_is_one_sentence(folder: Path, tmp_path: Path, argv: list[str], said: str) -> None:
    places = {"MODEL": tiny(folder), "PICTURE": picture(folder), "POINTS": str(folder / "points")}
    places |= {"x": str(tmp_path / "x"), "x.png": str(tmp_path / "x.png"), "x.jpg": str(tmp_path / "x.jpg")}
    with pytest.raises(GanError, match=said) as caught:
        main([places.get(word, word) for word in argv])
    assert "\n" not in str(caught.value)
    assert not list(tmp_path.iterdir())


def test_names_are_told_apart_however_a_disk_spells_them() -> None:
    files = [Path("a/x.png"), Path("b/X.jpg"), Path("x-2.png"), Path(".png"), Path("c/x.png"), Path("n" * 200)]
    assert own_names(files) == ["x", "X-2", "x-2-2", ".png", "x-3", "n" * 80]


def test_a_picture_with_a_long_name_in_chinese_is_written(folder: Path, tmp_path: Path) -> None:
    """A name has at most 255 bytes, and a file that is being written has a longer one."""
    long = tmp_path / f"{'图' * 80}.png"
    long.write_bytes(Path(picture(folder)).read_bytes())
    main(["invert", tiny(folder), str(long), "--steps", "0", "--out", str(tmp_path / "out")])
    assert (tmp_path / "out" / f"{'图' * 66}.png").is_file()


def test_images_come_some_at_a_time(folder: Path) -> None:
    model = load_model(tiny(folder))
    w, _ = sample_ws(model.G, 70)
    assert torch.allclose(images_of(model, w[:, None]), model.G.synthesis(w), atol=1e-5)
