// A further medium is one entry of PAINTERS, one of SAMPLING, and nothing else: here six values drawn as bars.
import { frameSize } from "../../gan/ui/browser/core/film_path.js";
import { edited, mixW, zOfView } from "../../gan/ui/browser/core/latents.js";
import { painterOf, PAINTERS, sideOf } from "../../gan/ui/browser/core/media.js";
import { bytesOf } from "../../gan/ui/browser/core/painting.js";
import { SAMPLING, samplingOf } from "../../gan/ui/browser/core/sampling.js";
import { Trouble } from "../../gan/ui/browser/core/trouble.js";
import { checkViewFits, PLAIN_VIEW } from "../../gan/ui/browser/core/views.js";
import { besideView } from "../../gan/ui/browser/explore/beside.js";
import { drawPicture } from "../../gan/ui/browser/page/pictures.js";

const HIGH = 30, WIDE = 5; // pixels of a bar of value 1, and of every bar's width
const WHITE = [255, 255, 255, 255], BLACK = [0, 0, 0, 255];

PAINTERS.bars = {
  cloud: null,
  size: () => ({ side: HIGH, channels: 1 }),
  draw(_model, values) {
    const drawing = new ImageData(HIGH, HIGH);
    for (let y = 0; y < HIGH; y++) {
      for (let x = 0; x < HIGH; x++) {
        const reached = HIGH - y <= Math.round(HIGH * (values[Math.floor(x / WIDE)] + 1) / 2);
        drawing.data.set(reached ? BLACK : WHITE, 4 * (y * HIGH + x));
      }
    }
    return drawing;
  },
  measure: ({ values }) => `${values} bars`,
  inside: false,
};
SAMPLING.bars = { shown: 1, most: 100, judged: 100, walks: true, mixes: false };

/**
 * A model of a medium, without weights.
 * @param {string} kind
 * @param {number[]} shape
 * @returns {import("../../gan/ui/browser/core/model.js").Model}
 */
function modelOf(kind, shape) {
  return {
    name: "toy",
    kind,
    shape,
    values: shape.reduce((a, b) => a * b, 1),
    unit: 1,
    zDim: 3,
    wDim: 3,
    noise: "normal",
    plan: [{ op: "dense", in: 3, out: 6, act: "tanh", shape }],
    macs: 18,
    critic: false,
    data: {},
    quality: {},
    nimg: null,
    sha256: "",
    maps: [],
    embedding: [],
    classes: [],
    layered: false,
    width: 3,
    wAvg: [new Float32Array(3)],
    directions: [],
    sigmas: [],
    sefa: [],
    sefaSigmas: [],
  };
}

/**
 * @param {unknown} found
 * @param {unknown} expected
 */
function equal(found, expected, what = "") {
  const [a, b] = [found, expected].map((value) => JSON.stringify(value));
  if (a !== b) throw new Error(`${what} ${a} is not ${b}`);
}

/**
 * The key of the trouble that an act ends with.
 * @param {() => void} act
 */
function refused(act) {
  try {
    act();
  } catch (error) {
    return error instanceof Trouble ? error.key : String(error);
  }
  return null;
}

/**
 * What the page's own function puts on a canvas.
 * @param {import("../../gan/ui/browser/core/model.js").Model} model
 * @param {Float32Array} samples
 */
function shown(model, samples) {
  let image = new ImageData(1, 1);
  const context = {
    putImageData: (/** @type {ImageData} */ drawn) => {
      image = drawn;
    },
  };
  const canvas = { width: 0, height: 0, getContext: () => context };
  drawPicture(canvas, model, samples);
  return { width: canvas.width, height: canvas.height, image };
}

/**
 * @param {{ image: ImageData }} canvas
 * @param {number} x
 * @param {number} y
 */
function pixel({ image }, x, y) {
  const from = 4 * (y * image.width + x);
  return [...image.data.subarray(from, from + 4)];
}

Deno.test("a sample of a medium that the page has never heard of is drawn by its own entry", () => {
  const canvas = shown(modelOf("bars", [6]), Float32Array.of(-1, -0.6, -0.2, 0.2, 0.6, 1));
  equal([canvas.width, canvas.height], [HIGH, HIGH]);
  const heights = Array.from({ length: 6 }, (_, bar) => {
    const column = Array.from({ length: HIGH }, (_, y) => pixel(canvas, bar * WIDE + 2, y));
    return column.filter((one) => one.join() === BLACK.join()).length;
  });
  equal(heights, [0, 6, 12, 18, 24, 30]);
});

Deno.test("its latents, films and refusals follow from the entry", () => {
  const model = modelOf("bars", [6]), view = { ...PLAIN_VIEW, model: "toy" };
  equal([samplingOf(model).shown, sideOf(model), painterOf(model).measure(model)], [1, HIGH, "6 bars"]);
  equal(zOfView(model, view).length, 3, "z");
  equal(edited(model, zOfView(model, view), view).length, 3, "w");
  equal(zOfView(model, { ...view, walk: [3] }).join() === zOfView(model, view).join(), false, "a walk leads away");
  equal(mixW(model, { ...view, mix: { seed: 2, stage: 0, share: 0.5 } }), null);
  equal(frameSize(model, 1), { width: HIGH, height: HIGH, channels: 1, tile: HIGH });
  equal(frameSize(model, 2), { width: 2 * HIGH + 3, height: 2 * HIGH + 3, channels: 1, tile: HIGH });
  equal(bytesOf(painterOf(model).draw(model, new Float32Array(6)), 1).length, HIGH ** 2, "bytes of a frame");
  checkViewFits(model, { ...view, walk: [3] });
  equal(refused(() => checkViewFits(model, { ...view, mix: { seed: 2, stage: 0, share: 0.5 } })), "trouble_points");
});

Deno.test("pictures are looked at one by one, points as a cloud", () => {
  const grey = modelOf("pictures", [1, 2, 2]), points = modelOf("points", [2]), view = { ...PLAIN_VIEW, model: "toy" };
  const canvas = shown(grey, Float32Array.of(-1, 1, 0, 9));
  equal([[0, 0], [1, 0], [0, 1], [1, 1]].map(([x, y]) => pixel(canvas, x, y)[0]), [0, 255, 128, 255]);
  const colours = shown(modelOf("pictures", [3, 1, 1]), Float32Array.of(-1, 0, 1));
  equal(pixel(colours, 0, 0), [0, 128, 255, 255]);
  equal([zOfView(grey, view).length, zOfView(points, view).length], [3, 3 * 2000]);
  equal(frameSize(points, 3), { width: 224, height: 224, channels: 3, tile: 0 });
  const plot = shown(points, Float32Array.of(0, 0));
  equal(pixel(plot, 111, 111), [194, 84, 27, 255], "a dot in the middle");
  equal(pixel(plot, 5, 5), [250, 248, 244, 255], "paper");
  equal(refused(() => checkViewFits(points, { ...view, walk: [3] })), "trouble_points");
});

Deno.test("a model of another medium beside has the same z, where that is as long and none of a cloud", () => {
  const view = { ...PLAIN_VIEW, model: "toy", raw: { 1: 0.5 } }, words = modelOf("words", [27, 16, 1]);
  const beside = (kind, change = {}) => besideView(words, { ...modelOf(kind, [1, 2, 2]), ...change }, view);
  equal([beside("scores").word, beside("scores").view.raw], ["same_z", view.raw]);
  equal([beside("scores", { zDim: 4 }), beside("points")].map(({ word }) => word), ["same_seed", "same_seed"]);
});
