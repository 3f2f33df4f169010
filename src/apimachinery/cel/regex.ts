/** Regular expressions with RE2's syntax and linear time. */

import { RE2JS } from 're2js';
import { regexpSize, TOO_LARGE } from '../regexp-size.ts';
import { CelError } from './errors.ts';

export interface Regex {
  /** Whether any part of the text matches. */
  test(text: string): boolean;
  /** The first match. */
  find(text: string): string | undefined;
  /** Matches from left to right that do not overlap; at most `limit`, all when it is negative. */
  findAll(text: string, limit: number): string[];
}

const MAX_CACHED = 256;
const MAX_PATTERN = 10_000;
/** Once repetitions are written out. */
const MAX_SIZE = 25_000;
/** What all that are kept are together: a repetition takes some 300 bytes. */
const MAX_CACHED_SIZE = 200_000;
let cachedSize = 0;
/** Compiled patterns, the one used longest ago first. */
const cache = new Map<string, Regex | CelError>();

function make(pattern: string): Regex | CelError {
  if (pattern.length > MAX_PATTERN || regexpSize(pattern) > MAX_SIZE) {
    return new CelError(`error parsing regexp: ${TOO_LARGE}`);
  }
  let compiled: RE2JS;
  try {
    compiled = RE2JS.compile(pattern);
  } catch (error) {
    return new CelError(error instanceof Error ? error.message : String(error));
  }
  return {
    test: (text) => compiled.test(text),
    find(text) {
      const matcher = compiled.matcher(text);
      return matcher.find() ? (matcher.group() ?? undefined) : undefined;
    },
    findAll(text, limit) {
      const matcher = compiled.matcher(text);
      const found: string[] = [];
      // As in Go, an empty match right behind another match is none.
      let end = -1;
      while ((limit < 0 || found.length < limit) && matcher.find()) {
        if (matcher.start() === matcher.end() && matcher.start() === end) continue;
        end = matcher.end();
        found.push(matcher.group() ?? '');
      }
      return found;
    },
  };
}

/** Compiles a pattern. Throws a CelError with Go's text for one that RE2 does not know. */
export function compileRegex(pattern: string): Regex {
  let found = cache.get(pattern);
  if (found === undefined) {
    found = make(pattern);
    if (cache.size >= MAX_CACHED) cache.delete(cache.keys().next().value!);
    cachedSize += regexpSize(pattern);
    if (cachedSize > MAX_CACHED_SIZE) {
      cache.clear();
      cachedSize = regexpSize(pattern);
    }
    cache.set(pattern, found);
  }
  if (found instanceof CelError) throw found;
  return found;
}
