"""Attacks by requests: slow ones, huge ones, those of other sites, odd names, and calls at random."""

import asyncio
import json
import re
import socket
import time
from contextlib import ExitStack
from typing import Any
from urllib.parse import quote

import httpx

from bench.attacks.host import LARGE, SMALL, Attack, Found, Host, Peak, opened, post, until
from bench.fuzz import CALLS, fuzz
from gan.commands.process import raise_file_limit

IDLE_READERS, FULL_BODIES = 100, 100
MANY = 1_060  # connections: more than the 1,024 files that a process may hold on many systems
PAGE = 1.0  # seconds
CROWDED = 2.0  # seconds, where as many requests come in the same moment
TIMELY = 12.0  # seconds until half a request is refused
HEAD = b"POST /live/open HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 100\r\n"
HALF_BODY = HEAD + b'\r\n{"query": "'
HALF_HEAD = HEAD[:-20]
HEADERS = {"x-content-type-options": "nosniff", "referrer-policy": "no-referrer"}
FOREIGN = {"origin": "https://evil.example", "sec-fetch-site": "cross-site"}
OUR_OWN = {"sec-fetch-site": "same-origin"}
REBOUND = ("evil.example", "127.0.0.1.evil.example", "localhost.evil.example:{port}", "evil.example:{port}", "[::1", "")
ODD = "\x1b]0;owned\x07\x1b[2J\u009b5m\r\nWARNING:  forged"  # a title, a blank screen, blinking, a line of its own
RAW = re.compile(rb"[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\nWARNING:  forged")


def connected(host: Host) -> socket.socket:
    """A connection of bytes."""
    return socket.create_connection(("127.0.0.1", host.port), timeout=30)


def answered(connection: socket.socket, most: int = 200) -> str:
    """The status of what a connection answers, of which at most so many bytes are taken, or how it ends."""
    try:
        first = connection.recv(most)
    except TimeoutError:
        return "no answer"
    except OSError:
        return "closed"
    return first.split(b" ")[1].decode() if first.startswith(b"HTTP/") else "closed"


def half_a_request(host: Host, part: bytes) -> Found:
    """One that never goes on, then many of them at once."""
    raise_file_limit()
    begun = time.perf_counter()
    with connected(host) as one:
        one.sendall(part)
        status = answered(one)
    took = time.perf_counter() - begun
    with ExitStack() as stack, Peak(host.wait_for_page) as page:
        for _ in range(MANY):
            stack.enter_context(connected(host)).sendall(part)
        waited = host.wait_for_page()
    figures = {"answer": status, "after s": round(took, 1), f"GET / beside {MANY:,} (worst s)": round(page.most, 2)}
    return figures, status in ("408", "closed") and took < TIMELY and max(waited, page.most) < CROWDED


def half_bodies(host: Host) -> Found:
    """Half a body, and 1,060 of them."""
    return half_a_request(host, HALF_BODY)


def half_heads(host: Host) -> Found:
    """Half a head, and 1,060 of them."""
    return half_a_request(host, HALF_HEAD)


def long_head(host: Host) -> Found:
    """60 MB of headers in one request."""
    before, sent = host.memory_at_rest(), 0
    line = b"x-filler: " + b"a" * 59_988 + b"\r\n"
    with connected(host) as one, Peak(host.memory, 0.05) as memory, Peak(host.wait_for_page) as page:
        try:
            one.sendall(HEAD)
            for _ in range(1_000):
                one.sendall(line)
                sent += len(line)
        except OSError:  # it did not want to hear it all
            pass
        status = answered(one)
    more = memory.most - before
    figures = {"MB taken": round(sent / 1e6, 1), "answer": status, "MB more": round(more)}
    return figures, more < 20 and page.most < PAGE and status in ("400", "431", "closed")


