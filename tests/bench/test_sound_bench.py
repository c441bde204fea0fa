"""The bench of sounds while one drags: which moves count, and how it says so."""

import math

from bench import sound


def test_sounds_that_did_not_come_are_counted_and_are_not_in_time() -> None:
    found = sound.figures([*((time, time / 2) for time in range(1, 19)), (40.0, 20.0), (math.nan, math.nan)])
    assert found == {"p50": 10, "p95": 40, "moves": 20, "making": 5, "in_time": 18 / 20, "missing": 1}
    said = (
        "10.0 ms after the move, 40.0 ms at the 95th percentile of 20 moves, 90.0% of them within 30 ms; 5.0 ms of it"
    )
    assert said in sound.sentence(found)
