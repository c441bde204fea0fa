"""What an installation takes on disk, and what of it only GPUs need: `python -m bench.install`, by its own Python.

Measures the environment that it is called in, so it wants a fresh one: `python3 -m venv fresh`, `fresh/bin/pip install
-r requirements.txt`. Prints a table and, last, JSON.
"""

import json
import os
import re
import sysconfig
from pathlib import Path
from typing import Any

from bench.machine import machine

GPU = re.compile(r"(nvidia|triton|cuda)([_-].*)?")  # packages that torch's build for CUDA brings along
GPU_FILES = re.compile(r"lib(torch_cuda|c10_cuda|torch_nvshmem|caffe2_nvrtc).*")  # of torch itself
LARGEST = 8  # packages in the table
MB = 1e6


def size(path: Path) -> int:
    """Bytes that a file, or all in a folder, takes on the disk."""
    files = [path] if path.is_file() else [Path(folder) / name for folder, _, names in os.walk(path) for name in names]
    return sum(file.lstat().st_blocks * 512 for file in files)


def measured(packages: Path) -> dict[str, Any]:
    """MB of all packages, of the largest ones, and of what GPUs alone need."""
    sizes = {path.name: size(path) for path in sorted(packages.iterdir())}
    in_torch = sum(size(path) for path in (packages / "torch" / "lib").glob("*") if GPU_FILES.fullmatch(path.name))
    gpu = sum(bytes for name, bytes in sizes.items() if GPU.fullmatch(name)) + in_torch
    largest = sorted(sizes, key=lambda name: -sizes[name])[:LARGEST]
    whole = sum(sizes.values())
    return {
        "packages_mb": {name: round(sizes[name] / MB) for name in largest}, "torch_cuda_mb": round(in_torch / MB),
        "whole_mb": round(whole / MB), "gpu_mb": round(gpu / MB), "rest_mb": round((whole - gpu) / MB),
    }  # fmt: skip


def table(result: dict[str, Any]) -> str:
    """The results as Markdown."""
    rows = [f"| {name} | {size:,} |" for name, size in result["packages_mb"].items()]
    return "\n".join([
        "| package | MB |", "|---|---|", *rows, "",
        f"All together {result['whole_mb']:,} MB. GPUs alone need {result['gpu_mb']:,} MB of it, "
        f"{result['torch_cuda_mb']} MB within torch; without them {result['rest_mb']:,} MB are left.",
    ])  # fmt: skip


if __name__ == "__main__":
    found = {"command": "python -m bench.install"} | measured(Path(sysconfig.get_paths()["purelib"]))
    print(table(found))
    print(json.dumps(found | machine()))
