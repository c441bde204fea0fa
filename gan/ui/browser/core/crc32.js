// CRC-32, as PNG and zip ask for it.

const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  for (let bit = 0; bit < 8; bit++) n = (n >>> 1) ^ (n & 1 ? 0xedb88320 : 0);
  return n;
});

/** @param {Uint8Array} bytes */
export function crc32(bytes) {
  let sum = ~0;
  for (let i = 0; i < bytes.length; i++) sum = (sum >>> 8) ^ TABLE[(sum ^ bytes[i]) & 255];
  return ~sum >>> 0;
}
