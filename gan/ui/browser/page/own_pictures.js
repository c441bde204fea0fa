// Pictures of the visitor's own that a tab hands over: to Explore, which opens them, or to a film as a key frame.
import { PLAIN_VIEW } from "../core/views.js";
import { handOver } from "./key_frames.js";

/** @typedef {import("../core/views.js").View} View */

/** What the window hears when there is one for Explore. */
export const OWN_OPENED = "atelier-own-opened";

/** @type {View | null} */
let waiting = null;

/**
 * Opens Explore with a latent of the visitor's own.
 * @param {string} model its name
 * @param {string} own as text, see core/own_latents.js
 */
export function openOwn(model, own) {
  waiting = { ...PLAIN_VIEW, model, own };
  window.dispatchEvent(new CustomEvent(OWN_OPENED));
  document.getElementById("tab-explore-button")?.click();
}

/** The view that waits for Explore, once; null if there is none. */
export function takeOpened() {
  const view = waiting;
  waiting = null;
  return view;
}

/**
 * Hands a latent of the visitor's own to Interpolate as a key frame; returns how many wait there then.
 * @param {string} model its name
 * @param {string} own as text, see core/own_latents.js
 */
export const addOwnKey = (model, own) => handOver({ ...PLAIN_VIEW, model, own, beside: undefined });
