// Pictures on canvases, and as PNG files that carry their settings.
import { painterOf } from "../core/media.js";
import { withSettings } from "../core/png.js";

export function showImage(canvas, data) {
  if (canvas.width !== data.width) canvas.width = data.width;
  if (canvas.height !== data.height) canvas.height = data.height;
  canvas.getContext("2d").putImageData(data, 0, 0);
}

/** One sample, or one plot of a cloud of them, at the model's own size. */
export function drawPicture(canvas, model, images) {
  showImage(canvas, painterOf(model).draw(model, images));
}

/** The PNG file of a canvas, every pixel `scale` times as large, with an object of settings in its metadata. */
export async function pngFile(canvas, scale = 1, settings = null) {
  const large = document.createElement("canvas");
  Object.assign(large, { width: canvas.width * scale, height: canvas.height * scale });
  const g = large.getContext("2d");
  g.imageSmoothingEnabled = false;
  g.drawImage(canvas, 0, 0, large.width, large.height);
  const file = await new Promise((done) => large.toBlob(done, "image/png"));
  return settings == null ? file : withSettings(file, settings);
}
