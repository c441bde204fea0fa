"""What models are called on the page: none hides another, and a link to a shipped one means it."""

from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from core_fixtures import tiny_model
from gan.explore import portable
from gan.live.visitors import Visitor
from gan.models.checkpoint import MODEL, save_model
from gan.models.container import WEIGHTS
from gan.ui.explore.routes import ExploreRoutes
from gan.ui.shell.catalogue import (
    MAX_VISITOR_MODELS,
    ModelCatalogue,
    build_catalogue,
    load_cached,
    models_apart,
    names_apart,
)


def run_at(folder: Path, steps: int = 1) -> str:
    """The folder of a run, with its model alone."""
    save_model(tiny_model(steps), folder / MODEL)
    return str(folder)


def test_two_runs_of_one_name_are_both_offered(tmp_path: Path) -> None:
    one, other = run_at(tmp_path / "A" / "run1"), run_at(tmp_path / "B" / "run1", steps=2)
    catalogue = build_catalogue([one, other])
    assert catalogue.names[:2] == ["run1 (A)", "run1 (B)"]
    first, second = catalogue.load("run1 (A)"), catalogue.load("run1 (B)")
    assert (first.name, second.name) == ("run1 (A)", "run1 (B)")
    assert first.card["nimg"] < second.card["nimg"]
    assert catalogue.version("run1 (A)") != catalogue.version("run1 (B)")


def test_models_that_nobody_asked_for_take_no_memory() -> None:
    load_cached.cache_clear()
    catalogue = build_catalogue([])
    assert (len(catalogue.names) > 5, load_cached.cache_info().currsize) == (True, 0)


def test_a_model_that_repairs_pictures_is_offered_apart(tmp_path: Path) -> None:
    settings = {"network": "unet", "task": "denoise", "g_widths": (4, 6), "d_widths": (4,)}
    save_model(tiny_model(1, **settings), tmp_path / "clean" / MODEL)
    catalogue = build_catalogue([str(tmp_path / "clean")])
    assert next(iter(catalogue.repairs)) == "clean"
    assert "clean" not in catalogue.names
    assert catalogue.load("clean").task == "denoise"
    content = portable.generator(catalogue.load("clean"))
    with TestClient(Starlette(routes=ExploreRoutes(catalogue).routes())) as http:
        listing = http.get("/explore/models").json()
        assert listing["first"] == catalogue.names[0]
        assert http.get("/explore/file", params={"name": "clean", "part": "generator"}).content == content
        refused = http.post("/explore/render", params={"name": "clean", "want": "pictures"}, content=bytes(4))
        assert refused.status_code == 400
        assert "has no seeds" in refused.text


def test_a_run_called_like_a_shipped_model_hides_nothing(tmp_path: Path) -> None:
    mine = run_at(tmp_path / "runs" / "mnist-mlp")
    catalogue = build_catalogue([mine])
    assert catalogue.names[0] == "mnist-mlp (runs)"
    assert catalogue.load("mnist-mlp").shape == (1, 28, 28)
    assert catalogue.load("mnist-mlp (runs)").shape == (1, 8, 8)


def test_the_same_model_twice_is_offered_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = run_at(tmp_path / "run1")
    monkeypatch.chdir(tmp_path)
    names = [model.name for _, model in models_apart([mine, "run1", "./run1", "mnist-mlp", str(WEIGHTS / "mnist-mlp")])]
    assert names == ["run1", "mnist-mlp"]
    monkeypatch.chdir(tmp_path / "run1")
    assert [model.name for _, model in models_apart(["."])] == ["run1"]


@pytest.mark.parametrize(("paths", "names"), [
    (["/x/a/m.safetensors", "/x/b/m.safetensors"], ["m (a)", "m (b)"]),
    (["/x/a/m.safetensors", "/y/a/m.safetensors"], ["m (x/a)", "m (y/a)"]),
    (["/a/m/model.safetensors", "/b/m.safetensors"], ["m (a)", "m (b)"]),
    (["/x/m.safetensors", "/x/n.safetensors"], ["m", "n"]),
    (["/a/m.safetensors", "/b/m.safetensors", "/c/m (a).safetensors"], ["m (a) 2", "m (b)", "m (a)"]),
    (["/a/m/model.safetensors", "/a/m.safetensors"], ["m (a)", "m (a) 2"]),
])  # fmt: skip
def test_as_few_folders_as_tell_them_apart(paths: list[str], names: list[str]) -> None:
    found = [Path(path) for path in paths]
    own = [path.parent.name if path.stem == MODEL else path.stem for path in found]
    given = names_apart(found, own)
    assert len(set(given)) == len(given)
    assert sorted(given) == sorted(names)


def test_who_keeps_many_models_leaves_the_others_theirs(tmp_path: Path) -> None:
    save_model(tiny_model(1), tmp_path / MODEL)
    content = (tmp_path / f"{MODEL}.safetensors").read_bytes()
    catalogue, greedy, other = ModelCatalogue({}, {}), Visitor("10.0.0.1", "a"), Visitor("10.0.0.1", "b")
    catalogue.add_visitor_model("theirs", content, other)
    for i in range(MAX_VISITOR_MODELS):
        catalogue.add_visitor_model(f"mine {i}", content, greedy)
    assert len(catalogue.visitor_models) == MAX_VISITOR_MODELS
    assert "theirs" in catalogue.visitor_models
    assert "mine 0" not in catalogue.visitor_models
    assert catalogue.kept_by.keys() == catalogue.visitor_models.keys()
