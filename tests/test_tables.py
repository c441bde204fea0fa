"""bench/README.md is what the code writes, and it holds every bench and its figures."""

from bench import tables
from core_fixtures import ROOT

BENCH = ROOT / "bench"


def test_the_page_is_what_the_code_writes() -> None:
    written = tables.page(tables.read(tables.RESULTS))
    assert tables.README.read_text() == written, "python -m bench.tables writes it"


def test_every_command_is_on_the_page() -> None:
    files = {path.stem: path.read_text() for path in BENCH.glob("*.py")}
    commands = {name for name, text in files.items() if '\nif __name__ == "__main__":' in text}
    assert set(tables.BENCHES) == commands


def test_all_results_are_of_a_bench() -> None:
    assert set(tables.read(tables.RESULTS)) <= set(tables.BENCHES)


def test_results_make_sections() -> None:
    found = tables.read(tables.RESULTS)
    for name, results in found.items():
        page, bench = tables.page({name: results}), tables.BENCHES[name]
        assert page.count("\n## ") == bool(bench.table)
        where = "figures](../docs/figures.md)" if bench.table is None else f"below](#{name})"
        assert f" | [{where}, {results['date']} |" in page
        if bench.table is not None:
            assert f"\n## {name}\n\n{bench.said}\n" in page
            assert bench.table(results) in page
    assert {"points", "train", "faults"} <= set(found)


def test_a_section_of_made_up_results() -> None:
    row = {"data": "ring", "preset": "ring-best", "seed": 3, "steps": 7, "cpu_seconds": 90.0}
    figures = {"modes": 8, "fair": 7, "high_quality": 0.9753, "reverse_kl": 0.0123}
    row |= figures | {f"{key}_real": value for key, value in figures.items()}
    results = {
        "command": "python -m bench.points --seeds 4", "seconds": 20.0, "presets": {"ring-best": {"seed": 77}},
        "best": [row, row | {"seed": 2}, row | {"seed": 4}], "objectives": [],
        "machine": {"cpu": "Abacus", "cores": 3, "system": "Wood"}, "date": "2001-02-03",
        "versions": {"python": "3.99", "torch": "9.9", "gradio": "8.8"},
    }  # fmt: skip
    page = tables.page({"points": results})
    facts = "`python -m bench.points --seeds 4`; seeds 2 to 4; 4 CPU minutes of training; Abacus, 3 cores, Wood; "
    assert f"\n{facts}Python 3.99, torch 9.9; 2001-02-03.\n" in page
    assert "97.5" in page
    assert "0.0123" in page
    assert "## stacked" not in page
    assert "| `python -m bench.stacked` |" in page


def test_how_numbers_are_told() -> None:
    assert tables.span({4}) == "4"
    assert tables.span({1, 0}) == "0, 1"
    assert tables.span({0, 1, 2, 3}) == "0 to 3"
    assert tables.span({5, 0, 2}) == "0, 2, 5"
    assert tables.found([{"a": 1, "b": [{"a": 2}]}, 3], "a") == [1, 2]
