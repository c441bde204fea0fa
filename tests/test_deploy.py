"""What hosts the app elsewhere, held to the app: the image, compose with nginx, and the unit for systemd."""

import configparser
import re
import shlex
from typing import Any

import yaml

from core_fixtures import ROOT
from gan.commands import serve
from gan.ui.hosting import Hosting
from gan.ui.shell.health import PATH
from gan.ui.shell.visitor_token import COOKIE

DOCKERFILE = (ROOT / "Dockerfile").read_text()
DEPLOY = ROOT / "deploy"


def instructions(name: str) -> list[str]:
    """What follows an instruction of the Dockerfile, each time."""
    return re.findall(rf"^{name} (.+)$", DOCKERFILE.replace("\\\n", " "), re.MULTILINE)


def started(words: list[str]) -> Hosting:
    """What `python …/app.py` and what follows it say."""
    assert words[1].rpartition("/")[2] == "app.py", words
    args = serve.parser().parse_args(words[2:])
    return Hosting.of(args.host, args.root_path, args.allow_host, args.proxies)


def test_the_image_holds_what_the_app_needs_and_no_more() -> None:
    ignored = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line]
    assert ignored[0] == "*"
    copied = {word.rstrip("/") for line in instructions("COPY") for word in line.split()[:-1]}
    assert copied == {line[1:] for line in ignored if line.startswith("!")}
    assert all((ROOT / name).exists() for name in copied)
    assert {"app.py", "train.py", "gan", "weights", "requirements.txt"} <= copied


def test_the_image_runs_without_rights_and_says_how_it_is() -> None:
    assert instructions("USER") == ["atelier"] and "/app" not in instructions("WORKDIR")[-1]
    assert DOCKERFILE.index("\nUSER ") < DOCKERFILE.index("\nCMD ")
    (check,) = instructions("HEALTHCHECK")
    assert f"GRADIO_SERVER_PORT']}}{PATH}" in check
    (port,) = instructions("EXPOSE")
    assert f"GRADIO_SERVER_PORT={port}" in DOCKERFILE and "GRADIO_SERVER_NAME=0.0.0.0" in DOCKERFILE


def test_compose_shows_the_app_where_nginx_does() -> None:
    services: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]
    hosting = started(services["app"]["command"])
    conf = (DEPLOY / "nginx.conf").read_text()
    assert f"location {hosting.root_path}/ {{" in conf and hosting.proxies == 1
    assert f"proxy_pass http://app:{services['app']['expose'][0]}/;" in conf
    assert services["app"]["read_only"] and services["nginx"]["depends_on"]["app"]["condition"] == "service_healthy"


def test_the_unit_starts_the_app_and_gives_it_time_to_end() -> None:
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read(DEPLOY / "gan-atelier.service")
    service = unit["Service"]
    started(shlex.split(service["ExecStart"]))
    assert float(service["TimeoutStopSec"]) > serve.END_SECONDS and service["DynamicUser"] == "yes"


def test_nginx_keeps_a_visitor_by_the_cookie_that_the_page_gives() -> None:
    assert f'"~{COOKIE}=' in (DEPLOY / "several-hosts.conf").read_text()
