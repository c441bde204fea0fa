"""The browser half's modules in deno: what needs no page is tested without a browser."""

import base64
import json
import os
import struct
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor

from gan.explore import portable
from gan.models.model import Model
from gan.ui.shell.assets import BROWSER

TESTS = Path(__file__).parent
DENO = Path(sys.executable).with_name("deno")
# The last one is tests/js_core_engine.js.
ENGINE = ("core/draws", "core/latents", "core/media", "core/painting", "page/engine")


class JsError(Exception):
    """What JavaScript threw, with its stack."""


class Evaluates(Protocol):
    """A page or a core."""

    def evaluate(self, code: str, args: Any = None, /) -> Any: ...


class JsCore:
    """A deno process in which `lib` holds what the asked modules export."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process

    def evaluate(self, code: str, args: Any = None) -> Any:
        """What a function makes of args, or the value of any other expression; a promise is waited for.

        Raises:
            JsError: the code threw something, or deno ended.
        """
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        try:
            self.process.stdin.write(json.dumps({"code": code, "args": args}) + "\n")
            self.process.stdin.flush()
            line = self.process.stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            raise JsError(f"deno ended with status {self.process.wait(10)}; its own words are on stderr")
        answer = json.loads(line)
        if "error" in answer:
            raise JsError(answer["error"])
        return answer["value"]


@contextmanager
def js_core(
    modules: Sequence[str] = ENGINE, files: Mapping[tuple[str, str], bytes] | None = None, engine: str = ""
) -> Iterator[JsCore]:
    """Modules of the browser half in a process of their own.

    Args:
        modules: paths below gan/ui/browser, without .js.
        files: of models, by (name, part).
        engine: how pictures are made, as `?engine=` of a page says it; "" leaves the choice to the engine.
    """
    assert DENO.exists(), "the tests of the browser half need deno: pip install -r requirements-dev.txt brings it"
    with TemporaryDirectory() as folder:
        for (name, part), content in (files or {}).items():
            (Path(folder) / f"{part} {name}").write_bytes(content)
        command = [
            DENO, "run", "--no-config", "--no-remote", f"--allow-read={BROWSER},{TESTS},{folder}",
            f"--import-map={TESTS / 'js_core_map.json'}", TESTS / "js_core_runner.js",
            folder, engine, *((BROWSER / f"{name}.js").as_uri() for name in modules),
        ]  # fmt: skip
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8",
            env={**os.environ, "DENO_NO_UPDATE_CHECK": "1"},
        ) as process:  # fmt: skip
            try:
                yield JsCore(process)
            finally:
                process.kill()
                process.communicate()


def files_of(model: Model) -> dict[tuple[str, str], bytes]:
    """A model's files for the browser by (name, part); its reference pictures are left out."""
    critic = portable.critic(model)
    files = {(model.name, "generator"): portable.generator(model)}
    return files | ({(model.name, "critic"): critic} if critic else {})


def tensor(text: str) -> Tensor:
    """The numbers of `numbers(...)` in JavaScript."""
    return torch.from_numpy(np.frombuffer(base64.b64decode(text), np.float32).copy())


def text(values: Tensor) -> str:
    """What `back(...)` in JavaScript makes numbers of again."""
    flat = values.detach().flatten().tolist()
    return base64.b64encode(struct.pack(f"<{len(flat)}f", *flat)).decode()
