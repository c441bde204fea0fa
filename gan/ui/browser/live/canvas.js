// Paint for the live tab's canvases: the theme's colours, canvases at the screen's resolution, marks.

const ROLES = [
  "forger",
  "data",
  "critic",
  "sheet",
  "paper",
  "ink",
  "quiet",
  "line",
  "trouble",
  "tint-fake",
  "tint-real",
];
export const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'PingFang SC', 'Microsoft YaHei', sans-serif";
const SHADES = 16; // of a fake's colour between forger's and data's

function rgb(colour) {
  const n = parseInt(colour.trim().slice(1), 16);
  return [n >> 16 & 255, n >> 8 & 255, n & 255];
}

const mix = (a, b, t) => a.map((v, i) => v + (b[i] - v) * t);
const between = (low, middle, high, t) => (t < 0.5 ? mix(low, middle, 2 * t) : mix(middle, high, 2 * t - 1));
const css = (colour) => `rgb(${colour.map(Math.round).join(" ")})`;

export function palette(section) {
  // colours by role; `ramp`: the field's 256 colours as pixels; `shades`: what a fake is painted with, by opinion
  const style = getComputedStyle(section);
  const colours = Object.fromEntries(ROLES.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));
  const [low, middle, high] = ["tint-fake", "sheet", "tint-real"].map((name) => rgb(colours[name]));
  colours.ramp = Uint32Array.from({ length: 256 }, (_, i) => {
    const [r, g, b] = between(low, middle, high, i / 255).map(Math.round);
    return (255 << 24 | b << 16 | g << 8 | r) >>> 0;
  });
  const [fake, unsure, real] = ["forger", "quiet", "data"].map((name) => rgb(colours[name]));
  colours.shades = Array.from({ length: SHADES }, (_, i) => css(between(fake, unsure, real, i / (SHADES - 1))));
  return colours;
}

export const shade = (colours, opinion) => Math.round(opinion / 255 * (colours.shades.length - 1));

/** A sheet that is drawn on out of sight; an OffscreenCanvas would do, but not every browser has it. */
export const newSheet = (width, height) => Object.assign(document.createElement("canvas"), { width, height });

export function sized(canvas) {
  // the canvas at the screen's own resolution: {g, w, h} in css pixels, wiped
  const { clientWidth: w, clientHeight: h } = canvas;
  const dots = window.devicePixelRatio || 1;
  if (canvas.width !== Math.round(w * dots) || canvas.height !== Math.round(h * dots)) {
    canvas.width = Math.round(w * dots);
    canvas.height = Math.round(h * dots);
  }
  const g = canvas.getContext("2d");
  g.setTransform(dots, 0, 0, dots, 0, 0);
  Object.assign(g, { globalAlpha: 1, lineCap: "butt", lineJoin: "miter" }); // nothing is left of the last drawing
  g.setLineDash([]);
  g.clearRect(0, 0, w, h);
  return { g, w, h, dots };
}

export function dot(g, x, y, r) {
  g.moveTo(x + r, y);
  g.arc(x, y, r, 0, 2 * Math.PI);
}

export function triangle(g, x, y, s) {
  g.moveTo(x, y - s);
  g.lineTo(x + 0.87 * s, y + s / 2);
  g.lineTo(x - 0.87 * s, y + s / 2);
  g.closePath();
}

export function marks(g, trace, fill, edge, width) {
  // a path of marks with an edge that keeps neighbours apart
  g.beginPath();
  trace();
  g.lineWidth = width;
  g.strokeStyle = edge;
  g.stroke();
  g.fillStyle = fill;
  g.fill();
}

export function arrow(g, x0, y0, x1, y1, head) {
  // a line with a head, added to the path
  const length = Math.hypot(x1 - x0, y1 - y0) || 1;
  const ux = (x1 - x0) / length * head, uy = (y1 - y0) / length * head;
  g.moveTo(x0, y0);
  g.lineTo(x1, y1);
  g.moveTo(x1 - ux - uy * 0.6, y1 - uy + ux * 0.6);
  g.lineTo(x1, y1);
  g.lineTo(x1 - ux + uy * 0.6, y1 - uy - ux * 0.6);
}

export function pictureTile(pixels, raw, k, r, channels) {
  // picture k of raw [N, r, r, channels] into an ImageData
  for (let i = 0; i < r * r; i++) {
    for (let c = 0; c < 3; c++) pixels.data[4 * i + c] = raw[(k * r * r + i) * channels + (channels === 3 ? c : 0)];
    pixels.data[4 * i + 3] = 255;
  }
  return pixels;
}
