"""Attacks by crowding: one visitor who takes what is short from the others."""

import itertools
import time

from bench.attacks.host import SMALL, Attack, Found, Host, opened, polled, post

TURN = 15.0  # seconds: a run makes room after ten, and the page is asked now and then


def crowding(host: Host) -> Found:
    """30 runs of one visitor, then one of another."""
    with host.visitor() as greedy, host.visitor() as other:
        many = [opened(greedy, SMALL) for _ in range(30)]
        for id in many:
            post(greedy, "act", id=id, act="start")
        one, begun = opened(other, SMALL), time.perf_counter()
        post(other, "act", id=one, act="start")
        for id in itertools.cycle(many):
            polled(greedy, id)
            waited = time.perf_counter() - begun
            if polled(other, one)["state"] == "running" or waited > 60:
                break
    return {"seconds until the other trains": round(waited, 1)}, waited < TURN


def audience(host: Host) -> Found:
    """205 watchers of one visitor, then one of another."""
    with host.visitor() as greedy, host.visitor() as other:
        watch = post(greedy, "act", id=opened(greedy, SMALL), act="share")["watch"]
        for _ in range(205):
            post(greedy, "open", query=f"watch={watch}")
        role = post(other, "open", query=f"watch={watch}").get("role")
    return {"the other is": role or "kept out"}, role == "watcher"


def keeping(host: Host) -> Found:
    """One model kept by a visitor, then 32 by another."""
    with host.visitor() as greedy, host.visitor() as other:
        name = post(other, "act", id=opened(other, SMALL), act="keep")["model"]
        id = opened(greedy, SMALL)
        kept = sum("model" in post(greedy, "act", id=id, act="keep") for _ in range(32))
        status = other.get("/explore/file", params={"name": name, "part": "generator"}).status_code
    return {"kept": kept, "the other's model": status}, status == 200 and kept == 32


VISITORS: dict[str, Attack] = {
    "30 runs of one visitor": Attack(crowding, "the other waited for all of them"),
    "205 watchers of one visitor": Attack(audience, "the other was kept out"),
    "32 models of one visitor": Attack(keeping, "the other's model was gone"),
}
