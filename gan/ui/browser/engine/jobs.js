// What may take its time: jobs take turns, a piece each.

export class JobQueue {
  #jobs = [];
  #working = false;

  /**
   * Null if a newer job of the task came before this one was done.
   * @param {string} task "" for jobs that nothing replaces
   * @param {Iterator<Promise<any>>} steps yields pieces of the job, and returns what it made
   */
  add(task, steps) {
    return new Promise((end, failed) => {
      const old = task ? this.#jobs.findIndex((job) => job.task === task) : -1;
      if (old >= 0) this.#jobs.splice(old, 1)[0].end(null);
      this.#jobs.push({ task, steps, end, failed });
      if (!this.#working) this.#work();
    });
  }

  async #work() {
    this.#working = true;
    while (this.#jobs.length) {
      const job = this.#jobs[0];
      let end = null;
      try {
        const { done, value } = job.steps.next(job.last);
        if (done) end = () => job.end(value);
        else job.last = await value;
      } catch (error) {
        end = () => job.failed(error);
      }
      const at = this.#jobs.indexOf(job); // gone if a newer one took its place meanwhile
      if (at >= 0) this.#jobs.splice(at, 1);
      if (end) end();
      else if (at >= 0) this.#jobs.push(job);
    }
    this.#working = false;
  }
}

/** A job of a single piece. */
export function* single(make) {
  return yield make();
}

/** `make(from, to)` for a few of `count` rows at a time; joined, `values` numbers a row. */
export function* pieces(count, few, values, make) {
  const found = new Float32Array(count * values);
  for (let from = 0; from < count; from += few) {
    found.set(yield make(from, Math.min(from + few, count)), from * values);
  }
  return found;
}
