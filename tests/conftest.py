"""What the tests of the app share: two small trained models, the app as a process of its own, and a Chromium."""

import atexit
import gc
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

from gan.commands.help import CHINESE, of_environment
from gan.data import sets
from gan.data.kept_folders import PLACE
from gan.live.fork_server import ForkServer
from gan.live.limits import LiveLimits
from gan.live.run_registry import RunRegistry
from gan.recipe.presets import PRESETS
from gan.training.runs import Run
from gan.ui.no_stubs import keep_from_writing_stubs
from prefix_proxy import PrefixProxy, proxied

if of_environment(os.environ) == CHINESE:
    os.environ["LC_ALL"] = "C.UTF-8"  # the tests read what commands say in English
os.environ.setdefault("HF_HUB_OFFLINE", "1")  # no test asks the true Hub; tests/hub_stub.py is one on loopback
if PLACE not in os.environ:  # all processes of one call share what they read of large folders, and nothing outlives it
    os.environ[PLACE] = tempfile.mkdtemp(prefix="gan-atelier-tests-")
    atexit.register(shutil.rmtree, os.environ[PLACE], ignore_errors=True)

keep_from_writing_stubs()
gc.disable()  # until all tests are collected

ROOT = Path(__file__).parent.parent
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SHELL = "chromium-headless-shell"  # the same without windows: a quarter less work; it has no microphone
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
# Pages move by themselves for tests of that alone (`emulate_media`): in all others the first picture would be painted
# over and over.
DESKTOP: dict[str, Any] = {
    "viewport": {"width": 1280, "height": 900}, "locale": "en-US", "accept_downloads": True, "reduced_motion": "reduce",
}  # fmt: skip
PATIENCE = 20_000  # ms
DIGITS, RING, STYLE = "tiny-digits", "tiny-ring", "tiny-style"  # the app offers them first, in this order


# The files that drive the page, in groups that take about as long as one another, the slowest first; all others are the
# last group.
PAGE_GROUPS: dict[str, tuple[str, ...]] = {
    "runs": ("test_live", "test_slow_motion"),
    "visits": ("test_browser", "test_class", "test_first", "test_layout", "test_learn", "test_site", "test_strange"),
    "samples": ("test_",),
}


def drives_the_page(file: str) -> bool:
    """Whether the tests of a file run in a process with an app and a Chromium of its own."""
    return file.endswith(("_browser.py", "_browsers.py", "test_live_controls.py", "test_host_js.py"))


def page_group(file: str) -> str:
    """Which group a file is of that drives the page."""
    return next(group for group, starts in PAGE_GROUPS.items() if Path(file).name.startswith(starts))


class PagesInGroups(LoadFileScheduling):
    """`--dist loadfile`, but that files that drive the page go by groups: there need be no more apps and browsers."""

    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        return f"the page: {page_group(file)}" if drives_the_page(file) else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> PagesInGroups | None:
    """Who gives the tests out where there are several processes."""
    return PagesInGroups(config, log) if config.getvalue("dist") == "loadfile" else None


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what drives the page, as it takes longest, mark it, and let it have a second try.

    A page that a busy machine draws late is right the second time, and the report counts it; a wrong page is wrong
    twice.
    """
    first = list(PAGE_GROUPS)
    items.sort(
        key=lambda item: first.index(page_group(item.path.name)) if drives_the_page(item.path.name) else len(first)
    )
    for item in items:
        if {"profile", "address"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.page)
        if drives_the_page(item.path.name):
            item.add_marker(pytest.mark.flaky(reruns=1))


def pytest_collection_finish() -> None:
    """Never look again through what collecting the tests has left: it took a twentieth of their time."""
    gc.freeze()
    gc.set_threshold(10_000)
    gc.enable()


def made_once(folder: Path, make: Callable[[Path], None]) -> Path:
    """A folder that the first of several processes makes, and for which the others wait."""
    import fcntl  # POSIX alone has it

    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            unfinished = folder.with_suffix(".part")
            shutil.rmtree(unfinished, ignore_errors=True)
            unfinished.mkdir()
            make(unfinished)
            unfinished.rename(folder)
    return folder


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Run folders of three models of a second's training: pictures, points, and pictures by style and class."""
    base = tmp_path_factory.getbasetemp()
    of_all = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base  # the processes of one call share them
    home = made_once(of_all / "models", train_models)
    return {name: home / name for name in (DIGITS, RING, STYLE)}


def train_models(home: Path) -> None:
    """Train what `models` gives, in folders of a folder."""
    torch.set_num_threads(1)  # as train.py does: two threads wait for each other on a busy machine
    style = replace(
        PRESETS["digits"], nimg=4_000, network="style", condition="class", z_dim=8, w_dim=10, g_widths=(12, 8),
        d_widths=(8,), lr=5e-3,
    )  # fmt: skip
    configs = {name: replace(PRESETS[preset], nimg=20_000) for name, preset in {DIGITS: "digits", RING: "ring"}.items()}
    for name, config in (configs | {STYLE: style}).items():
        run = Run(home / name, config, sets.load(config.data, None, True, config.resolution))
        run.start()
        for _ in run.ticks():
            pass


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
def small_app(models: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrefixProxy]:
    """A second app, behind a proxy that shows it at /gan/, with room for one run at a time and time without end."""
    limits = {"GAN_LIVE_RUNS": "1", "GAN_LIVE_SECONDS": "3600"}
    home, flags = tmp_path_factory.mktemp("small"), ("--root-path", "/gan")
    with serving(models.values(), home, os.environ | limits, signal.SIGINT, flags) as url, proxied(url, "/gan") as app:
        yield app


@pytest.fixture(scope="session")
def profile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrowserContext]:
    """An English visitor with a desktop screen, whose browser keeps gradio's files and what it compiled of them.

    A page is there in a third of the time, with three quarters of the work of a context that keeps nothing on disk. A
    machine without Chromium fails here and is told what to install.
    """
    paths = [path for name in (SHELL, *CHROMIUMS) if (path := shutil.which(name))]
    assert paths, "the browser tests need Chromium: apt-get install chromium (or the like) and run them again"
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            tmp_path_factory.mktemp("profile"), executable_path=paths[0], args=FLAGS, **DESKTOP
        )
        context.set_default_timeout(PATIENCE)
        for page in context.pages:  # the one that it opens with
            page.close()
        yield context
        context.close()


@pytest.fixture(scope="session")
def chromium(profile: BrowserContext) -> Browser:
    """The browser of that visitor, for visitors of other kinds."""
    browser = profile.browser
    assert browser is not None
    return browser


@contextmanager
def english(chromium: Browser) -> Iterator[BrowserContext]:
    """The same visitor for the first time, whose browser keeps nothing of before."""
    context = chromium.new_context(**DESKTOP)
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()


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
