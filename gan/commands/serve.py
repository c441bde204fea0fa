"""The web app: `app [MODEL ...]`, then open http://127.0.0.1:7860."""

import importlib
import ipaddress
import os
import signal
import sys
import threading
from collections.abc import Sequence

import torch

from gan.commands.parsing import Parser, called, say
from gan.commands.process import give_back_memory, raise_file_limit
from gan.errors import ConfigError
from gan.live.limits import LiveLimits
from gan.live.run_registry import RunRegistry
from gan.numbers import parse_whole
from gan.ui.app import build, options, page_assets
from gan.ui.shell.catalogue import build_catalogue
from gan.ui.shell.host_names import host_names, parse_names
from gan.ui.shell.request_heads import limit_heads
from gan.ui.shell.root_path import parse_root_path

MAX_PORT, MAX_PROXIES = 65_535, 9
END_SECONDS = 4.0
OPEN_TO_ALL = (
    "warning: everybody who reaches this machine can open the app, which asks for no password and does not encrypt; "
    "see SECURITY.md"
)


def claim_gpu() -> None:
    """Offer one function to a ZeroGPU Space, which does not start without; our networks need no GPU to be shown."""
    if os.environ.get("SPACES_ZERO_GPU"):
        spaces = importlib.import_module("spaces")  # there on Spaces alone
        spaces.GPU(lambda: None)


def parser() -> Parser:
    """The command line."""
    p = Parser(prog=called("app"), description="Open the atelier in a browser.")
    p.add_argument("models", nargs="*", metavar="MODEL", help="a run's folder or a .safetensors file to offer as well")
    p.add_argument("--host", default=os.environ.get("GRADIO_SERVER_NAME", "127.0.0.1"), help="address to listen on")
    p.add_argument("--port", default=os.environ.get("GRADIO_SERVER_PORT", "7860"), help="port to listen on")
    p.add_argument(
        "--root-path", default=os.environ.get("GRADIO_ROOT_PATH", ""), metavar="PATH",
        help="path below which a reverse proxy shows the app, such as /gan",
    )  # fmt: skip
    p.add_argument(
        "--allow-host", action="append", default=[], metavar="NAME",
        help="a name by which visitors reach the app, such as example.org, or * for any",
    )  # fmt: skip
    p.add_argument(
        "--proxies", default=os.environ.get("GAN_PROXIES", "0"), metavar="N",
        help="how many proxies of yours stand before the app; each adds an address to X-Forwarded-For",
    )  # fmt: skip
    return p


def of_this_machine_alone(host: str) -> bool:
    """Whether nobody on another machine can reach an address to listen on."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def main(argv: Sequence[str] | None = None) -> None:
    """Serve the page until SIGTERM or Ctrl-C."""
    args = parser().parse_args(argv)
    port = parse_whole("--port", args.port, 1, MAX_PORT)
    root_path = parse_root_path("--root-path", args.root_path)
    allowed = parse_names("--allow-host", args.allow_host or [os.environ.get("GAN_ALLOW_HOST", "")])
    names = host_names(args.host, allowed, root_path)
    proxies = parse_whole("--proxies", args.proxies, 0, MAX_PROXIES)
    catalogue = build_catalogue(args.models)
    raise_file_limit()
    give_back_memory()
    torch.set_num_threads(1)  # faster than two for networks of this size, and a core stays free for the other visitors
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    registry = RunRegistry(LiveLimits.from_environment(os.environ))
    registry.fork_server.warm()
    assets = page_assets()
    page = build(assets)
    limit_heads()
    try:
        settings = options(catalogue, registry, assets, root_path, names, proxies)
        page.launch(server_name=args.host, server_port=port, **settings)
    except OSError as error:
        raise ConfigError(
            f"cannot listen on {args.host}:{port}: another program does, or it is no address of this machine; name "
            "another --port or --host"
        ) from error
    shown = f"; behind a proxy at {root_path}/" if root_path else ""
    say(f"GAN Atelier is open at http://{args.host}:{port} (Ctrl-C ends it){shown}")
    if not of_this_machine_alone(args.host):
        say(OPEN_TO_ALL, file=sys.stderr)
    stop.wait()
    exit_within(END_SECONDS)
    page.server.should_exit = True  # nothing more is accepted
    registry.close()
    page.close()


def exit_within(seconds: float) -> None:
    """End this process at the latest then, well, even if some of its threads are still at work."""
    last_resort = threading.Timer(seconds, os._exit, (0,))
    last_resort.daemon = True
    last_resort.start()
