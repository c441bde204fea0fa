// Normal draws by seed, exactly as torch makes them: the Mersenne twister, Matsumoto and Nishimura 1998, and Box and
// Muller 1958.

export const SEEDS = 2 ** 32; // how many there are
const TURN = Math.fround(2 * Math.PI);

/**
 * () -> whole numbers of 32 bits
 * @param {number} seed
 */
function twister(seed) {
  const state = new Uint32Array(624);
  state[0] = seed;
  for (let i = 1; i < 624; i++) state[i] = Math.imul(1812433253, state[i - 1] ^ state[i - 1] >>> 30) + i;
  let at = 624;
  return () => {
    if (at === 624) at = turn(state);
    let y = state[at++];
    y ^= y >>> 11;
    y ^= y << 7 & 0x9d2c5680;
    y ^= y << 15 & 0xefc60000;
    return (y ^ y >>> 18) >>> 0;
  };
}

/** @param {Uint32Array} state */
function turn(state) {
  for (let i = 0; i < 624; i++) {
    const y = state[i] & 0x80000000 | state[(i + 1) % 624] & 0x7fffffff;
    state[i] = state[(i + 397) % 624] ^ y >>> 1 ^ (y & 1 ? 0x9908b0df : 0);
  }
  return 0;
}

/**
 * torch.randn(n) of a generator of this seed: torch draws short vectors in another way than long ones.
 * @param {number} seed
 * @param {number} n
 */
export function seeded(seed, n) {
  const next = twister(seed);
  return n < 16 ? pairs(next, n) : blocks(next, n);
}

/**
 * Two at a time from numbers of 53 bits.
 * @param {() => number} next
 * @param {number} n
 */
function pairs(next, n) {
  const uniform = () => {
    const high = next() & 0x1fffff;
    return (high * SEEDS + next()) / 2 ** 53;
  };
  const z = new Float32Array(n);
  for (let i = 0; i < n; i += 2) {
    const theta = 2 * Math.PI * uniform(), r = Math.sqrt(-2 * Math.log1p(-uniform()));
    z[i] = r * Math.cos(theta);
    if (i + 1 < n) z[i + 1] = r * Math.sin(theta);
  }
  return z;
}

/**
 * Sixteen at a time from numbers of 24 bits; a rest that is no whole block makes the last sixteen be drawn anew.
 * @param {() => number} next
 * @param {number} n
 */
function blocks(next, n) {
  const z = new Float32Array(n);
  const draw = (/** @type {number} */ from, /** @type {number} */ to) => {
    for (let i = from; i < to; i++) z[i] = (next() & 0xffffff) / 2 ** 24;
  };
  draw(0, n);
  for (let i = 0; i + 16 <= n; i += 16) normals(z, i);
  if (n % 16) {
    draw(n - 16, n);
    normals(z, n - 16);
  }
  return z;
}

/**
 * @param {Float32Array} z
 * @param {number} from
 */
function normals(z, from) {
  for (let i = from; i < from + 8; i++) {
    const r = Math.sqrt(-2 * Math.log(1 - z[i])), theta = Math.fround(TURN * z[i + 8]); // torch's rounding
    z[i] = r * Math.cos(theta);
    z[i + 8] = r * Math.sin(theta);
  }
}
