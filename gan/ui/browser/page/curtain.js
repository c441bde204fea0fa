// The curtain before the page: what stood in its HTML until gradio had laid it out. See shell/curtain.py.

const LATEST = 10_000; // milliseconds for which style is waited for: without it the page is seen at least

const find = () => document.getElementById("atelier-curtain");

/** The first picture, if the page was opened with one: whoever asks puts it in its place. */
export function firstPicture() {
  return document.documentElement.dataset.opens === "first" ? find()?.querySelector("img") ?? null : null;
}

const loaded = (/** @type {HTMLElement} */ sheet) =>
  new Promise((done) => {
    for (const event of ["load", "error"]) sheet.addEventListener(event, done);
  });

/**
 * Takes it away, once what it covers has its style; a sheet that failed before this tells nobody any more.
 * @param {number} latest milliseconds until it goes at any rate
 */
export async function liftCurtain(latest = LATEST) {
  const links = /** @type {HTMLLinkElement[]} */ ([...document.querySelectorAll("link[rel=stylesheet]")]);
  const sheets = links.filter(({ sheet }) => !sheet);
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const late = new Promise((done) => (timer = setTimeout(done, latest)));
  await Promise.race([Promise.all(sheets.map(loaded)), late]);
  clearTimeout(timer);
  find()?.remove();
}
