"""The bench of the live recipes: how a cured run fares is told of its whole second half, and rows are kept or not."""

import json
from pathlib import Path
from typing import Any

import pytest

import core_fixtures  # noqa: F401  (one thread)
from bench import recipes
from gan.live.illness_presets import ILLNESS_PRESETS

STEPS = 400


@pytest.fixture(scope="module")
def row() -> dict[str, Any]:
    return recipes.ill_row("diverged", 0, STEPS)


def test_a_row_tells_the_cure_and_how_its_run_fares(row: dict[str, Any]) -> None:
    assert (row["remedy"], set(row["cure"])) == ("rate", {"lr", "lr_d"})
    assert row["named_after"] <= ILLNESS_PRESETS["diverged"].steps
    assert row["looks"] == 2  # the second half of 400 steps, a look every 100
    assert row["cured"] in ("starting", "healthy")


def test_a_run_that_falls_ill_again_is_not_cured(row: dict[str, Any]) -> None:
    well = row | {"well": 50, "looks": 50, "cured": "healthy", "fair": 7}
    relapsed = well | {"well": 49, "fair": 8}  # healthy at the end, but once it was not
    assert (
        recipes.summary("diverged", [well, relapsed]) == "| diverged | 2 of 2 | 100 to 100 | rate | 1 of 2 | 7 to 8 |"
    )
    unnamed = row | {"named_after": None, "remedy": "", "well": 0, "looks": 0, "fair": None}
    assert recipes.summary("diverged", [unnamed]) == "| diverged | 0 of 1 | never |  | 0 of 1 |  |"


def test_rows_of_other_settings_are_not_kept(row: dict[str, Any], tmp_path: Path) -> None:
    path, other = tmp_path / "recipes.json", row | {"cure": {"lr": 1e-4}}
    path.write_text(json.dumps({"recipes": [{"data": "ring"}], "ills": [row, other, row | {"recipe": "old"}]}))
    kept = recipes.kept(path, ["ills"], resume=True)
    assert kept["ills"] == [row]
    assert kept["recipes"] == [{"data": "ring"}]
    assert recipes.kept(path, ["ills"], resume=False)["ills"] == []
    assert recipes.kept(tmp_path / "none.json", recipes.PARTS, resume=True)["ills"] == []
