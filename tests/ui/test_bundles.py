"""Many modules as one file: what it exports is what the modules export, each is run once, and nothing is missing."""

import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from gan.ui import app
from gan.ui.app import page_assets
from gan.ui.shell.assets import EARLY, STARTS, WORKER, modules
from gan.ui.shell.bundles import bundle, exported, imports, in_order
from js_core import DENO

TEXTS = {
    "core/a.js": "// A number.\nexport const ONE = 1, TWO = 2;\n/** Twice. */\nexport const twice = (v) => TWO * v;\n",
    "core/b.js": 'import { ONE as one, twice } from "./a.js";\n\n'
    "export function four(\n  /** @type {number} */ by,\n) {\n"
    "  return by * twice(twice(one)); // not `export`\n}\nexport class Box {}\nexport async function late() {}\n",
    "page/c.js": 'import {\n  Box,\n  four,\n} from "../core/b.js";\nimport { ONE } from "../core/a.js";\n'
    "export const told = [new Box() instanceof Box, four(ONE + 1), import.meta.url.endsWith('/c.js')];\n",
}  # fmt: skip


def run(folder: Path, files: Mapping[str, str], code: str) -> str:
    """What a script prints that imports files."""
    for name, text in files.items():
        (folder / name).write_text(text)
    (folder / "main.js").write_text(code)
    done = subprocess.run(
        [DENO, "run", "--no-config", "--no-remote", f"--allow-read={folder}", folder / "main.js"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_imports_and_exports_are_read() -> None:
    assert imports("page/c.js", TEXTS["page/c.js"]) == {
        "core/b.js": [("Box", "Box"), ("four", "four")], "core/a.js": [("ONE", "ONE")],
    }  # fmt: skip
    assert imports("core/b.js", TEXTS["core/b.js"]) == {"core/a.js": [("ONE", "one"), ("twice", "twice")]}
    assert exported(TEXTS) == {"core/a.js": ["ONE", "twice"], "core/b.js": ["Box", "four"]}
    assert in_order(TEXTS, ["page/c.js"]) == ["core/a.js", "core/b.js", "page/c.js"]
    assert in_order(TEXTS, ["page/c.js"], ["core/a.js"]) == ["core/b.js", "page/c.js"]


def test_a_bundle_does_what_its_modules_do(tmp_path: Path) -> None:
    files = {"early.js": bundle(TEXTS, {"core/b.js": ("four", "late")})}
    files["later.js"] = bundle(TEXTS, {"page/c.js": ("told",)}, "./early.js", ["core/a.js", "core/b.js"])
    assert "Twice" not in files["early.js"]  # what is said of a module is not sent
    assert "core/a.js" in files["early.js"] and "const ONE" not in files["later.js"]
    code = """
        import { modules } from "./later.js";
        console.log(modules["page/c.js"].told.slice(0, 2), Object.keys(modules["core/b.js"]).sort().join());
    """
    assert run(tmp_path, files, code) == "[ true, 8 ] Box,four,late\n"


def test_a_module_of_two_bundles_is_run_once(tmp_path: Path) -> None:
    texts = {
        "x/count.js": "globalThis.runs = (globalThis.runs ?? 0) + 1;\nexport const own = {};\n",
        "x/a.js": 'import { own } from "./count.js";\nexport const a = own;\n',
        "x/b.js": 'import { own } from "./count.js";\nexport const b = own;\n',
    }
    files = {"e.js": "const modules = {};\nexport { modules };\n"}
    files |= {f"{name}.js": bundle(texts, {f"x/{name}.js": (name,)}, "./e.js") for name in "ab"}
    code = """
        import "./a.js";
        import { modules } from "./b.js";
        console.log(globalThis.runs, modules["x/a.js"].a === modules["x/b.js"].b);
    """
    assert run(tmp_path, files, code) == "1 true\n"


def test_the_pages_bundles_hold_all_of_its_modules() -> None:
    """Each module of the app is in one of them, with every name that another imports."""
    files = {path: asset.content.decode() for path, asset in page_assets().files.items() if path.endswith(".js")}
    texts = {path: text for path, text in modules().items() if not path.startswith("site/")}
    wanted = exported(texts) | {path: [*exported(texts).get(path, []), *names] for path, names in STARTS.items()}
    for path in texts:
        if path == WORKER:
            continue
        holding = [name for name, text in files.items() if f'modules["{path}"] ??= ' in text]
        assert holding, path
        for name in holding:
            made = (
                files[name].partition(f'modules["{path}"] ??= ')[2].partition("\n})();\n")[0].rpartition("return ")[2]
            )
            assert set(wanted.get(path, [])) <= set(made.strip("{ };").split(", ")), (name, path)
    assert "explore/index.js" not in files[WORKER] and 'modules["engine/network.js"]' in files[WORKER]
    assert len(files) == 1 + len(app.TABS) and EARLY in files


@pytest.mark.parametrize("path", [EARLY, WORKER])
def test_the_pages_bundles_are_no_nonsense(tmp_path: Path, path: str) -> None:
    text = page_assets().files[path].content.decode()
    page = "globalThis.location = new URL('http://x/'); globalThis.document = { documentElement: {} };"
    code = 'import "./page.js";\nimport { modules } from "./bundle.js";\nconsole.log(Object.keys(modules).length);'
    out = run(tmp_path, {"page.js": page, "bundle.js": text}, code)
    assert int(out) == text.count("] ??= (")
