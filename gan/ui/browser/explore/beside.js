// The same latent in another model, whose picture stands beside the first.

import { painterOf } from "../core/media.js";
import { fitsOwn } from "../core/own_latents.js";
import { samplingOf } from "../core/sampling.js";
import { classIn, PLAIN_VIEW } from "../core/views.js";

/** @import { Model } from "../core/model.js" */
/** @import { View } from "../core/views.js" */

/**
 * What another model makes of the latent of a view, or, where its latents have another length, of the view's seed; and
 * the key of the word for which of these it is.
 * @param {Model} model of the view
 * @param {Model} other
 * @param {View} view
 */
export function besideView(model, other, view) {
  const { seed, x, y, psi, own } = view;
  if (own && fitsOwn(other, own)) return { word: "same_own", view: { ...PLAIN_VIEW, model: other.name, own, psi } };
  const [cloud, otherCloud] = [model, other].map((one) => Boolean(painterOf(one).cloud)); // it has a z for each point
  const same = !own && cloud === otherCloud && model.zDim === other.zDim;
  const walk = samplingOf(other).walks ? view.walk : [], c = classIn(other, view);
  const word = own ? "other_own" : same ? "same_z" : "same_seed";
  return { word, view: { ...PLAIN_VIEW, model: other.name, seed, c, x, y, psi, walk, raw: same ? view.raw : {} } };
}
