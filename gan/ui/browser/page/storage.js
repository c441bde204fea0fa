// What a browser keeps between visits. It may refuse, in a private window, in a frame of another site, or for want of
// room: then this page remembers it until it is closed.

const YEAR = 31536000; // seconds
const refused = new Map(); // by place and key, what the browser did not take

const placeOf = (key, where) => `${where} ${key}`;

/**
 * @param {string} key
 * @param {"localStorage" | "sessionStorage"} where
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

/** Keeps a text; returns whether the browser will still have it after this page. */
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

export function forget(key) {
  refused.delete(placeOf(key, "localStorage"));
  try {
    localStorage.removeItem(key);
  } catch { /* then it kept nothing */ }
}

/** What JSON was kept under a key; `fallback` where there is none that can be read. */
export function kept(key, fallback) {
  try {
    return JSON.parse(keptText(key)) ?? fallback;
  } catch {
    return fallback;
  }
}

/** Keeps a value as JSON; returns whether the browser will still have it after this page. */
export const keep = (key, value) => keepText(key, JSON.stringify(value));

/** Whether what is kept under a key is so only until this page is closed. */
export const isPassing = (key) => refused.has(placeOf(key, "localStorage"));

/** Keeps a text for the host to read, for a year; returns whether the browser took it. */
export function keepCookie(name, text) {
  try {
    document.cookie = `${name}=${text}; path=/; max-age=${YEAR}; SameSite=Lax`;
    return document.cookie.split("; ").includes(`${name}=${text}`);
  } catch {
    return false;
  }
}
