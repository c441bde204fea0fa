"""The browser's engine beside onnxruntime-web, on the same models in the same page of Chromium: milliseconds a picture.

`python -m bench.engine` needs Chromium, Playwright, the packages of `export --onnx`, and npm, which fetches
onnxruntime-web; `--library` names a folder that has it. Both compute on one thread of the page, by WebAssembly with
SIMD, from a latent (or a damaged picture) to the numbers of a sample; onnxruntime-web runs what `export --onnx` writes.
Short rounds of both alternate, and a ratio is that of neighbours. Prints a table and, last, JSON.
"""

import argparse
import json
import statistics
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser

from bench.machine import command, machine
from bench.pages import chromium, empty_page
from gan.explore import portable
from gan.explore.onnx_files import onnx_bytes
from gan.models.checkpoint import in_weights, load_model

PEER, VERSION = "onnxruntime-web", "1.30.0"
ROUNDS, SECONDS, WARM = 15, 0.1, 1.0  # of each, what one lasts at least, and for how long each is run before
ALIKE = 1e-3  # how far the samples of both may be from each other
HARD = ("scores", "words", "graphs")  # media whose samples are whole choices: rounding may tip some over
# {ours, peers: milliseconds a sample of each round; away: the largest difference; share: how many values differ}
MEASURE = """
async ([name, rounds, seconds, warm, alike]) => {
  const from = (path) => import(`/browser/${path}.js`), psi = 0.7, c = 0;
  const file = async (part) => (await fetch(`/file?part=${part}`)).arrayBuffer();
  const { readTensors } = await from("core/safetensors"), { decodeBytes } = await from("core/encoding");
  const { describeModel } = await from("core/model"), latents = await from("core/latents");
  const { seeded } = await from("core/draws"), { suited } = await from("engine/products");
  const { MATMUL } = await from("engine/matmul"), { compile } = await from("engine/layout");
  const { along, loopOf } = await from("engine/loops"), { pictures } = await from("engine/network");
  const { translated } = await from("engine/translation");
  const content = await file("generator"), read = readTensors(content);
  const net = compile(read, new WebAssembly.Module(suited(decodeBytes(MATMUL)))), repairs = net.kept.size > 0;
  const model = repairs ? null : describeModel(name, content), loop = repairs ? null : loopOf(read);
  const given = seeded(3, repairs ? net.start : model.zDim).map((v) => repairs ? Math.tanh(v) : v);
  const ours = () => {
    if (repairs) return translated(net, given);
    const w = latents.truncate(model, latents.mapping(model, given, c), psi, c);
    return pictures(net, along(loop, latents.everywhere(model, w), net.start), null);
  };

  const ort = await import("/library/ort.wasm.min.mjs");
  Object.assign(ort.env.wasm, { numThreads: 1, proxy: false, wasmPaths: "/library/" });
  ort.env.logLevel = "error";
  const session = await ort.InferenceSession.create(await file("onnx"), { executionProviders: ["wasm"] });
  const float = (values, shape) => new ort.Tensor("float32", values, shape), feeds = {};
  for (const { name: input, shape } of session.inputMetadata) {
    if (input === "psi") feeds.psi = float(Float32Array.of(psi), []);
    else if (input === "c") feeds.c = new ort.Tensor("int64", BigInt64Array.of(BigInt(c)), [1]);
    else feeds[input] = float(given, [1, ...shape.slice(1)]);
  }
  const peers = async () => (await session.run(feeds)).samples.data;

  const timed = async (make, least) => {
    const begun = performance.now();
    let made = 0, now = begun;
    for (; now - begun < 1000 * least; now = performance.now(), made++) await make();
    return (now - begun) / made;
  };
  const mine = ours(), theirs = await peers();
  let away = 0, share = 0;
  mine.forEach((v, i) => {
    away = Math.max(away, Math.abs(v - theirs[i]));
    share += (Math.abs(v - theirs[i]) > alike) / mine.length;
  });
  if (mine.length !== theirs.length) throw new Error(`${mine.length} numbers, not ${theirs.length}`);
  await timed(ours, warm);
  await timed(peers, warm);
  const found = { ours: [], peers: [], away, share };
  for (let i = 0; i < rounds; i++) {
    found.ours.push(await timed(ours, seconds));
    found.peers.push(await timed(peers, seconds));
  }
  return found;
}"""


def library(folder: Path) -> Path:
    """The scripts of onnxruntime-web, fetched by npm into a folder."""
    fetched = subprocess.run(
        ["npm", "pack", "--silent", f"{PEER}@{VERSION}"], cwd=folder, check=True, capture_output=True, text=True
    )
    with tarfile.open(folder / fetched.stdout.strip().splitlines()[-1]) as archive:
        archive.extractall(folder, filter="data")
    return folder / "package" / "dist"


def measure(browser: Browser, name: str, scripts: Path) -> dict[str, Any]:
    """{"ours", "peers": medians in milliseconds, "ratio": peers / ours, "macs", "away"} of a model.

    Raises:
        ValueError: they do not make the same of it.
    """
    model = load_model(name)
    files = {"generator": portable.generator(model), "onnx": onnx_bytes(model)}
    with empty_page(browser, files, {"library": scripts}) as page:
        found = page.evaluate(MEASURE, [name, ROUNDS, SECONDS, WARM, ALIKE])
    if found["share" if model.medium.name in HARD else "away"] > ALIKE:
        raise ValueError(f"both engines do not make the same of {name}: {found['away']:.2g} apart")
    ratio = statistics.median(b / a for a, b in zip(found["ours"], found["peers"], strict=True))
    medians = {who: statistics.median(found[who]) for who in ("ours", "peers")}
    return medians | {"ratio": ratio, "macs": model.G.macs(), "away": found["away"]}


def table(results: dict[str, Any]) -> str:
    """Its results as Markdown."""
    head = f"| model | million multiply-adds | ours | {PEER} | ratio |\n|---|---|---|---|---|"
    return "\n".join([head, *(line(name, row) for name, row in results["engine"].items())])


def line(name: str, row: dict[str, Any]) -> str:
    """A row of the table, in milliseconds."""
    return f"| `{name}` | {row['macs'] / 1e6:.1f} | {row['ours']:.3f} | {row['peers']:.3f} | {row['ratio']:.2f} |"


def main() -> None:
    """Measure and print."""
    p = argparse.ArgumentParser(prog="python -m bench.engine", description=__doc__)
    p.add_argument("names", nargs="*", metavar="MODEL", help="default: all shipped models")
    p.add_argument("--library", type=Path, metavar="FOLDER", help=f"the folder dist of {PEER}; default: npm fetches it")
    args = p.parse_args()
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        scripts = args.library or library(Path(folder))
        rows = {name: measure(browser, name, scripts) for name in args.names or in_weights()}
        version = browser.version
    result = {"engine": rows, "peer": f"{PEER} {VERSION}", "chromium": version, "command": command("engine")}
    result |= machine()
    print(table(result))
    print(json.dumps(result))


if __name__ == "__main__":
    main()
