"""The app's end: whatever its live runs do, nothing of it is left a few seconds later."""

import contextlib
import http.client
import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from conftest import ROOT, answers, free_port, until
from gan.live.fork_server import FORKS

HEAVY = "data=digits&batch=4096&d_steps=20&g_steps=20&g_layers=5&g_neurons=400&d_layers=5&d_neurons=400"


def post(address: str, **request: Any) -> dict[str, Any]:
    body = urllib.request.Request(address, json.dumps(request).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(body, timeout=60) as response:
        content: dict[str, Any] = json.load(response)
        return content


def descendants(pid: int) -> set[int]:
    """The processes below one, it itself left out."""
    try:
        children = set(map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split()))
    except OSError:
        return set()
    return children.union(*map(descendants, children))


def alive(pid: int) -> bool:
    """Whether a process is there and more than its number."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


@pytest.mark.skipif(not FORKS, reason="runs are threads here")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_nothing_is_left_of_an_app_that_ends_in_mid_iteration(number: signal.Signals, tmp_path: Path) -> None:
    port = free_port()
    environment = os.environ | {"GRADIO_SERVER_PORT": str(port), "GAN_LIVE_ITERATION": "10000"}
    with (tmp_path / "log").open("w") as output:
        app = subprocess.Popen(
            [sys.executable, "app.py"], cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT
        )
    address = f"http://127.0.0.1:{port}"
    until(lambda: answers(address), 60)
    run = post(f"{address}/live/open", query=HEAVY)
    assert run["shut"] is None
    step = threading.Thread(target=lambda: silently(post, f"{address}/live/act", id=run["id"], act="step"))
    step.start()
    until(lambda: len(descendants(app.pid)) == 2, 20)  # the fork server and the run's own process
    time.sleep(0.5)
    processes = descendants(app.pid)
    begun = time.monotonic()
    app.send_signal(number)
    code = app.wait(10)
    until(lambda: not any(map(alive, processes)), 10)
    assert time.monotonic() - begun < 5
    step.join()
    log = (tmp_path / "log").read_text()
    assert (code, "Traceback" in log) == (0 if number == signal.SIGTERM else -signal.SIGKILL, False), log


def silently(work: Any, *args: Any, **kwargs: Any) -> None:
    """Do something that may be cut off."""
    with contextlib.suppress(OSError, http.client.HTTPException):
        work(*args, **kwargs)
