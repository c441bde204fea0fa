"""Attacks by work: what takes the host's threads, memory or processes from everybody."""

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from bench.attacks.host import (
    HEAVY,
    LARGE,
    SMALL,
    Attack,
    Found,
    Host,
    Peak,
    alive,
    at_once,
    opened,
    polled,
    post,
    until,
)

RACE = "?tab=live&data=ring&rival=hinge&batch=8&g_neurons=8&d_neurons=8"  # two planes in a film
MOMENTS = 60  # of a film, of which 60 to 120 are kept
FILMS, FILMED = 44, 4
LARGE_RUNS, STATES, STATE = 30, 3, 12.2  # megabytes of a state
PAST = 150  # megabytes that all pasts may take
PASTS = {"GAN_LIVE_MEMORY": "600", "GAN_LIVE_PAST": f"{PAST}000000"}
RUNS = 8  # that train at once
MORE_MEMORY = 300  # megabytes
PAGE = 1.0  # seconds


def steps(host: Host) -> Found:
    """45 single steps of one heavy run at once."""
    with host.visitor() as client:
        id = opened(client, HEAVY)

        def step(_: int) -> str:
            return str(client.post("/live/act", json={"id": id, "act": "step"}, timeout=8).json().get("trouble", ""))

        with Peak(host.wait_for_page) as page:
            told = at_once(45, step)
    busy = sum("still at work" in text for text in told if isinstance(text, str))
    return {"GET / (worst s)": round(page.most, 2), "told that it is busy": busy}, page.most < PAGE and busy == 44


def heavy_set_up(host: Host) -> Found:
    """A set-up of which one iteration takes many seconds."""
    with host.visitor() as client:
        told = post(client, "open", query=HEAVY)
        begun = time.perf_counter()
        post(client, "act", id=told["id"], act="step")
        took = time.perf_counter() - begun
    refused = "one iteration would take" in str(told["shut"]).lower()
    return {"refused": refused, "a step of what it got (s)": round(took, 2)}, refused and took < 5


def films(host: Host) -> Found:
    """44 films of one long race at once, then of four."""
    with host.visitor() as client:
        ids = filmed(client)
        before, codes = host.memory(), []
        with Peak(host.wait_for_page) as page, Peak(host.memory) as memory:
            for suffix, runs in ((".gif", ids[:1]), (".mp4", ids[:1]), (".mp4", ids)):

                def ask(i: int, suffix: str = suffix, runs: list[str] = runs) -> int:
                    file = {"id": runs[i % len(runs)], "what": "film", "suffix": suffix}
                    return client.post("/live/file", json=file, timeout=120).status_code

                codes += at_once(FILMS, ask, 150)
    more, good = memory.most - before, codes.count(200)
    figures = {"GET / (worst s)": round(page.most, 2), "MB more": round(more), "films": good}
    return figures, page.most < PAGE and more < MORE_MEMORY and good == 3 * FILMS


def filmed(client: httpx.Client) -> list[str]:
    """Races at rest with long pasts."""
    ids = [opened(client, RACE) for _ in range(FILMED)]
    for id in ids:
        post(client, "act", id=id, act="start")
    until(lambda: min(len(polled(client, id)["moments"]["list"]) for id in ids) >= MOMENTS, 60, 0.05)
    for id in ids:
        post(client, "act", id=id, act="pause")
    return ids


def looks(host: Host) -> Found:
    """60 different set-ups opened at once."""
    before = len(host.processes())
    with host.visitor() as client, Peak(lambda: len(host.processes()) - before, 0.02) as processes:
        ids = at_once(60, lambda i: opened(client, f"?tab=live&data=ring&seed={i}"))
    good = len({id for id in ids if isinstance(id, str) and id != "None"})
    return {"processes at once": int(processes.most), "runs": good}, processes.most <= 2 + RUNS and good == 60


def pasts(host: Host) -> Found:
    """30 runs of which each sends three large states of its networks to a host that keeps 150 MB."""
    before = host.memory()
    with host.visitor() as client, Peak(host.wait_for_page) as page, Peak(host.memory) as memory:

        def fill(_: int) -> str:
            id = opened(client, LARGE)
            for _ in range(STATES):  # each is kept: no plain iteration led there
                post(client, "act", id=id, act="step", which="d")
            return id

        ids = at_once(LARGE_RUNS, fill, 300, threads=4)
    more, good = memory.most - before, len({id for id in ids if isinstance(id, str) and id != "None"})
    figures = {
        "runs": good, "MB sent": round(good * STATES * STATE), "MB more": round(more),
        "GET / (worst s)": round(page.most, 2),
    }  # fmt: skip
    return figures, good == LARGE_RUNS and more < 2 * PAST


