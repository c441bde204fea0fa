"""The web app: `app [MODEL ...]`, then open http://127.0.0.1:7860."""

import importlib
import os
import signal
import sys
import threading
from collections.abc import Sequence
from typing import Any

from gan.commands.parsing import MODEL, Parser, called, help_shown, say
from gan.commands.process import give_back_memory, quick_start, raise_file_limit
from gan.errors import ConfigError
from gan.live.limits import LiveLimits
from gan.memory import give_back
from gan.numbers import parse_whole
from gan.ui.hosting import Hosting, told_by
from gan.ui.no_stubs import keep_from_writing_stubs
from gan.ui.shell.host_names import is_loopback
from gan.ui.shell.visitor_token import shared_key
from gan.version import __version__

MAX_PORT = 65_535
END_SECONDS = 4.0
OPEN_TO_ALL = (
    "warning: everybody who reaches this machine can open the app, which asks for no password and does not encrypt; "
    "see SECURITY.md"
)
SHARED = "and to all who know the address at {}, for about a week"
NO_SHARE = "warning: no public address could be had; the app is open at this one alone"


def claim_gpu() -> None:
    """Offer one function to a ZeroGPU Space, which does not start without; our networks need no GPU to be shown."""
    if os.environ.get("SPACES_ZERO_GPU"):
        spaces = importlib.import_module("spaces")  # there on Spaces alone
        spaces.GPU(lambda: None)


def parser() -> Parser:
    """The command line."""
    told = told_by(os.environ)
    p = Parser(prog=called("app"), description="Open the atelier in a browser.")
    p.add_argument("--version", action="version", version=f"gan-atelier {__version__}", help="print the version")
    p.add_argument("models", nargs="*", metavar="MODEL", help=f"to offer as well: {MODEL}")
    p.add_argument("--host", default=told["host"], help="address to listen on")
    p.add_argument("--port", default=told["port"], help="port to listen on")
    p.add_argument(
        "--root-path", default=told["root_path"], metavar="PATH",
        help="path below which a reverse proxy shows the app, such as /gan",
    )  # fmt: skip
    p.add_argument(
        "--allow-host", action="append", default=[], metavar="NAME",
        help="a name by which visitors reach the app, such as example.org, or * for any",
    )  # fmt: skip
    p.add_argument(
        "--proxies", default=told["proxies"], metavar="N",
        help="how many proxies of yours stand before the app; each adds an address to X-Forwarded-For",
    )  # fmt: skip
    p.add_argument(
        "--share", action="store_true", default=told["share"].lower() == "true",
        help="a public address as well, through a server of gradio's, for about a week",
    )  # fmt: skip
    return p


def main(argv: Sequence[str] | None = None, door: dict[str, Any] | None = None) -> None:
    """Serve the page until SIGTERM or Ctrl-C.

    Args:
        door: the names of the script that calls this, among which `gradio app.py` looks for the page as `demo`.
    """
    argv = sys.argv[1:] if argv is None else argv
    if help_shown("app", argv, called("app")):
        return
    args = parser().parse_args(argv)
    if threading.current_thread() is not threading.main_thread():
        rebuild({} if door is None else door)
        return
    port = parse_whole("--port", args.port, 1, MAX_PORT)
    allowed = args.allow_host or [told_by(os.environ)["allow_host"]]
    hosting = Hosting.of(args.host, args.root_path, allowed, args.proxies)
    limits = LiveLimits.from_environment(os.environ)
    shared_key(os.environ)
    claim_gpu()
    raise_file_limit()
    give_back_memory()
    with quick_start():
        import torch  # what takes seconds is loaded when all that was said has been read

        from gan.live.run_registry import RunRegistry

        registry = RunRegistry(limits)
        registry.fork_server.branch_off()  # before gradio, which it does not need
        keep_from_writing_stubs()
        from gan.ui.app import build, options
        from gan.ui.shell.catalogue import build_catalogue
        from gan.ui.shell.request_heads import limit_heads
    catalogue = build_catalogue(args.models)
    torch.set_num_threads(1)  # faster than two for networks of this size, and a core stays free for the other visitors
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    registry.fork_server.warm()
    page = build()
    if door is not None:
        page.serving = {name: module for name, module in sys.modules.items() if name.partition(".")[0] == "gan"}
        door["demo"] = page
    limit_heads()
    try:
        names = page.known(hosting.names)
        settings = options(catalogue, registry, page.assets, hosting.root_path, names, hosting.proxies)
        page.launch(server_name=args.host, server_port=port, **settings | {"share": args.share})
    except OSError as error:
        raise ConfigError(
            f"cannot listen on {args.host}:{port}: another program does, or it is no address of this machine; name "
            "another --port or --host"
        ) from error
    give_back()
    behind = f"; behind a proxy at {hosting.root_path}/" if hosting.root_path else ""
    say(f"GAN Atelier is open at http://{args.host}:{port} (Ctrl-C ends it){behind}")
    if args.share:
        say(SHARED.format(page.share_url)) if page.share_url else say(NO_SHARE, file=sys.stderr)
    if page.share_url or not is_loopback(args.host):
        say(OPEN_TO_ALL, file=sys.stderr)
    stop.wait()
    exit_within(END_SECONDS)
    page.server.should_exit = True  # nothing more is accepted
    registry.close()
    page.close()


def rebuild(door: dict[str, Any]) -> None:
    """Build the page anew in the thread by which `gradio app.py` watches the files; the app goes on, with this page.

    What is no part of the page stays as it was when the app started: the routes, the models, live runs. Gradio has
    thrown our modules away, and this one is already a new one; those that serve are put back, as pickle asks for them.
    """
    from gan.ui.app import build

    page = build()
    page.launch()
    if (before := door.get("demo")) is not None:
        before.assets.take(page.assets)
        page.assets, page.serving = before.assets, before.serving
        sys.modules.update(page.serving)
    door["demo"] = page


def exit_within(seconds: float) -> None:
    """End this process at the latest then, well, even if some of its threads are still at work."""
    last_resort = threading.Timer(seconds, os._exit, (0,))
    last_resort.daemon = True
    last_resort.start()
