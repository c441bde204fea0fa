// Links to what a page shows.
import { pageLanguage } from "./language.js";
import { note } from "./notes.js";

/** What the page was opened with; its address follows the tabs later. */
export const OPENED = new URLSearchParams(location.search);

/** The page's own address with another query. */
export const pageAddress = (query) => `${location.href.split(/[?#]/)[0]}?${query}`;

// A word of the page's header.
const word = (key) => document.querySelector(`[data-word="${key}"] [lang="${pageLanguage()}"]`)?.textContent ?? "";

export async function copyLink(link) {
  try {
    await navigator.clipboard.writeText(link);
    note(word("copied"));
  } catch {
    prompt(word("copy"), link); // no right to the clipboard: show it to be copied by hand
  }
}
