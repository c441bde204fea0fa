"""The page as a whole: its tabs, and what gradio is told when it is served."""

import os
from collections.abc import Callable, Set
from dataclasses import dataclass
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # gradio reads it when it is imported

import gradio as gr
from starlette.middleware import Middleware
from starlette.routing import Route

from gan.live.limits import LiveLimits
from gan.live.run_registry import RunRegistry
from gan.ui.explore import page as explore_page
from gan.ui.explore import tab as explore_tab
from gan.ui.explore.first_picture import FirstPicture
from gan.ui.explore.routes import ExploreRoutes
from gan.ui.hosting import Hosting, told_by
from gan.ui.interpolate import page as interpolate_page
from gan.ui.interpolate import tab as interpolate_tab
from gan.ui.interpolate.routes import FilmRoutes
from gan.ui.learn import page as learn_page
from gan.ui.learn import tab as learn_tab
from gan.ui.learn.routes import ClassRoutes
from gan.ui.learn.takes import recordings
from gan.ui.live import page as live_page
from gan.ui.live import tab as live_tab
from gan.ui.live.routes import LiveRoutes
from gan.ui.program.endpoints import unserved
from gan.ui.program.routes import ProgramRoutes
from gan.ui.shell import theme
from gan.ui.shell.assets import Assets, Words
from gan.ui.shell.catalogue import ModelCatalogue, build_catalogue
from gan.ui.shell.curtain import curtain
from gan.ui.shell.door import opening
from gan.ui.shell.first_script import FirstScript
from gan.ui.shell.header import header
from gan.ui.shell.health import health_route
from gan.ui.shell.mcp_gate import speaks_mcp
from gan.ui.shell.request_heads import limit_heads
from gan.ui.words import t, translations
from gan.ui.yours import page as yours_page
from gan.ui.yours import tab as yours_tab


@dataclass(frozen=True)
class Tab:
    """A tab of the page: one folder in gan/ui and one line in TABS.

    Attributes:
        label: the key of the word on it.
        build: lays it out.
        words: gives the words that its browser half writes.
    """

    label: str
    build: Callable[[Assets], None]
    words: Callable[[], Words]


TABS: dict[str, Tab] = {
    "learn": Tab("learn.tab", learn_tab.build, learn_page.page_words),
    "explore": Tab("explore.tab", explore_tab.build, explore_page.page_words),
    "interpolate": Tab("interpolate.tab", interpolate_tab.build, interpolate_page.page_words),
    "yours": Tab("yours.tab", yours_tab.build, yours_page.page_words),
    "live": Tab("live.tab", live_tab.build, live_page.page_words),
}
FIRST = "explore"  # the tab that is open where no link names another
# Opens the tab that a link names; it runs in the browser and asks for nothing.
OPEN_TAB = """() => {
    const name = new URLSearchParams(location.search).get("tab");
    return { __type__: "update", ...(document.getElementById(`tab-${name}-button`) ? { selected: name } : {}) };
}"""
VISITORS, WAITING = 16, 64  # handlers at work at once for one event, and events that may wait
SELDOM = 0.5  # seconds


def page_assets() -> Assets:
    """The files of the page, with the words of each tab."""
    lesson = {f"recordings/{name}.json": text for name, text in recordings().items()}
    return Assets({name: tab.words() for name, tab in TABS.items()}, lesson)


class Atelier(gr.Blocks):
    """The page as gradio knows it. `launch()` alone shows it whole, in a notebook too.

    Attributes:
        assets: the files of its browser half.
        names: by which the app may be asked, that of its public address among them; None: any.
        serving: the modules by which it is served, where `gradio app.py` loads others of their names.
    """

    def __init__(self, assets: Assets) -> None:
        self.assets = assets
        self.names: set[str] | None = None
        self.serving: dict[str, ModuleType] = {}
        self._registry: RunRegistry | None = None  # of a launch without one
        self._share_url: str | None = None
        super().__init__(title="GAN Atelier", analytics_enabled=False, fill_width=True)

    @property  # type: ignore[override]  # an attribute of gradio's, None at first
    def share_url(self) -> str | None:
        """The public address, if there is one."""
        return self._share_url

    @share_url.setter
    def share_url(self, address: str | None) -> None:
        """Gradio tells the public address here before it asks for the page there."""
        self._share_url = address
        if address and self.names is not None:
            self.names.add(urlsplit(address).hostname or "localhost")

    def launch(self, *args: Any, **given: Any) -> Any:
        """Serve the page as gradio's `launch` does; without `app_kwargs`, with all that `options` says.

        Raises:
            ConfigError: a variable of the environment is out of its range.
        """
        if self._is_running_in_reload_thread:  # the page is open, this one takes its place: gradio asks for its look
            given |= look(self.assets)
            self.i18n_instance, self.run_history, self.footer_links = given["i18n"], False, []
        elif "app_kwargs" not in given:
            given = self._alone(given.get("server_name"), given.pop("root_path", None)) | given
        return super().launch(*args, **given)

    def close(self, *args: Any, **given: Any) -> None:
        """End the server, and the live runs of a launch without a registry."""
        super().close(*args, **given)
        if self._registry is not None:
            self._registry.close()
            self._registry = None

    def _alone(self, listening: str | None, root_path: str | None) -> dict[str, Any]:
        """What `options` says to a launch that is told no more than gradio is."""
        told = told_by(os.environ)
        hosting = Hosting.of(
            listening or told["host"], told["root_path"] if root_path is None else root_path, [told["allow_host"]],
            told["proxies"],
        )  # fmt: skip
        limit_heads()
        if self._registry is None:
            self._registry = RunRegistry(LiveLimits.from_environment(os.environ))
            self._registry.fork_server.warm()
        own = options(
            build_catalogue([]), self._registry, self.assets, hosting.root_path, self.known(hosting.names),
            hosting.proxies,
        )  # fmt: skip
        return own | {"prevent_thread_lock": False, "share": None}

    def known(self, names: Set[str] | None) -> Set[str] | None:
        """Names by which the app may be asked, to which a public address adds its own."""
        self.names = None if names is None else set(names)
        return self.names


