"""Where and for whom the page is served, as flags or the environment say it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from gan.numbers import parse_whole
from gan.ui.shell.host_names import host_names, parse_names
from gan.ui.shell.root_path import parse_root_path

MAX_PROXIES = 9


def told_by(environment: Mapping[str, str]) -> dict[str, str]:
    """What the environment says, by the names of the flags: their defaults."""
    get = environment.get
    return {
        "host": get("GRADIO_SERVER_NAME", "127.0.0.1"), "port": get("GRADIO_SERVER_PORT", "7860"),
        "root_path": get("GRADIO_ROOT_PATH", ""), "allow_host": get("GAN_ALLOW_HOST", ""),
        "proxies": get("GAN_PROXIES", "0"), "share": get("GRADIO_SHARE", ""),
    }  # fmt: skip


@dataclass(frozen=True)
class Hosting:
    """How a page is reached.

    Attributes:
        host: address to listen on.
        root_path: below which a reverse proxy shows the app.
        names: by which the app may be asked, as `host_names` gives them; None: any.
        proxies: how many of the host's own a request comes through.
    """

    host: str = "127.0.0.1"
    root_path: str = ""
    names: frozenset[str] | None = None
    proxies: int = 0

    @classmethod
    def of(cls, host: str, root_path: str, allowed: Sequence[str], proxies: str) -> Self:
        """What the texts of flags say.

        Raises:
            ConfigError: one is out of its range; it is named as the flag.
        """
        path = parse_root_path("--root-path", root_path)
        names = host_names(host, parse_names("--allow-host", allowed), path)
        return cls(host, path, names, parse_whole("--proxies", proxies, 0, MAX_PROXIES))
