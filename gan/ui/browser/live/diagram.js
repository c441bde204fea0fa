// Slow motion: the two networks as a diagram, lit up stage by stage, with the batch of the moment in its boxes.

import { decodePlaces } from "../core/encoding.js";
import { percent, short } from "../core/words.js";
import { arrow, dot, FONT, sized } from "./canvas.js";
import { mediumOf } from "./media.js";

const NAMES = ["noise", "samples", "judgement", "loss", "update"];
const LIT = { // what each of the five stages lights up, for D's half and for G's
  d: [["z", "z-G"], ["G", "fakes", "z-G", "G-fakes"], ["real", "fakes", "D", "real-D", "fakes-D"], ["loss", "D-loss"], [
    "D",
    "loss-D",
  ]],
  g: [["z", "z-G"], ["G", "fakes", "z-G", "G-fakes"], ["fakes", "D", "fakes-D"], ["loss", "D-loss"], [
    "G",
    "loss-D",
    "D-G",
  ]],
};
const ROLE = { z: "ink", G: "forger", fakes: "forger", real: "data", D: "critic", loss: "ink" };
const WIDE = 32, TALL = 36; // css pixels between boxes

function boxes(w, h) {
  const cw = (w - 2 * WIDE - 4) / 3, ch = (h - 2 * TALL - 26 - 4) / 2.45;
  const at = (column, y, height) => ({ x: 2 + column * (cw + WIDE), y, w: cw, h: height });
  const second = 24 + ch + TALL, third = second + ch + TALL;
  return {
    z: at(0, 24, ch),
    G: at(1, 24, ch),
    fakes: at(2, 24, ch),
    real: at(0, second, ch),
    D: at(1, second, ch),
    loss: at(1, third, h - third - 2),
  };
}

function edges(b) {
  const middle = (box) => [box.x + box.w / 2, box.y + box.h / 2];
  const [gx, gy] = middle(b.G), [dx, dy] = middle(b.D), [fx] = middle(b.fakes);
  return {
    "z-G": [[b.z.x + b.z.w, gy], [b.G.x, gy]],
    "G-fakes": [[b.G.x + b.G.w, gy], [b.fakes.x, gy]],
    "fakes-D": [[fx, b.fakes.y + b.fakes.h], [fx, dy], [b.D.x + b.D.w, dy]],
    "real-D": [[b.real.x + b.real.w, dy], [b.D.x, dy]],
    "D-loss": [[dx + 14, b.D.y + b.D.h], [dx + 14, b.loss.y]],
    "loss-D": [[dx - 14, b.loss.y], [dx - 14, b.D.y + b.D.h]],
    "D-G": [[gx, b.D.y], [gx, b.G.y + b.G.h]],
  };
}

export function drawDiagram(canvas, scene, stage, colours, say) {
  const { g, w, h } = sized(canvas);
  const b = boxes(w, h), lit = new Set(LIT[stage.who][stage.index % 5]);
  for (const [name, path] of Object.entries(edges(b))) {
    edge(g, path, lit.has(name), ["loss-D", "D-G"].includes(name), colours);
  }
  for (const [name, box] of Object.entries(b)) frame(g, box, name, lit.has(name), colours);
  const learner = (who) => (stage.who === who ? say("learns") : say("waits"));
  title(g, b.z, say("noise_z"), "ink", colours);
  title(g, b.fakes, `▲ ${say("fake")}`, "forger", colours);
  title(g, b.real, `● ${say("real")}`, "data", colours);
  network(g, b.G, say("forger"), "G", learner("g"), "forger", colours);
  network(g, b.D, say("critic"), "D", learner("d"), "critic", colours);
  g.fillStyle = colours.ink;
  g.font = `600 14px ${FONT}`;
  g.textAlign = "center";
  g.textBaseline = "middle";
  const loss = stage.index % 5 >= 3 && stage.values?.loss != null ? ` ${short(stage.values.loss)}` : "";
  g.fillText(`${say("loss")}${loss}`, b.loss.x + b.loss.w / 2, b.loss.y + b.loss.h / 2);
  aside(g, b, lit, colours, say);
  g.textAlign = "left";
  g.textBaseline = "alphabetic";
  if (stage.z) latents(g, b.z, stage.z, scene, colours);
  if (stage.fake) samples(g, b.fakes, stage.fake, scene, colours, false, stage.logits_fake);
  if (stage.real) samples(g, b.real, stage.real, scene, colours, true, null);
}

