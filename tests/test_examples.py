"""The notebooks in `examples/`, run from their first cell to their last by a kernel of their own."""

import re
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from core_fixtures import ROOT

NOTEBOOKS = sorted((ROOT / "examples").glob("*.ipynb"))
# What the cells show: a pattern of the code -> the kinds of output.
SHOWN = {
    "explore": {r"model$": "text/plain", "samples$": "image/png", r"film$": "text/html", r"ws=ws": "image/png",
                "gan.view": "text/html"},
    "train": {"tick.modes": "text/html", r"\nrun$": "text/html", r"range\(500": "image/png", r"range\(64": "image/png"},
}  # fmt: skip

pytestmark = [
    # Of the notebook's own machinery.
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::RuntimeWarning"),
]


def outputs(cell: Any) -> dict[str, str]:
    """What a cell shows, by kind; of one kind the last."""
    found: dict[str, str] = {}
    for output in cell.outputs:
        found |= dict(output.get("data", {}))
    return found


def test_there_are_two() -> None:
    assert {path.stem for path in NOTEBOOKS} == SHOWN.keys()
    for path in NOTEBOOKS:
        notebook = nbformat.read(path, 4)
        nbformat.validate(notebook)
        code = [cell for cell in notebook.cells if cell.cell_type == "code"]
        assert not any(cell.outputs or cell.execution_count for cell in code), "kept without outputs: they are large"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("JUPYTER_PLATFORM_DIRS", "1")
    notebook = nbformat.read(path, 4)
    NotebookClient(
        notebook, timeout=200, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}
    ).execute()
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for pattern, kind in SHOWN[path.stem].items():
        (cell,) = (cell for cell in code if re.search(pattern, cell.source))
        assert kind in outputs(cell), pattern
    if path.stem == "explore":
        assert (tmp_path / "threes.png").stat().st_size > 500
        assert (tmp_path / "walk.mp4").stat().st_size > 500
        page = outputs(code[-1])["text/html"]
        assert "srcdoc" in page and len(page) < 3_000_000  # beyond, Jupyter drops the output
    else:
        last = outputs(code[1])["text/html"]
        assert re.search(r"30,0\d\d of 30,000 samples", last)  # the cell's picture was kept up with the run
        assert last.count("<path") == 2 and "data:image/png" in last
        assert (tmp_path / "runs" / "digits" / "model.safetensors").is_file()
