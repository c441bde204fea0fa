// The curtain before the page: what stood in its HTML until gradio had laid it out. See shell/curtain.py.

const find = () => document.getElementById("atelier-curtain");

/** The first picture, if the page was opened with one: whoever asks puts it in its place. */
export function firstPicture() {
  return document.documentElement.dataset.opens === "first" ? find()?.querySelector("img") ?? null : null;
}

const loaded = (sheet) =>
  new Promise((done) => {
    for (const event of ["load", "error"]) sheet.addEventListener(event, done);
  });

/** Takes it away, once what it covers has its style. */
export async function liftCurtain() {
  const sheets = [...document.querySelectorAll("link[rel=stylesheet]")];
  await Promise.all(sheets.filter(({ sheet }) => !sheet).map(loaded));
  find()?.remove();
}
