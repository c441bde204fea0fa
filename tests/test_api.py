"""`import gan`: what a notebook does, and how it answers mistakes."""

import ast
import dataclasses
import itertools
import os
import signal
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

import gan
from core_fixtures import ROOT, differing, made_up, tiny, tiny_model
from gan import api
from gan.commands import train as train_command
from gan.data.sets import load as load_data
from gan.errors import GanError
from gan.explore.render import film_latents, film_pictures, film_shares, render
from gan.latents import z_from_seeds
from gan.media.images import to_pixels
from gan.models.checkpoint import load_model, save_model
from gan.models.model import Model
from gan.training.loop import TrainingLoop
from gan.training.runs import model_of
from gan.training.ticks import Tick
from gan.training.trainer import Trainer
from picture_folders import picture_folder

SHORT = {"nimg": 2_000, "batch": 16, "g_widths": (16,), "d_widths": (16,)}


@pytest.fixture(scope="module")
def digits() -> Model:
    return tiny_model()


@pytest.fixture(scope="module")
def classes() -> Model:
    """A model that knows "one", "two" and "three"."""
    return tiny_model(condition="class")


@pytest.fixture(scope="module")
def ring() -> Model:
    config = gan.TrainConfig(data="ring", nimg=64, batch=8, z_dim=2, g_widths=(8,), d_widths=(8,))
    trainer = Trainer(config, load_data("ring"))
    trainer.step()
    return model_of(trainer, "tiny-ring", 0.0)


# ---- the package's own names


def test_the_api_is_handed_on() -> None:
    assert {*api.__all__, "view", "__version__"} == {*gan.__all__} <= {*dir(gan)}
    for name in api.__all__:
        assert getattr(gan, name) is getattr(api, name)
    with pytest.raises(AttributeError, match="smaple"):
        gan.smaple  # noqa: B018 -- asked for on purpose


def test_type_checkers_see_the_same_names() -> None:
    tree = ast.parse((ROOT / "gan" / "__init__.py").read_text())
    (branch,) = (node for node in tree.body if isinstance(node, ast.If))
    names, page = (node for node in branch.body if isinstance(node, ast.ImportFrom))
    assert [alias.name for alias in names.names] == api.__all__
    assert [alias.name for alias in page.names] == ["view"]
    assert (ROOT / "gan" / "py.typed").is_file()


# ---- a model


def test_a_model_is_loaded_by_name_and_path(digits: Model, tmp_path: Path) -> None:
    save_model(digits, tmp_path / "mine")
    assert gan.load("digits-mlp").name == "digits-mlp"
    assert gan.load(tmp_path / "mine").name == gan.load(str(tmp_path / "mine.safetensors")).name == "mine"
    with pytest.raises(gan.GanError, match="no model"):
        gan.load("nobody")


def test_a_model_says_what_it_is_in_one_line(classes: Model) -> None:
    assert repr(gan.load("mnist-style")) == "<model 'mnist-style': style of 'mnist', 1 × 28 × 28, 10 classes>"
    assert repr(classes) == "<model 'tiny': mlp of 'digits', 1 × 8 × 8, 3 classes>"
    broken = dataclasses.replace(classes, name="two\nlines")
    assert len(repr(broken).splitlines()) == 1


def test_samples_are_those_of_the_seeds(digits: Model, ring: Model) -> None:
    images = gan.sample(digits, range(5), psi=0.5)
    assert images.dtype == torch.float32
    assert images.shape == (5, 1, 8, 8)
    assert images.abs().max() <= 1
    assert torch.equal(images, render(digits, z_from_seeds(range(5), 4), 0.5))
    assert torch.equal(gan.sample(digits, 3), gan.sample(digits, [3]))
    assert torch.equal(gan.sample(digits, torch.tensor([3, 1])), gan.sample(digits, [3, 1]))
    assert torch.equal(gan.sample(ring, [4]), render(ring, z_from_seeds([4], 2)))
    moved = gan.Edits(directions={0: 2.0})
    assert torch.equal(gan.sample(digits, [4], edits=moved), render(digits, z_from_seeds([4], 4), edits=moved))


