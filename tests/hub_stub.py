"""A small Hub on loopback: what huggingface_hub asks for when repositories are made, read and written, and no more."""

import base64
import hashlib
import json
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from huggingface_hub import constants

TOKEN = "hf_of_the_tests"
REPOSITORY = r"(model|space|dataset)s/([^/]+/[^/]+)"


@dataclass
class Repository:
    """Its files by commit; the newest commit is the last.

    Attributes:
        card: what the Hub has read of its README.
        gated: whether its readers have to be let in.
        tags: tag -> commit.
        broken: files whose download ends in an error.
    """

    private: bool = False
    card: dict[str, Any] = field(default_factory=dict)
    gated: bool = False
    tags: dict[str, str] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    commits: dict[str, dict[str, bytes]] = field(default_factory=lambda: {"0" * 40: {}})
    made: dict[str, Any] = field(default_factory=dict)
    hardware: str | None = None
    stages: list[str] = field(default_factory=lambda: ["BUILDING", "BUILDING", "RUNNING"])

    @property
    def head(self) -> str:
        return list(self.commits)[-1]

    @property
    def files(self) -> dict[str, bytes]:
        return self.commits[self.head]

    def commit_of(self, revision: str) -> str:
        """What a revision means, which may be a commit, or nothing."""
        return self.head if revision in ("", "main") else self.tags.get(revision, revision)