def readers(host: Host) -> Found:
    """100 who ask for a model of a live run and take nothing of it."""
    with host.visitor() as client, ExitStack() as stack:
        id = opened(client, LARGE)
        body = json.dumps({"id": id, "what": "model"}).encode()
        ask = HEAD.replace(b"/live/open", b"/live/file").replace(b"100", str(len(body)).encode()) + b"\r\n" + body
        size = len(client.post("/live/file", content=body, headers={"content-type": "application/json"}).content)
        before, told = host.memory(), list[str]()
        with Peak(host.memory) as memory, Peak(host.wait_for_page) as page:
            for _ in range(IDLE_READERS):
                one = stack.enter_context(connected(host))
                one.sendall(ask)
                told.append(answered(one, 13))  # one after the other: a run does one act at a time
            time.sleep(1)
        more = memory.most - before
    figures = {
        "MB asked for": round(IDLE_READERS * size / 1e6), "MB more": round(more), "refused": told.count("503"),
        "GET / (worst s)": round(page.most, 2),
    }  # fmt: skip
    return figures, more < 250 and page.most < PAGE and told.count("200") > 0


def rows(host: Host) -> Found:
    """100 requests for pictures of 6 MB whose last bytes never come."""
    address = b"POST /explore/render?name=faces-style-64&want=critic_rank HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    head = address + b"Content-Type: application/octet-stream\r\nContent-Length: 6000000\r\n\r\n"
    with host.visitor() as client:
        client.get("/explore/file", params={"name": "faces-style-64", "part": "critic"})
    before, part, told = host.memory(), b"\0" * 5_900_000, list[str]()
    with ExitStack() as stack, Peak(host.memory) as memory, Peak(host.wait_for_page) as page:
        for _ in range(FULL_BODIES):
            one = stack.enter_context(connected(host))
            try:
                one.sendall(head + part)
            except OSError:  # it did not want to hear it all
                told.append("closed")
        time.sleep(1)
    more = memory.most - before
    figures = {
        "MB sent": round(FULL_BODIES * len(part) / 1e6), "MB more": round(more), "cut off": len(told),
        "GET / (worst s)": round(page.most, 2),
    }  # fmt: skip
    return figures, more < 300 and page.most < PAGE


def foreign_page(host: Host) -> Found:
    """A page of another site that starts work, before and after it has given its own name our address."""
    body = b'{"query": ""}'
    address = f"{host.address}/live/open"
    posts = [
        httpx.post(address, content=body, headers={**FOREIGN, "content-type": kind})
        for kind in ("text/plain", "application/x-www-form-urlencoded", "application/json")
    ]
    posts.append(httpx.post(address, content=body, headers={"origin": "null", "content-type": "application/json"}))
    asked = {**FOREIGN, "access-control-request-method": "POST", "access-control-request-headers": "content-type"}
    posts.append(httpx.options(address, headers=asked))
    names = [name.format(port=host.port) for name in REBOUND]
    rebound = [httpx.get(host.address, headers={"host": name}) for name in names]
    rebound += [
        httpx.post(address, content=body, headers={**OUR_OWN, "host": names[0], "origin": f"http://{names[0]}"})
    ]
    read = httpx.get(f"{host.address}/config", headers=FOREIGN)  # its answer is for our own page alone
    answers = [*posts, *rebound, read]
    allowed = [name for answer in answers for name in answer.headers if name.startswith("access-control-allow")]
    own = httpx.post(address, content=body, headers={**OUR_OWN, "content-type": "application/json"}).status_code
    figures = {
        "answers": sorted({answer.status_code for answer in posts}), "to other names": sorted(map(status_of, rebound)),
        "origins allowed": allowed, "our own page": own,
    }  # fmt: skip
    return figures, all(status_of(answer) >= 400 for answer in [*posts, *rebound]) and not allowed and own == 200


def status_of(answer: httpx.Response) -> int:
    """Of an answer."""
    return answer.status_code


