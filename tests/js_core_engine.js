// In the place of page/engine.js: an engine whose models are files of the folder that deno was started with.
import { Engine } from "../gan/ui/browser/engine/client.js";

const [folder, wanted] = Deno.args;
const shared = new Map();

async function read(name, part) {
  asked.push(`${part} ${name}`);
  try {
    return (await Deno.readFile(`${folder}/${part} ${name}`)).buffer;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    shared.delete(`${part} ${name}`);
    throw new Error(`there is no ${part} of ${name}`);
  }
}

async function models() {
  const files = await Array.fromAsync(Deno.readDir(folder), (file) => file.name);
  const names = files.filter((file) => file.startsWith("generator ")).map((file) => file.slice("generator ".length));
  return names.map((name) => ({ name, reference: files.includes(`reference ${name}`) }));
}

export const host = {
  static: true,
  render: null,
  models,
  file: (name, part) => {
    const key = `${part} ${name}`;
    if (!shared.has(key)) shared.set(key, read(name, part));
    return shared.get(key);
  },
};

const worker = new URL("../gan/ui/browser/engine/worker.js", import.meta.url).href;
export const engine = new Engine(host, worker, wanted || null);
