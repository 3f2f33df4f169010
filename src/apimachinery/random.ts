/** Randomness: a function that is passed in, seeded where a cluster must be repeatable. */

/** A number in [0, 1). */
export type Random = () => number;

const pool = new Uint32Array(256);
let used = pool.length;

/** The platform's strong randomness, drawn in blocks. */
export const systemRandom: Random = () => {
  if (used === pool.length) {
    crypto.getRandomValues(pool);
    used = 0;
  }
  return pool[used++]! / 0x1_0000_0000;
};

/** The same numbers in the same order for the same seed (the generator sfc32). */
export function seeded(seed: number | string): Random {
  // The seed is spread over the state by FNV-1a steps, so that near seeds give far sequences.
  const text = String(seed);
  const word = (salt: number): number => {
    let hash = 0x811c9dc5 ^ salt;
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
    return hash | 0;
  };
  let a = word(1);
  let b = word(2);
  let c = word(3);
  let counter = 1;
  const next: Random = () => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 0x1_0000_0000;
  };
  for (let i = 0; i < 15; i++) next();
  return next;
}

/** A whole number in [0, limit). */
export const randomInt = (random: Random, limit: number): number => Math.floor(random() * limit);

const hexBytes = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** A UUID of version 4 (RFC 9562), for metadata.uid. */
export function uuid(random: Random): string {
  const word = (): number => random() * 0x1_0000_0000;
  const hex = (bits: number): string =>
    hexBytes[(bits >>> 24) & 255]! +
    hexBytes[(bits >>> 16) & 255]! +
    hexBytes[(bits >>> 8) & 255]! +
    hexBytes[bits & 255]!;
  const first = hex(word());
  const second = hex((word() & 0xffff0fff) | 0x4000);
  const third = hex((word() & 0x3fffffff) | 0x80000000);
  const fourth = hex(word());
  return `${first}-${second.slice(0, 4)}-${second.slice(4)}-${third.slice(0, 4)}-${third.slice(4)}${fourth}`;
}
