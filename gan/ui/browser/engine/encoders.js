// Encoders as files: networks from a picture to the latents of a generator, with how w is spread.
import { sizeOf } from "./layers.js";
import { compile, inputs } from "./layout.js";

/** @import { Spread } from "./fitting.js" */
/** @import { Network, NetworkFile } from "./layout.js" */

/**
 * The network of an encoder's file.
 * @param {NetworkFile} file
 * @param {WebAssembly.Module | null} module the compiled products; null: plain JavaScript
 * @returns {Network}
 * @throws {RangeError} its layers do not follow on one another, or a tensor has not as many numbers as its layer wants
 */
export function compileEncoder(file, module) {
  const { plan } = file.note;
  if (!plan?.length) throw new RangeError("an encoder has layers");
  plan.forEach((layer, i) => {
    const given = i ? sizeOf(plan[i - 1].shape) : inputs(layer);
    if (inputs(layer) !== given) throw new RangeError(`layer ${i} of the encoder takes other numbers than it is given`);
    if (layer.op === "affine") return;
    if (layer.op !== "dense" && layer.op !== "conv") {
      throw new RangeError(`an encoder has no layer that is ${layer.op}`);
    }
    const wanted = layer.in * layer.out * (layer.op === "conv" ? layer.kernel ** 2 : 1);
    const sizes = [file.tensor(`${i}.weight`).length, file.tensor(`${i}.bias`).length];
    if (sizes[0] !== wanted || sizes[1] !== layer.out) throw new RangeError(`layer ${i} of the encoder is not whole`);
  });
  return compile(file, module);
}

/**
 * How w is spread, as the file of an encoder says it.
 * @param {Pick<NetworkFile, "tensor">} file
 * @param {number} width numbers of w
 * @returns {Spread}
 * @throws {RangeError} it does not say it of such a w
 */
export function spreadOf(file, width) {
  const mean = file.tensor("stats.w_mean"), sd = file.tensor("stats.w_sd");
  const whole = mean.length === width && sd.length === width && mean.every(Number.isFinite) && sd.every((v) => v > 0);
  if (!whole || !sd.every(Number.isFinite)) throw new RangeError(`no mean and deviation of ${width} numbers`);
  return { mean, sd };
}
