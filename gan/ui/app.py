"""The page as a whole: its tabs, and what gradio is told when it is served."""

import os
from collections.abc import Callable
from typing import Any

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # gradio reads it when it is imported

import gradio as gr
from starlette.middleware import Middleware
from starlette.routing import Route

from gan.live.run_registry import RunRegistry
from gan.ui.explore import page as explore_page
from gan.ui.explore import tab as explore_tab
from gan.ui.explore.first_picture import FirstPicture
from gan.ui.explore.routes import ExploreRoutes
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
from gan.ui.shell import theme
from gan.ui.shell.assets import Assets
from gan.ui.shell.catalogue import ModelCatalogue
from gan.ui.shell.curtain import curtain
from gan.ui.shell.door import opening
from gan.ui.shell.first_script import FirstScript
from gan.ui.shell.header import header
from gan.ui.words import t, translations
from gan.ui.yours import page as yours_page
from gan.ui.yours import tab as yours_tab

# A tab is one file in gan/ui and one line here: the word on it and the function that lays it out.
TABS: dict[str, tuple[str, Callable[[Assets], None]]] = {
    "learn": ("learn.tab", learn_tab.build),
    "explore": ("explore.tab", explore_tab.build),
    "interpolate": ("interpolate.tab", interpolate_tab.build),
    "yours": ("yours.tab", yours_tab.build),
    "live": ("live.tab", live_tab.build),
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
    pages = {
        "learn": learn_page, "explore": explore_page, "interpolate": interpolate_page, "yours": yours_page,
        "live": live_page,
    }  # fmt: skip
    lesson = {f"recordings/{name}.json": text for name, text in recordings().items()}
    return Assets({tab: page.page_words() for tab, page in pages.items()}, lesson)


def build(assets: Assets) -> gr.Blocks:
    """The page: header, tabs."""
    with gr.Blocks(title="GAN Atelier", analytics_enabled=False, fill_width=True) as page:
        gr.HTML(header(), elem_id="atelier-header")
        with gr.Tabs(elem_id="tabs", selected=FIRST) as tabs:
            for name, (label, lay_out) in TABS.items():
                with gr.Tab(t(label), id=name, elem_id=f"tab-{name}"):
                    lay_out(assets)
        page.load(None, None, tabs, js=OPEN_TAB, queue=False, show_progress="hidden", api_visibility="private")
    page.queue(max_size=WAITING, default_concurrency_limit=VISITORS, api_open=False)
    # Gradio looks into its queue a thousand times a second, 7 % of a core; nothing of ours ever waits there.
    page._queue.sleep_when_free = page._queue.progress_update_sleep_when_free = SELDOM
    return page


def curtains(first: FirstPicture) -> Callable[[], tuple[str, str]]:
    """Gives the first model's name and the curtain before the page with its picture."""
    words = {name: label for name, (label, _) in TABS.items()}
    made: dict[str, str] = {}  # the newest alone, by the picture

    def current() -> tuple[str, str]:
        name, picture = first()
        if picture not in made:
            made.clear()
            made[picture] = curtain(words, FIRST, picture)
        return name, made[picture]

    current()  # drawn before anybody asks
    return current


def own_routes(catalogue: ModelCatalogue, registry: RunRegistry, assets: Assets) -> list[Route]:
    """What is served beside gradio's own."""
    tabs = (LiveRoutes(registry, catalogue), ExploreRoutes(catalogue), FilmRoutes(catalogue), ClassRoutes(registry))
    return [assets.route(), *(route for tab in tabs for route in tab.routes())]


def options(
    catalogue: ModelCatalogue,
    registry: RunRegistry,
    assets: Assets,
    root_path: str = "",
    names: frozenset[str] | None = None,
    proxies: int = 0,
) -> dict[str, Any]:
    """What `launch` is told besides the address.

    Args:
        root_path: below which a reverse proxy shows the app.
        names: by which the app may be asked, as `host_names` gives them; None: any.
        proxies: how many of the host's own a request comes through.
    """
    own = {
        "lifespan": opening(own_routes(catalogue, registry, assets), root_path, names, proxies),
        "middleware": [Middleware(FirstScript, assets=assets, first=curtains(FirstPicture(catalogue)))],
    }
    return {
        "root_path": root_path,
        "i18n": translations(), "theme": theme.theme(), "head": assets.start(), "footer_links": [],
        "app_kwargs": own, "prevent_thread_lock": True, "quiet": True,
        "ssr_mode": False, "run_history": False, "show_error": False, "strict_cors": True, "allowed_paths": [],
        "max_file_size": "5mb", "state_session_capacity": 500, "enable_monitoring": False, "share": False,
    }  # fmt: skip
