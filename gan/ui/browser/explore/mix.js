// A second seed in Explore: from one layer on, or by a share at one, the picture is made of its latent.

import { SEEDS } from "../core/draws.js";
import { classOf } from "../core/latents.js";
import { samplingOf } from "../core/sampling.js";
import { PLAIN_VIEW, SHARE, within } from "../core/views.js";
import { make, put } from "../page/elements.js";
import { group, options, slider, thumb } from "../page/fields.js";
import { stageWord } from "./inside.js";
import { diceButton, seedField } from "./seed_field.js";

/** @import { Model } from "../core/model.js" */
/** @import { View } from "../core/views.js" */
/** @import { Say } from "../core/words.js" */
/** @import { Page } from "./state.js" */

/** @typedef {View["mix"]} Mix */

const HALF = 0.5; // the share that a mix begins with

/**
 * The seed that is mixed in, or would be.
 * @param {View} view
 * @param {Mix} left the last mix, which comes back when it is switched on again
 */
const seedOf = (view, left) => view.mix?.seed ?? left?.seed ?? (view.seed + 1) % SEEDS;

/**
 * A view with a mix of which some is changed.
 * @param {View} view
 * @param {Mix} left
 * @param {Partial<Mix>} more
 */
const withMix = (view, left, more) => ({
  ...view,
  mix: { seed: (view.seed + 1) % SEEDS, stage: 0, share: HALF, ...(view.mix ?? left), ...more },
});

/**
 * Where a second seed comes in: where each layer follows a latent of its own, the second one's takes over from a layer
 * on.
 * @param {Say} say
 * @param {Model} model
 * @param {number} i
 */
function mixWord(say, model, i) {
  if (!model.layered) return stageWord(say, model, i);
  return say(i ? "mix_from" : "mix_all", { n: i + 1, of: model.plan.length, side: model.plan[i].shape[1] });
}

/**
 * @param {Page} page
 */
export function buildMix(page) {
  const { say } = page;
  /** @type {Mix} */
  let left = null;
  const edit = (more) => page.change((view) => withMix(view, left, more));
  const withSeed = (view, seed) => withMix(view, left, { seed });
  const on = make("button", {
    type: "button",
    id: "explore-mix",
    "aria-pressed": "false",
    onclick: () => page.change((view) => (view.mix ? { ...view, mix: null } : withMix(view, left, {}))),
  }, say("mix_on"));
  const seed = seedField(page, "explore-mix-seed", say("mix_seed"), withSeed);
  const dice = diceButton(page, "explore-mix-dice", withSeed);
  const stage = make("select", { id: "explore-mix-stage", onchange: () => edit({ stage: Number(stage.value) }) });
  const share = slider({ id: "explore-mix-share", label: say("mix_share"), low: 0, high: 1, step: 0.01, rest: HALF }, {
    slide: (value) => page.slide((view) => withMix(view, left, { share: within(say("mix_share"), value, SHARE) })),
    settle: page.settle,
  });
  const picture = thumb(null, null);
  const box = group(
    say,
    "mix",
    false,
    make(
      "div",
      { class: "explore-mixed" },
      picture,
      make("div", {}, make("div", { class: "explore-seedrow" }, seed, dice), on),
    ),
    make("label", { for: "explore-mix-stage" }, say("mix_stage")),
    stage,
    share.box,
  );
  box.addEventListener("toggle", page.rest);
  followSecond(page, box, picture, () => seedOf(page.view, left));
  return {
    box,
    open(model) {
      left = null;
      options(stage, model.plan.map((_, i) => [String(i), mixWord(say, model, i)]), "0");
      put(box.querySelector(".explore-hint"), say(model.layered ? "mix_layered_info" : "mix_info"));
      box.hidden = !samplingOf(model).mixes;
    },
    set(view) {
      left = view.mix ?? left;
      seed.value = seedOf(view, left);
      on.setAttribute("aria-pressed", String(Boolean(view.mix)));
      put(on, say(view.mix ? "mix_off" : "mix_on"));
      stage.value = String(left?.stage ?? 0);
      share.set(left?.share ?? HALF);
      box.classList.toggle("explore-used", Boolean(view.mix));
    },
    unfold(view) {
      box.open ||= Boolean(view.mix);
    },
  };
}

// The picture of the second seed alone.
function followSecond(page, box, canvas, secondSeed) {
  page.follow({
    box,
    key: () => `${page.model.name} ${secondSeed()} ${page.view.psi} ${classOf(page.model, page.view)}`,
    async run() {
      const { model, psi } = page.view, c = classOf(page.model, page.view);
      const pictures = await page.render([{ ...PLAIN_VIEW, model, seed: secondSeed(), psi, c }], "mix");
      if (pictures) thumb(page.model, pictures[0], canvas);
      return Boolean(pictures);
    },
  });
}
