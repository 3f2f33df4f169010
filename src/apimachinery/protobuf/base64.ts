/**
 * Standard base64 with padding, as encoding/json writes and reads []byte.
 */
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const VALUES = new Int8Array(128).fill(-1);
for (let i = 0; i < 64; i++) VALUES[ALPHABET.charCodeAt(i)] = i;

export function encodeBase64(bytes: Uint8Array): string {
  let out = '';
  let i = 0;
  for (; i + 2 < bytes.length; i += 3) {
    const bits = (bytes[i]! << 16) | (bytes[i + 1]! << 8) | bytes[i + 2]!;
    out +=
      ALPHABET[bits >> 18]! +
      ALPHABET[(bits >> 12) & 63]! +
      ALPHABET[(bits >> 6) & 63]! +
      ALPHABET[bits & 63]!;
  }
  if (i + 1 === bytes.length) {
    const bits = bytes[i]!;
    out += `${ALPHABET[bits >> 2]!}${ALPHABET[(bits & 3) << 4]!}==`;
  } else if (i + 2 === bytes.length) {
    const bits = (bytes[i]! << 8) | bytes[i + 1]!;
    out += `${ALPHABET[bits >> 10]!}${ALPHABET[(bits >> 4) & 63]!}${ALPHABET[(bits & 15) << 2]!}=`;
  }
  return out;
}

/**
 * The bytes of a base64 text; line breaks are skipped, as Go does.
 * @returns the bytes, or the offset of the first character that does not belong there.
 */
export function decodeBase64(text: string): Uint8Array | number {
  const out = new Uint8Array(Math.floor((text.length * 3) / 4));
  let length = 0;
  let bits = 0;
  let count = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 10 || code === 13) continue;
    const value = code < 128 ? VALUES[code]! : -1;
    if (value >= 0) {
      bits = ((bits << 6) | value) & 0xffffff;
      if (++count === 4) {
        out[length++] = bits >> 16;
        out[length++] = (bits >> 8) & 255;
        out[length++] = bits & 255;
        count = 0;
      }
      continue;
    }
    if (code !== 61 || count < 2) return i;
    const end = afterPadding(text, i, count);
    if (end !== undefined) return end;
    if (count === 2) out[length++] = (bits >> 4) & 255;
    else {
      out[length++] = (bits >> 10) & 255;
      out[length++] = (bits >> 2) & 255;
    }
    return out.subarray(0, length);
  }
  return count === 0 ? out.subarray(0, length) : text.length - count;
}

/** Checks that a text ends with the padding that `count` characters of the last group need. */
function afterPadding(text: string, at: number, count: number): number | undefined {
  let rest = at + 1;
  const skip = (): void => {
    while (text[rest] === '\n' || text[rest] === '\r') rest++;
  };
  skip();
  if (count === 2) {
    if (rest === text.length) return text.length;
    if (text[rest] !== '=') return rest - 1;
    rest++;
    skip();
  }
  return rest === text.length ? undefined : rest;
}
