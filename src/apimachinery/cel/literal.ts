/** What a literal of the source means (parser/unescape.go). */

import type { Literal } from './ast.ts';
import type { Token } from './lexer.ts';
import { Uint } from './values.ts';

/** A value, or why the text has none. */
export type LiteralResult = { readonly value: Literal } | { readonly problem: string };

const SIMPLE: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

const encoder = new TextEncoder();

/** Removes prefix and quotes. */
function content(text: string): { raw: boolean; body: string } {
  let value = text.replaceAll('\r\n', '\n').replaceAll('\r', '\n');
  const raw = value.startsWith('r') || value.startsWith('R');
  if (raw) value = value.slice(1);
  const quote = value.startsWith('"""') || value.startsWith("'''") ? 3 : 1;
  return { raw, body: value.length >= 2 * quote ? value.slice(quote, -quote) : '' };
}

const ESCAPES = /\\(?:[xX]([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-3][0-7]{2})|([\s\S]))/g;

/** The value of a string literal, or undefined when an escape names no code point. */
function unquoteString(text: string): string | undefined {
  const { raw, body } = content(text);
  if (raw) return body;
  let ok = true;
  const value = body.replace(ESCAPES, (_all, hex2, hex4, hex8, octal, simple) => {
    if (simple !== undefined) return SIMPLE[simple] ?? simple;
    const hex = hex2 ?? hex4 ?? hex8;
    const code = hex === undefined ? Number.parseInt(octal, 8) : Number.parseInt(hex, 16);
    if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) {
      ok = false;
      return '';
    }
    return String.fromCodePoint(code);
  });
  return ok ? value : undefined;
}

/** The value of a bytes literal (with its `b`), or undefined when it uses an escape that bytes do not have. */
function unquoteBytes(text: string): Uint8Array | undefined {
  const { raw, body } = content(text.slice(1));
  if (raw) return encoder.encode(body);
  const parts: number[] = [];
  let from = 0;
  for (const match of body.matchAll(ESCAPES)) {
    const [all, hex2, hex4, hex8, octal, simple] = match;
    if (hex4 !== undefined || hex8 !== undefined) return undefined;
    for (const byte of encoder.encode(body.slice(from, match.index))) parts.push(byte);
    from = match.index + all.length;
    if (simple !== undefined) {
      for (const byte of encoder.encode(SIMPLE[simple] ?? simple)) parts.push(byte);
    } else {
      parts.push(hex2 === undefined ? Number.parseInt(octal!, 8) & 0xff : Number.parseInt(hex2, 16));
    }
  }
  for (const byte of encoder.encode(body.slice(from))) parts.push(byte);
  return Uint8Array.from(parts);
}

const MIN_INT = -(2n ** 63n);
const MAX_INT = 2n ** 63n - 1n;
const MAX_UINT = 2n ** 64n - 1n;

function parseIntLiteral(text: string, negative: boolean): bigint | undefined {
  const magnitude = BigInt(text);
  const value = negative ? -magnitude : magnitude;
  return value < MIN_INT || value > MAX_INT ? undefined : value;
}

function parseUintLiteral(text: string): bigint | undefined {
  const value = BigInt(text.slice(0, -1));
  return value > MAX_UINT ? undefined : value;
}

function parseDoubleLiteral(text: string, negative: boolean): number | undefined {
  const value = Number(text);
  if (!Number.isFinite(value)) return undefined;
  return negative ? -value : value;
}

const or = (value: Literal | undefined, problem: string): LiteralResult =>
  value === undefined ? { problem } : { value };

/** The value of a number, with the sign before it. */
export function numberOf({ type, text }: Token, negative: boolean): LiteralResult {
  if (type === 'int') return or(parseIntLiteral(text, negative), 'invalid int literal');
  return or(parseDoubleLiteral(text, negative), 'invalid double literal');
}

/** The value of a literal without a sign. */
export function literalOf(token: Token): LiteralResult {
  const { type, text } = token;
  switch (type) {
    case 'true':
    case 'false':
      return { value: type === 'true' };
    case 'null':
      return { value: null };
    case 'string':
      return or(unquoteString(text), 'invalid unicode code point');
    case 'bytes':
      return or(unquoteBytes(text), 'unable to unescape string');
    case 'uint': {
      const value = parseUintLiteral(text);
      return or(value === undefined ? undefined : new Uint(value), 'invalid uint literal');
    }
    default:
      return numberOf(token, false);
  }
}
