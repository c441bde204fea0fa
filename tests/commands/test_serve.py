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

from conftest import ROOT, answers, free_port, serving, until
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
    assert all(
        b"app.py" in Path(f"/proc/{pid}/cmdline").read_bytes() for pid in processes
    )  # forked off, no new program
    begun = time.monotonic()
    app.send_signal(number)
    code = app.wait(10)
    until(lambda: not any(map(alive, processes)), 10)
    assert time.monotonic() - begun < 5
    step.join()
    log = (tmp_path / "log").read_text()
    assert (code, "Traceback" in log) == (0 if number == signal.SIGTERM else -signal.SIGKILL, False), log


# What is there on a ZeroGPU Space alone: PyTorch says that there is a GPU, but none may be touched outside of `GPU`.
SPACES = """
import os, pathlib
import torch

def GPU(task):
    with pathlib.Path(os.environ["CLAIMED"]).open("a") as file:
        file.write("claimed\\n")
    return task

def gradio_auto_wrap(task):
    return task

def refuse(*_):
    raise RuntimeError("no GPU outside of spaces.GPU")

torch.cuda.is_available = lambda: True
torch.cuda._lazy_init = refuse
"""


@pytest.mark.skipif(not FORKS, reason="runs are threads here")
def test_a_zero_gpu_space_is_offered_a_function_and_all_works_without_its_gpu(tmp_path: Path) -> None:
    (tmp_path / "spaces.py").write_text(SPACES)
    claimed = tmp_path / "claimed"
    told = {"SPACES_ZERO_GPU": "true", "PYTHONPATH": str(tmp_path), "CLAIMED": str(claimed), "SYSTEM": "spaces"}
    with serving([], tmp_path, os.environ | told) as address:
        assert claimed.read_text() == "claimed\n"
        w = urllib.request.Request(
            f"{address}/explore/render?name=mnist-dcgan", bytes(64 * 4), {"Content-Type": "application/octet-stream"}
        )
        with urllib.request.urlopen(w, timeout=60) as response:
            assert len(response.read()) == 28 * 28 * 4
        run = post(f"{address}/live/open", query="data=ring")
        assert run["shut"] is None
        assert not post(f"{address}/live/act", id=run["id"], act="step").get("trouble")


def silently(work: Any, *args: Any, **kwargs: Any) -> None:
    """Do something that may be cut off."""
    with contextlib.suppress(OSError, http.client.HTTPException):
        work(*args, **kwargs)
