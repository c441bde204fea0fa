// How a page talks to its host: requests, the numbers in answers, and the little that builds a page.
atelier.wire = (() => {
  const address = (route) => new URL(route, location.href.split(/[?#]/)[0]);

  async function post(route, body) {
    const answer = await fetch(address(route), {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${route}: ${answer.status}`);
    return answer.json();
  }

  const beacon = (route, body) => navigator.sendBeacon(address(route), JSON.stringify(body));

  async function download(route, asked, fallback) {
    // a file of the host's, saved; or the sentence that says why there is none
    const answer = await fetch(address(`${route}?${new URLSearchParams(asked)}`));
    if (!answer.ok) return answer.text();
    const name = /filename="?([^";]+)/.exec(answer.headers.get("content-disposition") ?? "")?.[1] ?? fallback;
    saveBlob(await answer.blob(), name);
    return "";
  }

  function saveBlob(blob, name) {
    const href = URL.createObjectURL(blob);
    atelier.save({ href, name });
    setTimeout(() => URL.revokeObjectURL(href), 60000);
  }

  // ---- what base64 holds, little end first ----------------------------------------------------------------------

  const bytes = (text) => Uint8Array.from(atob(text ?? ""), (c) => c.charCodeAt(0));
  const words16 = (text) => new Uint16Array(bytes(text).buffer);

  function places(text) {
    // uint16 x, y pairs -> x, y as shares of a picture's width and height, y downwards
    return Float32Array.from(words16(text), (v, i) => (i % 2 ? 1 - v / 65535 : v / 65535));
  }

  const signed = (text) => new Int8Array(bytes(text).buffer);

  // ---- numbers in words -----------------------------------------------------------------------------------------

  // words[language][key] -> say(key, values), in the page's language
  function sayer(words) {
    const table = words[document.documentElement.lang] ?? words.en;
    return Object.assign((key, values = {}) => fill(table[key] ?? "", values), { has: (key) => key in table });
  }

  const fill = (sentence, values) => sentence.replace(/\{(\w+)\}/g, (_, key) => values[key] ?? "");
  const percent = (share) => (share == null ? "–" : `${Math.round(share * 100)} %`);
  const grouped = (n) => (n == null ? "–" : Math.round(n).toLocaleString("en").replaceAll(",", "\u2009"));

  function short(v) {
    // three figures at most
    if (v == null) return "–";
    const size = Math.abs(v);
    if (size && (size < 0.001 || size >= 10000)) return v.toExponential(1).replace("e+", "e");
    return size >= 100 ? v.toFixed(0) : size >= 10 ? v.toFixed(1) : v.toFixed(size < 0.1 ? 3 : 2);
  }

  function make(tag, attributes = {}, ...children) {
    // an element: names that begin with "on" are what it does, the others are attributes
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
      else if (value === true) made.setAttribute(name, "");
      else if (value !== false && value != null) made.setAttribute(name, value);
    }
    made.append(...children);
    return made;
  }

  function put(place, text) {
    if (place.textContent !== text) place.textContent = text; // what stays is not read out again
  }

  return { address, post, beacon, download, saveBlob, sayer, bytes, words16, places, signed, fill, percent, grouped, short, make, put };
})();
