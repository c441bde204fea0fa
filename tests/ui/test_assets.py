"""The files of the page as they are served: whole, compressed, for good, and nothing else."""

import gzip
import re
from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from gan.ui import app
from gan.ui.shell import assets as assets_module
from gan.ui.shell.assets import EARLY, SHEET, WORKER, Assets, bundle_of, modules, style_sheet

FOR_GOOD = "public, max-age=31536000, immutable"
WORDS = {"explore": {"en": {"again": "Again"}}}
ASSETS = app.page_assets()


@pytest.fixture(scope="module")
def http() -> Iterator[TestClient]:
    with TestClient(Starlette(routes=[ASSETS.route()])) as client:
        yield client


# ---- what is sent


@pytest.mark.parametrize("path", ASSETS.files)
def test_files_are_sent_compressed_and_for_good(http: TestClient, path: str) -> None:
    asset = ASSETS.files[path]
    for accepted, encoding in (("gzip, deflate", "gzip"), ("identity", None)):
        answer = http.get(f"/{ASSETS.base}/{path}", headers={"Accept-Encoding": accepted})
        assert answer.status_code == 200
        assert answer.content == asset.content  # the client unpacks it
        assert answer.headers.get("content-encoding") == encoding
        assert answer.headers["cache-control"] == FOR_GOOD
        assert answer.headers["vary"] == "Accept-Encoding"
        assert answer.headers["x-content-type-options"] == "nosniff"
        kind = {"css": "text/css", "js": "text/javascript", "json": "application/json"}[path.rpartition(".")[2]]
        assert answer.headers["content-type"] == f"{kind}; charset=utf-8"
        assert int(answer.headers["content-length"]) == len(asset.zipped if encoding else asset.content)
    assert gzip.decompress(asset.zipped) == asset.content


@pytest.mark.parametrize(
    "path",
    [
        "", "nothing.js", "core", "core/", "core/crc32.js/", "Style.css", "explore/explore.css", "page/first.js",
        "site/index.js", "words/nobody.js", "..%2fassets.py", "%2e%2e/%2e%2e/shell/assets.py",
        "core/%2e%2e/core/crc32.js", "%2fetc%2fpasswd", "core/crc32.js%00", "core%5ccrc32.js",
    ],
)  # fmt: skip
def test_nothing_else_is_sent(http: TestClient, path: str) -> None:
    answer = http.get(f"/{ASSETS.base}/{path}")
    assert (answer.status_code, answer.content) == (404, b"")


def test_another_version_is_not_sent(http: TestClient) -> None:
    assert http.get("/atelier/0123456789abcdef/style.css").status_code == 404
    assert http.get("/style.css").status_code == 404


# ---- the hash


def test_the_hash_is_that_of_the_files(monkeypatch: pytest.MonkeyPatch) -> None:
    before = Assets(WORDS).hash
    assert re.fullmatch(r"[0-9a-f]{16}", before)
    assert Assets(WORDS).hash == before
    hashes = {before, Assets({"explore": {"en": {"again": "Again."}}}).hash}
    texts, sheet = modules(), style_sheet()
    monkeypatch.setattr(assets_module, "modules", lambda: texts | {"core/crc32.js": texts["core/crc32.js"] + ";"})
    hashes.add(Assets(WORDS).hash)
    monkeypatch.setattr(assets_module, "modules", lambda: texts)
    monkeypatch.setattr(assets_module, "style_sheet", lambda: sheet + "\n")
    hashes.add(Assets(WORDS).hash)
    assert len(hashes) == 4


# ---- what the page says of them


def named(html: str) -> list[str]:
    """The files that a page names, by their paths below its base."""
    return re.findall(rf"\b{ASSETS.base}/([\w./]+)", html)


def test_what_the_head_names_is_there() -> None:
    assert re.findall(rf'<link rel="modulepreload" href="{ASSETS.base}/([^"]+)">', ASSETS.head()) == [EARLY, WORKER]
    assert set(named(ASSETS.head() + ASSETS.start())) == {EARLY, WORKER, SHEET}
    assert {EARLY, WORKER, SHEET} <= set(ASSETS.files)


@pytest.mark.parametrize("tab", app.TABS)
def test_each_tab_has_its_modules_and_its_words(tab: str) -> None:
    content = ASSETS.files[bundle_of(tab)].content.decode()
    assert set(named(ASSETS.mounting(tab))) == {bundle_of(tab)}
    for path in (f"{tab}/index.js", f"words/{tab}.js"):
        assert f'modules["{path}"] ??= ' in content
        assert f'modules["{path}"]' in ASSETS.mounting(tab)


def test_a_page_asks_for_few_files() -> None:
    """A browser far away waits for each as long as for a whole picture."""
    assert {path for path in ASSETS.files if path.endswith(".js")} == {WORKER, *map(bundle_of, app.TABS)}
