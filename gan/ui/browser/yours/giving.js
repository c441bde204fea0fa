// What a visitor gives: from a file, by dropping one, from the clipboard.

import { Trouble } from "../core/trouble.js";
import { ownMedium } from "./media.js";
import { tellTrouble } from "./room.js";
import { takeSound } from "./sounds.js";
import { takePicture } from "./taking.js";

/** @typedef {import("./room.js").Room} Room */

/** What takes a file, by the medium of the model. @type {Record<string, (room: Room, file: Blob) => Promise<void>>} */
const TAKERS = { pictures: takePicture, sounds: takeSound };

/**
 * @param {Room} room
 * @param {() => void} taken is called when something else is there
 */
export function watchGiven(room, taken) {
  const { find, section } = room, file = find("#yours-file");
  const take = (blob) => TAKERS[room.model.kind](room, blob).then(taken).catch((error) => tellTrouble(room, error));
  find("#yours-open").addEventListener("click", () => file.click());
  file.addEventListener("change", () => {
    if (file.files.length && room.model) take(file.files[0]);
    file.value = ""; // the same file may come again
  });
  find("#yours-paste").addEventListener("click", () => {
    copiedPicture().then(take).catch((error) => tellTrouble(room, error));
  });
  document.addEventListener("paste", (event) => {
    const typed = event.target.closest?.("input[type=text], input[type=number], textarea");
    if (!room.displayed || !room.model || typed) return;
    const found = [...event.clipboardData.files].find(({ type }) => type.startsWith("image/")) ??
      event.clipboardData.files[0];
    event.preventDefault();
    if (found) take(found);
    else if (ownMedium(room).sources.includes("paste")) tellTrouble(room, new Trouble("trouble_no_paste"));
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
    if (!event.dataTransfer.files.length || !room.model) return;
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
