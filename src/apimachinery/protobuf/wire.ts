/**
 * The protobuf wire format: a bounded reader and a writer that fills its buffer from the end, so that the length
 * of a message is known when its prefix is written. The layout is that of gogo's proto2 code, which Kubernetes
 * clients are generated with. Source: protobuf encoding specification; kubernetes/api generated.pb.go.
 */

/** What is wrong with bytes that are no message of the expected type, or with a value no message can hold. */
export class ProtobufError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ProtobufError';
  }
}

export const VARINT = 0;
export const FIXED64 = 1;
export const BYTES = 2;
export const FIXED32 = 5;

// ignoreBOM: a string that starts with U+FEFF keeps it.
const decoder = new TextDecoder('utf-8', { fatal: false, ignoreBOM: true });
const encoder = new TextEncoder();
const TWO_32 = 4294967296;
/** Up to here a loop over the characters is faster than the platform's decoder. */
const SHORT_STRING = 48;

export class Reader {
  readonly bytes: Uint8Array;
  /** Offset of the next byte. */
  at = 0;
  /** The upper half of the varint read last; `varint` returns the lower one. */
  high = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /** Reads a varint of up to 64 bits; returns its lower 32 bits, unsigned, and leaves the upper ones in `high`. */
  varint(end: number): number {
    const { bytes } = this;
    let at = this.at;
    if (at < end && bytes[at]! < 0x80) {
      this.at = at + 1;
      this.high = 0;
      return bytes[at]!;
    }
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      if (at >= end) throw new ProtobufError('unexpected EOF');
      const byte = bytes[at++]!;
      const bits = byte & 0x7f;
      if (shift < 28) low |= bits << shift;
      else if (shift === 28) {
        low |= bits << 28;
        high |= bits >> 4;
      } else high |= bits << (shift - 32);
      if (byte < 0x80) {
        this.at = at;
        this.high = high | 0;
        return low >>> 0;
      }
    }
    throw new ProtobufError('proto: integer overflow');
  }

  /** Reads a length and checks that so many bytes are there. */
  length(end: number): number {
    const length = this.varint(end);
    if (this.high !== 0 || length > end - this.at) throw new ProtobufError('unexpected EOF');
    return length;
  }

  /** int64; a bigint beyond 2^53. */
  int64(end: number): number | bigint {
    const low = this.varint(end);
    const value = this.high * TWO_32 + low;
    return Number.isSafeInteger(value) ? value : BigInt(this.high) * BigInt(TWO_32) + BigInt(low);
  }

  double(end: number): number {
    if (end - this.at < 8) throw new ProtobufError('unexpected EOF');
    const value = new DataView(this.bytes.buffer, this.bytes.byteOffset + this.at, 8).getFloat64(0, true);
    this.at += 8;
    return value;
  }

  /** A string of the bytes up to `end`; bytes that are no UTF-8 become U+FFFD, as in Go's JSON. */
  string(end: number): string {
    const { bytes } = this;
    const start = this.at;
    this.at = end;
    if (end - start <= SHORT_STRING) {
      let text = '';
      let at = start;
      while (at < end) {
        const byte = bytes[at]!;
        if (byte >= 0x80) break;
        text += String.fromCharCode(byte);
        at++;
      }
      if (at === end) return text;
    }
    return decoder.decode(bytes.subarray(start, end));
  }

  /** Steps over a field of an unknown number. */
  skip(wireType: number, end: number): void {
    if (wireType === VARINT) this.varint(end);
    else if (wireType === BYTES) {
      const length = this.length(end);
      this.at += length;
    } else if (wireType === FIXED64 || wireType === FIXED32) {
      const size = wireType === FIXED64 ? 8 : 4;
      if (end - this.at < size) throw new ProtobufError('unexpected EOF');
      this.at += size;
    } else throw new ProtobufError(`proto: illegal wireType ${wireType}`);
  }
}

/** Writes backwards: the last field first. */
export class Writer {
  private bytes: Uint8Array;
  /** Offset of the first byte written. */
  private at: number;

  constructor(size = 1024) {
    this.bytes = new Uint8Array(size);
    this.at = size;
  }

  /** How many bytes are written: the difference of two sizes is the length of what was written in between. */
  get size(): number {
    return this.bytes.length - this.at;
  }

  finish(): Uint8Array {
    return this.bytes.subarray(this.at);
  }

  private reserve(count: number): void {
    if (this.at >= count) return;
    const used = this.size;
    const grown = new Uint8Array(Math.max(this.bytes.length * 2, used + count));
    grown.set(this.finish(), grown.length - used);
    this.at = grown.length - used;
    this.bytes = grown;
  }

  /** Writes an unsigned integer below 2^53. */
  uint(value: number): void {
    this.reserve(10);
    if (value < 0x80) {
      this.bytes[--this.at] = value;
      return;
    }
    const start = this.at - varintSize(value);
    let at = start;
    let rest = value;
    while (rest >= 0x80) {
      this.bytes[at++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.bytes[at] = rest;
    this.at = start;
  }

  /** Writes an int64 (or int32: the wire form is the same), negative ones as ten bytes. */
  int(value: number | bigint): void {
    if (typeof value === 'number' && value >= 0) this.uint(value);
    else this.bigint(BigInt(value));
  }

  bigint(value: bigint): void {
    this.reserve(10);
    let rest = BigInt.asUintN(64, value);
    const out: number[] = [];
    while (rest >= 0x80n) {
      out.push(Number(rest & 0x7fn) | 0x80);
      rest >>= 7n;
    }
    out.push(Number(rest));
    this.at -= out.length;
    this.bytes.set(out, this.at);
  }

  double(value: number): void {
    this.reserve(8);
    this.at -= 8;
    new DataView(this.bytes.buffer, this.bytes.byteOffset + this.at, 8).setFloat64(0, value, true);
  }

  raw(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.at -= bytes.length;
    this.bytes.set(bytes, this.at);
  }

  /** Writes the bytes of a string, without its length. */
  string(text: string): void {
    this.reserve(text.length);
    const { bytes } = this;
    let at = this.at;
    for (let i = text.length - 1; i >= 0; i--) {
      const code = text.charCodeAt(i);
      if (code >= 0x80) {
        this.raw(encoder.encode(text));
        return;
      }
      bytes[--at] = code;
    }
    this.at = at;
  }

  tag(number: number, wireType: number): void {
    this.uint(number * 8 + wireType);
  }

  /** Closes what was written since the size was `before` as the length-delimited field `number`. */
  close(number: number, before: number): void {
    this.uint(this.size - before);
    this.tag(number, BYTES);
  }
}

function varintSize(value: number): number {
  let size = 1;
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) size++;
  return size;
}