def build(assets: Assets | None = None) -> Atelier:
    """The page: header, tabs."""
    assets = assets or page_assets()
    with Atelier(assets) as page:
        for name, endpoint in unserved().items():  # first: gradio numbers them from 0 on
            gr.events.api(endpoint, api_name=name)
        gr.HTML(header(), elem_id="atelier-header")
        with gr.Tabs(elem_id="tabs", selected=FIRST) as tabs:
            for name, tab in TABS.items():
                with gr.Tab(t(tab.label), id=name, elem_id=f"tab-{name}"):
                    tab.build(assets)
        page.load(None, None, tabs, js=OPEN_TAB, queue=False, show_progress="hidden", api_visibility="private")
    page.queue(max_size=WAITING, default_concurrency_limit=VISITORS, api_open=False)
    # Gradio looks into its queue a thousand times a second, 7 % of a core; nothing of ours ever waits there.
    page._queue.sleep_when_free = page._queue.progress_update_sleep_when_free = SELDOM
    return page


def curtains(first: FirstPicture) -> Callable[[], tuple[str, str]]:
    """Gives the first model's name and the curtain before the page with its picture."""
    words = {name: tab.label for name, tab in TABS.items()}
    made: dict[str, str] = {}  # the newest alone, by the picture

    def current() -> tuple[str, str]:
        name, picture = first()
        if picture not in made:
            made.clear()
            made[picture] = curtain(words, FIRST, picture)
        return name, made[picture]

    current()  # drawn before anybody asks
    return current


def own_routes(explore: ExploreRoutes, registry: RunRegistry, assets: Assets, root_path: str = "") -> list[Route]:
    """What is served beside gradio's own."""
    catalogue = explore.catalogue
    films = FilmRoutes(catalogue)
    # Programs stand in the queues of the page, and share its memory.
    jobs, budgets = (
        {"pictures": explore.renders, "films": films.jobs},
        {"pictures": explore.budget, "films": films.budget},
    )
    program = ProgramRoutes(catalogue, jobs, budgets, root_path)
    parts = (LiveRoutes(registry, catalogue), explore, films, ClassRoutes(registry), program)
    return [health_route(registry), assets.route(), *(route for part in parts for route in part.routes())]


def options(
    catalogue: ModelCatalogue,
    registry: RunRegistry,
    assets: Assets,
    root_path: str = "",
    names: Set[str] | None = None,
    proxies: int = 0,
) -> dict[str, Any]:
    """What `launch` is told besides the address.

    Args:
        root_path: below which a reverse proxy shows the app.
        names: by which the app may be asked, as `host_names` gives them; None: any.
        proxies: how many of the host's own a request comes through.
    """
    explore = ExploreRoutes(catalogue)
    own = {
        "lifespan": opening(
            own_routes(explore, registry, assets, root_path), root_path, names, proxies, explore.prepare
        ),
        "middleware": [Middleware(FirstScript, assets=assets, first=curtains(FirstPicture(catalogue)))],
    }
    return look(assets) | {
        "root_path": root_path,
        "footer_links": [], "app_kwargs": own, "prevent_thread_lock": True, "quiet": True,
        "ssr_mode": False, "run_history": False, "show_error": False, "strict_cors": True, "allowed_paths": [],
        "max_file_size": "5mb", "state_session_capacity": 500, "enable_monitoring": False, "share": False,
        "mcp_server": speaks_mcp(),
    }  # fmt: skip


def look(assets: Assets) -> dict[str, Any]:
    """What `launch` is told of how the page looks."""
    return {"i18n": translations(), "theme": theme.theme(), "head": assets.start()}
