// What a browser keeps between visits, where it does: in a private window it may refuse, and then there is nothing.

const YEAR = 31536000; // seconds

/**
 * @param {string} key
 * @param {"localStorage" | "sessionStorage"} where
 * @returns {string | null}
 */
export function keptText(key, where = "localStorage") {
  try {
    return globalThis[where].getItem(key);
  } catch {
    return null;
  }
}

/** Whether there was room for a text. */
export function keepText(key, text, where = "localStorage") {
  try {
    globalThis[where].setItem(key, text);
    return true;
  } catch {
    return false;
  }
}

export function forget(key) {
  try {
    localStorage.removeItem(key);
  } catch { /* then nothing was kept */ }
}

/** What JSON was kept under a key; `fallback` where there is none that can be read. */
export function kept(key, fallback) {
  try {
    return JSON.parse(keptText(key)) ?? fallback;
  } catch {
    return fallback;
  }
}

/** Whether there was room for a value as JSON. */
export const keep = (key, value) => keepText(key, JSON.stringify(value));

/** Keeps a text for the host to read, for a year; a frame may forbid it. */
export function keepCookie(name, text) {
  try {
    document.cookie = `${name}=${text}; path=/; max-age=${YEAR}; SameSite=Lax`;
  } catch { /* then this visit alone knows it */ }
}
