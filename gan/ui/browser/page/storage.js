// What a browser keeps between visits. It may refuse, in a private window, in a frame of another site, or for want of
// room: then this page remembers it until it is closed.

const YEAR = 31536000; // seconds
/** @typedef {"localStorage" | "sessionStorage"} Place */

/** @type {Map<string, string>} by place and key, what the browser did not take */
const refused = new Map();

const placeOf = (/** @type {string} */ key, /** @type {Place} */ where) => `${where} ${key}`;

/**
 * @param {string} key
 * @param {Place} where
 * @returns {string | null}
 */
export function keptText(key, where = "localStorage") {
  const own = refused.get(placeOf(key, where));
  if (own !== undefined) return own;
  try {
    return globalThis[where].getItem(key);
  } catch {
    return null;
  }
}

/**
 * Keeps a text; returns whether the browser will still have it after this page.
 * @param {string} key
 * @param {string} text
 * @param {Place} where
 */
export function keepText(key, text, where = "localStorage") {
  try {
    globalThis[where].setItem(key, text);
    refused.delete(placeOf(key, where));
    return true;
  } catch {
    refused.set(placeOf(key, where), text);
    return false;
  }
}

/** @param {string} key */
export function forget(key) {
  refused.delete(placeOf(key, "localStorage"));
  try {
    localStorage.removeItem(key);
  } catch { /* then it kept nothing */ }
}

/**
 * What JSON was kept under a key; `fallback` where there is none that can be read.
 * @param {string} key
 * @param {unknown} fallback
 * @returns {any}
 */
export function kept(key, fallback) {
  try {
    return JSON.parse(keptText(key) ?? "null") ?? fallback;
  } catch {
    return fallback;
  }
}

/**
 * Keeps a value as JSON; returns whether the browser will still have it after this page.
 * @param {string} key
 * @param {unknown} value
 */
export const keep = (key, value) => keepText(key, JSON.stringify(value));

/** Whether what is kept under a key is so only until this page is closed. @param {string} key */
export const isPassing = (key) => refused.has(placeOf(key, "localStorage"));

/**
 * Keeps a text for the host to read, for a year; returns whether the browser took it.
 * @param {string} name
 * @param {string} text
 */
export function keepCookie(name, text) {
  try {
    document.cookie = `${name}=${text}; path=/; max-age=${YEAR}; SameSite=Lax`;
    return document.cookie.split("; ").includes(`${name}=${text}`);
  } catch {
    return false;
  }
}
