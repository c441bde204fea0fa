// Requests to the host.
import { saveBlob } from "./files.js";

/** The address of a route of the host's, which may lie below a path of its own. @param {string} route */
export const routeAddress = (route) => new URL(route, location.href.split(/[?#]/)[0]);

export const jsonBody = (/** @type {unknown} */ value) => ({
  method: "POST",
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify(value),
});

/** No answer from the host. */
export class Unanswered extends Error {}

/**
 * What a route answers to a JSON value, also where it refuses with a sentence, `trouble`.
 * @param {string} route
 * @param {unknown} value
 * @returns {Promise<any>}
 * @throws {Unanswered} the host cannot be asked, or answers something else
 */
export async function post(route, value) {
  try {
    const response = await fetch(routeAddress(route), jsonBody(value));
    const answer = response.ok ? await response.json() : await response.json().catch(() => null);
    if (response.ok || answer?.trouble) return answer;
    throw new Unanswered(`${route}: ${response.status}`);
  } catch (error) {
    throw error instanceof Unanswered ? error : new Unanswered(`${route}: ${/** @type {Error} */ (error).message}`);
  }
}

/**
 * Tells a route something while the page closes, where the browser lets it.
 * @param {string} route
 * @param {unknown} value
 */
export const beacon = (route, value) =>
  navigator.sendBeacon?.(routeAddress(route), new Blob([JSON.stringify(value)], { type: "application/json" }));

/**
 * The sentence of a refusal: of a file it is the text itself, where none of its routes was reached it is JSON.
 * @param {string} text
 */
function refusal(text) {
  try {
    return JSON.parse(text).trouble ?? text;
  } catch {
    return text;
  }
}

/**
 * Saves a file of the host's, asked for by a JSON value; returns the sentence that says why there is none, or "".
 * @param {string} route
 * @param {unknown} value
 * @param {string} fallback its name where the host says none
 */
export async function download(route, value, fallback) {
  const response = await fetch(routeAddress(route), jsonBody(value));
  if (!response.ok) return refusal(await response.text());
  const disposition = response.headers.get("content-disposition") ?? "";
  saveBlob(await response.blob(), /filename="?([^";]+)/.exec(disposition)?.[1] ?? fallback);
  return "";
}
