"""What a page is told when it asks: made of what is there already, so that no poll ever waits."""

import json
import time
from typing import Any

from gan.live.run import LiveRun

# How soon the page should ask again. A frame is made when it asks and fetched when it asks next: by then, at 93 ms, it
# is there, so that each frame takes one question and there are over ten a second.
OWNER_MS, STILL_MS, HIDDEN_MS = 93, 350, 600
WATCH_POLLS = 80  # a second, that all watchers of a host may make together
WATCHER_MS, WATCHER_MOST_MS = 160, 3_000
WATCHER_SECONDS = 10.0  # a watcher who has not asked for so long has left


def answer(run: LiveRun, role: str, who: str, asked: dict[str, Any]) -> str:
    """JSON of what has changed since a page last asked.

    Args:
        who: the id of the asker.
        asked: `round`, `number`, `points` and `moments` as the page has them, and whether it is `hidden`.
    """
    now = time.monotonic()
    if role == "owner":
        run.seen, run.hidden, run.visited = now, asked.get("hidden") is True, True
    else:
        run.watchers[who] = now
    run.ask_for_a_frame()
    shown, limits = run.shown, run.host.limits
    same = asked.get("round") == shown.round
    points = whole(asked.get("points")) if same else 0
    place = run.host.place(run) if run.state == "queued" else 0
    told: dict[str, Any] = {
        "state": run.state, "role": role, "place": place, "watchers": watching(run, now),
        "shared": [watch for watch in run.host.shared() if watch != run.watch] if place else [],
        "left": max(int(limits.seconds - run.seconds), 0), "budget": limits.seconds,
        "steps_left": max(limits.steps - run.steps, 0), "every": every(run, role),
        "trouble": run.trouble, "round": shown.round, "query": run.setup.query(),
        "setup": run.setup.to_json(), "open": run.open_to_all, "curve": shown.curve[max(points, 0) :],
    }  # fmt: skip
    if not same or asked.get("moments") != run.past.revision:
        told["moments"] = {"revision": run.past.revision, "list": run.past.listed()}
    text = json.dumps(told)
    if not same:
        text = f'{text[:-1]},"scene":{shown.scene}}}'
    if not same or asked.get("number") != shown.number:
        text = f'{text[:-1]},"number":{shown.number},"frame":{shown.text}}}'
    return text


def watching(run: LiveRun, now: float) -> int:
    """How many watch a run now; those who have left are forgotten."""
    for who, seen in list(run.watchers.items()):
        if now - seen > WATCHER_SECONDS:
            run.watchers.pop(who, None)
    return len(run.watchers)


def every(run: LiveRun, role: str) -> int:
    """Milliseconds until a page should ask again: the more watch, the more seldom each."""
    if role != "owner":
        return min(max(WATCHER_MS, 1000 * run.host.watchers() // WATCH_POLLS), WATCHER_MOST_MS)
    if run.hidden:
        return HIDDEN_MS
    return OWNER_MS if run.state in ("running", "working") else STILL_MS


def whole(value: object) -> int:
    """value if it is a whole number, else -1."""
    return value if isinstance(value, int) and not isinstance(value, bool) else -1
