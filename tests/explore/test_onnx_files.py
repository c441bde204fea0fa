"""Generators as ONNX files: what onnxruntime makes of them is what torch does, for any number of samples."""

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest
import torch

from core_fixtures import tiny_model
from gan.commands import use
from gan.errors import ConfigError, ModelError
from gan.explore import onnx_files
from gan.explore.onnx_files import NOTE, about, difference, expected, onnx_bytes
from gan.explore.render import render
from gan.latents import z_from_seeds
from gan.models.checkpoint import save_model

extra = pytest.mark.skipif(
    any(importlib.util.find_spec(name) is None for name in (*onnx_files.NEEDED, "onnxruntime")),
    reason="the extra onnx is not installed",
)
STYLE = {"network": "style", "g_widths": (12, 8), "d_widths": (8,), "mapping": 2, "condition": "class"}


@extra
def test_any_number_of_samples() -> None:
    import onnx
    import onnxruntime

    model = tiny_model(**STYLE)
    content = onnx_bytes(model)
    onnx.checker.check_model(onnx.load_model_from_string(content))
    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    assert {node.name: node.shape for node in session.get_inputs()} == {"z": ["N", 4], "psi": [], "c": ["N"]}
    for seeds, psi, c in ((range(1), 1.0, [2]), (range(5), 0.5, [0, 1, 2, 0, 1]), (range(64), 0.0, [1] * 64)):
        z = z_from_seeds(seeds, 4)
        given = {"z": z.numpy(), "psi": torch.tensor(psi).numpy(), "c": torch.tensor(c).numpy()}
        made = torch.from_numpy(session.run(["samples"], given)[0])
        told = render(model, z, psi, c=torch.tensor(c))
        assert made.shape == told.shape
        assert (made - told).abs().max() <= 1e-5
    assert not torch.allclose(told, render(model, z, 1.0, c=torch.tensor(c)), atol=1e-3), "psi means something"
    note = json.loads(session.get_modelmeta().custom_metadata_map[NOTE])
    assert note == about(model)
    assert note["data"]["licence"] == "CC BY 4.0"


@extra
def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    save_model(tiny_model(), tmp_path / "tiny")
    asked = ["export", str(tmp_path / "tiny.safetensors"), "--onnx", str(tmp_path / "tiny.onnx")]
    use.main(asked)
    said = capsys.readouterr().out
    assert "the generator of tiny" in said
    assert "of torch" in said
    written = (tmp_path / "tiny.onnx").read_bytes()
    away = difference(tiny_model(), written)
    assert away is not None
    assert away <= 1e-5
    monkeypatch.setattr(onnx_files, "onnx_bytes", lambda model: written)
    monkeypatch.setattr(onnx_files, "expected", lambda model, given: expected(model, given) + 0.01)
    (tmp_path / "tiny.onnx").unlink()
    with pytest.raises(ModelError, match=r"comes out 0.01 off as ONNX, so nothing was written"):
        use.main(asked)
    assert not (tmp_path / "tiny.onnx").exists()


def test_what_cannot_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for more, told in (
        (["--onnx", "a.txt"], r"--onnx writes a .onnx, not 'a.txt'"),
        (["--onnx", "a.onnx", "--half"], "--onnx FILE takes one MODEL, without --out"),
        (["b", "--onnx", "a.onnx"], "--onnx FILE takes one MODEL"),
        (["--onnx", "a.onnx", "--static", str(tmp_path)], "--static DIR writes a page"),
    ):
        with pytest.raises(ConfigError, match=told):
            use.main(["export", "a", *more])
    find: Any = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name in ("onnxscript", "onnxruntime") else find(name)
    )
    with pytest.raises(ConfigError, match=r"--onnx needs onnxscript: pip install"):
        onnx_bytes(tiny_model())
    assert difference(tiny_model(), b"") is None
