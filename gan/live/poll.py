"""What a page is told when it polls: made of what is there already, so that no poll ever waits."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from gan.live.messages import PollResponse, Role
from gan.live.run import LiveRun

# How soon the page should ask again. A frame is made when it asks and fetched when it asks next: by then, at 93 ms, it
# is there, so that each frame takes one question and there are over ten a second.
OWNER_MS, STILL_MS, HIDDEN_MS = 93, 350, 600
WATCH_POLLS = 80  # a second, that all watchers of a host may make together
WATCHER_MS, WATCHER_MOST_MS = 160, 3_000
WATCHER_SECONDS = 10.0  # a watcher who has not asked for so long has left


@dataclass(frozen=True)
class PollRequest:
    """What a page has already; -1 where it says nothing sensible.

    Attributes:
        id: what the page asks with.
        round, number: of the frame it shows.
        points: how many of the curves it has.
        moments: the revision of its list of the past.
        hidden: whether nobody sees the page.
    """

    id: str
    round: int
    number: int
    points: int
    moments: int
    hidden: bool

    @classmethod
    def from_json(cls, request: Mapping[str, object]) -> Self:
        """The request that JSON from a page makes, whatever that is."""
        return cls(
            str(request.get("id")), whole(request.get("round")), whole(request.get("number")),
            whole(request.get("points")), whole(request.get("moments")), request.get("hidden") is True,
        )  # fmt: skip


def poll_response(run: LiveRun, role: Role, request: PollRequest) -> str:
    """A PollResponse as JSON; the scene and the frame are texts already."""
    now = time.monotonic()
    if role == "owner":
        run.last_poll, run.hidden, run.ever_polled = now, request.hidden, True
    else:
        run.watchers[request.id] = now
    run.request_frame()
    published, limits = run.published, run.host.limits
    same_round = request.round == published.round
    points = max(request.points, 0) if same_round else 0
    place = run.host.place(run) if run.status == "queued" else 0
    response: PollResponse = {
        "state": run.status, "role": role, "place": place, "watchers": watching(run, now),
        "shared": [watch for watch in run.host.shared() if watch != run.watch] if place else [],
        "left": max(int(limits.seconds - run.seconds), 0), "budget": limits.seconds,
        "steps_left": max(limits.steps - run.steps, 0), "every": every(run, role),
        "trouble": run.trouble, "round": published.round, "query": run.setup.query(),
        "setup": run.setup.to_json(), "open": run.open_to_all, "curve": published.curve[points:],
    }  # fmt: skip
    if not same_round or request.moments != run.past.revision:
        response["moments"] = run.past.listed()
    text = json.dumps(response)
    if not same_round:
        text = f'{text[:-1]},"scene":{published.scene}}}'
    if not same_round or request.number != published.number:
        text = f'{text[:-1]},"number":{published.number},"frame":{published.text}}}'
    return text


def watching(run: LiveRun, now: float) -> int:
    """How many watch a run now; those who have left are forgotten."""
    for watcher, last_poll in list(run.watchers.items()):
        if now - last_poll > WATCHER_SECONDS:
            run.watchers.pop(watcher, None)
    return len(run.watchers)


def every(run: LiveRun, role: Role) -> int:
    """Milliseconds until a page should ask again: the more watch, the more seldom each."""
    if role != "owner":
        return min(max(WATCHER_MS, 1000 * run.host.watchers() // WATCH_POLLS), WATCHER_MOST_MS)
    if run.hidden:
        return HIDDEN_MS
    return OWNER_MS if run.status in ("running", "working") else STILL_MS


def whole(value: object) -> int:
    """value if it is a whole number, else -1."""
    return value if isinstance(value, int) and not isinstance(value, bool) else -1
