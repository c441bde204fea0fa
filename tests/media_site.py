"""A page without a server of one model that a test trained, open in Explore; what else its tests do there."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page

from conftest import english
from explore_desk import READY, wait
from gan.data.sets import Data
from gan.models.model import Model
from gan.recipe.config import TrainConfig
from gan.training.runs import model_of
from gan.training.trainer import Trainer
from gan.ui.site import write_site


def trained(config: TrainConfig, data: Data, steps: int, name: str) -> Model:
    """A model after some steps."""
    trainer = Trainer(config, data)
    for _ in range(steps):
        trainer.step()
    return model_of(trainer, name, 0.0)


@contextmanager
def explored(chromium: Browser, folder: Path, models: list[Model], query: str = "") -> Iterator[Page]:
    """The page of some models, the first one open, with real samples beside; no error may reach it."""
    write_site(folder, models, True)
    with english(chromium) as context:
        page = context.new_page()
        troubles: list[str] = []
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.goto(f"{folder.as_uri()}/index.html?model={models[0].name}{query}")
        page.wait_for_selector(READY)
        yield page
        assert troubles == [], troubles


def slide(page: Page, psi: float) -> None:
    """Move psi and wait until its sample is shown."""
    page.eval_on_selector(
        "#explore-psi", "(el, v) => { el.value = v; el.dispatchEvent(new Event('input', { bubbles: true })); }", psi
    )
    wait(page, f"q.psi == {psi}")