function edge(g, path, on, back, colours) {
  g.strokeStyle = on ? colours.ink : colours.quiet;
  g.globalAlpha = on ? 1 : 0.45;
  g.lineWidth = on ? 2.6 : 1.3;
  g.setLineDash(back ? [5, 4] : []);
  g.lineJoin = g.lineCap = "round";
  g.beginPath();
  path.slice(0, -1).forEach(([x, y]) => g.lineTo(x, y));
  g.lineTo(...path.at(-1));
  g.stroke();
  g.setLineDash([]);
  const [[x0, y0], [x1, y1]] = path.slice(-2), length = Math.hypot(x1 - x0, y1 - y0);
  g.beginPath();
  arrow(g, x1 - (x1 - x0) / length, y1 - (y1 - y0) / length, x1, y1, on ? 8 : 6);
  g.stroke();
  g.globalAlpha = 1;
}

function frame(g, { x, y, w, h }, name, on, colours) {
  g.beginPath();
  g.roundRect(x, y, w, h, 8);
  g.fillStyle = on ? colours.sheet : colours.paper;
  g.fill();
  g.strokeStyle = on ? colours[ROLE[name]] : colours.line;
  g.lineWidth = on ? 3 : 1.3;
  g.stroke();
}

function title(g, box, text, role, colours) {
  g.fillStyle = colours[role];
  g.font = `600 13px ${FONT}`;
  g.textAlign = "left";
  g.textBaseline = "alphabetic";
  g.fillText(text, box.x, box.y - 7);
}

function network(g, { x, y, w, h }, name, letter, doing, role, colours) {
  g.textAlign = "center";
  g.textBaseline = "middle";
  g.fillStyle = colours[role];
  g.font = `650 22px ${FONT}`;
  g.fillText(letter, x + w / 2, y + h / 2 - 18);
  g.font = `600 13px ${FONT}`;
  g.fillText(name, x + w / 2, y + h / 2 + 4, w - 8);
  g.fillStyle = colours.quiet;
  g.font = `13px ${FONT}`;
  g.fillText(doing, x + w / 2, y + h / 2 + 23, w - 8);
}

function aside(g, b, lit, colours, say) {
  // what the dashed arrows mean, beside the loss
  if (!lit.has("loss-D")) return;
  g.textAlign = "right";
  g.fillStyle = colours.ink;
  g.font = `13px ${FONT}`;
  g.fillText(say("gradients"), b.D.x + b.D.w / 2 - 26, b.loss.y - TALL / 2, b.D.x + b.D.w / 2 - 28);
}

function inside(g, { x, y, w, h }) {
  g.save();
  g.beginPath();
  g.roundRect(x + 2, y + 2, w - 4, h - 4, 6);
  g.clip();
}

function latents(g, box, text, scene, colours) {
  // each latent's first two values; a single one lies on a line
  const at = decodePlaces(text);
  inside(g, box);
  g.fillStyle = colours.ink;
  g.beginPath();
  for (let k = 0; k < at.length; k += 2) {
    dot(g, box.x + 4 + at[k] * (box.w - 8), box.y + 4 + (scene.z_dim > 1 ? at[k + 1] : 0.5) * (box.h - 8), 1.8);
  }
  g.fill();
  g.restore();
}

function samples(g, box, text, scene, colours, real, opinions) {
  inside(g, box);
  mediumOf(scene).drawBatch(g, box, text, { scene, colours, real, opinions });
  g.restore();
}

export function stageCaption(stage, scene, say) {
  const v = stage.values;
  const key = `stage_${stage.who}_${NAMES[stage.index % 5]}`;
  return say(key, {
    batch: scene.batch,
    loss: short(v.loss),
    real: percent(v.real),
    fake: percent(v.fake),
    grad: short(v.grad),
    penalty: v.penalty ? say("stage_penalty", { penalty: short(v.penalty) }) : "",
  });
}
