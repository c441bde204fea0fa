// What a medium adds to Explore besides its picture: further forms to save, and what its hero wants to know at rest.

import { classOf } from "../core/latents.js";
import { samplingOf } from "../core/sampling.js";
import { make } from "../page/elements.js";
import { engine } from "../page/engine.js";
import { saveBlob } from "../page/files.js";
import { STILL_FPS } from "../media/place.js";

/** @import { Model } from "../core/model.js" */
/** @import { Page } from "./state.js" */

const NEAREST = 3;

/**
 * @param {HTMLElement} place of the buttons that save
 * @param {HTMLElement} box where the hero stands
 * @param {Page} page
 */
export function buildMedium(place, box, page) {
  /** @type {HTMLElement[]} */
  let buttons = [];
  let judged = false, compared = false;
  const key = () => page.canvas.dataset.query;

  page.follow({
    box,
    fetches: true,
    key,
    async run() {
      const { model, images } = page, { near } = page.hero.asks(model), { reading } = samplingOf(model);
      if (!near || !compared || !images || !reading) return true;
      const asked = key();
      const found = await engine.nearest(model.name, images, NEAREST).catch(page.trouble);
      if (!found || model !== page.model || asked !== key()) return false; // it is of another sample than is shown
      near(model, found.map(({ distance, pixels }) => ({ distance, sample: reading.sample(model, pixels) })));
      return true;
    },
  });
  page.follow({
    box,
    fetches: true,
    key,
    async run() {
      const { model, images, shown } = page, { ranked } = page.hero.asks(model);
      if (!ranked || !judged || !images) return true;
      const asked = key();
      const shares = await engine.criticRank(model.name, images, 1, classOf(model, shown)).catch(page.trouble);
      if (!shares || model !== page.model || asked !== key()) return false;
      ranked(model, shares[0]);
      return true;
    },
  });

  return {
    /** @param {Model} model @param {{ critic: boolean, reference: boolean } | undefined} entry */
    open(model, entry) {
      judged = Boolean(entry?.critic);
      compared = Boolean(entry?.reference);
      for (const button of buttons) button.remove();
      buttons = page.hero.files(model).map((saved) => {
        const onclick = () => save(page, saved).catch(page.trouble);
        return make(
          "button",
          { type: "button", id: `explore-save-${saved.suffix.slice(1)}`, onclick },
          page.say(saved.word),
        );
      });
      place.append(...buttons);
    },
  };
}

async function save({ model, view, images }, { suffix, make: made }) {
  if (!images) return;
  saveBlob(
    await made(model, [images], STILL_FPS, ""),
    `${model.name}-${view.own ? "own" : `seed-${view.seed}`}${suffix}`,
  );
}
