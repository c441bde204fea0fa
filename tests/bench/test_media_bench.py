"""The bench of media: figures over seeds, bars kept and missed, a table that says both."""

from pathlib import Path
from typing import Any

import pytest

from bench import media
from bench.media_figures import MEASURES, Bar
from bench.media_figures.measure import nothing
from core_fixtures import tiny_model
from gan.errors import ConfigError
from gan.media import MEDIA
from gan.recipe.config import TrainConfig


def test_bars() -> None:
    floor, ceiling, between = Bar(0.9), Bar(0.1, least=False), Bar(1.0, most=1.25)
    assert [floor.met(0.9), floor.met(0.89), floor.met(float("nan"))] == [True, False, False]
    assert [ceiling.met(0.1), ceiling.met(0.11), ceiling.met(float("nan"))] == [True, False, False]
    assert [between.met(value) for value in (0.99, 1.0, 1.25, 1.26)] == [False, True, True, False]
    assert (str(floor), str(ceiling), str(between)) == ("at least 0.9", "at most 0.1", "from 1 to 1.25")


@pytest.mark.parametrize("name", MEASURES)
def test_every_bar_is_of_a_figure_with_a_label(name: str) -> None:
    if MEASURES[name].besides is nothing:  # all of its figures are the medium's own
        assert MEASURES[name].bars.keys() <= MEDIA[name].labels.keys()


def test_a_medium_without_a_measure_is_refused() -> None:
    with pytest.raises(ConfigError, match="makes pictures, which are not measured here"):
        media.measured(tiny_model(), 100, [0])


def test_the_table_says_means_spreads_and_bars() -> None:
    figures = {
        "two_sample": [0.5, 0.0], "valid": [0.98, 0.01], "valid_real": [1.0, 0.0], "valid_baseline": [0.999, 0.0],
        "js2": media.spread([0.01, 0.012]), "odd": [float("nan"), 0.0],
    }  # fmt: skip
    row: dict[str, Any] = {"medium": "words", "samples": 2_000, "seeds": [0, 1], "figures": figures}
    lines = media.table({"media": {"toy": row}}).splitlines()
    assert lines[0] == "`toy`, 2,000 samples, seeds 0, 1:"
    assert lines[4:] == [
        "| valid | 0.98 ± 0.01 | 1 | 0.999 | at least 0.99: missed |",
        "| js2 | 0.011 ± 0.001 |  |  | at most 0.015: met |",
        "| two_sample | 0.5 |  |  |  |",
        "| odd |  |  |  |  |",
    ]


def test_figures_are_of_every_seed(monkeypatch: pytest.MonkeyPatch) -> None:
    def evaluated(model: Any, count: int, seed: int) -> dict[str, Any]:
        return {"samples": count, "valid": 0.9 + seed / 10, "seen_by": "letters"}

    model = tiny_model()
    monkeypatch.setattr(media, "evaluate", evaluated)
    monkeypatch.setitem(MEASURES, "pictures", MEASURES["words"])
    row = media.measured(model, 300, range(2))
    assert row["figures"] == {"valid": pytest.approx([0.95, 0.05])}
    assert (row["samples"], row["seeds"], row["medium"]) == (300, [0, 1], "pictures")


def test_a_live_run_is_trained_for_its_seconds(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    path.write_text("".join(f"{a}{b}\n" for a in "bdlm" for b in "aeiou"))
    tiny = TrainConfig(data=f"lines:{path}", end="choice", batch=8, z_dim=4, g_widths=(8,), d_widths=(8,))
    monkeypatch.setattr(media, "recommended", lambda data, objective: tiny)
    row = media.trained_live(tiny.data, 50, range(2), 0.05)
    assert row["figures"].keys() == set(MEDIA["words"].watched)
    assert row["nimg"][0] > 8 and row["seeds"] == [0, 1]
    said = media.table({"media": {}, "live": {"some": row}})
    assert said.startswith("The live recipe of `some` after 0.05 CPU seconds, seeds 0, 1:")
    assert "| perplexity |" in said
    monkeypatch.setattr(media, "recommended", lambda data, objective: TrainConfig())
    with pytest.raises(ConfigError, match="watches no figures"):
        media.trained_live("digits", 50, range(1))
