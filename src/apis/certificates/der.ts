/**
 * As much of PEM, DER and X.509 as validation looks at: shapes, validity and whether a certificate is an
 * authority's. Signatures are not checked here.
 */

export interface PemBlock {
  readonly type: string;
  readonly hasHeaders: boolean;
  readonly bytes: Uint8Array;
}

const BLOCK = /-----BEGIN ([^\n\r]*?)-----\r?\n([\s\S]*?)-----END \1-----/g;

/** The PEM blocks of a text; what is between them is skipped, as are blocks that are not base64. */
export function pemBlocks(text: string): PemBlock[] {
  const blocks: PemBlock[] = [];
  for (const [, type = '', body = ''] of text.matchAll(BLOCK)) {
    const headers = /^(?:[^\n:]+:[^\n]*\n)+\r?\n?/.exec(body)?.[0] ?? '';
    const bytes = fromBase64(body.slice(headers.length));
    if (bytes) blocks.push({ type, hasHeaders: headers !== '', bytes });
  }
  return blocks;
}

/** Bytes of base64 text, white space or not; undefined when it is not base64. */
export function fromBase64(text: string): Uint8Array | undefined {
  try {
    return Uint8Array.from(atob(text.replace(/\s+/g, '')), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}

/** Base64 of text as bytes of Latin-1: what a `[]byte` field that holds PEM has. */
export function decodeText(base64: string): string {
  const bytes = fromBase64(base64);
  return bytes ? new TextDecoder().decode(bytes) : '';
}

interface Element {
  readonly tag: number;
  /** Where the content begins and ends. */
  readonly start: number;
  readonly end: number;
}

const SEQUENCE = 0x30;
const INTEGER = 0x02;
const BIT_STRING = 0x03;
const BOOLEAN = 0x01;
const OID = 0x06;
const OCTET_STRING = 0x04;

/** The element at `at`, which has to end by `limit`. Throws RangeError otherwise. */
function read(bytes: Uint8Array, at: number, limit: number): Element {
  const tag = bytes[at];
  const first = bytes[at + 1];
  if (tag === undefined || first === undefined || at + 2 > limit) throw new RangeError('truncated');
  let start = at + 2;
  let length = first;
  if (first >= 0x80) {
    const size = first & 0x7f;
    if (size === 0 || size > 4) throw new RangeError('length');
    length = 0;
    for (let i = 0; i < size; i++) length = length * 256 + (bytes[start + i] ?? 0);
    start += size;
  }
  if (start + length > limit) throw new RangeError('truncated');
  return { tag, start, end: start + length };
}

function children(bytes: Uint8Array, parent: Element): Element[] {
  const found: Element[] = [];
  for (let at = parent.start; at < parent.end; ) {
    const element = read(bytes, at, parent.end);
    found.push(element);
    at = element.end;
  }
  return found;
}

/** The parts of `SEQUENCE { SEQUENCE {...}, SEQUENCE algorithm, BIT STRING signature }`, the first one opened. */
function signedParts(bytes: Uint8Array): Element[] {
  const outer = read(bytes, 0, bytes.length);
  const [body, algorithm, signature] = children(bytes, outer);
  const whole = outer.tag === SEQUENCE && outer.end === bytes.length;
  if (!whole || body?.tag !== SEQUENCE || algorithm?.tag !== SEQUENCE || signature?.tag !== BIT_STRING) {
    throw new RangeError('structure');
  }
  return children(bytes, body);
}

/** Whether the bytes have the shape of a PKCS #10 certification request. */
export function isCertificateRequest(bytes: Uint8Array): boolean {
  try {
    const [version, subject, key] = signedParts(bytes);
    return version?.tag === INTEGER && subject?.tag === SEQUENCE && key?.tag === SEQUENCE;
  } catch {
    return false;
  }
}

/** Object identifier 2.5.4.10. */
const ORGANIZATION = '55040a';
const BMP_STRING = 0x1e;

/** The organizations that the subject of a PKCS #10 certification request is of. Throws RangeError when it has no such shape. */
export function organizationsOf(bytes: Uint8Array): string[] {
  const subject = signedParts(bytes)[1];
  if (subject?.tag !== SEQUENCE) throw new RangeError('structure');
  const found: string[] = [];
  for (const names of children(bytes, subject)) {
    for (const name of children(bytes, names)) {
      const [type, value] = children(bytes, name);
      if (type?.tag !== OID || !value || hex(bytes, type) !== ORGANIZATION) continue;
      const encoding = value.tag === BMP_STRING ? 'utf-16be' : 'utf-8';
      found.push(new TextDecoder(encoding).decode(bytes.subarray(value.start, value.end)));
    }
  }
  return found;
}

export interface Certificate {
  /** Validity in ms since the epoch. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** Whether basicConstraints says that it is an authority's. */
  readonly isCA: boolean;
}

const VERSION_TAG = 0xa0;
const EXTENSIONS_TAG = 0xa3;
/** Object identifier 2.5.29.19. */
const BASIC_CONSTRAINTS = '551d13';

/** What an X.509 certificate says; undefined when the bytes are none. */
export function parseCertificate(bytes: Uint8Array): Certificate | undefined {
  try {
    const parts = signedParts(bytes);
    const fields = parts[0]?.tag === VERSION_TAG ? parts.slice(1) : parts;
    const [serial, algorithm, issuer, validity, subject, key, ...more] = fields;
    const sequences = [algorithm, issuer, validity, subject, key];
    if (serial?.tag !== INTEGER || sequences.some((one) => one?.tag !== SEQUENCE)) return undefined;
    const [from, to] = children(bytes, validity!);
    const extensions = more.find((one) => one.tag === EXTENSIONS_TAG);
    return {
      notBefore: parseTime(bytes, from!),
      notAfter: parseTime(bytes, to!),
      isCA: extensions !== undefined && isAuthority(bytes, extensions),
    };
  } catch {
    return undefined;
  }
}

const GENERALIZED_TIME = 0x18;

/** UTCTime has two digits of the year, of 1950 to 2049. */
function parseTime(bytes: Uint8Array, { tag, start, end }: Element): number {
  const text = String.fromCharCode(...bytes.subarray(start, end));
  const full = tag === GENERALIZED_TIME ? text : `${Number(text.slice(0, 2)) >= 50 ? '19' : '20'}${text}`;
  const time = Date.parse(full.replace(/^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  if (Number.isNaN(time)) throw new RangeError('time');
  return time;
}

function isAuthority(bytes: Uint8Array, extensions: Element): boolean {
  const list = read(bytes, extensions.start, extensions.end);
  for (const extension of children(bytes, list)) {
    const parts = children(bytes, extension);
    const [id] = parts;
    const value = parts.find((part) => part.tag === OCTET_STRING);
    if (id?.tag !== OID || !value || hex(bytes, id) !== BASIC_CONSTRAINTS) continue;
    const [flag] = children(bytes, read(bytes, value.start, value.end));
    return flag?.tag === BOOLEAN && bytes[flag.start] === 0xff;
  }
  return false;
}

const hex = (bytes: Uint8Array, { start, end }: Element): string =>
  [...bytes.subarray(start, end)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
