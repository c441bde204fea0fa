// What may take its time: jobs take turns, a piece each.

/**
 * The work of a job: yields its pieces, is given what each came to, and returns the job's result.
 * @template Piece, Result
 * @typedef {Generator<Promise<Piece>, Result, Piece>} Steps
 */

/**
 * @typedef {object} Job
 * @property {string} task
 * @property {Steps<unknown, unknown>} steps
 * @property {unknown} last what its last piece came to
 * @property {(result: unknown) => void} end
 * @property {(error: unknown) => void} fail
 */

export class JobQueue {
  /** @type {Job[]} */
  #jobs = [];
  #working = false;

  /**
   * @template Piece, Result
   * @param {string} task "" for jobs that nothing replaces
   * @param {Steps<Piece, Result>} steps
   * @returns {Promise<Result | null>} null if a newer job of the task came before this one was done
   */
  add(task, steps) {
    return new Promise((resolve, fail) => {
      const old = task ? this.#jobs.findIndex((job) => job.task === task) : -1;
      if (old >= 0) this.#jobs.splice(old, 1)[0].end(null);
      const end = (/** @type {unknown} */ result) => resolve(/** @type {Result | null} */ (result));
      this.#jobs.push({ task, steps: /** @type {Steps<unknown, Result>} */ (steps), last: undefined, end, fail });
      if (!this.#working) this.#work();
    });
  }

  /**
   * A job that nothing replaces.
   * @template Piece, Result
   * @param {Steps<Piece, Result>} steps
   */
  run(steps) {
    return /** @type {Promise<Result>} */ (this.add("", steps));
  }

  async #work() {
    this.#working = true;
    while (this.#jobs.length) {
      const job = this.#jobs[0];
      let finish = null;
      try {
        const { done, value } = job.steps.next(job.last);
        if (done) finish = () => job.end(value);
        else job.last = await value;
      } catch (error) {
        finish = () => job.fail(error);
      }
      const at = this.#jobs.indexOf(job); // gone if a newer one took its place meanwhile
      if (at >= 0) this.#jobs.splice(at, 1);
      if (finish) finish();
      else if (at >= 0) this.#jobs.push(job);
    }
    this.#working = false;
  }
}

/**
 * A job of a single piece.
 * @template Result
 * @param {() => Promise<Result>} make
 * @returns {Steps<Result, Result>}
 */
export function* single(make) {
  return yield make();
}

/**
 * A job of rows, a few at a time.
 * @param {number} count of the rows
 * @param {number} few rows in a piece
 * @param {number} values numbers that a row comes to
 * @param {(from: number, to: number) => Promise<Float32Array>} make [to - from, values] of the rows from..to - 1
 * @returns {Steps<Float32Array, Float32Array<ArrayBuffer>>} [count, values] row by row
 */
export function* pieces(count, few, values, make) {
  const result = new Float32Array(count * values);
  for (let from = 0; from < count; from += few) {
    result.set(yield make(from, Math.min(from + few, count)), from * values);
  }
  return result;
}
