// What the whole page shares: the switches of language and theme, and the address bar.
import { watchTabs } from "./address_bar.js";
import { liftCurtain } from "./curtain.js";
import { watchFailures } from "./failures.js";
import { GLOBALS } from "./globals.js";
import { watchKeyFrames } from "./key_frames.js";
import { pageLanguage } from "./language.js";
import { watchPopovers } from "./popovers.js";
import { keepCookie, keepText, keptText } from "./storage.js";

const THEME = "atelier-theme", LANGUAGE = "atelier-language", LESSON = "atelier-learn";

function switchLanguage() {
  const next = pageLanguage() === "en" ? "zh-CN" : "en";
  // The first script of either page looks where it is kept: a page opened from a disk has no cookies.
  const isKept = GLOBALS.atelierSite ? keepText(LANGUAGE, next) : keepCookie(LANGUAGE, next);
  const url = new URL(location.href);
  if (!isKept || url.searchParams.has("lang")) url.searchParams.set("lang", next);
  location.assign(url);
  if (url.href === location.href) location.reload();
}

/** @param {boolean} on */
function dark(on) {
  document.body.classList.toggle("dark", on);
  document.documentElement.style.colorScheme = on ? "dark" : "light";
}

function switchTheme() {
  const on = !document.body.classList.contains("dark");
  dark(on);
  keepText(THEME, on ? "dark" : "light");
}

/** @type {Record<string, () => void>} */
const ACTS = { language: switchLanguage, theme: switchTheme };

/** Puts the page's switches to work, once. */
export function start() {
  document.addEventListener("click", ({ target }) => {
    const button = /** @type {Element | null} */ (target)?.closest?.("[data-act]");
    ACTS[button?.getAttribute("data-act") ?? ""]?.();
  });
  document.body.style.background = "var(--body-background-fill)"; // follows the switch, not the system alone
  document.documentElement.lang = pageLanguage();
  const wanted = new URLSearchParams(location.search).get("__theme") || keptText(THEME);
  if (wanted) dark(wanted === "dark");
  else if (GLOBALS.atelierSite) dark(matchMedia("(prefers-color-scheme: dark)").matches); // elsewhere gradio sees to it
  // Who has not begun the lesson is told where to start; the mark goes as soon as something of it is kept.
  document.documentElement.classList.toggle("atelier-newcomer", keptText(LESSON) === null);
  document.documentElement.classList.remove("dark"); // the curtain's; gradio and the switch know the body's
  if (document.documentElement.dataset.opens === "elsewhere") liftCurtain();
  watchTabs();
  watchKeyFrames();
  watchPopovers();
  watchFailures();
}
