"""What a visitor asks of a run in one word and that starts it over: another choice, an illness, a cure."""

from collections.abc import Mapping

from gan.errors import GanError, RunError
from gan.live.illness_presets import ILLNESS_PRESETS
from gan.live.run import LiveRun
from gan.live.setup import BEFORE, Setup, renewed


def choose(run: LiveRun, values: Mapping[str, object], changed: str) -> None:
    """Another data set, objective or rival: its own recommended settings."""
    run.restart(renewed(values, changed))


def provoke(run: LiveRun, name: object) -> None:
    """Start a run that provokes an illness, by the present seed."""
    if not isinstance(name, str) or name not in ILLNESS_PRESETS:
        raise RunError(f"an illness is one of {', '.join(ILLNESS_PRESETS)}, not {name!r:.40}")
    run.restart(ILLNESS_PRESETS[name].setup(run.setup["seed"]), name, start=True)


def cure(run: LiveRun, lane: int = 0) -> None:
    """Start over with the change that the diagnosis of a contestant offers, the same without it beside it."""
    change = run.diagnoses[lane]["change"] if lane < len(run.diagnoses) else {}
    if not change:
        raise RunError("the doctor has nothing to cure")
    if lane and str(run.setup["rival"]).startswith(BEFORE):
        raise RunError("this is the run before its cure: the cured one trains beside it")
    race = run.setup.cured(lane, change)
    try:
        run.restart(race, start=True)
    except RunError:
        raise
    except GanError:  # networks of which this host has no room for two
        run.restart(Setup.of(race.to_json() | {"rival": ""}), start=True)
