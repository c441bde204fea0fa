// The worker that turns w into images: it lays a network's weights out once and then runs its plan, with the products
// of matmul.wasm or, where there is none, with the same in JavaScript. Its memory is taken once for each network.
// Columns are pictures: a value of `count` pictures lies together, [values, count], so that a layer of any number of
// pictures is one product.
(() => {
  const SLACK = 16; // free numbers behind every matrix: products write and read a little past their ends
  const ROOM = 1 << 17; // numbers in the widest layer of a batch; more would not stay in the cache
  const MOST = 256; // pictures in a batch
  const SLOPE = 0.2;
  const TINY = 1e-8; // keeps the square root of a sum of squares away from 0
  let module = null; // the compiled products; null: plain JavaScript
  const nets = new Map(), references = new Map();

  const size = (shape) => shape.reduce((a, b) => a * b, 1);
  const fours = (n) => n + 3 & ~3;

  // ---- products ---------------------------------------------------------------------------------------------------

  function fast(memory) {
    // places in numbers -> places in bytes
    const { product, dots, leaky } = new WebAssembly.Instance(module, { engine: { memory } }).exports;
    return {
      product: (a, stride, b, c, bias, panel, m, k, n) => product(4 * a, 4 * stride, 4 * b, 4 * c, 4 * bias, 4 * panel, m, k, n),
      dots: (a, x, y, bias, m, k) => dots(4 * a, 4 * x, 4 * y, 4 * bias, m, k),
      leaky: (x, n) => leaky(4 * x, n),
    };
  }

  function plain(room) {
    // the same three in JavaScript, on the same memory; 2 rows and 4 columns at a time, which its numbers have room for
    function product(a, stride, b, c, bias, panel, m, k, n) {
      for (let from = 0; from < n; from += 4) {
        const j = Math.max(Math.min(from, n - 4), 0);
        for (let i = 0; i < m; i += 2) {
          const next = Math.min(i + 1, m - 1);
          let at = b + j, above = a + i * stride, below = a + next * stride;
          let s0 = room[bias + i], s1 = s0, s2 = s0, s3 = s0, t0 = room[bias + next], t1 = t0, t2 = t0, t3 = t0;
          for (const end = above + k; above < end; above++, below++, at += n) {
            const s = room[above], t = room[below], x0 = room[at], x1 = room[at + 1], x2 = room[at + 2], x3 = room[at + 3];
            s0 += s * x0; s1 += s * x1; s2 += s * x2; s3 += s * x3;
            t0 += t * x0; t1 += t * x1; t2 += t * x2; t3 += t * x3;
          }
          at = c + i * n + j;
          room[at] = s0; room[at + 1] = s1; room[at + 2] = s2; room[at + 3] = s3;
          at = c + next * n + j;
          room[at] = t0; room[at + 1] = t1; room[at + 2] = t2; room[at + 3] = t3;
        }
      }
    }

    function dots(a, x, y, bias, m, k) {
      for (let i = 0, at = a; i < m; i++) {
        let s0 = room[bias + i], s1 = 0, s2 = 0, s3 = 0;
        for (let q = x; q < x + k; q += 4, at += 4) {
          s0 += room[at] * room[q]; s1 += room[at + 1] * room[q + 1];
          s2 += room[at + 2] * room[q + 2]; s3 += room[at + 3] * room[q + 3];
        }
        room[y + i] = s0 + s1 + s2 + s3;
      }
    }

    function leaky(x, n) {
      for (let i = x; i < x + n; i++) if (room[i] < 0) room[i] *= SLOPE;
    }

    return { product, dots, leaky };
  }

  // ---- layers: each reads `from`, writes `to` and uses `spare`, places in the net's memory --------------------------

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

  function tanh(room, from, n) {
    // faster than Math.tanh, and as good once it is rounded to float32
    for (let i = from; i < from + n; i++) room[i] = 1 - 2 / (Math.exp(2 * room[i]) + 1);
  }

  const LAYERS = {
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
      const n = size(op.shape) * count;
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

  // ---- a network, laid out once -----------------------------------------------------------------------------------

  // numbers between two layers for each picture: what a product of patches makes or takes
  const between = (op) => {
    if (op.op === "conv_up") return op.out * op.kernel ** 2 * op.side ** 2;
    return op.op === "conv" ? op.in * op.kernel ** 2 * op.shape[1] * op.shape[2] : op.count ?? 0;
  };
  const depth = (op) => op.in * (op.op === "conv" ? op.kernel ** 2 : 1) || 0;

  function weights(file, op, i) {
    // a layer's matrix as its product wants it, its rows `stride` numbers apart
    if (op.op === "fourier") return flipped(file.tensor(`${i}.frequencies`), op.in, op.count);
    const values = file.tensor(`${i}.weight`);
    if (op.op === "conv_up") return flipped(values, op.in, op.out * op.kernel ** 2);
    return op.op === "conv" ? values : widened(values, op.out, op.in);
  }

  function widened(values, rows, columns) {
    // rows as dots want them, of a multiple of four numbers
    const stride = fours(columns);
    if (stride === columns) return values;
    const wide = new Float32Array(rows * stride);
    for (let r = 0; r < rows; r++) wide.set(values.subarray(r * columns, (r + 1) * columns), r * stride);
    return wide;
  }

  function powers(values, op) {
    // [out, in]: how strong a channel of the output is for one of the input, each output pixel seeing a part of the kernel
    const each = op.kernel ** 2, found = new Float32Array(op.in * op.out);
    for (let c = 0, at = 0; c < op.in; c++) for (let o = 0; o < op.out; o++) {
      let sum = 0;
      for (const end = at + each; at < end; at++) sum += values[at] ** 2;
      found[o * op.in + c] = sum / op.stride ** 2;
    }
    return widened(found, op.out, op.in);
  }

  function flipped(values, rows, columns) {
    const found = new Float32Array(values.length);
    for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) found[c * rows + r] = values[r * columns + c];
    return found;
  }

  function compile(file) {
    const plan = file.note.plan.map((op) => ({ ...op })), parts = [];
    let used = SLACK;
    const take = (n) => {
      const at = used;
      used += fours(n + SLACK);
      return at;
    };
    const lay = (values) => {
      const at = take(values.length);
      parts.push([at, values]);
      return at;
    };
    const most = (of) => Math.max(...plan.map(of));
    const none = take(most((op) => (op.op === "conv_up" ? op.out * op.kernel ** 2 : op.count ?? 0)));
    plan.forEach((op, i) => {
      if (op.op === "affine") return;
      op.at = { none, weight: lay(weights(file, op, i)), stride: fours(op.in) };
      if (op.op !== "fourier") op.at.bias = lay(file.tensor(`${i}.bias`));
      if (!op.style) return;
      const style = lay(widened(file.tensor(`${i}.style.weight`), op.in, op.style));
      Object.assign(op.at, { style, styleBias: lay(file.tensor(`${i}.style.bias`)), power: lay(powers(file.tensor(`${i}.weight`), op)) });
    });
    const width = plan[0].op === "affine" ? size(plan[0].shape) : plan[0].in * (plan[0].side ?? 1) ** 2;
    const layered = plan.some((op) => op.style), start = layered ? plan.length * width : width; // numbers of what is asked
    const channels = layered ? most((op) => Math.max(op.in, op.out)) : 0, [styles, squares, scales] = [0, 1, 2].map(() => take(channels));
    const ws = take(layered ? start : 0);
    if (layered) plan.forEach((op, i) => { op.at.w = ws + i * width; });
    const widest = Math.max(width, most((op) => size(op.shape))), patches = most(between);
    // patches of several pictures at once would leave the cache: a convolution takes them one by one, in half the time
    const batch = patches ? 1 : Math.min(Math.max(Math.floor(ROOM / widest), 1), MOST);
    const panel = take(8 * most(depth));
    const places = [take(widest * batch), take(widest * batch), take(widest * batch)], spare = take(patches * batch);

    const pages = Math.ceil(used * 4 / 65536);
    const memory = module && new WebAssembly.Memory({ initial: pages, maximum: pages });
    const room = new Float32Array(memory ? memory.buffer : new ArrayBuffer(pages * 65536));
    for (const [at, values] of parts) room.set(values, at);
    return { plan, room, batch, panel, places, spare, start, width, layered, ws, styles, squares, scales, ...(memory ? fast(memory) : plain(room)) };
  }

  // ---- runs -------------------------------------------------------------------------------------------------------

  function enter(net, rows, from, count, place) {
    // rows [count, start] of what is asked -> [start, count]
    const { room, start } = net;
    for (let b = 0, at = from * start; b < count; b++) for (let i = 0; i < start; i++) room[place + i * count + b] = rows[at++];
  }

  function run(net, place, from, to, count, other = 1) {
    // the layers from..to - 1 on what lies at places[place]; tells where their output lies, `other` is free to use
    for (const op of net.plan.slice(from, to)) {
      LAYERS[op.op](net, op, net.places[place], net.places[other], net.spare, count);
      [place, other] = [other, place];
      const n = size(op.shape) * count;
      if (op.act === "leaky") net.leaky(net.places[place], n);
      else if (op.act === "tanh") tanh(net.room, net.places[place], n);
    }
    return place;
  }

  function stagewise(net, rows, mix, stage, found, values) {
    // rows of ws [N, stages, w_dim], each stage following its own, up to `stage`; mix: those of mix.w from mix.stage on take part
    const { room, start, width, ws, places } = net;
    for (let row = 0, at = 0; at < rows.length; row++, at += start) {
      room.set(rows.subarray(at, at + start), ws);
      if (mix) for (let i = mix.stage * width; i < start; i++) room[ws + i] += mix.share * (mix.w[at + i] - room[ws + i]);
      room.copyWithin(places[0], ws, ws + width);
      leave(net, found, row, 1, values, places[run(net, 0, 0, stage, 1)]);
    }
    return found;
  }

  function through(net, rows, mix, stage, found, values) {
    // rows of w [N, start] through the plan up to `stage`; mix: features of mix.w [N, start] take part from mix.stage on
    const total = rows.length / net.start;
    for (let from = 0; from < total; from += net.batch) {
      const count = Math.min(net.batch, total - from), meet = mix ? Math.min(mix.stage, stage) : 0;
      enter(net, rows, from, count, net.places[0]);
      let place = run(net, 0, 0, meet, count);
      if (mix && stage >= mix.stage) place = blend(net, mix, from, count, place);
      place = run(net, place, meet, stage, count, place ? 0 : 1);
      leave(net, found, from, count, values, net.places[place]);
    }
    return found;
  }

  function blend(net, mix, from, count, place) {
    // the second latents' features at the stage, `share` of them in the first ones' place
    const { room, places } = net, n = (mix.stage ? size(net.plan[mix.stage - 1].shape) : net.start) * count;
    room.copyWithin(places[2], places[place], places[place] + n);
    enter(net, mix.w, from, count, places[0]);
    const second = run(net, 0, 0, mix.stage, count), a = places[2], b = places[second];
    for (let i = 0; i < n; i++) room[b + i] = room[a + i] + mix.share * (room[b + i] - room[a + i]);
    return second;
  }

  function leave(net, found, from, count, values, place) {
    for (let b = 0, at = from * values; b < count; b++) for (let i = 0; i < values; i++) found[at++] = net.room[place + i * count + b];
  }

  function pictures(net, rows, mix, stage = net.plan.length) {
    const values = stage ? size(net.plan[stage - 1].shape) : net.width;
    const way = net.layered ? stagewise : through;
    return way(net, rows, mix, stage, new Float32Array(rows.length / net.start * values), values);
  }

  function opinion(net, images, count, c) {
    // the share of real pictures that the critic likes less than each of `count` images, all of class c
    const { real, start } = net, values = images.length / count, logits = size(net.plan.at(-1).shape);
    let rows = images;
    if (start > values) { // it takes the class beside the image
      rows = new Float32Array(count * start);
      for (let i = 0; i < count; i++) {
        rows.set(images.subarray(i * values, (i + 1) * values), i * start);
        rows[i * start + values + c] = 1;
      }
    }
    const found = pictures(net, rows, null), own = logits > 1 ? c : 0; // or has a logit for each class
    return Float32Array.from({ length: count }, (_, i) => {
      let below = 0;
      while (below < real.length && real[below] < found[i * logits + own]) below++;
      return below / real.length;
    });
  }

  function nearest({ pixels, shape: [n, height, width, channels] }, image, count) {
    // the reference pictures nearest to an image [C, H, W], in root mean square of grey levels from 0 to 1
    const size = height * width * channels, wanted = new Float32Array(size), area = height * width;
    for (let i = 0; i < area; i++) for (let c = 0; c < channels; c++) {
      wanted[i * channels + c] = (Math.min(Math.max(image[c * area + i], -1), 1) + 1) * 127.5;
    }
    const far = Float32Array.from({ length: n }, (_, index) => {
      let sum = 0;
      for (let i = 0, at = index * size; i < size; i++, at++) sum += (pixels[at] - wanted[i]) ** 2;
      return sum;
    });
    const order = Uint32Array.from(far.keys()).sort((a, b) => far[a] - far[b]).subarray(0, count);
    return Array.from(order, (index) => ({
      index, distance: Math.sqrt(far[index] / size) / 255, pixels: pixels.slice(index * size, (index + 1) * size),
    }));
  }

  // ---- what the page asks -----------------------------------------------------------------------------------------

  const ANSWERS = {
    start: ({ wasm }) => {
      try {
        module = wasm && new WebAssembly.Module(wasm);
      } catch { /* a page may forbid it */ }
      return module ? "wasm" : "plain";
    },
    load: ({ name, part, file }) => {
      const read = atelier.safetensors.read(file);
      if (part === "reference") references.set(name, { pixels: read.raw("pictures"), shape: read.shape("pictures") });
      else nets.set(`${part} ${name}`, { ...compile(read), real: part === "critic" ? read.tensor("stats.real_logits") : null });
    },
    pictures: ({ name, rows, mix }) => pictures(nets.get(`generator ${name}`), rows, mix),
    features: ({ name, rows, mix, stage }) => pictures(nets.get(`generator ${name}`), rows, mix, stage),
    opinion: ({ name, rows, count, c }) => opinion(nets.get(`critic ${name}`), rows, count, c),
    nearest: ({ name, rows, count }) => nearest(references.get(name), rows, count),
  };

  self.onmessage = ({ data: { id, ask, ...asked } }) => {
    try {
      const found = ANSWERS[ask](asked);
      self.postMessage({ id, found }, found instanceof Float32Array ? [found.buffer] : []);
    } catch (error) {
      self.postMessage({ id, trouble: String(error.message ?? error) });
    }
  };
})();
