/** Regular expressions with RE2's syntax and linear time. */

import { CelError } from './errors.ts';

export interface Regex {
  /** Whether any part of the text matches. */
  test(text: string): boolean;
  /** The first match. */
  find(text: string): string | undefined;
  /** Matches from left to right that do not overlap; at most `limit`, without one all. */
  findAll(text: string, limit?: number): string[];
}

/** Compiles a pattern. Throws a CelError for one that RE2 does not know. */
export function compileRegex(_pattern: string): Regex {
  throw new CelError('regular expressions are not available');
}
