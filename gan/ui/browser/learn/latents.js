// The sheet of noise: a square of all latents of two numbers, with the one whose fake is marked on the plane.
import { placeOfLatent } from "../core/recordings.js";
import { decodePlaces } from "../core/encoding.js";
import { marks, sized, triangle } from "../live/canvas.js";
import { make } from "../page/elements.js";

const CELLS = 12, SIZE = 7, RING = 12; // lines of the sheet; css pixels of the mark and of the ring around it
const STEP = 1; // percent, by which a slider moves

function mark(g, x, y, colours) {
  marks(g, () => triangle(g, x, y, SIZE), colours.forger, colours.sheet, 2);
  g.beginPath();
  g.arc(x, y, RING, 0, 2 * Math.PI);
  g.strokeStyle = colours.ink;
  g.lineWidth = 2;
  g.stroke();
}

/**
 * Marks the fake of a latent on the plane, which has been drawn; a forger of one number has no sheet.
 * @param {HTMLCanvasElement} canvas
 * @param {any} grid of the frame
 * @param {[number, number]} latent
 */
export function drawMark(canvas, { points, n, dims }, latent, colours) {
  if (dims !== 2) return;
  const g = canvas.getContext("2d"), [x, y] = placeOfLatent(decodePlaces(points), n, latent);
  mark(g, x * canvas.clientWidth, y * canvas.clientHeight, colours);
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {[number, number]} latent
 */
export function drawSheet(canvas, [u, v], colours) {
  const { g, w, h } = sized(canvas);
  if (!w) return;
  g.fillStyle = colours.sheet;
  g.fillRect(0, 0, w, h);
  g.strokeStyle = colours.forger;
  g.globalAlpha = 0.5;
  g.lineWidth = 1;
  g.beginPath();
  for (let i = 0; i <= CELLS; i++) {
    const at = 0.5 + i / CELLS * (w - 1);
    g.moveTo(at, 0);
    g.lineTo(at, h);
    g.moveTo(0, at);
    g.lineTo(w, at);
  }
  g.stroke();
  g.globalAlpha = 1;
  mark(g, u * w, (1 - v) * h, colours);
}

/**
 * The sheet to drag on, and a slider for each number.
 * @param {import("../core/words.js").Say} say
 * @param {[number, number]} latent
 * @param {(latent: [number, number]) => void} told
 */
export function buildSheet(say, latent, told) {
  const canvas = make("canvas", { class: "learn-sheet", "aria-hidden": "true", "data-testid": "learn-sheet" });
  const sliders = [0, 1].map((axis) =>
    make("input", {
      type: "range",
      id: `learn-z-${axis}`,
      min: 1,
      max: 99,
      step: STEP,
      value: Math.round(100 * latent[axis]),
      "aria-label": say("z_number", { n: axis + 1 }),
      oninput: () => told([Number(sliders[0].value) / 100, Number(sliders[1].value) / 100]),
    })
  );
  const drag = (event) => {
    const box = canvas.getBoundingClientRect();
    const u = (event.clientX - box.left) / box.width, v = 1 - (event.clientY - box.top) / box.height;
    const at = [u, v].map((share) => Math.min(Math.max(share, 0.01), 0.99));
    sliders.forEach((slider, axis) => (slider.value = String(Math.round(100 * at[axis]))));
    told(/** @type {[number, number]} */ (at));
  };
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    drag(event);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (event.buttons) drag(event);
  });
  const labelled = sliders.map((slider, axis) => make("label", {}, say("z_number", { n: axis + 1 }), slider));
  return make(
    "figure",
    { class: "learn-latents" },
    make("figcaption", {}, make("b", {}, say("latents")), make("span", {}, say("latent_help"))),
    canvas,
    make("div", { class: "learn-numbers" }, ...labelled),
  );
}