def test_samples_may_be_changed_and_differentiated(digits: Model) -> None:
    images = gan.sample(digits, [1])
    images.requires_grad_().sum().backward()
    assert images.grad is not None
    gan.interpolate(digits, [1, 2], frames=2).add_(1)


def test_classes_by_number_by_name_and_by_seed(classes: Model) -> None:
    z = z_from_seeds([1, 5], 4)
    for c, numbers in {"two": [1, 1], 2: [2, 2], ("three", 0): [2, 0], ("1", "one"): [1, 0], None: [1, 2]}.items():
        assert torch.equal(gan.sample(classes, [1, 5], c=c), render(classes, z, c=torch.tensor(numbers)))


def test_a_film_goes_through_its_seeds(classes: Model, digits: Model) -> None:
    frames = gan.interpolate(digits, [1, 7, 42], frames=4, path="lerp", turn="ping-pong", psi=0.5)
    assert frames.dtype == torch.uint8
    assert frames.shape == (16, 8, 8, 1)
    assert torch.equal(frames, film_pictures(digits, film_latents([1, 7, 42], 4, 4, "lerp", "ping-pong"), 0.5))
    told = film_shares(torch.tensor([2, 0]), 3, 3, "slerp", "loop")
    asked = gan.interpolate(classes, [1, 2], frames=3, c=["three", "one"])
    assert torch.equal(asked, film_pictures(classes, film_latents([1, 2], 4, 3, "slerp", "loop"), 1.0, told))


