/** Regular expressions of schemas: Go's syntax, and time that is linear in the text. */
import { RE2JS, RE2JSException } from 're2js';

export type Pattern = { readonly test: (text: string) => boolean } | { readonly problem: string };

const MAX_CACHED = 1000;
const cache = new Map<string, Pattern>();

/** Compiles a pattern; the problem is Go's text of what is wrong with it. */
export function compilePattern(source: string): Pattern {
  const known = cache.get(source);
  if (known) return known;
  const pattern = compile(source);
  if (cache.size >= MAX_CACHED) cache.clear();
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
