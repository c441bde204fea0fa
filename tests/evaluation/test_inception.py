"""Inception FID and KID: what the library is given, and what is said where it or its weights are missing."""

import json
import sys
import urllib.error
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from torch import Tensor

from core_fixtures import ROOT, seed, tiny_model
from gan.commands.use import main
from gan.data.sets import load
from gan.errors import ConfigError, RunError
from gan.evaluation import inception
from gan.models.checkpoint import save_model

# Arguments of torch_fidelity.calculate_metrics 0.4, which takes any name without a word.
ARGUMENTS = {"input1", "input2", "fid", "kid", "verbose", "cuda", "save_cpu_ram", "kid_subset_size"}
SCORES = {inception.FID: 12.3456, inception.KID: 0.0012345, inception.KID_STD: 0.0001}


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What the library was called with; a stand-in takes its place."""
    calls: list[dict[str, Any]] = []

    def calculate_metrics(**options: Any) -> dict[str, float]:
        calls.append(options | {"threads": torch.get_num_threads()})
        return SCORES

    stand_in = SimpleNamespace(calculate_metrics=calculate_metrics, __version__="0.4.0")
    monkeypatch.setitem(sys.modules, "torch_fidelity", stand_in)
    return calls


@pytest.fixture
def digits(tmp_path: Path) -> Path:
    save_model(tiny_model(), tmp_path / "tiny")
    return tmp_path / "tiny"


def pixels(n: int, channels: int) -> Tensor:
    return torch.randint(0, 256, (n, 8, 8, channels), dtype=torch.uint8, generator=seed(n))


@pytest.mark.parametrize("channels", [1, 3])
def test_what_the_library_is_given(given: list[dict[str, Any]], channels: int) -> None:
    real, fake = pixels(30, channels), pixels(20, channels)
    figures = inception.distances(real, fake)
    (options,) = given
    assert options.keys() - {"threads"} == ARGUMENTS
    assert options["fid"] is options["kid"] is True
    assert options["kid_subset_size"] == 20
    for name, whole in (("input1", fake), ("input2", real)):
        pictures = options[name]
        assert isinstance(pictures, torch.utils.data.Dataset)
        assert len(pictures) == len(whole)
        for i in (0, len(whole) - 1):
            assert pictures[i].dtype == torch.uint8
            assert pictures[i].shape == (3, 8, 8)
            for channel in range(3):
                assert torch.equal(pictures[i][channel], whole[i, :, :, channel % channels])
    assert {key: figures[key] for key in SCORES} == SCORES
    assert inception.sentence(figures) == (
        "Inception FID 12.346, KID 0.00123 ± 0.00010 (torch-fidelity 0.4.0; 20 fakes against 30 pictures of the "
        "training part)"
    )


def test_large_sets_have_subsets_of_a_thousand(given: list[dict[str, Any]]) -> None:
    inception.distances(pixels(1200, 1), pixels(1100, 1))
    assert given[0]["kid_subset_size"] == 1000


def test_the_command(
    given: list[dict[str, Any]],
    digits: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("gan.evaluation.evaluate.evaluate", lambda *_: {"samples": 200, "frechet": 1.5})
    main(["evaluate", str(digits), "--inception", "--samples", "200", "--json", str(tmp_path / "figures.json")])
    assert len(given[0]["input1"]) == 200
    assert len(given[0]["input2"]) == len(load("digits").rows)  # all of the training part
    figures = json.loads((tmp_path / "figures.json").read_text())
    assert figures[inception.FID] == 12.3456
    assert figures["inception_library"] == "torch-fidelity 0.4.0"
    assert figures["frechet"] == 1.5  # beside our own
    assert inception.sentence(figures) in capsys.readouterr().out


def test_ten_thousand_by_default(given: list[dict[str, Any]]) -> None:
    figures = inception.judge(tiny_model())
    assert len(given[0]["input1"]) == figures["inception_fakes"] == 10_000


def test_a_missing_library_is_named_with_what_to_install(digits: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch_fidelity", None)
    with pytest.raises(ConfigError) as caught:
        main(["evaluate", str(digits), "--inception"])
    assert str(caught.value).endswith('pip install "torch-fidelity>=0.4,<0.5"')
    lines = (ROOT / "requirements-inception.txt").read_text().splitlines()
    assert f'pip install "{lines[-1]}"' == inception.INSTALL


def test_weights_that_cannot_be_downloaded(digits: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: object) -> None:
        raise urllib.error.URLError("Name or service not known")

    monkeypatch.setitem(sys.modules, "torch_fidelity", SimpleNamespace(calculate_metrics=refuse, __version__="0.4.0"))
    threads = torch.get_num_threads()
    with pytest.raises(RunError, match=r"cannot be downloaded; .*checkpoints") as caught:
        main(["evaluate", str(digits), "--inception", "--samples", "100"])
    assert "\n" not in str(caught.value)
    assert inception.WEIGHTS in str(caught.value)
    assert "service" not in str(caught.value)  # the library's words
    assert str(Path.home()) not in str(caught.value)
    assert torch.get_num_threads() == threads


def test_mistakes_come_before_the_hours(given: list[dict[str, Any]], digits: Path) -> None:
    for argv in (["--samples", "-5"], ["--samples", "60000"], ["--seed", "5000"]):
        with pytest.raises(ConfigError, match=argv[0]):
            main(["evaluate", str(digits), "--inception", *argv])
    with pytest.raises(ConfigError, match="makes points"):
        inception.judge(tiny_model(data="ring"))
    assert given == []
