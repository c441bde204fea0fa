// What test code finds in scope, in a page and in deno alike.

// Bytes cross to Python and back as base64, and numbers as the bytes of float32.
globalThis.base64 = (bytes) => {
  let text = "";
  for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return btoa(text);
};
globalThis.bytesOf = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
globalThis.numbers = (values) => base64(new Uint8Array(Float32Array.from(values).buffer));
globalThis.back = (text) => new Float32Array(bytesOf(text).buffer);

// The files that a host was asked for.
globalThis.asked = [];

// What the loaded modules export, by name.
globalThis.lib = {};
globalThis.load = async (addresses) => {
  Object.assign(lib, ...await Promise.all(addresses.map((address) => import(address))));
};