def blob(content: bytes) -> str:
    """Git's name of a file's content."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()


@dataclass
class Hub:
    """The repositories, by kind and name; what was asked; and how every answer fails, if it shall."""

    repositories: dict[tuple[str, str], Repository] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    fails: int = 0
    url: str = ""

    def add(self, name: str, files: Mapping[str, bytes], kind: str = "model", private: bool = False) -> Repository:
        """A repository with files; a second time the next commit of it."""
        repository = self.repositories.setdefault((kind, name), Repository(private))
        commit(repository, dict(files))
        return repository

    def model(self, name: str) -> Repository:
        return self.repositories["model", name]

    def space(self, name: str) -> Repository:
        return self.repositories["space", name]

    @property
    def downloads(self) -> list[str]:
        """The files that were fetched."""
        return [line.rpartition("/")[2] for line in self.asked if line.startswith("GET ") and "/resolve/" in line]


def commit(repository: Repository, files: dict[str, bytes]) -> str:
    """The number of the next commit, which holds files."""
    said = f"{len(repository.commits)} {sorted((name, blob(content)) for name, content in files.items())}"
    number = hashlib.sha1(said.encode()).hexdigest()
    repository.commits[number] = files
    return number


class Answers(BaseHTTPRequestHandler):
    """One request after another of a connection."""

    protocol_version = "HTTP/1.1"
    hub: Hub

    def log_message(self, *_: object) -> None:
        """Nothing."""

    def say(self, value: object, status: int = 200, headers: Mapping[str, str] | None = None) -> None:
        body = value if isinstance(value, bytes) else json.dumps(value).encode()
        self.send_response(status)
        told = {"content-type": "application/json", "content-length": str(len(body))} | dict(headers or {})
        for name, text in told.items():
            self.send_header(name, text)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def missing(self, code: str, head: str = "", status: int = 404) -> None:
        commit = {"X-Repo-Commit": head} if head else {}
        self.say({"error": code}, status, {"X-Error-Code": code, "X-Error-Message": code} | commit)

    def given(self) -> bytes:
        if self.headers.get("transfer-encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("content-length") or 0))
        whole = b""
        while size := int(self.rfile.readline().strip() or b"0", 16):
            whole += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return whole

    def answer(self) -> None:
        parts = urlsplit(self.path)
        path, query, body = parts.path, parse_qs(parts.query), self.given()
        self.hub.asked.append(f"{self.command} {path}")
        known = self.headers.get("authorization") == f"Bearer {TOKEN}"
        if self.hub.fails:
            self.say({"error": "it fails"}, self.hub.fails)
        elif self.command == "POST" and not known:
            self.say({"error": "Invalid username or password."}, 401)
        elif path == "/api/repos/create":
            self.create(json.loads(body))
        elif path == "/api/validate-yaml":
            self.say({"errors": [], "warnings": []})
        elif match := re.fullmatch(rf"/api/{REPOSITORY}(?:/(.*))?", path):
            repository = self.hub.repositories.get((match[1], match[2]))
            if repository is None or (repository.private and not known):
                self.missing("RepoNotFound")
            elif repository.gated:
                self.missing("GatedRepo", status=403)
            else:
                self.of_repository(repository, match[2], match[3] or "", query, body)
        elif match := re.fullmatch(r"/(?:(space|dataset)s/)?([^/]+/[^/]+)/resolve/([^/]+)/(.+)", path):
            self.resolve(match[1] or "model", match[2], match[3], match[4], known)
        else:
            self.say({"error": f"not here: {path}"}, 404)

    do_GET = do_POST = do_PUT = do_HEAD = do_DELETE = answer

    def create(self, asked: dict[str, Any]) -> None:
        kind, name = asked.get("type", "model"), f"{asked.get('organization') or 'me'}/{asked['name']}"
        new = (kind, name) not in self.hub.repositories
        private = bool(asked.get("private")) or asked.get("visibility") == "private"
        repository = self.hub.repositories.setdefault((kind, name), Repository(private))
        if new:
            repository.made, repository.hardware = asked, asked.get("hardware")
        prefix = "" if kind == "model" else f"{kind}s/"
        self.say({"url": f"{self.hub.url}/{prefix}{name}", "id": name, "name": name}, 200 if new else 409)

    def of_repository(
        self, repository: Repository, name: str, rest: str, query: Mapping[str, list[str]], body: bytes
    ) -> None:
        action, _, revision = rest.partition("/")
        head = repository.commit_of(revision)
        if action in ("", "revision"):
            files = repository.commits.get(head)
            if files is None:
                self.missing("RevisionNotFound")
                return
            sized = [{"rfilename": path, "size": len(file), "blobId": blob(file)} for path, file in files.items()]
            plain = [{"rfilename": path} for path in files]
            self.say({
                "id": name, "sha": head, "private": repository.private, "tags": [], "likes": 0, "downloads": 0,
                "siblings": sized if "blobs" in query else plain, "cardData": repository.card,
            })  # fmt: skip
        elif action == "tree":
            self.say([
                {"type": "file", "path": path, "size": len(file), "oid": blob(file)}
                for path, file in repository.commits[head].items()
            ])  # fmt: skip
        elif action == "preupload":
            entries = []
            for file in json.loads(body)["files"]:
                old = repository.files.get(file["path"])
                entries.append({"path": file["path"], "uploadMode": "regular", "shouldIgnore": False,
                                "oid": None if old is None else blob(old)})  # fmt: skip
            self.say({"files": entries})
        elif action == "commit":
            files = dict(repository.files)
            for entry in map(json.loads, body.decode().splitlines()):
                value = entry["value"]
                if entry["key"] == "file":
                    files[value["path"]] = base64.b64decode(value["content"])
                elif entry["key"] == "deletedFile":
                    files.pop(value["path"])
            number = commit(repository, files)
            self.say({"success": True, "commitUrl": f"{self.hub.url}/{name}/commit/{number}", "commitOid": number})
        elif action == "commits":
            self.say([
                {"id": number, "title": "", "message": "", "authors": [], "date": "2026-01-01T00:00:00.000Z"}
                for number in reversed(repository.commits)
            ])  # fmt: skip
        elif action == "runtime":
            stage = repository.stages[0]
            repository.stages[:] = repository.stages[1:] or [stage]
            self.say({"stage": stage, "hardware": {"current": repository.hardware, "requested": repository.hardware},
                      "storage": None, "gcTimeout": None, "sha": repository.head,
                      "domains": [{"domain": f"{name.replace('/', '-')}.hf.space"}]})  # fmt: skip
        elif action == "hardware":
            repository.hardware = json.loads(body)["flavor"]
            self.say({"stage": "BUILDING", "hardware": {"current": None, "requested": repository.hardware},
                      "storage": None, "gcTimeout": None})  # fmt: skip
        else:
            self.say({"error": f"not here: {rest}"}, 404)

    def resolve(self, kind: str, name: str, revision: str, path: str, known: bool) -> None:
        repository = self.hub.repositories.get((kind, name))
        if repository is None or (repository.private and not known):
            self.missing("RepoNotFound")
            return
        head = repository.commit_of(revision)
        files = repository.commits.get(head)
        if files is None:
            self.missing("RevisionNotFound")
        elif path not in files:
            self.missing("EntryNotFound", head)
        elif path in repository.broken:
            self.say({"error": "it fails"}, 404)
        else:
            self.say(files[path], 200, {
                "content-type": "application/octet-stream", "ETag": f'"{blob(files[path])}"', "X-Repo-Commit": head,
            })  # fmt: skip


@contextmanager
def served() -> Iterator[Hub]:
    """A Hub on loopback while the block runs."""
    hub = Hub()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("HubAnswers", (Answers,), {"hub": hub}))
    server.daemon_threads = True
    hub.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """An empty Hub, an empty cache, and a token that may write."""
    with served() as found:
        monkeypatch.setattr(constants, "ENDPOINT", found.url)
        monkeypatch.setattr(
            constants, "HUGGINGFACE_CO_URL_TEMPLATE", found.url + "/{repo_id}/resolve/{revision}/{filename}"
        )
        monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub-cache"))
        monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
        monkeypatch.setenv("HF_TOKEN", TOKEN)
        yield found
