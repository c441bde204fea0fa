// A safetensors file as gan/portable.py writes it: its note, and its tensors as plain numbers. Page and worker use it.

/**
 * A layer of a network, as its file's plan describes it. `in` and `out` count numbers or channels, `shape` is its
 * output's: [F] or [C, H, W].
 * @typedef {Dense | Convolution | Affine | Fourier | Concat} Operation
 * @typedef {"leaky" | "tanh" | "none" | "choice" | "sign"} Activation
 *
 * @typedef {object} Dense
 * @property {"dense"} op
 * @property {number} in
 * @property {number} out
 * @property {Activation} act
 * @property {number[]} [groups] sizes of the groups of channels of which one is chosen, where act is choice
 * @property {number[]} shape
 *
 * @typedef {object} Convolution
 * @property {"conv" | "conv_up"} op conv_up: transposed
 * @property {number} in
 * @property {number} out
 * @property {number} kernel
 * @property {number} stride
 * @property {number} padding
 * @property {number} side pixels of its input's side
 * @property {boolean} [blur] whether its kernels are blurred, in the file of a side less than `kernel` by 2
 * @property {boolean} [line] whether its input is a line [in, side, 1], and the kernel as wide as that
 * @property {number} [style] the length of the w that modulates it, where one does
 * @property {number} [gain] times 1 / sqrt(sum of (style weight)^2); 0: nothing undoes the style's strength
 * @property {Activation} act
 * @property {number[]} [groups]
 * @property {number[]} shape
 *
 * @typedef {object} Affine
 * @property {"affine"} op
 * @property {number} scale
 * @property {number} shift
 * @property {undefined} [act]
 * @property {number[]} shape
 *
 * @typedef {object} Fourier the input itself, and sines and cosines of `count` products with it
 * @property {"fourier"} op
 * @property {number} in
 * @property {number} count
 * @property {undefined} [act]
 * @property {number[]} shape
 *
 * @typedef {object} Concat its input, and behind it the features after the first `after` layers; 0: the network's input
 * @property {"concat"} op
 * @property {number} after
 * @property {undefined} [act]
 * @property {number[]} shape
 */

/**
 * What a file says of its model. A critic's, an encoder's and the reference pictures' have a name, the first two a
 * plan; the rest is the generator's.
 * @typedef {object} Note
 * @property {"generator" | "critic" | "reference" | "encoder" | "repair"} part
 * @property {string} name
 * @property {string} kind
 * @property {number[]} shape
 * @property {number} unit
 * @property {Record<string, any>} [traits] constants that samples are read with
 * @property {number} [psi] that the model is shown with first
 * @property {number} z_dim
 * @property {number} w_dim
 * @property {"normal" | "uniform"} noise
 * @property {number} [maps] layers of its mapping network
 * @property {boolean} [layered]
 * @property {string[]} [classes]
 * @property {Card} data
 * @property {Record<string, unknown>} quality
 * @property {number | null} nimg
 * @property {boolean} research whether it is for research and teaching only
 * @property {number} macs
 * @property {boolean} critic
 * @property {string} sha256
 * @property {string} [task] the damage that it repairs, where it takes pictures in the place of latents
 * @property {number} [factor] how many pixels of a side are one of a picture that it enlarges
 * @property {number} [pictures] that its layers make for a sample, each of a w of its own; 1 where it is one
 * @property {Operation[]} plan
 *
 * @typedef {{ name?: string, label?: string, source?: string, licence?: string }} Card of the data of a training
 *
 * @typedef {Float32Array | Int16Array | Uint8Array} Numbers
 * @typedef {{ dtype: keyof typeof KINDS, shape: number[], data_offsets: [number, number] }} Place of a tensor
 */

const KINDS = { F32: Float32Array, I16: Int16Array, U8: Uint8Array };

/** @param {ArrayBuffer} buffer */
export function readTensors(buffer) {
  const length = Number(new DataView(buffer).getBigUint64(0, true)), start = 8 + length;
  /** @type {{ __metadata__: { atelier: string } } & Record<string, Place>} */
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 8, length)));
  const { __metadata__: notes, ...places } = header;

  /**
   * The numbers of a tensor as they are stored.
   * @param {string} name
   * @returns {Numbers}
   */
  function raw(name) {
    const { dtype, data_offsets: [from, to] } = places[name];
    return new KINDS[dtype](buffer.slice(start + from, start + to)); // a copy: numbers in a file need not be aligned
  }

  /**
   * The numbers of a tensor as they are meant: whole numbers with the scales of their rows.
   * @param {string} name
   */
  function tensor(name) {
    const values = raw(name);
    if (values instanceof Float32Array) return values;
    const scales = raw(name.replace(/weight$/, "scale")), row = values.length / scales.length;
    const found = new Float32Array(values.length);
    for (let i = 0, r = 0; r < scales.length; r++) {
      const scale = scales[r];
      for (const end = i + row; i < end; i++) found[i] = values[i] * scale;
    }
    return found;
  }

  /**
   * A matrix, row by row; none where the file lacks it.
   * @param {string} name
   */
  function rows(name) {
    if (!places[name]) return [];
    const values = tensor(name), [count, size] = places[name].shape;
    return Array.from({ length: count }, (_, i) => values.subarray(i * size, (i + 1) * size));
  }

  const numbers = (/** @type {string} */ name) => (places[name] ? Array.from(tensor(name)) : []);
  const shape = (/** @type {string} */ name) => places[name].shape;
  /** @type {Note} */
  const note = JSON.parse(notes.atelier);
  note.data ??= {}; // a card may say nothing of them
  note.quality ??= {};
  return { note, shape, raw, tensor, rows, numbers };
}
