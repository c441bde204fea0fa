// Sounds of samples, made in a worker of their own: pictures and sounds do not wait for one another.
import { soundOf } from "../core/griffin_lim.js";
import { startWorker } from "../engine/workers.js";
import { host } from "../page/host.js";

/** @import { SoundTraits } from "../core/mel.js" */
/** @import { Model } from "../core/model.js" */
/** @import { WorkerHandle } from "../engine/workers.js" */

/** @type {WorkerHandle | null} */
let worker = null;
let alone = false; // whether the page has to make them itself, for it may have no worker

/**
 * What a sample sounds like, [L] within -1..1 at the rate of its model.
 * @param {Model} model
 * @param {Float32Array} sample
 * @param {number} rounds of Griffin-Lim: the more, the clearer
 * @returns {Promise<Float32Array>}
 */
export async function madeSound({ traits }, sample, rounds) {
  const asked = /** @type {SoundTraits} */ (traits);
  if (!alone) {
    try {
      worker ??= startWorker(host.worker, null);
      return await worker.ask("sound", { shown: sample, traits: asked, rounds });
    } catch (error) {
      console.error(error);
      alone = true;
    }
  }
  return soundOf(sample, asked, rounds);
}
