// The products that layers are made of, on the memory of one network: by WebAssembly, and the same in JavaScript.
//   product(a, stride, b, c, bias, panel, m, k, n): c [m, n] = a [m, k] b [k, n] + bias [m], a's rows `stride` apart
//   dots(a, x, y, bias, m, k): y [m] = a [m, k] x [k] + bias [m], k a multiple of 4
//   leaky(x, n): below 0 a fifth of it
const SLOPE = 0.2;

/**
 * Those of matmul.wasm; they take places in numbers, its own exports places in bytes.
 * @param {WebAssembly.Module} module
 * @param {WebAssembly.Memory} memory
 */
export function fastProducts(module, memory) {
  const { product, dots, leaky } = new WebAssembly.Instance(module, { engine: { memory } }).exports;
  return {
    product: (a, stride, b, c, bias, panel, m, k, n) => product(4 * a, 4 * stride, 4 * b, 4 * c, 4 * bias, 4 * panel, m, k, n),
    dots: (a, x, y, bias, m, k) => dots(4 * a, 4 * x, 4 * y, 4 * bias, m, k),
    leaky: (x, n) => leaky(4 * x, n),
  };
}

/** The same three in JavaScript; 2 rows and 4 columns at a time, which a matrix has room for. */
export function plainProducts(room) {
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