def deaf(host: Host) -> Found:
    """A worker that stands still by force, beside a run whose page falls silent."""
    with host.visitor() as client:
        frozen, process = trained_apart(host, client)
        other, _ = trained_apart(host, client)
        watches = {id: f"watch={post(client, 'act', id=id, act='share')['watch']}" for id in (frozen, other)}
        seen = {id: str(post(client, "open", query=watch)["id"]) for id, watch in watches.items()}
        os.kill(process, signal.SIGSTOP)
        polled(client, frozen)
        polled(client, other)  # the last that both pages say
        slept = until(lambda: polled(client, seen[other])["state"] == "asleep", 40)
        failed = slept + until(lambda: polled(client, seen[frozen])["state"] == "failed", 40)
        gone = failed + until(lambda: not alive(process), 10)
    figures = {"the other sleeps (s)": round(slept, 1), "the deaf one has failed (s)": round(failed, 1)}
    return figures, slept < 3 and failed < 15 and gone < 20


def trained_apart(host: Host, client: httpx.Client) -> tuple[str, int]:
    """(a run that trains, its process)."""
    id, before = opened(client, SMALL), set(host.processes())
    post(client, "act", id=id, act="start")
    until(lambda: polled(client, id)["state"] == "running", 10)
    (process,) = set(host.processes()) - before
    return id, process


def charges(host: Host) -> Found:
    """Single steps, slow motion and steps back without end, of runs that may train for a second."""
    acts: dict[str, Callable[[httpx.Client, str], dict[str, Any]]] = {
        "steps": lambda client, id: post(client, "act", id=id, act="step"),
        "slow motion": lambda client, id: post(client, "act", id=id, act="slow"),
        "steps back": lambda client, id: post(client, "act", id=id, act="branch", moment=newest(client, id)),
    }
    figures: dict[str, Any] = {}
    with host.visitor() as client:
        for name, act in acts.items():
            id = opened(client, "?tab=live&data=ring&batch=1024")
            for _ in range(3):
                post(client, "act", id=id, act="step")
            asked, told = 0, dict[str, Any]()
            begun = time.perf_counter()
            while not refused(told) and time.perf_counter() - begun < 40:
                told, asked = act(client, id), asked + 1
            figures[f"{name} until refused"] = asked if refused(told) and refused(act(client, id)) else "no end"
    return figures, "no end" not in figures.values()


def newest(client: httpx.Client, id: str) -> int:
    """The newest moment of a run's past."""
    return int(polled(client, id)["moments"]["list"][-1][0])


def refused(told: dict[str, Any]) -> bool:
    """Whether a run has used up its seconds."""
    return told.get("state") == "over" or "used up its seconds" in told.get("trouble", "")


def ended_by(host: Host, number: int) -> Found:
    """A signal to the app in the middle of a heavy iteration and of a light run."""
    with host.visitor() as client:
        for query in (HEAVY, SMALL):
            post(client, "act", id=opened(client, query), act="start")
        time.sleep(1)
        family = host.processes()
        host.process.send_signal(number)
        took = until(lambda: host.process.poll() is not None and not any(map(alive, family)), 60)
    figures = {"processes": len(family), "seconds until all are gone": round(took, 1)}
    return figures, took < (5.5 if number == signal.SIGTERM else 8) and len(family) >= 4


def told_to_end(host: Host) -> Found:
    """SIGTERM in the middle of a heavy iteration."""
    return ended_by(host, signal.SIGTERM)


def killed(host: Host) -> Found:
    """SIGKILL in the middle of a heavy iteration: nothing of the app can tell its workers."""
    return ended_by(host, signal.SIGKILL)


def uploads(host: Host) -> Found:
    """100 files of 5 MB for gradio's upload route."""
    with host.visitor() as client:
        content = {"files": ("x.bin", b"\0" * 5_000_000)}
        answers = at_once(100, lambda _: client.post("/gradio_api/upload", files=content).status_code, threads=4)
    codes = sorted({str(answer) if isinstance(answer, int) else "closed" for answer in answers})
    megabytes = left(host.folder)
    return {"MB left on the disk": round(megabytes, 1), "answers": codes}, megabytes < 1 and {"404"} <= {*codes} <= {
        "404", "closed",
    }  # fmt: skip


def left(folder: Path) -> float:
    """Megabytes in a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


ANY_ITERATION = {"GAN_LIVE_ITERATION": "1000"}  # so that a heavy run is not refused
WORK: dict[str, Attack] = {
    "45 steps of a heavy run": Attack(steps, "GET / dead for 45 s to 4 minutes", ANY_ITERATION),
    "a set-up of heavy iterations": Attack(heavy_set_up, "taken, 10 s a step"),
    "100 uploads of 5 MB": Attack(uploads, "the disk filled"),
    "44 films of a run": Attack(films, "all 40 threads taken"),
    "30 pasts of large networks": Attack(pasts, "all were kept, 21 GB of 200 runs", PASTS),
    "60 set-ups at once": Attack(looks, "40 processes at once"),
    "a worker that does not listen": Attack(deaf, "34 s until another run sleeps"),
    "work without end": Attack(charges, "nothing of it was charged", {"GAN_LIVE_SECONDS": "1"}),
    "SIGTERM in an iteration": Attack(told_to_end, "160 s after an attack", ANY_ITERATION),
    "SIGKILL in an iteration": Attack(killed, "workers stayed", ANY_ITERATION),
}
