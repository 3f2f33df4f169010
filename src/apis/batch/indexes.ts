/**
 * Sets of indexes of Indexed Jobs in their text form: `1,3-5,7`.
 * Source: kubernetes pkg/apis/batch/validation/validation.go.
 */
import { goQuote } from '../../apimachinery/go-quote.ts';

export interface Interval {
  readonly first: number;
  readonly last: number;
}

function parseIndex(text: string, completions: number): number {
  if (!/^[+-]?\d+$/.test(text) || !Number.isSafeInteger(Number(text))) {
    throw new Error(`cannot convert string to integer for index: ${goQuote(text)}`);
  }
  const index = Number(text);
  if (index >= completions) throw new Error(`too large index: ${goQuote(text)}`);
  return index;
}

/** `3` or `3-5`. Throws with upstream's text. */
function parseInterval(text: string, completions: number): Interval {
  const [first, last, ...more] = text.split('-') as [string, ...string[]];
  if (more.length > 0) {
    throw new Error(
      `the fragment ${goQuote(text)} violates the requirement that an index interval can have at most two parts separated by '-'`,
    );
  }
  const x = parseIndex(first, completions);
  if (last === undefined) return { first: x, last: x };
  const y = parseIndex(last, completions);
  if (x >= y) throw new Error(`non-increasing order, previous: ${x}, current: ${y}`);
  return { first: x, last: y };
}

/**
 * The intervals of a set, in rising order.
 * @param completions indexes are below it.
 * @throws Error with upstream's text.
 */
export function parseIndexes(text: string, completions: number): Interval[] {
  if (text === '') return [];
  const intervals: Interval[] = [];
  for (const part of text.split(',')) {
    const interval = parseInterval(part, completions);
    const previous = intervals.at(-1);
    if (previous && previous.last >= interval.first) {
      throw new Error(`non-increasing order, previous: ${previous.last}, current: ${interval.first}`);
    }
    intervals.push(interval);
  }
  return intervals;
}

/** How many indexes there are in the intervals. */
export const countIndexes = (intervals: readonly Interval[]): number =>
  intervals.reduce((sum, { first, last }) => sum + last - first + 1, 0);

/** The smallest index in both sets, or undefined. Parts that are not well-formed are passed over. */
export function overlap(completed: string, failed: string, completions: number): number | undefined {
  const a = wellFormed(completed, completions);
  const b = wellFormed(failed, completions);
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const [x, y] = [a[i]!, b[j]!];
    if (x.first <= y.last && y.first <= x.last) return Math.max(x.first, y.first);
    if (x.first <= y.first) i++;
    else j++;
  }
  return undefined;
}

function wellFormed(text: string, completions: number): Interval[] {
  if (text === '') return [];
  return text.split(',').flatMap((part) => {
    try {
      return [parseInterval(part, completions)];
    } catch {
      return [];
    }
  });
}