def odd_names(host: Host) -> Found:
    """Names with control characters, wherever a name can be."""
    with host.visitor() as client:
        id = opened(client, SMALL)
        for route, values in {
            "open": {"query": f"?data={ODD}", "resume": ODD}, "act": {"id": id, "act": ODD}, "poll": {"id": ODD},
            "moment": {"id": id, "moment": ODD}, "close": {"id": ODD}, "file": {"id": id, "what": ODD},
        }.items():  # fmt: skip
            client.post(f"/live/{route}", json=values)
        for act in ("step", "ill", "choose", "settle"):
            post(client, "act", id=id, act=act, which=ODD, name=ODD, setup={ODD: ODD}, changed=ODD)
        for path in ("/explore/file", "/explore/models", "/explore/render", f"/{quote(ODD)}", f"/assets/{quote(ODD)}"):
            for method in ("GET", "POST"):
                client.request(method, path, params={"name": ODD, "part": ODD, "also": ODD}, json={})
        client.post("/films/training", json={"name": ODD})
        client.post("/films/encode", content=ODD.encode(), headers={"content-type": "application/octet-stream"})
    with connected(host) as one:  # what no browser sends
        one.sendall(f"GET /{ODD} HTTP/1.1\r\nHost: {ODD}\r\n\r\n".encode())
        answered(one)
    said = host.log.read_bytes()
    raw = RAW.findall(said)
    return {"control characters in the log": len(raw), "bytes of it": len(said)}, not raw


def said_of_every_answer(host: Host) -> Found:
    """What every answer tells the browser, and that none gives a file for an id in an address."""
    with host.visitor() as client:
        id = opened(client, SMALL)
        answers = {
            "page": client.get("/"), "config": client.get("/config"), "models": client.get("/explore/models"),
            "run": client.post("/live/poll", json={"id": id}), "nothing": client.get("/nothing"),
            "long": client.get("/" + "a" * 3_000), "foreign": client.post("/live/open", json={}, headers=FOREIGN),
            "rebound": client.get("/", headers={"host": "evil.example"}), "form": client.post("/live/open", data={}),
        }  # fmt: skip
        in_address = client.get("/live/file", params={"id": id, "what": "curves"}).status_code
    bare = [name for name, answer in answers.items() if not protected(answer)]
    figures = {"answers": len(answers), "without the headers": bare, "an id in an address": in_address}
    return figures, not bare and in_address == 405


def protected(answer: httpx.Response) -> bool:
    """Whether an answer carries the headers that keep a page safe."""
    policy = answer.headers.get("content-security-policy", "")
    plain = all(answer.headers.get(name) == value for name, value in HEADERS.items())
    return plain and "object-src 'none'" in policy and "base-uri" in policy


def long_path(host: Host) -> Found:
    """A path of 3,000 characters."""
    status = httpx.get(f"{host.address}/{'a' * 3_000}").status_code
    return {"answer": status}, status == 414


def random_calls(host: Host) -> Found:
    """Calls at random to every route."""
    found = asyncio.run(fuzz(host.address, CALLS))
    tracebacks = host.log.read_text(errors="replace").count("Traceback")
    there = until(lambda: host.wait_for_page() < PAGE, 30)
    figures: dict[str, Any] = found | {"tracebacks": tracebacks, "GET / after it": there < 30}
    fair = found["fewest that reached one"] >= CALLS / 100 and found["fewest that asked one"] > 0
    return figures, found["5xx"] == 0 and tracebacks == 0 and there < 30 and fair


LOUD = {"GAN_LOG": "debug"}
REQUESTS: dict[str, Attack] = {
    "half a body": Attack(half_bodies, "no limit of time; 1,060 took all files"),
    "half a head": Attack(half_heads, "no limit of time"),
    "60 MB of headers": Attack(long_head, "refused after 64 KB"),
    "100 readers who take nothing": Attack(readers, "all were kept"),
    "100 bodies of 6 MB": Attack(rows, "all were kept"),
    "a page of another site": Attack(foreign_page, "read a new owner's id"),
    "control characters in names": Attack(odd_names, "reached the terminal raw", LOUD),
    "what answers tell a browser": Attack(said_of_every_answer, "nothing; owners' ids in addresses"),
    "a path of 3,000 characters": Attack(long_path, "500 of gradio"),
    "20,000 calls at random": Attack(random_calls, "no 5xx in 21,000 calls of our own routes"),
}
