// Files that a visitor takes home.
import { make } from "./elements.js";

const LOADING = 60_000; // milliseconds until a file that was handed over may be forgotten

/** @param {Blob} blob @param {string} name */
export function saveBlob(blob, name) {
  const href = URL.createObjectURL(blob), link = make("a", { href, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(href), LOADING);
}
