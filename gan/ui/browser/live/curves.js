// Curves of a live run: losses, the critic's opinion, the key figure; in a race both lanes on the same axes.

import { grouped, short } from "../core/words.js";
import { dot, FONT, sized } from "./canvas.js";

const WIDTHS = [2.4, 1.4]; // of the two lanes' lines; the second also carries rings
const RINGS = 5;
const BESIDE = 38; // pixels that the value of a line takes
const LINE = 13; // pixels that a number of the axis takes
const BOX = { left: 44, right: 20, top: 8, bottom: 18 };

function thinned(curve, lane, column, most) {
  // [step, mean] of at most `most` stretches of the curve
  const stride = Math.max(Math.ceil(curve.length / most), 1), out = [];
  for (let i = 0; i < curve.length; i += stride) {
    let sum = 0, n = 0, last = 0;
    for (let k = i; k < Math.min(i + stride, curve.length); k++) {
      const v = curve[k].lanes[lane]?.[column];
      if (v != null) {
        sum += v;
        n++;
        last = curve[k].steps;
      }
    }
    if (n) out.push([last, sum / n]);
  }
  return out;
}

function reach(lines) {
  // the range of all but the wildest hundredth
  const all = lines.flatMap((line) => line.map((point) => point[1])).sort((a, b) => a - b);
  if (!all.length) return [0, 1];
  const low = all[Math.floor(all.length * 0.01)], high = all[Math.ceil(all.length * 0.99) - 1];
  const room = Math.max((high - low) * 0.1, Math.abs(high) * 0.02, 1e-3);
  return [low - room, high + room];
}

function ticks(low, high) {
  // two to five round numbers between low and high
  const rough = (high - low) / 4, power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].find((m) => m * power >= rough) * power, out = [];
  for (let v = Math.ceil(low / step) * step; v <= high + step * 1e-6; v += step) {
    out.push(Number(v.toPrecision(3)) || 0);
  }
  return out;
}

export function drawCurves(canvas, curve, series, { range, floor, ends, last, moment, labels }, colours) {
  // series: [column, colour, dashes]; range: [low, high], or null to fit (from `floor` upwards where it is given);
  // ends: values at which a curve ends in a perfect game
  const { g, w, h } = sized(canvas);
  if (w < 80) return;
  const box = { left: BOX.left, right: w - BOX.right, top: BOX.top, bottom: h - BOX.bottom };
  const lanes = Math.max(curve.at(-1)?.lanes.length ?? 1, 1);
  const lines = [];
  for (let lane = 0; lane < lanes; lane++) {
    for (const [column, colour, dashes] of series) {
      lines.push({ lane, colour, dashes, points: thinned(curve, lane, column, (box.right - box.left) / 1.5) });
    }
  }
  const goals = (ends ?? []).map((value) => [[0, value]]);
  let [low, high] = range ?? reach([...lines.map((line) => line.points), ...goals]);
  if (!range && floor != null) low = floor;
  const end = Math.max(last || 0, curve.at(-1)?.steps ?? 0, 1);
  const x = (step) => box.left + step / end * (box.right - box.left);
  const y = (v) => box.bottom - (v - low) / (high - low) * (box.bottom - box.top);
  axes(g, box, range ? [0, 0.5, 1] : ticks(low, high), y, range, end, labels, colours, h);
  [...ends ?? []].sort((a, b) => b - a).forEach((value, i) => goal(g, box, y(value), short(value), i > 0, colours));
  g.save();
  g.beginPath();
  g.rect(box.left, 0, w - box.left, box.bottom + 2);
  g.clip();
  for (const line of lines) trace(g, line, x, y, lanes > 1, colours, box);
  g.restore();
  if (moment != null) {
    g.strokeStyle = colours.ink;
    g.lineWidth = 1.5;
    g.beginPath();
    g.moveTo(x(moment), box.top - 6);
    g.lineTo(x(moment), box.bottom);
    g.stroke();
  }
}

function axes(g, box, marks, y, range, end, labels, colours, h) {
  g.font = `12px ${FONT}`;
  g.fillStyle = colours.quiet;
  g.strokeStyle = colours.line;
  g.lineWidth = 1;
  g.textAlign = "right";
  g.textBaseline = "middle";
  let written = Infinity; // where the last number stands: in a low box not every line has room for its own
  for (const v of marks) {
    const text = range
      ? (v === 0.5 ? "½" : String(v))
      : Math.abs(v) >= 1e4
      ? v.toExponential(0).replace("e+", "e")
      : String(v);
    if (Math.abs(y(v) - written) >= LINE) {
      g.fillText(text, box.left - 6, y(v));
      written = y(v);
    }
    g.beginPath();
    g.moveTo(box.left, Math.round(y(v)) + 0.5);
    g.lineTo(box.right, Math.round(y(v)) + 0.5);
    g.stroke();
  }
  g.textBaseline = "alphabetic";
  if (end > 1) g.fillText(`${grouped(end)} ${labels.steps}`, box.right, h - 3);
  g.textAlign = "left";
  g.fillText("0", box.left, h - 3);
}

/** The line at which a curve ends in a perfect game, its value above it, or below where it shall be and has room. */
function goal(g, box, y, text, below, colours) {
  g.strokeStyle = g.fillStyle = colours.ink;
  g.lineWidth = 1;
  g.setLineDash([2, 4]);
  g.beginPath();
  g.moveTo(box.left, y);
  g.lineTo(box.right, y);
  g.stroke();
  g.setLineDash([]);
  g.textAlign = "right";
  const under = (below || y < box.top + 14) && y < box.bottom - 14;
  g.textBaseline = under ? "top" : "bottom";
  const aside = below && !under ? BESIDE : 0; // not on the value of the line above
  g.fillText(text, box.right - aside, y + (under ? 2 : -1));
  g.textAlign = "left";
  g.textBaseline = "alphabetic";
}

function trace(g, { lane, colour, dashes, points }, x, y, race, colours, box) {
  if (!points.length) return;
  g.beginPath();
  for (const [step, v] of points) g.lineTo(x(step), y(v));
  if (points.length === 1) dot(g, x(points[0][0]), y(points[0][1]), 1.5);
  g.setLineDash(dashes);
  g.strokeStyle = colour;
  g.lineWidth = WIDTHS[lane];
  g.lineJoin = "round";
  g.stroke();
  g.setLineDash([]);
  if (!race) return;
  if (lane) {
    g.fillStyle = colours.sheet;
    for (let i = 1; i <= RINGS; i++) {
      const point = points[Math.floor(points.length * i / (RINGS + 1))];
      g.beginPath();
      dot(g, x(point[0]), y(point[1]), 2.6);
      g.fill();
      g.stroke();
    }
  }
  const [step, v] = points.at(-1);
  g.font = `600 12px ${FONT}`;
  g.fillStyle = colour;
  g.textBaseline = "middle";
  g.fillText("AB"[lane], x(step) + 5, Math.min(Math.max(y(v), box.top), box.bottom - 4));
  g.textBaseline = "alphabetic";
}
