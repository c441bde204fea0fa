// Where files come from: the host of the app, or the folder of a static site, by window.atelierSite.
atelier.host = (() => {
  const site = window.atelierSite ?? null;
  const opened = new URLSearchParams(location.search); // the address follows the tabs later
  const shared = new Map(); // what is asked for twice is fetched once
  let first = site?.first ?? "";

  const say = (english, chinese) => (document.documentElement.lang.startsWith("zh") ? chinese : english);
  const NUMBERS = "application/octet-stream";
  const LONG = 100; // characters of a model's name

  function once(key, ask) {
    if (!shared.has(key)) {
      const asked = ask();
      shared.set(key, asked);
      asked.catch(() => shared.delete(key)); // a later try may go better
    }
    return shared.get(key);
  }

  // ---- the app: requests ------------------------------------------------------------------------------------------

  async function ask(route, query = {}, options = {}) {
    // the answer of a route of the host's; an Error with one sentence where there is none
    const pairs = Object.entries(query).flatMap(([key, value]) => [value].flat().map((one) => [key, one]));
    const asked = new URLSearchParams(pairs.filter(([, value]) => value != null && value !== ""));
    let answer;
    try {
      answer = await fetch(atelier.wire.address(`${route}?${asked}`), options);
    } catch (error) {
      if (error.name === "AbortError") throw error;
      throw new Error(say("The host cannot be reached; is it still running?", "无法连接主机；它还在运行吗？"));
    }
    if (answer.ok) return answer;
    const told = await answer.json().catch(() => ({}));
    throw new Error(told.trouble ?? say(`The host answers ${answer.status}.`, `主机回答 ${answer.status}。`));
  }

  async function models(also = []) {
    const guests = [...new Set([opened.get("model"), opened.get("beside"), ...[also].flat()])].filter(Boolean).map((name) => name.slice(0, LONG));
    return once(`models ${guests}`, async () => {
      const told = await (await ask("explore/models", { also: guests })).json();
      first = told.first;
      return told.models;
    });
  }

  const file = (name, part) => once(`${part} ${name}`, async () => (await ask("explore/file", { name, part })).arrayBuffer());

  async function render(name, want, rows, { stage, share, at, c, signal } = {}) {
    // `at`, for features alone: the stage where two w are mixed; `c`, for opinions: the class of the images
    const body = new Uint8Array(rows.buffer, rows.byteOffset, rows.byteLength);
    const options = { method: "POST", headers: { "Content-Type": NUMBERS }, body, signal };
    const answer = await ask("explore/render", { name, want, stage, share, at, c }, options);
    return new Float32Array(await answer.arrayBuffer());
  }

  // ---- films --------------------------------------------------------------------------------------------------------

  function packed(header, pixels) {
    // the length of the header, the header as JSON, the pixels
    const text = new TextEncoder().encode(JSON.stringify(header));
    const length = new Uint8Array(4);
    new DataView(length.buffer).setUint32(0, text.length, true);
    return new Blob([length, text, pixels]);
  }

  async function encode(suffix, film, pixels, onProgress = () => {}) {
    const options = { method: "POST", headers: { "Content-Type": NUMBERS }, body: packed({ ...film, suffix }, pixels) };
    const reader = (await ask("films/encode", {}, options)).body.getReader();
    let lines = new Uint8Array(0);
    const parts = [];
    for (let told = null; ;) {
      const { done, value } = await reader.read();
      if (done && !told) throw new Error(say("The host stopped before the film was done.", "影片完成前主机停止了。"));
      if (done) return finished(parts, told);
      if (told) { parts.push(value); continue; }
      const seen = new Uint8Array(lines.length + value.length);
      seen.set(lines);
      seen.set(value, lines.length);
      lines = seen;
      for (let end; !told && (end = lines.indexOf(10)) >= 0; lines = lines.subarray(end + 1)) {
        const line = JSON.parse(new TextDecoder().decode(lines.subarray(0, end)));
        if (line.trouble) throw new Error(line.trouble);
        if (line.bytes != null) told = line;
        else onProgress(line.share);
      }
      if (told) parts.push(lines);
    }
  }

  function finished(parts, told) {
    const blob = new Blob(parts, { type: told.type });
    if (blob.size !== told.bytes) throw new Error(say("The film arrived only in part.", "影片只到了一部分。"));
    return Object.assign(blob, { fileName: told.name });
  }

  async function training(name, { seeds, psi = 1, classes }) {
    const options = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ name, seeds, psi, classes }) };
    const buffer = await (await ask("films/training", {}, options)).arrayBuffer();
    const length = new DataView(buffer).getUint32(0, true);
    const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
    return { ...header, pixels: new Uint8Array(buffer, 4 + length) };
  }

  // ---- a static site: script files, which a page opened from a disk may load too -------------------------------------

  const waiting = new Map();
  if (site) site.arrived = (key, text) => waiting.get(key)?.(text);

  const siteFile = (name, part) => once(`${part} ${name}`, () => new Promise((resolve, reject) => {
    const key = `${name}.${part}`;
    const missing = () => reject(new Error(say(`The file of ${key} is not in this folder.`, `此文件夹中没有 ${key} 的文件。`)));
    const src = site.files[key];
    if (!src) { missing(); return; }
    const script = atelier.wire.make("script", { src, onerror: missing, onload: () => { script.remove(); missing(); } });
    waiting.set(key, (text) => { waiting.delete(key); resolve(unpacked(text)); });
    document.head.append(script);
  }));

  function unpacked(text) {
    const held = atob(text), bytes = new Uint8Array(held.length);
    for (let i = 0; i < held.length; i++) bytes[i] = held.charCodeAt(i);
    return bytes.buffer;
  }

  return {
    static: Boolean(site),
    get first() { return first; },
    models: site ? async () => site.models : models,
    file: site ? siteFile : file,
    render: site ? null : render,
    encode: site ? null : encode,
    training: site ? null : training,
  };
})();
