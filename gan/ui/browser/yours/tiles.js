// Several answers to one damaged picture, as small pictures to choose from.

import { make } from "../page/elements.js";
import { explain } from "../page/hints.js";
import { drawPicture } from "../page/pictures.js";
import { showAnswer, showNearness } from "./showing.js";

/** @typedef {import("./room.js").Room} Room */

const PLACES = 4; // that are laid out at least, so that nothing moves when an answer comes

/** Shows the answers that there are. @param {Room} room */
export function showTiles(room) {
  const { find, say, answers, model } = room,
    box = find(".yours-tiles"),
    focused = document.activeElement?.dataset.answer;
  const places = Array.from({ length: Math.max(PLACES, answers.length) }, (_, i) => {
    const answer = answers[i];
    if (!answer) return make("span", { class: "yours-tile", "aria-hidden": "true" });
    const canvas = make("canvas", { class: "crisp", "aria-hidden": "true" });
    drawPicture(canvas, model, answer.image);
    const tile = make(
      "button",
      {
        type: "button",
        class: "yours-tile",
        "data-answer": i,
        "aria-label": say(answer.way ? `way_${answer.way}` : "answer_n", { n: i + 1, count: answers.length }),
        "aria-pressed": String(i === room.chosen),
        onclick: () => choose(room, i),
      },
      canvas,
      ...(answer.way ? [make("span", {}, say(`way_${answer.way}`))] : []),
    );
    explain(tile, say("answer_is"));
    return tile;
  });
  box.replaceChildren(...places);
  if (focused !== undefined) box.querySelector(`[data-answer="${focused}"]`)?.focus();
  box.dataset.count = String(answers.length);
}

/** @param {Room} room @param {number} i */
function choose(room, i) {
  Object.assign(room, { chosen: i, answer: room.answers[i] });
  showAnswer(room);
  showNearness(room, true);
  for (const tile of room.find(".yours-tiles").querySelectorAll("button")) {
    tile.setAttribute("aria-pressed", String(Number(tile.dataset.answer) === i));
  }
}
