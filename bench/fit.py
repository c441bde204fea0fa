"""What the browser's engine makes of a picture that is given, measured in Chromium: encoders, and fits.

`python -m bench.fit` needs Chromium and Playwright. Each figure stands beside the engine's own picture, by WebAssembly
and in plain JavaScript. A model that has no encoder is given one that learnt nothing: that is as fast. Prints a table
and, last, JSON.
"""

import argparse
import json
from typing import Any

import torch
from playwright.sync_api import Browser

from bench.machine import command, machine
from bench.pages import chromium, empty_page
from gan.explore import portable
from gan.models.checkpoint import load_model
from gan.models.encoders import load_encoder, new_encoder

MODELS = ("mnist-style", "faces-style-64")
WAYS = ("wasm", "plain")
STEPS, STARTS = 25, 6  # of a fit; of one that looks for several answers
LOOKS, FITS = {"wasm": 60, "plain": 10}, {"wasm": 7, "plain": 1}  # how often each is measured
SEVERAL = {"wasm": 3, "plain": 0}  # and several starts
# {what: milliseconds, one after the other} of an engine on an empty page.
MEASURE = """
async ([name, how, steps, starts, looks, fits, several]) => {
  const { Engine } = await import("/browser/engine/client.js");
  const file = async (_name, part) => (await fetch(`/file?part=${part}`)).arrayBuffer();
  const host = { static: true, render: null, models: async () => [], file };
  const engine = new Engine(host, "/browser/engine/worker.js", how === "plain" ? how : null);
  const model = await engine.model(name);
  if ((await engine.how) !== how) throw new Error(`the engine is ${await engine.how}`);
  const image = await engine.draw(name, new Float32Array(model.width));
  const picture = (ws) => engine.draw(name, ws), encode = () => engine.encode(name, image, 1);
  const area = model.shape[1] * model.shape[2], guess = await encode();
  const given = (count) => {
    const ws = new Float32Array(count * model.width), known = new Float32Array(area).fill(1);
    const pull = { layers: 0.01, mean: 0.003, start: 0 };
    for (let i = 0; i < count; i++) ws.set(guess, i * model.width);
    return { ws, target: image, known, shrink: 1, grey: false, steps, pull };
  };
  const timed = async (count, act) => {
    const times = [];
    for (let i = -1; i < count; i++) { // the first one is not counted
      const begun = performance.now();
      await act();
      if (i >= 0) times.push(performance.now() - begun);
    }
    return times;
  };
  const waits = []; // for a picture on the screen, while something is fitted
  let fitting = true;
  const others = async () => {
    while (fitting) {
      const begun = performance.now();
      await picture(guess);
      waits.push(performance.now() - begun);
      await new Promise((next) => setTimeout(next, 15));
    }
  };
  const found = {
    picture: await timed(looks, () => picture(guess)),
    encode: await timed(looks, encode),
    answer: await timed(looks, async () => picture(await encode())),
    fit: await timed(fits, () => engine.fit(name, given(1))),
    starts: several ? await timed(several, () => engine.fit(name, given(starts))) : [],
  };
  const beside = others();
  await engine.fit(name, given(1));
  fitting = false;
  await beside;
  return { ...found, beside: waits };
}"""


def measure(browser: Browser, name: str, way: str) -> dict[str, float]:
    """{what: the median in milliseconds, "answer_p95" and "beside_p95": 95 % quantiles}."""
    model = load_model(name)
    encoder = load_encoder(model) or new_encoder(model, "encoder", torch.Generator().manual_seed(0))
    files = {"generator": portable.generator(model), "encoder": portable.encoder(model, encoder)}
    with empty_page(browser, files) as page:
        times = page.evaluate(MEASURE, [name, way, STEPS, STARTS, LOOKS[way], FITS[way], SEVERAL[way]])
    found = {what: quantile(values, 0.5) for what, values in times.items() if values}
    return found | {f"{what}_p95": quantile(times[what], 0.95) for what in ("answer", "beside")}


def quantile(values: list[float], share: float) -> float:
    """The value that `share` of the others do not exceed."""
    return sorted(values)[min(int(share * len(values)), len(values) - 1)]


def table(results: dict[str, Any]) -> str:
    """Its results as Markdown."""
    head = (
        f"| model | way | picture | encoder | encoder and picture, p50 / p95 | {results['steps']} steps | "
        f"{results['starts']} starts | picture meanwhile, p95 |\n|---|---|---|---|---|---|---|---|"
    )
    return "\n".join([head, *(line(name, way, row[way]) for name, row in results["fit"].items() for way in row)])


def line(name: str, way: str, row: dict[str, float]) -> str:
    """A row of the table, in milliseconds."""
    starts = f"{row['starts']:.0f}" if "starts" in row else ""
    return (
        f"| `{name}` | {way} | {row['picture']:.1f} | {row['encode']:.1f} | {row['answer']:.1f} / "
        f"{row['answer_p95']:.1f} | {row['fit']:.0f} | {starts} | {row['beside_p95']:.1f} |"
    )


def main() -> None:
    """Measure and print."""
    p = argparse.ArgumentParser(prog="python -m bench.fit", description=__doc__)
    p.add_argument("names", nargs="*", metavar="MODEL", help=f"default: {', '.join(MODELS)}")
    p.add_argument("--way", choices=WAYS, help="default: both")
    args = p.parse_args()
    with chromium() as browser:
        ways = [args.way] if args.way else WAYS
        rows = {name: {way: measure(browser, name, way) for way in ways} for name in args.names or MODELS}
    result = {"fit": rows, "steps": STEPS, "starts": STARTS, "command": command("fit")} | machine()
    print(table(result))
    print(json.dumps(result))


if __name__ == "__main__":
    main()
