"""What the tests of the app share: two small trained models, the app as a process of its own, and a Chromium."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from gan.data import sets
from gan.live.fork_server import ForkServer
from gan.live.limits import LiveLimits
from gan.live.run_registry import RunRegistry
from gan.recipe.presets import PRESETS
from gan.training.runs import Run

ROOT = Path(__file__).parent.parent
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
DIGITS, RING, STYLE = "tiny-digits", "tiny-ring", "tiny-style"  # the app offers them first, in this order


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what drives the app or Chromium: it runs alone, as two browsers on two cores wait for each other."""
    for item in items:
        if {"chromium", "address"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.page)


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Run folders of three models of a second's training: pictures, points, and pictures by style and class."""
    torch.set_num_threads(1)  # as train.py does: two threads wait for each other on a busy machine
    home = tmp_path_factory.mktemp("models")
    style = replace(
        PRESETS["digits"], nimg=4_000, network="style", condition="class", z_dim=8, w_dim=10, g_widths=(12, 8),
        d_widths=(8,), lr=5e-3,
    )  # fmt: skip
    configs = {name: replace(PRESETS[preset], nimg=20_000) for name, preset in {DIGITS: "digits", RING: "ring"}.items()}
    folders = {name: home / name for name in (DIGITS, RING, STYLE)}
    for name, config in (configs | {STYLE: style}).items():
        run = Run(folders[name], config, sets.load(config.data, None, True, config.resolution))
        run.start()
        for _ in run.ticks():
            pass
    return folders


@pytest.fixture(scope="session")
def fork_server() -> Iterator[ForkServer]:
    """Where the processes of all live runs of the tests come from."""
    fork_server = ForkServer()
    fork_server.warm()
    yield fork_server
    fork_server.close()


@pytest.fixture(scope="module")
def open_registry(fork_server: ForkServer) -> Iterator[Callable[..., RunRegistry]]:
    """Makes a registry of some limits; the heartbeat is long unless told."""
    registries = []

    def made(**limits: float) -> RunRegistry:
        registries.append(RunRegistry(LiveLimits(**{"heartbeat": 60.0} | limits)))
        registries[-1].fork_server = fork_server
        return registries[-1]

    yield made
    for registry in registries:
        registry.fork_server = ForkServer()  # the real one stays
        registry.close()


def until(condition: Callable[[], bool], seconds: float = 60.0) -> None:
    """Wait for a condition; fail if it does not come."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.005)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


def answers(address: str) -> bool:
    """Whether a page is there."""
    try:
        with urllib.request.urlopen(address, timeout=5) as response:
            return bool(response.status == 200)
    except OSError:
        return False


@contextmanager
def serving(
    models: Iterable[Path],
    home: Path,
    environment: Mapping[str, str] = os.environ,
    end: int = signal.SIGTERM,
    flags: Sequence[str] = (),
) -> Iterator[str]:
    """Where the app answers, told its address as a Space tells it; it is ended by a signal and must end well."""
    port, log = free_port(), home / "log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "app.py", *map(str, models), *flags], cwd=ROOT, stdout=output, stderr=subprocess.STDOUT,
            env={**environment, "GRADIO_SERVER_NAME": "127.0.0.1", "GRADIO_SERVER_PORT": str(port)},
        )  # fmt: skip
    url = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + 120
    while not answers(url):
        assert process.poll() is None, f"the app ended: {log.read_text()}"
        assert time.monotonic() < deadline, f"the app does not answer: {log.read_text()}"
        time.sleep(0.2)
    yield url
    process.send_signal(end)
    assert process.wait(30) == 0, log.read_text()
    assert "Traceback" not in log.read_text(), log.read_text()


@pytest.fixture(scope="session")
def address(models: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the app answers."""
    with serving(models.values(), tmp_path_factory.mktemp("app")) as url:
        yield url


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A browser; a machine without one fails here and is told what to install."""
    paths = [path for name in CHROMIUMS if (path := shutil.which(name))]
    assert paths, "the browser tests need Chromium: apt-get install chromium (or the like) and run them again"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=paths[0], args=FLAGS)
        yield browser
        browser.close()


@contextmanager
def english(chromium: Browser) -> Iterator[BrowserContext]:
    """An English visitor with a desktop screen."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, locale="en-US", accept_downloads=True)
    context.set_default_timeout(20_000)
    yield context
    context.close()


@pytest.fixture(scope="session")
def profile(chromium: Browser) -> Iterator[BrowserContext]:
    """What one visitor's browser keeps of gradio's files: a page is there in a third of the time."""
    with english(chromium) as context:
        yield context


def forget(context: BrowserContext) -> None:
    """Close all pages of a context; it keeps what was loaded, and neither storage, cookies nor permissions."""
    for page in context.pages:
        origin = page.evaluate("location.protocol + '//' + location.host")
        kept = {"origin": origin, "storageTypes": "cookies,local_storage,indexeddb,cache_storage"}
        context.new_cdp_session(page).send("Storage.clearDataForOrigin", kept)
        page.close()
    context.clear_cookies()
    context.clear_permissions()


@pytest.fixture
def context(profile: BrowserContext) -> Iterator[BrowserContext]:
    """The profile of a visitor who comes for the first time; a test that changes more opens one of its own."""
    yield profile
    forget(profile)


@pytest.fixture
def own_context(chromium: Browser) -> Iterator[BrowserContext]:
    """A profile for scripts that run in all its pages."""
    with english(chromium) as context:
        yield context


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """One empty page."""
    return context.new_page()
