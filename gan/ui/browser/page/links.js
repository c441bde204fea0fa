// Links to what a page shows.
import { make } from "./elements.js";
import { pageLanguage } from "./language.js";
import { note } from "./notes.js";

/** What the page was opened with; its address follows the tabs later. */
export const OPENED = new URLSearchParams(location.search);

// Of a query the keys that are the page's own, and belong to no tab.
const isOwn = (/** @type {string[]} */ [key]) => key === "lang" || key === "engine" || key.startsWith("__");
const queryOf = (/** @type {string[][]} */ pairs) => new URLSearchParams(pairs).toString();

/** The page's own part of its query; the language is there where the browser does not keep it. */
export const ownQuery = queryOf([...OPENED].filter(isOwn));

/** What a query says to a tab, without the page's own part. @param {string} search */
export const tabQuery = (search) => queryOf([...new URLSearchParams(search)].filter((pair) => !isOwn(pair)));

/** The page's own address with another query, for anybody. @param {string} query */
export const pageAddress = (query) => `${location.href.split(/[?#]/)[0]}?${query}`;

/** The same for this visitor, who stays with the page's language. @param {string} query */
export const ownAddress = (query) => pageAddress(`${query}${ownQuery && `&${ownQuery}`}`);

// A word of the page's header.
const word = (/** @type {string} */ key) =>
  document.querySelector(`[data-word="${key}"] [lang="${pageLanguage()}"]`)?.textContent ?? "";

/** @param {string} link */
export async function copyLink(link) {
  if (await isCopied(link)) note(word("copied"));
  else showLink(link);
}

/** @param {string} text */
async function isCopied(text) {
  try {
    await navigator.clipboard.writeText(text); // there on safe pages alone, and a frame may have no right to it
    return true;
  } catch {
    return isCopiedSelected(text);
  }
}

/** The old way: a selected text is copied. @param {string} text */
function isCopiedSelected(text) {
  const { activeElement } = document, field = make("textarea", { style: "position: fixed; opacity: 0" }, text);
  document.body.append(field);
  field.select();
  try {
    return document.execCommand("copy");
  } catch {
    return false;
  } finally {
    field.remove();
    /** @type {HTMLElement | null} */ (activeElement)?.focus({ preventScroll: true });
  }
}

/** To be copied by hand; a frame may open no dialog of the browser's. @param {string} link */
function showLink(link) {
  const field = make("input", { type: "text", readonly: true, id: "atelier-link", "aria-label": word("copy") });
  field.value = link;
  note(word("copy"), false, field);
  field.select();
}
