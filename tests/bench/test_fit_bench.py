"""What the bench of the fit says of its figures."""

from bench import fit


def test_a_table_has_a_row_for_each_way_and_no_figure_that_was_not_taken() -> None:
    row = {"picture": 1.55, "encode": 0.5, "answer": 2.0, "answer_p95": 3.0, "fit": 151.4, "beside_p95": 4.0}
    results = {"fit": {"m": {"wasm": row | {"starts": 900.6}, "plain": row}}, "steps": 50, "starts": 6}
    head, rule, fast, plain = fit.table(results).splitlines()
    assert fast == "| `m` | wasm | 1.6 | 0.5 | 2.0 / 3.0 | 151 | 901 | 4.0 |"
    assert plain == "| `m` | plain | 1.6 | 0.5 | 2.0 / 3.0 | 151 |  | 4.0 |"
    assert {line.count("|") for line in (head, rule, fast, plain)} == {9}
    assert "50 steps" in head and "6 starts" in head


def test_quantiles() -> None:
    assert [fit.quantile([3.0, 1.0, 2.0, 5.0, 4.0], share) for share in (0.0, 0.5, 0.95)] == [1.0, 3.0, 5.0]
