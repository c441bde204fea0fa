// A safetensors file as gan/portable.py writes it: its note, and its tensors as plain numbers. Page and worker use it.

const KINDS = { F32: Float32Array, I16: Int16Array, U8: Uint8Array };

export function readTensors(buffer) {
  // {note, ...}: `raw` are the numbers of a tensor as they are stored, `tensor` a Float32Array with their scales
  const length = Number(new DataView(buffer).getBigUint64(0, true)), start = 8 + length;
  const { __metadata__: notes, ...places } = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 8, length)));

  function raw(name) {
    const { dtype, data_offsets: [from, to] } = places[name];
    return new KINDS[dtype](buffer.slice(start + from, start + to)); // a copy: numbers in a file need not be aligned
  }

  function tensor(name) {
    const values = raw(name);
    if (!(values instanceof Int16Array)) return values;
    const scales = raw(name.replace(/weight$/, "scale")), row = values.length / scales.length;
    const found = new Float32Array(values.length);
    for (let i = 0, r = 0; r < scales.length; r++) {
      const scale = scales[r];
      for (const end = i + row; i < end; i++) found[i] = values[i] * scale;
    }
    return found;
  }

  function rows(name) {
    // a matrix, row by row; none where the file lacks it
    if (!places[name]) return [];
    const values = tensor(name), [count, size] = places[name].shape;
    return Array.from({ length: count }, (_, i) => values.subarray(i * size, (i + 1) * size));
  }

  const numbers = (name) => (places[name] ? Array.from(tensor(name)) : []);
  const shape = (name) => places[name].shape;
  const note = JSON.parse(notes.atelier);
  note.data ??= {}; // a card may say nothing of them
  note.quality ??= {};
  return { note, shape, raw, tensor, rows, numbers };
}
