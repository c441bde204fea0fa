"""Clips: what is measured and said of them, and their files."""

import io
import math
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor

from gan.commands.use import main
from gan.data.clips import Swinging
from gan.errors import ConfigError
from gan.explore.render import film_latents, film_pictures
from gan.explore.samples import Samples
from gan.media.clips import CLIPS, class_figures, seam, turned, turning
from gan.media.films import settings_of
from gan.media.medium import Compare
from gan.models.checkpoint import load_model, save_model
from gan.recipe.config import TrainConfig
from gan.training.runs import model_of
from gan.training.trainer import Trainer

ABOUT = (4.0, 13.5)


def stroke() -> Tensor:
    """An image [1, 1, 28, 28] from 0 on: a bar that hangs from where it turns, with a foot to the right."""
    image = torch.zeros(1, 1, 28, 28)
    image[..., 4:22, 12:16] = 1
    image[..., 18:22, 16:19] = 0.5
    return image


def swing(degrees: float, frames: int = 8) -> Tensor:
    """A clip [1, frames, 28, 28] of it in [-1, 1]."""
    angles = math.radians(degrees) * torch.sin(torch.arange(frames) * 2 * math.pi / frames)
    return turned(stroke().expand(frames, -1, -1, -1), angles, ABOUT)[:, 0][None] * 2 - 1


def test_rows_and_tensors_are_inverse() -> None:
    clips = torch.randint(0, 256, (3, 8, 28, 28), generator=torch.Generator().manual_seed(0)).byte()
    samples = CLIPS.tensors(clips, {})
    assert (samples.min(), samples.max()) == (-1, 1)
    assert torch.equal(CLIPS.rows(samples, {}), clips)
    assert torch.equal(CLIPS.preview(samples, {})[..., 0], clips[:, 0])


def test_what_hangs_below_turns_to_the_right() -> None:
    image = stroke()
    assert torch.allclose(turned(image, torch.zeros(1), ABOUT), image, atol=1e-5)
    column = torch.arange(28.0)
    for degrees, sign in ((20, 1), (-20, -1)):
        moved = turned(image, torch.tensor([math.radians(degrees)]), ABOUT)
        middle, before = ((one.sum((0, 1, 2)) * column).sum() / one.sum() for one in (moved, image))
        assert sign * (middle - before) > 2
    half = turned(image, torch.tensor([math.pi]), (13.5, 13.5))
    assert torch.allclose(half, image.flip(2, 3), atol=1e-4)


def test_turning_is_from_one_side_to_the_other() -> None:
    clips = torch.cat([swing(15), swing(30), swing(0)])
    assert turning(clips, ABOUT).tolist() == [30, 60, 0]
    assert turning(clips.roll(4, 1), ABOUT).tolist() == [-30, -60, 0]


def test_a_loop_has_no_seam_and_half_a_loop_has_one() -> None:
    loop = swing(30, 16)
    assert seam(loop) == pytest.approx(1.0, abs=0.6)
    assert seam(loop[:, :9].flip(1)[:, :6]) > 2


def test_a_clip_is_said_in_words() -> None:
    said = CLIPS.says(torch.cat([swing(30), swing(0)]), {})
    assert said == [
        "a loop of 8 frames that swings 5 px to the left and 4 px to the right",
        "a loop of 8 frames that swings 0 px to the left and 0 px to the right",
    ]
    assert CLIPS.says(torch.full((1, 8, 28, 28), -1.0), {}) == [said[1]]


def test_the_nearest_is_told_in_parts_of_black_to_white() -> None:
    real = torch.stack([torch.full((8, 28, 28), value) for value in (-1.0, 1.0)])
    which, far = CLIPS.among(torch.full((1, 8, 28, 28), 0.5), real, {})
    assert (which.item(), far.item()) == (1, pytest.approx(0.25, abs=1e-4))


def test_figures_stand_beside_those_of_real_clips_and_of_stills() -> None:
    real, fake = swing(30).expand(4, -1, -1, -1), swing(15).expand(4, -1, -1, -1)
    figures = CLIPS.measured(Compare(real, real, fake, {"hung": list(ABOUT)}))
    assert (figures["turning"], figures["turning_real"], figures["turning_baseline"]) == (30, 60, 0)
    assert figures["seam"] == pytest.approx(figures["seam_real"], rel=0.1)
    assert set(CLIPS.labels) == {name for name in figures if not name.endswith(("_real", "_baseline"))}


