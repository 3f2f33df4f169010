/** Regular expressions of schemas: Go's syntax, and time that is linear in the text. */
import { RE2JS, RE2JSException } from 're2js';
import { regexpSize, TOO_LARGE } from '../regexp-size.ts';

export type Pattern = { readonly test: (text: string) => boolean } | { readonly problem: string };

/** The largest expression that is compiled, and what all that are kept are together: a repetition takes some 300 bytes. */
const MAX_SIZE = 25_000;
const MAX_CACHED_SIZE = 200_000;
let cachedSize = 0;
const cache = new Map<string, Pattern>();

/** Compiles a pattern; the problem is Go's text of what is wrong with it. */
export function compilePattern(source: string): Pattern {
  const known = cache.get(source);
  if (known) return known;
  const size = regexpSize(source);
  if (size > MAX_SIZE) return { problem: `error parsing regexp: ${TOO_LARGE}` };
  const pattern = compile(source);
  // No pattern costs nothing.
  cachedSize += size + 100;
  if (cachedSize > MAX_CACHED_SIZE) {
    cache.clear();
    cachedSize = size + 100;
  }
  cache.set(source, pattern);
  return pattern;
}

function compile(source: string): Pattern {
  try {
    const compiled = RE2JS.compile(source);
    return { test: (text) => compiled.test(text) };
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    // Go shows what it speaks of, even when that is nothing.
    return { problem: error.message.replace(/(trailing backslash at end of expression)$/, '$1: ``') };
  }
}
