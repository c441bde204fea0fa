"""The web app: `app [MODEL ...]`, then open http://127.0.0.1:7860."""

import importlib
import ipaddress
import os
import signal
import sys
import threading
from collections.abc import Sequence

import torch

from gan.commands.parsing import Parser, called
from gan.errors import ConfigError
from gan.live.limits import LiveLimits
from gan.live.run_registry import RunRegistry
from gan.numbers import parse_whole
from gan.ui.app import build, options, page_assets
from gan.ui.shell.catalogue import build_catalogue
from gan.ui.shell.root_path import parse_root_path

MAX_PORT, MAX_PROXIES = 65_535, 9
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
    proxies = parse_whole("--proxies", args.proxies, 0, MAX_PROXIES)
    catalogue = build_catalogue(args.models)
    torch.set_num_threads(1)  # faster than two for networks of this size, and a core stays free for the other visitors
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    registry = RunRegistry(LiveLimits.from_environment(os.environ))
    registry.fork_server.warm()
    assets = page_assets()
    page = build(assets)
    try:
        page.launch(server_name=args.host, server_port=port, **options(catalogue, registry, assets, root_path, proxies))
    except OSError as error:
        raise ConfigError(
            f"cannot listen on {args.host}:{port}: another program does, or it is no address of this machine; name "
            "another --port or --host"
        ) from error
    shown = f"; behind a proxy at {root_path}/" if root_path else ""
    print(f"GAN Atelier is open at http://{args.host}:{port} (Ctrl-C ends it){shown}", flush=True)
    if not of_this_machine_alone(args.host):
        print(OPEN_TO_ALL, file=sys.stderr, flush=True)
    stop.wait()
    registry.close()
    page.close()
