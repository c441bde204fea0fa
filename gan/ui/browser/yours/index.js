// The Yours tab: a picture of one's own, drawn or given, and what a forger makes of it; a damaged one is repaired.
// All of it happens in the page.

import { sayer } from "../core/words.js";
import { fillFrame, put } from "../page/elements.js";
import { explain } from "../page/hints.js";
import { pageLanguage } from "../page/language.js";
import { followLook } from "../page/look.js";
import { note } from "../page/notes.js";
import { smoothSwitch } from "../page/smooth.js";
import { arrive, giveSample, open } from "./arriving.js";
import { watchCamera } from "./camera.js";
import { watchOut } from "./carrying.js";
import { watchCrop } from "./cropping.js";
import { changed } from "./following.js";
import { clear, undo, watchPad } from "./pad.js";
import { segments, showPens, watchRepair } from "./repair.js";
import { drawingOf, isDrawn, isVisible, newRoom, tellTrouble } from "./room.js";
import { canUndo, showGiven, showTools } from "./showing.js";
import { watchGiven } from "./giving.js";
import { watchSounds } from "./sounds.js";
import { showTiles } from "./tiles.js";

/** @typedef {import("./room.js").Room} Room */

const WAYS = ["faithful", "easy"];

/**
 * Puts the tab's frame to work.
 * @param {HTMLElement} element the component's
 * @param {{ words: Record<string, Record<string, string>> }} props by language, then by key
 */
export function mount(element, props) {
  const section = element.querySelector(".yours-view"), room = newRoom(section, sayer(props.words, pageLanguage()));
  const { find, say } = room;
  fillFrame(section, say);
  for (const control of section.querySelectorAll("[data-hint]")) explain(control, say(control.dataset.hint));
  smoothSwitch(find("#yours-smooth"));
  room.canvas.setAttribute("aria-label", say("alt_made"));
  find("#yours-seen").setAttribute("aria-label", say("alt_seen"));
  showPens(room);
  showWays(room);
  showTiles(room);
  const drawn = () => {
    showTools(room);
    changed(room);
  };
  watchPad(room, drawn);
  watchCrop(room, () => changed(room));
  const camera = watchCamera(room, () => given(room)), microphone = watchSounds(room, () => given(room));
  const close = () => {
    camera.close();
    microphone.close();
  };
  watchGiven(room, () => {
    close();
    given(room);
  });
  watchRepair(room);
  watchOut(room);
  watchButtons(room);
  followLook(() => {
    if (room.given) showGiven(room);
  });
  watchTab(room, close);
}

/** Another picture is there: nothing of it is damaged yet. @param {Room} room */
function given(room) {
  room.still();
  if (!room.model) return;
  room.find("#yours-kind-none").click();
  showTools(room);
  changed(room);
  showGiven(room);
}

/** @param {Room} room */
function showWays(room) {
  const { find, say } = room, tell = () => put(find(".yours-way-is"), say(`${room.way}_is`));
  segments(
    find(".yours-ways .segments"),
    "way",
    WAYS.map((way) => [way, say(way), say(`${way}_is`)]),
    room.way,
    (way) => {
      room.way = way;
      tell();
      if (room.model) changed(room);
    },
  );
  tell();
}

/** @param {Room} room */
function watchButtons(room) {
  const { find, say } = room;
  find("#yours-model").addEventListener("change", ({ target }) => {
    open(room, target.value).catch((error) => tellTrouble(room, error));
  });
  find("#yours-draw").addEventListener("click", () => {
    if (!room.model) return;
    if (room.model.shape[0] > 1) return note(say("draw_none"));
    room.source = "pad";
    given(room);
    room.pad.focus({ preventScroll: true });
  });
  find("#yours-sample").addEventListener("click", async () => {
    if (!room.model) return;
    await giveSample(room);
    given(room);
  });
  find("#yours-width").addEventListener("input", ({ target }) => {
    room.width = Number(target.value) / 100;
  });
  find("#yours-framed").addEventListener("change", ({ target }) => {
    room.framed = target.checked;
    changed(room);
  });
  const back = () => {
    room.still();
    if (!canUndo(drawingOf(room))) return;
    undo(room);
    showGiven(room);
    showTools(room);
    changed(room);
  };
  find("#yours-undo").addEventListener("click", back);
  find("#yours-clear").addEventListener("click", () => {
    room.still();
    clear(room);
    showGiven(room);
    showTools(room);
    changed(room);
  });
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.key.toLowerCase() !== "z") return;
    if (!isVisible(room) || !room.model || !isDrawn(room)) return;
    event.preventDefault();
    back();
  });
}

/** Nothing happens before the tab is looked at. @param {Room} room */
function watchTab(room, closeCamera) {
  new ResizeObserver(([{ contentRect }]) => {
    room.displayed = contentRect.width > 0;
    if (!room.displayed) {
      closeCamera();
      return;
    }
    room.opened ??= arrive(room);
    if (room.given) showGiven(room);
  }).observe(room.section);
}
