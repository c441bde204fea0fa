// Runs code for the tests in Python: a line of JSON {code, args} comes in, a line {value} or {error} goes out.
// The code is a function, which is called with args, or any other expression; either may give a promise.
import "./js_ground.js";

const [, , ...modules] = Deno.args;
await load(modules);

// JSON would turn these into null and a wrong figure into a missing one.
function exact(key, value) {
  if (typeof value === "number" && !Number.isFinite(value)) throw new Error(`${key} is ${value}, which JSON has not`);
  return value;
}

async function answer(line) {
  try {
    const { code, args } = JSON.parse(line);
    const made = (0, eval)(`(${code})`);
    const value = await (typeof made === "function" ? made(args) : made);
    return JSON.stringify({ value: value ?? null }, exact);
  } catch (error) {
    return JSON.stringify({ error: String(error?.stack ?? error) });
  }
}

const encoder = new TextEncoder();

async function write(text) {
  for (let bytes = encoder.encode(text); bytes.length;) bytes = bytes.subarray(await Deno.stdout.write(bytes));
}

let rest = "";
for await (const text of Deno.stdin.readable.pipeThrough(new TextDecoderStream())) {
  const lines = (rest + text).split("\n");
  rest = lines.pop();
  for (const line of lines) await write(`${await answer(line)}\n`);
}
