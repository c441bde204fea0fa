// The layers of a network: each reads `from`, writes `to` and uses `spare`, places in the net's memory.
// Columns are pictures: a value of `count` pictures lies together, [values, count], so that a layer of any number of
// pictures is one product.
const TINY = 1e-8; // keeps the square root of a sum of squares away from 0

/** How many numbers a shape holds. */
export const sizeOf = (shape) => shape.reduce((a, b) => a * b, 1);

/** The next multiple of four. */
export const fours = (n) => n + 3 & ~3;

function scatter(room, op, from, to, bias, count, scales) {
  // [out k k, r r count] -> [out, R R count]: every input value's patch is added where it lies, by its channel's scale
  // if there are any; and the bias
  const { kernel, stride, padding, side, shape: [out, high, wide] } = op;
  for (let o = 0; o < out; o++) room.fill(room[bias + o], to + o * high * wide * count, to + (o + 1) * high * wide * count);
  for (let o = 0; o < out; o++) for (let ky = 0; ky < kernel; ky++) for (let kx = 0; kx < kernel; kx++) {
    const scale = scales ? room[scales + o] : 1;
    const patch = from + ((o * kernel + ky) * kernel + kx) * side * side * count;
    const first = Math.max(Math.ceil((padding - kx) / stride), 0);
    const last = Math.min(Math.floor((wide - 1 + padding - kx) / stride), side - 1);
    for (let iy = 0; iy < side; iy++) {
      const y = iy * stride - padding + ky;
      if (y < 0 || y >= high) continue;
      const line = to + ((o * high + y) * wide - padding + kx) * count, values = patch + iy * side * count;
      if (count === 1) for (let i = first, at = line + first * stride; i <= last; i++, at += stride) room[at] += scale * room[values + i];
      else for (let i = first; i <= last; i++) {
        const at = line + i * stride * count, value = values + i * count;
        for (let b = 0; b < count; b++) room[at + b] += scale * room[value + b];
      }
    }
  }
}

function styled(net, op, from) {
  // the channels of one picture by the styles of the stage's own w; where the scales that undo their strength lie, 0
  // where nothing does. Karras et al. 2020, arXiv:1912.04958, equations 1 and 3
  const { room, styles, squares, scales } = net, { w, style, styleBias, power, none } = op.at, area = op.side ** 2;
  net.dots(style, w, styles, styleBias, op.in, fours(op.style));
  for (let c = 0; c < op.in; c++) {
    const s = room[styles + c];
    room[squares + c] = s * s;
    for (let i = from + c * area, end = i + area; i < end; i++) room[i] *= s;
  }
  if (!op.gain) return 0;
  net.dots(power, squares, scales, none, op.out, fours(op.in));
  for (let o = scales; o < scales + op.out; o++) room[o] = op.gain / Math.sqrt(room[o] + TINY);
  return scales;
}

function gather(room, op, from, to, count) {
  // [in, r r count] -> [in k k, R R count]: under each output value the input values that it sees
  const { kernel, stride, padding, side, in: channels, shape: [, high, wide] } = op;
  let at = to;
  for (let c = 0; c < channels; c++) for (let ky = 0; ky < kernel; ky++) for (let kx = 0; kx < kernel; kx++) {
    for (let oy = 0; oy < high; oy++) for (let ox = 0; ox < wide; ox++, at += count) {
      const y = oy * stride - padding + ky, x = ox * stride - padding + kx;
      if (y < 0 || y >= side || x < 0 || x >= side) room.fill(0, at, at + count);
      else {
        const value = from + ((c * side + y) * side + x) * count;
        for (let b = 0; b < count; b++) room[at + b] = room[value + b];
      }
    }
  }
}

export function tanh(room, from, n) {
  // faster than Math.tanh, and as good once it is rounded to float32
  for (let i = from; i < from + n; i++) room[i] = 1 - 2 / (Math.exp(2 * room[i]) + 1);
}

export const LAYERS = {
  dense: (net, op, from, to, spare, count) => {
    const { weight, bias, stride } = op.at;
    if (count > 1) net.product(weight, stride, from, to, bias, net.panel, op.out, op.in, count);
    else {
      net.room.fill(0, from + op.in, from + stride);
      net.dots(weight, from, to, bias, op.out, stride);
    }
  },
  conv_up: (net, op, from, to, spare, count) => {
    const { weight, bias, none } = op.at, rows = op.out * op.kernel ** 2;
    const scales = op.style ? styled(net, op, from) : 0;
    net.product(weight, op.in, from, spare, none, net.panel, rows, op.in, op.side ** 2 * count);
    scatter(net.room, op, spare, to, bias, count, scales);
  },
  conv: (net, op, from, to, spare, count) => {
    const { weight, bias } = op.at, depth = op.in * op.kernel ** 2, [, high, wide] = op.shape;
    gather(net.room, op, from, spare, count);
    net.product(weight, depth, spare, to, bias, net.panel, op.out, depth, high * wide * count);
  },
  affine: (net, op, from, to, spare, count) => {
    const n = sizeOf(op.shape) * count;
    for (let i = 0; i < n; i++) net.room[to + i] = net.room[from + i] * op.scale + op.shift;
  },
  fourier: (net, op, from, to, spare, count) => {
    const { weight, none } = op.at, own = op.in * count, n = op.count * count, room = net.room;
    net.product(weight, op.in, from, spare, none, net.panel, op.count, op.in, count);
    room.copyWithin(to, from, from + own);
    for (let i = 0; i < n; i++) {
      room[to + own + i] = Math.sin(room[spare + i]);
      room[to + own + n + i] = Math.cos(room[spare + i]);
    }
  },
};
