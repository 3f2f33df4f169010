/**
 * JSON bodies: parsed by the platform, bounded in depth, with Go's messages for what is wrong.
 * Source: sigs.k8s.io/json, Go's encoding/json (scanner.go).
 */
import { parseExact } from './int64.ts';
import { syntaxError } from './json-error.ts';

/** Lists and objects within each other. Go stops at 10,000; whoever walks our objects does so recursively. */
export const MAX_DEPTH = 1000;

/** A body that is no JSON; the message is Go's. */
export class JsonError extends Error {
  override name = 'JsonError';
}

// ignoreBOM: JSON may not start with a byte order mark, so it must not be dropped.
const decoder = new TextDecoder('utf-8', { fatal: false, ignoreBOM: true });

export interface ParsedJson {
  readonly value: unknown;
  readonly text: string;
  /** Fields in the text, more than the value has if some are there twice. */
  readonly fields: number;
}

/** @throws JsonError */
export function parseJson(bytes: Uint8Array): ParsedJson {
  const { fields, large } = scan(bytes);
  const text = decoder.decode(bytes);
  try {
    return { value: large ? parseExact(text) : JSON.parse(text), text, fields };
  } catch {
    throw new JsonError(syntaxError(text));
  }
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Digits of the shortest integer that a double may not hold. */
const LARGE_DIGITS = 16;
const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x30 && byte <= 0x39;

/**
 * Counts the fields of what is JSON, sees whether numbers are large, and checks the depth before anything recursive
 * sees it.
 */
function scan(bytes: Uint8Array): { fields: number; large: boolean } {
  let fields = 0;
  let large = false;
  let depth = 0;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!;
    if (byte === QUOTE) {
      for (i++; i < bytes.length && bytes[i] !== QUOTE; i++) if (bytes[i] === BACKSLASH) i++;
    } else if (byte === 0x3a) fields++;
    else if (byte === 0x7b || byte === 0x5b) {
      if (++depth > MAX_DEPTH) {
        throw new JsonError(`invalid character '${String.fromCharCode(byte)}' exceeded max depth`);
      }
    } else if (byte === 0x7d || byte === 0x5d) depth--;
    else if (isDigit(byte)) {
      const start = i;
      while (isDigit(bytes[i + 1])) i++;
      if (i - start >= LARGE_DIGITS - 1) large = true;
    }
  }
  return { fields, large };
}

/** Whether an object of the text has a field twice. Cheap: most texts have none, and need no second parser. */
export const hasDuplicates = (parsed: ParsedJson): boolean => countFields(parsed.value) !== parsed.fields;

function countFields(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  let count = 0;
  if (Array.isArray(value)) {
    for (const item of value) if (typeof item === 'object') count += countFields(item);
    return count;
  }
  for (const key of Object.keys(value)) {
    const item = (value as Record<string, unknown>)[key];
    count++;
    if (typeof item === 'object') count += countFields(item);
  }
  return count;
}
