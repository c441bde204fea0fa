// The few claims that tests of the browser half make; each throws an error that shows what was found.

const shown = (/** @type {unknown} */ value) => Deno.inspect(value, { depth: 4, iterableLimit: 20 });

/**
 * @param {boolean} holds
 * @param {string} message
 */
export function assert(holds, message) {
  if (!holds) throw new Error(message);
}

/**
 * Whether two values are of one class and hold the same: numbers by Object.is, arrays and objects by what is in them.
 * @param {unknown} a
 * @param {unknown} b
 * @returns {boolean}
 */
function same(a, b) {
  if (Object.is(a, b)) return true;
  if (!(a instanceof Object && b instanceof Object)) return false;
  if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false;
  if (a instanceof Map && b instanceof Map) return same([...a], [...b]);
  if (a instanceof Set && b instanceof Set) return same([...a], [...b]);
  if (a instanceof ArrayBuffer && b instanceof ArrayBuffer) return same(new Uint8Array(a), new Uint8Array(b));
  if (typeof a === "function") return false;
  const inA = new Map(Object.entries(a)), inB = new Map(Object.entries(b));
  return inA.size === inB.size && [...inA].every(([key, value]) => inB.has(key) && same(value, inB.get(key)));
}

/**
 * @param {unknown} actual
 * @param {unknown} expected
 */
export function assertEquals(actual, expected) {
  assert(same(actual, expected), `${shown(actual)} is not ${shown(expected)}`);
}

/**
 * As many numbers as expected, each within the tolerance.
 * @param {ArrayLike<number>} actual
 * @param {ArrayLike<number>} expected
 * @param {number} tolerance
 */
export function assertClose(actual, expected, tolerance) {
  assert(actual.length === expected.length, `${actual.length} numbers instead of ${expected.length}`);
  for (let i = 0; i < actual.length; i++) {
    const near = Math.abs(actual[i] - expected[i]) <= tolerance; // false for what is no number
    assert(near, `number ${i} is ${actual[i]}, not ${expected[i]} to ${tolerance}`);
  }
}

/**
 * @param {unknown} error
 * @param {string} message that it must contain
 */
function assertError(error, message) {
  assert(error instanceof Error && error.message.includes(message), `${shown(error)} does not say "${message}"`);
}

/**
 * @param {() => unknown} act
 * @param {string} message that the error must contain
 */
export function assertThrows(act, message = "") {
  let result;
  try {
    result = act();
  } catch (error) {
    assertError(error, message);
    return;
  }
  throw new Error(`${shown(result)} came instead of an error`);
}

/**
 * @param {Promise<unknown>} promise
 * @param {string} message that the error must contain
 */
export async function assertRejects(promise, message = "") {
  let result;
  try {
    result = await promise;
  } catch (error) {
    assertError(error, message);
    return;
  }
  throw new Error(`${shown(result)} came instead of an error`);
}
