"""What the keeper does to a run without waiting for its worker: the rest is done when the answer is there."""

from gan.live.commands import FinishIteration, GetState, Stop
from gan.live.messages import RunStatus
from gan.live.run import LiveRun
from gan.live.run_state import RunState


def stop_with(run: LiveRun, status: RunStatus) -> None:
    """Let a run stand still, with a new status; its place is free when it does."""

    def stand_still(_: None) -> None:
        if run.status in ("running", "slow"):
            run.status = status

    with run.lock:
        if run.has_worker:
            run.send_pending(Stop(), stand_still)
        else:
            stand_still(None)


def park(run: LiveRun) -> None:
    """Let a run that stands still give its worker back, once that has told the state from which the run can go on."""
    with run.lock:
        if not run.has_worker or run.status == "running":
            return
        if run.status in ("diverged", "failed") or not (run.steps or run.status == "slow"):
            run.give_back(None)
            return
        used = run.last_used

        def give_back(state: RunState | None) -> None:
            if run.last_used == used and run.status != "running":  # nobody has done anything with it since
                run.status = "paused" if run.status == "slow" else run.status
                run.give_back(state)

        if run.status == "slow":
            run.send_pending(FinishIteration(), lambda _: None)
        run.send_pending(GetState(), give_back)