WRONG = {
    "no seed": lambda model: gan.sample(model, []),
    "negative seed": lambda model: gan.sample(model, [-1]),
    "large seed": lambda model: gan.sample(model, 2**32),
    "seed 1.5": lambda model: gan.sample(model, [1.5]),
    "seeds as text": lambda model: gan.sample(model, "0-8"),
    "psi": lambda model: gan.sample(model, [1], psi=3.0),
    "class number": lambda model: gan.sample(model, [1], c=3),
    "class -1": lambda model: gan.sample(model, [1], c=-1),
    "class 1.5": lambda model: gan.sample(model, [1], c=1.5),
    "class name": lambda model: gan.sample(model, [1], c="four"),
    "classes": lambda model: gan.sample(model, [1, 2, 3], c=[0, 1]),
    "edit": lambda model: gan.sample(model, [1], edits=gan.Edits(raw={99: 0.0})),
    "one seed": lambda model: gan.interpolate(model, [1]),
    "frames": lambda model: gan.interpolate(model, [1, 2], frames=0),
    "path": lambda model: gan.interpolate(model, [1, 2], path="zigzag"),
    "turn": lambda model: gan.interpolate(model, [1, 2], turn="never"),
    "ending": lambda model: gan.save(gan.sample(model, [1]), "a.jpg"),
    "one picture": lambda model: gan.save(gan.sample(model, [1])[0], "a.png"),
    "fps": lambda model: gan.save(gan.sample(model, [1]), "a.gif", fps=0),
    "preset": lambda model: gan.train("nope"),
    "setting": lambda model: gan.train("digits", learning_rate=1.0),
    "range": lambda model: gan.train("digits", lr=-1.0),
    "kind": lambda model: gan.train(data=5),
    "data": lambda model: gan.train(data="folder:nowhere"),
    "every": lambda model: gan.train("digits", every=-1),
    "device": lambda model: gan.train("digits", device="abacus"),
    "start": lambda model: gan.train("digits", start="nobody"),
    "resume": lambda model: gan.train("digits", resume=True),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_mistake_is_one_sentence(case: str, classes: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(gan.GanError) as caught:
        WRONG[case](classes)
    assert "\n" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_a_class_has_no_meaning_where_there_are_none(digits: Model) -> None:
    for c in (0, "one"):
        with pytest.raises(gan.GanError, match="no classes"):
            gan.sample(digits, [1], c=c)


def test_images_and_frames_become_files(digits: Model, tmp_path: Path) -> None:
    images = gan.sample(digits, range(4))
    gan.save(images, tmp_path / "sheet.png")
    gan.save(to_pixels(images), str(tmp_path / "same.png"))
    assert (tmp_path / "sheet.png").read_bytes() == (tmp_path / "same.png").read_bytes()
    gan.save(gan.interpolate(digits, [1, 2], frames=3), tmp_path / "walk.gif", fps=10)
    assert Image.open(tmp_path / "walk.gif").n_frames == 6


# ---- training


def state(run: TrainingLoop) -> dict[str, torch.Tensor]:
    return run.trainer.state()


def test_iterating_trains_and_writes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    threads = torch.get_num_threads()
    run = gan.train("digits", every=500, **SHORT)
    assert not run.finished
    ticks = list(run)
    assert all(isinstance(tick, Tick) for tick in ticks)
    assert [tick.nimg for tick in ticks] == [0, 512, 1008, 1504, 2000]
    assert run.finished
    assert run.model().name == "digits"
    assert gan.sample(run.model(), [1]).shape == (1, 1, 8, 8)
    assert (run.folder, list(tmp_path.iterdir()), torch.get_num_threads()) == (None, [], threads)


def test_a_config_and_what_suits_the_data(tmp_path: Path) -> None:
    config = tiny(nimg=64)
    assert gan.train(config).config == config
    assert gan.train(config, lr=1e-4).config == tiny(nimg=64, lr=1e-4)
    assert gan.train(data="moons").config.g_widths == gan.train("ring").config.g_widths
    save_model(tiny_model(), tmp_path / "first")
    begun = gan.train(config, start=str(tmp_path / "first"))
    assert differing(begun.trainer.G.state_dict(), load_model(tmp_path / "first").G.state_dict()) == []


def test_a_folder_gets_what_suits_its_pictures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As by train.py; a resumed run notices other pictures."""
    picture_folder(tmp_path / "pics", 20)
    monkeypatch.chdir(tmp_path)
    settings: dict[str, Any] = {"data": "folder:pics", "resolution": 8, "nimg": 128}
    config = gan.train(out=tmp_path / "run", **settings).config
    assert (config.network, config.augment, config.data) == ("mlp", "color", f"folder:{tmp_path / 'pics'}")
    assert gan.train(**settings).model().name == "pics"
    assert gan.train("digits", **settings).config.augment == ""
    for _ in gan.train(out=tmp_path / "run", resume=True, **settings):
        pass
    picture_folder(tmp_path / "pics", 1, first=20)
    with pytest.raises(GanError, match="20 pictures then, 21 now"):
        gan.train(out=tmp_path / "run", resume=True)
    assert gan.train(out=tmp_path / "run", resume=True, data_changed=True, nimg=192).config.nimg == 192


def failing(run: TrainingLoop) -> None:
    """A loop whose body makes a mistake."""
    for tick in run:
        print(1 / (tick.nimg - tick.nimg))


@pytest.mark.parametrize("saved", [False, True])
def test_a_loop_that_is_left_goes_on_as_if_it_had_not_been(saved: bool, tmp_path: Path) -> None:
    whole, parts = (
        gan.train("digits", every=500, out=tmp_path / name if saved else None, **SHORT) for name in ("whole", "parts")
    )
    list(whole)
    for tick in parts:
        if tick.nimg >= 1008:
            break
    assert parts.trainer.nimg == 1008
    with pytest.raises(ZeroDivisionError):
        failing(parts)
    assert [tick.nimg for tick in parts][-1] == 2000
    assert differing(state(whole), state(parts)) == []
    if saved:
        assert (tmp_path / "whole" / "model.safetensors").read_bytes() == (
            tmp_path / "parts" / "model.safetensors"
        ).read_bytes()


@pytest.fixture
def own_signals() -> Iterator[None]:
    """What train.py makes of signals does not outlive a test."""
    handlers = {number: signal.getsignal(number) for number in train_command.SIGNALS}
    yield
    for number, handler in handlers.items():
        signal.signal(number, handler)


@pytest.mark.usefixtures("own_signals")
def test_a_folder_is_that_of_train_py(tmp_path: Path) -> None:
    train_command.main(["--nimg", "2000", "--g-widths", "16", "--out", str(tmp_path / "theirs")])
    run = gan.train(nimg=2000, g_widths=(16,), out=tmp_path / "ours")
    for _ in itertools.islice(run, 20):
        pass
    assert run.trainer.nimg < 2000
    assert load_model(tmp_path / "ours").card["nimg"] == run.trainer.nimg  # saved when the loop was left
    again = gan.train(out=tmp_path / "ours", resume=True)
    assert again.trainer.nimg == run.trainer.nimg
    list(again)
    names = [sorted(p.name for p in (tmp_path / folder).iterdir()) for folder in ("ours", "theirs")]
    assert names[0] == names[1]
    for name in ("model.safetensors", "state.safetensors", "config.json"):
        assert (tmp_path / "ours" / name).read_bytes() == (tmp_path / "theirs" / name).read_bytes()


def test_what_a_folder_refuses(tmp_path: Path) -> None:
    list(gan.train("digits", out=tmp_path / "run", **SHORT))
    with pytest.raises(gan.GanError, match="already holds a run"):
        gan.train("digits", out=tmp_path / "run", **SHORT)
    with pytest.raises(gan.GanError, match="cannot change"):
        gan.train("digits", out=tmp_path / "run", resume=True, lr=1e-4)
    assert gan.train("digits", out=tmp_path / "run", resume=True, **SHORT).finished
    assert not gan.train("digits", out=tmp_path / "new", resume=True, **SHORT).finished  # none yet: from the start


@pytest.mark.parametrize("saved", [False, True])
@pytest.mark.parametrize(("method", "call", "nimg"), [("step_d", 41, 41 * 16), ("tick", 3, 1008)])
def test_ctrl_c_comes_after_a_whole_step(
    saved: bool, method: str, call: int, nimg: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, run = (
        gan.train("digits", every=500, out=tmp_path / name if saved else None, **SHORT) for name in ("whole", "run")
    )
    list(whole)
    act, calls = getattr(run.trainer, method), itertools.count(1)

    def interrupted() -> object:
        result = act()
        if next(calls) == call:
            os.kill(os.getpid(), signal.SIGINT)
        return result

    monkeypatch.setattr(run.trainer, method, interrupted)
    handler = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        list(run)
    assert signal.getsignal(signal.SIGINT) is handler
    assert run.trainer.nimg == nimg
    if saved:
        assert load_model(tmp_path / "run").card["nimg"] == nimg
    assert [tick.nimg for tick in run] == [at for at in (1008, 1504, 2000) if at > nimg]
    assert differing(state(whole), state(run)) == []


def test_a_run_may_be_iterated_in_a_thread() -> None:
    ticks: list[Tick] = []
    thread = threading.Thread(target=lambda: ticks.extend(TrainingLoop(Trainer(tiny(nimg=64), made_up()), 16)))
    thread.start()
    thread.join(60)
    assert ticks[-1].nimg == 64


# ---- a notebook


def test_a_loaded_model_has_what_is_asked_of_it_most(classes: Model, tmp_path: Path) -> None:
    save_model(classes, tmp_path / "mine")
    model = gan.load(tmp_path / "mine")
    samples = model.sample([1, 5], cls="two")
    assert torch.equal(samples.images, gan.sample(classes, [1, 5], c=1))
    samples.save(tmp_path / "two.npz")
    with np.load(tmp_path / "two.npz") as arrays:
        assert np.array_equal(arrays["images"], samples.images.numpy())
    assert samples.pixels.shape == (2, 8, 8, 1)
    assert samples._repr_png_().startswith(b"\x89PNG")
    film = model.interpolate([1, 7], frames=3, cls=[0, 1])
    assert len(film) == 6 and "data:image/gif" in film._repr_html_()
    with pytest.raises(GanError, match="two words for the same"):
        model.sample(1, c=0, cls=1)
    ring = gan.load("live/ring").sample([1, 2])
    with pytest.raises(GanError, match=r"ring makes points: they are in \.tensors"):
        ring.images  # noqa: B018 -- asked for on purpose


def test_a_picture_file_becomes_a_latent() -> None:
    model = gan.load("digits-mlp")
    with tempfile.TemporaryDirectory() as folder:
        gan.save(gan.sample(model, [3]), Path(folder) / "three.png")
        ws = model.invert(Path(folder) / "three.png", steps=0)
    assert ws.shape == (1, 1, model.G.w_dim)


def test_what_a_run_has_learnt_has_the_same_methods() -> None:
    run = gan.train("ring", **SHORT | {"nimg": 64}, every=64)
    list(run)
    assert len(run.model().sample([1, 2, 3])) == 3
