"""The browser's engine repairs pictures as PyTorch does: every task, by WebAssembly and without it."""

from collections.abc import Iterator

import pytest
import torch

from core_fixtures import made_up, seed, tiny
from gan.explore.translate import translate
from gan.models.checkpoint import load_model, shipped_repairs
from gan.models.model import Model
from gan.training.runs import model_of
from gan.training.trainer import Trainer
from js_core import ENGINE, JsCore, files_of, js_core, tensor, text

CLOSE = 1e-3
KINDS = {
    "colours": {"task": "enlarge", "resolution": 64, "g_widths": (6, 8, 10, 12), "d_widths": (4, 6), "kernel": 5},
    "noise": {"task": "denoise", "resolution": 64, "g_widths": (6, 8), "d_widths": (4, 6), "convs": 0},
    "holes": {"task": "inpaint", "resolution": 32, "g_widths": (6, 8, 10), "d_widths": (4, 6), "convs": 2},
}


def made(name: str) -> Model:
    config = tiny(network="unet", l1=1.0, **KINDS[name])
    trainer = Trainer(config, made_up(16, config.resolution, 3))
    trainer.step()
    return model_of(trainer, name, 0.0)


@pytest.fixture(scope="module")
def models() -> dict[str, Model]:
    return {name: made(name) for name in KINDS} | {name: load_model(name) for name in shipped_repairs()}


@pytest.fixture(scope="module", params=["", "plain"])
def core(request: pytest.FixtureRequest, models: dict[str, Model]) -> Iterator[JsCore]:
    files = {key: content for model in models.values() for key, content in files_of(model).items()}
    with js_core(ENGINE, files, request.param) as core:
        yield core


@pytest.mark.parametrize("name", [*KINDS, *shipped_repairs()])
def test_repairs_are_pytorchs(core: JsCore, models: dict[str, Model], name: str) -> None:
    model = models[name]
    channels, side, _ = model.shape
    small = side // (model.config.factor if model.task == "enlarge" else 1)
    images = torch.rand(2, channels, small, small, generator=seed(5)) * 2 - 1
    known = (torch.rand(1, 1, side, side, generator=seed(6)) > 0.3).float() if model.task == "inpaint" else None
    wished = translate(model, images, known)
    for image, repaired in zip(images, wished, strict=True):
        found = core.evaluate(
            "async ([n, x, known]) => numbers(await lib.engine.translate(n, back(x), known && back(known)))",
            [name, text(image), None if known is None else text(known)],
        )
        assert (tensor(found) - repaired.flatten()).abs().max() <= CLOSE


def test_a_model_says_what_it_repairs(core: JsCore) -> None:
    found = core.evaluate(
        "async () => Object.fromEntries(await Promise.all(['colours', 'noise', 'holes'].map(async (name) => {"
        "const { task, factor, zDim } = await lib.engine.model(name); return [name, [task, factor, zDim]]; })))"
    )
    assert found == {"colours": ["enlarge", 4, 0], "noise": ["denoise", 1, 0], "holes": ["inpaint", 1, 0]}