@pytest.mark.parametrize("suffix", [".gif", ".webp"])
def test_a_file_is_the_loop_and_several_play_side_by_side(suffix: str) -> None:
    clips, note = torch.cat([swing(30), swing(15), swing(0)]), {"seeds": "1-3"}
    for count, sides in ((1, (28, 28)), (3, (2 * 29 + 1, 2 * 29 + 1))):
        content = CLIPS.file(suffix, clips[:count], {"fps": 10}, note)
        assert settings_of(content)["seeds"] == "1-3"
        with Image.open(io.BytesIO(content)) as file:
            assert (file.n_frames, file.info["loop"]) == (8, 0)
            scale = file.size[0] // sides[0]
            assert file.size == (sides[0] * scale, sides[1] * scale)
            file.load()
            assert file.info["duration"] == 100


def test_a_notebook_plays_clips_and_says_what_they_do() -> None:
    shown = Samples(SimpleNamespace(medium=CLIPS, traits={}), swing(30))._repr_html_()
    assert shown is not None and shown.startswith('<img src="data:image/gif;base64,R0lGOD')
    assert shown.endswith("a loop of 8 frames that swings 5 px to the left and 4 px to the right")


def test_a_film_of_a_clip_takes_as_long_as_one_swing() -> None:
    import av

    with av.open(io.BytesIO(CLIPS.file(".mp4", swing(30), {"fps": 8}, {}))) as container:
        stream = container.streams.video[0]
        assert stream.average_rate == 8
        assert sum(1 for _ in container.decode(stream)) == 8
    with pytest.raises(ConfigError, match="clips are saved as"):
        CLIPS.file(".wav", swing(30), {}, {})


def test_in_a_film_a_loop_goes_on() -> None:
    clips = swing(30).expand(5, -1, -1, -1)
    seconds = torch.tensor([0.0, 0.1, 0.25, 0.8, 1.5])
    frames = CLIPS.filmed(clips, {"fps": 10}, seconds)
    assert frames.shape == (5, 28, 28, 1)
    assert torch.equal(frames[..., 0], CLIPS.rows(clips[:1], {})[0, [0, 1, 2, 0, 7]])


def test_a_film_morphs_between_loops_that_go_on(tmp_path: Path) -> None:
    """Where a form of samples is a film's too, such as .gif, `gan film` writes the film."""
    config = TrainConfig(data="swinging-digits", batch=4, z_dim=3, g_widths=(4,), d_widths=(4,))
    trainer = Trainer(config, Swinging(torch.zeros(4, 28, 28, 1).byte(), medium=CLIPS, traits={"fps": 5}))
    save_model(model_of(trainer, "loops", 0.0), tmp_path / "loops")
    path = tmp_path / "film.gif"
    main(["film", str(tmp_path / "loops.safetensors"), "--seeds", "1,2", "--frames", "6", "--out", str(path)])
    model = load_model(tmp_path / "loops.safetensors")
    made = film_pictures(model, film_latents([1, 2], 3, 6, "slerp", "loop"))
    with Image.open(path) as file:
        assert (file.n_frames, file.size) == (len(made), (16 * 28, 16 * 28))
        file.seek(7)
        shown = np.asarray(file.convert("L")).astype(int)[8::16, 8::16]
    assert np.abs(shown - made[7, ..., 0].numpy()).max() <= 1


def test_a_clip_is_as_told_frame_by_frame_and_one_class_only_as_a_whole() -> None:
    seen = torch.tensor([[3, 3, 3, 3], [1, 1, 7, 1], [5, 5, 5, 5]])
    assert class_figures(seen, torch.tensor([3, 1, 4])) == {"told": 7 / 12, "one_class": 2 / 3}
    assert math.isnan(class_figures(seen, None)["told"])


def test_a_live_run_watches_how_far_its_clips_turn() -> None:
    assert CLIPS.watching is not None
    watch = CLIPS.watching(torch.zeros(0), {"hung": list(ABOUT)})
    assert watch(torch.cat([swing(15), swing(30)])) == {"turning": 45}
    assert watch(swing(0)) == {"turning": 0}
