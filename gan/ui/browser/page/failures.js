// What went wrong where nobody expected it: a sentence, instead of a part of the page that stands still without a word.
import { inLanguage } from "./language.js";
import { note } from "./notes.js";

/** The sentence for what is no mistake of the visitor's; what it was, the browser's console tells. */
export const failure = () =>
  inLanguage(
    "Something failed that the page did not expect, so a part of it may be missing; reload it to try again.",
    "发生了页面没有料到的错误，可能缺少一部分；请重新加载页面再试。",
  );

/** Whether an error's place is a file of ours: gradio and what people put into their browsers fail by themselves. */
const isOurs = (/** @type {string | undefined} */ place) =>
  /\/atelier\/[0-9a-f]{16}\/|data:text\/javascript/.test(place ?? "");

/** Tells of whatever nobody caught. */
export function watchFailures() {
  window.addEventListener("error", ({ error, filename }) => {
    if (isOurs(filename) || isOurs(error?.stack)) note(failure(), true);
  });
  window.addEventListener("unhandledrejection", ({ reason }) => {
    if (isOurs(reason?.stack)) note(failure(), true);
  });
}
