// Pictures that a visitor gives are decoded here, and go nowhere.

import { hasNothing, keptSize, wholeCrop } from "../core/given_picture.js";
import { headerOf, isLarge, short, tooLarge } from "../core/picture_header.js";
import { Trouble } from "../core/trouble.js";
import { note } from "../page/notes.js";
import { showZoom } from "./cropping.js";

/** @typedef {import("./room.js").Room} Room */

/**
 * Takes the picture of a file, if it is one: its header is read before anything is decoded.
 * @param {Room} room
 * @param {Blob} file
 */
export async function takePicture(room, file) {
  const header = await headerOf(file);
  if (isLarge(header) && !await decodesSmaller()) throw tooLarge(header);
  let drawable;
  try {
    drawable = await (isLarge(header) ? shrunkFrame(file, keptSize(header)) : bitmapOf(file, keptSize(header)));
  } catch (error) {
    console.error(error); // the browser's own words
    throw new Trouble("trouble_damaged", { format: header.format });
  }
  const { displayWidth: width = drawable.width, displayHeight: height = drawable.height } = drawable;
  try {
    setPicture(room, drawable, { width, height });
  } finally {
    drawable.close();
  }
  if (header.moves) note(room.say("moving"));
  if (isLarge(header)) note(room.say("shrunk", { count: short(header.width * header.height / 1e6) }));
}

/**
 * By its shorter side alone: a file may say that it is to be turned, and then the other follows all the same.
 * @param {Blob} file
 * @param {{ width: number, height: number }} size
 */
function bitmapOf(file, { width, height }) {
  return createImageBitmap(file, {
    ...(width < height ? { resizeWidth: width } : { resizeHeight: height }),
    resizeQuality: "high",
  });
}

/**
 * A JPEG decoded at the smallest size not below this one, so that it is never whole in memory: `createImageBitmap` has
 * it whole first.
 * @param {Blob} file
 * @param {{ width: number, height: number }} size
 * @returns {Promise<VideoFrame>}
 */
async function shrunkFrame(file, { width, height }) {
  const decoder = new ImageDecoder({
    data: file.stream(),
    type: "image/jpeg",
    desiredWidth: width,
    desiredHeight: height,
  });
  try {
    return (await decoder.decode()).image;
  } finally {
    decoder.close();
  }
}

/** Whether this browser decodes a JPEG smaller if it is asked to: some do not heed that, some have no such decoder. */
async function decodesSmaller() {
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width: 64, height: 64 }).getContext("2d").fillRect(0, 0, 32, 32);
  try {
    const file = await new Promise((done) => canvas.toBlob(done, "image/jpeg"));
    const frame = await shrunkFrame(file, { width: 8, height: 8 }), { displayWidth } = frame;
    frame.close();
    return displayWidth < 64;
  } catch {
    return false;
  }
}

/**
 * Makes a drawable what was given, on white where it lets through; the whole of it is framed.
 * @param {Room} room
 * @param {ImageBitmap | VideoFrame | HTMLVideoElement} drawable
 * @param {{ width: number, height: number }} size
 */
export function setPicture(room, drawable, size = drawable) {
  const { width, height } = keptSize(size), canvas = document.createElement("canvas");
  Object.assign(canvas, { width, height });
  const g = canvas.getContext("2d", { willReadFrequently: true });
  g.fillStyle = "#fff";
  g.fillRect(0, 0, width, height);
  g.drawImage(drawable, 0, 0, width, height);
  const picture = g.getImageData(0, 0, width, height);
  if (hasNothing(picture)) throw new Trouble("trouble_nothing");
  Object.assign(room, { picture, source: "picture", crop: wholeCrop(picture) });
  showZoom(room);
}
