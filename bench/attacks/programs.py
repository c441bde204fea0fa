"""Attacks by programs: calls that nobody fetches, and what gradio's MCP server should not see."""

import json
import time
from typing import Any

import httpx

from bench.attacks.host import Attack, Found, Host, Peak, at_once
from bench.attacks.requests import LOUD, ODD, RAW

CALLS = 300
MORE_MEMORY = 300  # megabytes
PAGE, TURN = 2.0, 20.0  # seconds until the page is there, and until another program has what it asked for
MCP = "/gradio_api/mcp"
MCP_HEADERS = {"content-type": "application/json", "accept": "application/json, text/event-stream"}


def unfetched(host: Host) -> Found:
    """300 films that one program asks for and never fetches; another one wants a sheet of samples meanwhile."""
    before = host.memory_at_rest()
    film = {"model": "mnist-style", "seeds": "1,2,3", "frames": 60, "file": ".zip"}

    with (
        Peak(host.wait_for_page) as page, Peak(host.memory) as memory, host.visitor() as other,
        httpx.Client(base_url=host.address, timeout=60) as one,
    ):  # fmt: skip

        def ask(_: int) -> int:
            return one.post("/gradio_api/call/v2/film", json=film).status_code

        taken = sum(status == 200 for status in at_once(CALLS, ask, threads=30))
        begun = time.perf_counter()
        told = called(other, "sample", {"model": "mnist-mlp", "seeds": "0-15"})
        turn = time.perf_counter() - begun
    more = memory.most - before
    figures = {
        "taken": taken, "turn of another (s)": round(turn, 1), "GET / (worst s)": round(page.most, 2),
        "more memory (MB)": round(more),
    }  # fmt: skip
    return figures, "event: complete" in told and turn < TURN and page.most < PAGE and more < MORE_MEMORY


def called(client: httpx.Client, name: str, values: dict[str, Any]) -> str:
    """The events of a call."""
    call = client.post(f"/gradio_api/call/v2/{name}", json=values).json()
    return client.get(f"/gradio_api/call/v2/{name}/{call.get('event_id')}").text


def mcp(host: Host) -> Found:
    """Names with control characters, files of the host, nesting without end and unknown methods, by MCP."""
    requests = [
        ("tools/call", {"name": ODD, "arguments": {ODD: ODD}}),
        ("tools/call", {"name": "sample", "arguments": {ODD: 1}}),
        ("tools/call", {"name": "sample", "arguments": {"model": {"path": "/etc/passwd"}}}), ("tools/call", 5),
        ("prompts/get", {"name": ODD}), ("resources/read", {"uri": "file:///etc/passwd"}), (ODD, {}),
        ("initialize", {"protocolVersion": ODD}), ("notifications/cancelled", {"requestId": ODD, "reason": ODD}),
    ]  # fmt: skip
    bodies = [
        json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": values}) for method, values in requests
    ]
    bodies += ["[" * 60_000, "[]", "{", "x" * 70_000]
    answers = [
        httpx.post(f"{host.address}{MCP}", content=body, headers=MCP_HEADERS, timeout=30, follow_redirects=True)
        for body in bodies
    ]
    if all(answer.status_code in (404, 405) for answer in answers):
        return {"mcp": "is not installed"}, True
    said = host.log.read_bytes()
    figures = {
        "5xx": sum(answer.status_code >= 500 for answer in answers), "tracebacks": said.count(b"Traceback"),
        "control characters in the log": len(RAW.findall(said)),
        "files told": sum("root:" in answer.text for answer in answers),
    }  # fmt: skip
    return figures, not any(figures.values())


PROGRAMS: dict[str, Attack] = {
    "300 films that nobody fetches": Attack(unfetched, "not tried"),
    "odd requests by MCP": Attack(mcp, "names reached the terminal raw; deep JSON was a 500 with a traceback"),
    "odd requests by MCP, a loud log": Attack(mcp, "deep JSON was a traceback", LOUD),
}
