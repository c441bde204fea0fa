// Pictures on canvases, and as PNG files that carry their settings.
import { painterOf } from "../core/media.js";
import { withSettings } from "../core/png.js";

/** @import { Model } from "../core/model.js" */

/** What draws on a canvas. @param {HTMLCanvasElement} canvas */
export const contextOf = (canvas) => /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));

/** @param {HTMLCanvasElement} canvas @param {ImageData} data */
export function showImage(canvas, data) {
  if (canvas.width !== data.width) canvas.width = data.width;
  if (canvas.height !== data.height) canvas.height = data.height;
  contextOf(canvas).putImageData(data, 0, 0);
}

/**
 * One sample, or one plot of a cloud of them, at the model's own size.
 * @param {HTMLCanvasElement} canvas
 * @param {Model} model
 * @param {Float32Array} images
 */
export function drawPicture(canvas, model, images) {
  showImage(canvas, painterOf(model).draw(model, images));
}

/**
 * The PNG file of a canvas, every pixel `scale` times as large, with an object of settings in its metadata.
 * @param {HTMLCanvasElement} canvas
 * @param {number} scale
 * @param {object | null} settings
 */
export async function pngFile(canvas, scale = 1, settings = null) {
  const large = document.createElement("canvas");
  Object.assign(large, { width: canvas.width * scale, height: canvas.height * scale });
  const g = contextOf(large);
  g.imageSmoothingEnabled = false;
  g.drawImage(canvas, 0, 0, large.width, large.height);
  /** @type {Blob} */
  const file = await new Promise((done) => large.toBlob((blob) => done(/** @type {Blob} */ (blob)), "image/png"));
  return settings == null ? file : withSettings(file, settings);
}
