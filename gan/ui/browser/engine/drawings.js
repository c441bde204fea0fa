// What is on the screen: of the drawings of a model one is made at a time, and the newest alone waits.

/**
 * @typedef {object} Drawing
 * @property {() => Promise<Float32Array>} make
 * @property {(images: Float32Array | null) => void} done
 * @property {(error: unknown) => void} failed
 *
 * @typedef {object} Drawings of one model
 * @property {boolean} busy whether one is being made
 * @property {Drawing | null} next the newest that waits
 */

export class DrawingQueue {
  /** @type {Map<string, Drawings>} */
  #models = new Map();

  /**
   * @param {string} name of the model
   * @param {() => Promise<Float32Array>} make
   * @returns {Promise<Float32Array | null>} null if a newer one was asked for before this one's turn
   */
  add(name, make) {
    return new Promise((done, failed) => {
      const drawings = this.#models.get(name) ?? { busy: false, next: null };
      this.#models.set(name, drawings);
      drawings.next?.done(null);
      drawings.next = { make, done, failed };
      if (!drawings.busy) this.#drain(drawings);
    });
  }

  /** @param {Drawings} drawings */
  async #drain(drawings) {
    drawings.busy = true;
    while (drawings.next) {
      const { make, done, failed } = drawings.next;
      drawings.next = null;
      try {
        done(await make());
      } catch (error) {
        failed(error);
      }
    }
    drawings.busy = false;
  }
}
