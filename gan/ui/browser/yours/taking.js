// Pictures that a visitor gives: from a file, by dropping one, from the clipboard. They are decoded here, and go
// nowhere.

import { checkedHeader, hasNothing, HEAD, keptSize, wholeCrop } from "../core/given_picture.js";
import { Trouble } from "../core/trouble.js";
import { note } from "../page/notes.js";
import { showZoom } from "./cropping.js";
import { tellTrouble } from "./room.js";

/** @typedef {import("./room.js").Room} Room */

/**
 * @param {Room} room
 * @param {() => void} taken is called when another picture is there
 */
export function watchPictures(room, taken) {
  const { find, section } = room, file = find("#yours-file");
  const take = (blob) => takePicture(room, blob).then(taken).catch((error) => tellTrouble(room, error));
  find("#yours-open").addEventListener("click", () => file.click());
  file.addEventListener("change", () => {
    if (file.files.length) take(file.files[0]);
    file.value = ""; // the same file may come again
  });
  find("#yours-paste").addEventListener("click", () => {
    copiedPicture().then(take).catch((error) => tellTrouble(room, error));
  });
  document.addEventListener("paste", (event) => {
    if (!room.displayed || event.target.closest?.("input[type=text], input[type=number], textarea")) return;
    const found = [...event.clipboardData.files].find(({ type }) => type.startsWith("image/")) ??
      event.clipboardData.files[0];
    event.preventDefault();
    if (found) take(found);
    else tellTrouble(room, new Trouble("trouble_no_paste"));
  });
  section.addEventListener("dragover", (event) => {
    if (![...event.dataTransfer.types].includes("Files")) return;
    event.preventDefault();
    section.classList.add("yours-drop");
  });
  section.addEventListener("dragleave", (event) => {
    if (!section.contains(event.relatedTarget)) section.classList.remove("yours-drop");
  });
  section.addEventListener("drop", (event) => {
    section.classList.remove("yours-drop");
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    take(event.dataTransfer.files[0]);
  });
}

/** The picture that was copied last; browsers may have no clipboard for a page, or ask first. */
async function copiedPicture() {
  let items = [];
  try {
    items = await navigator.clipboard.read();
  } catch { /* not safe, not allowed, or nothing there */ }
  for (const item of items) {
    const type = item.types.find((one) => one.startsWith("image/"));
    if (type) return item.getType(type);
  }
  throw new Trouble("trouble_no_paste");
}

/**
 * Takes the picture of a file, if it is one: its header is read before anything is decoded.
 * @param {Room} room
 * @param {Blob} file
 */
async function takePicture(room, file) {
  const header = checkedHeader(new Uint8Array(await file.slice(0, HEAD).arrayBuffer()));
  let bitmap;
  try {
    // By its shorter side alone: a file may say that it is to be turned, and then the other follows all the same.
    const { width, height } = keptSize(header),
      small = width < height ? { resizeWidth: width } : { resizeHeight: height };
    bitmap = await createImageBitmap(file, { ...small, resizeQuality: "high" });
  } catch (error) {
    console.error(error); // the browser's own words
    throw new Trouble("trouble_damaged", { format: header.format });
  }
  setPicture(room, bitmap);
  bitmap.close();
  if (header.moves) note(room.say("moving"));
}

/**
 * Makes a drawable what was given, on white where it lets through; the whole of it is framed.
 * @param {Room} room
 * @param {ImageBitmap | HTMLVideoElement} drawable
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
