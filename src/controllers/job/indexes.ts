/**
 * Sets of completion indexes, as intervals in rising order.
 * Source: kubernetes pkg/controller/job/indexed_job_utils.go.
 */
import type { Pod } from '../../apimachinery/types/core.v1.gen.ts';
import { type Interval, parseIndexes } from '../../apis/batch/indexes.ts';

export type { Interval } from '../../apis/batch/indexes.ts';
export { countIndexes } from '../../apis/batch/indexes.ts';

export const COMPLETION_INDEX = 'batch.kubernetes.io/job-completion-index';

/** The index of an Indexed Job's pod; undefined when it has none below `completions`. */
export function indexOf({ metadata }: Pod, completions: number): number | undefined {
  const text = metadata?.annotations?.[COMPLETION_INDEX] ?? '';
  const index = /^\d{1,9}$/.test(text) ? Number(text) : completions;
  return index < completions ? index : undefined;
}

/** The intervals of a status; what is not below `completions` is cut off, and a text that is no set is empty. */
export function readIndexes(text: string | undefined, completions: number): Interval[] {
  if (!text) return [];
  try {
    return parseIndexes(text, Number.POSITIVE_INFINITY).flatMap(({ first, last }) =>
      first < completions ? [{ first, last: Math.min(last, completions - 1) }] : [],
    );
  } catch {
    return [];
  }
}

/** Whether the index is in the set. */
export function hasIndex(intervals: readonly Interval[], index: number): boolean {
  let low = 0;
  let high = intervals.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (intervals[middle]!.last >= index) high = middle;
    else low = middle + 1;
  }
  return low < intervals.length && intervals[low]!.first <= index;
}

/** The set with more indexes, in any order. */
export function withIndexes(intervals: readonly Interval[], indexes: Iterable<number>): Interval[] {
  const added = [...indexes].sort((a, b) => a - b).map((index): Interval => ({ first: index, last: index }));
  if (added.length === 0) return [...intervals];
  return merged([...intervals, ...added].sort((a, b) => a.first - b.first));
}

function merged(sorted: readonly Interval[]): Interval[] {
  const result: Interval[] = [];
  for (const { first, last } of sorted) {
    const previous = result.at(-1);
    if (previous && first <= previous.last + 1) {
      result[result.length - 1] = { first: previous.first, last: Math.max(previous.last, last) };
    } else {
      result.push({ first, last });
    }
  }
  return result;
}

/** The text of a status: `1,3-5,7,8`. */
export const formatIndexes = (intervals: readonly Interval[]): string =>
  intervals
    .map(({ first, last }) =>
      first === last ? `${first}` : `${first}${last === first + 1 ? ',' : '-'}${last}`,
    )
    .join(',');

/** The first `count` indexes below `completions` that are not in the set. */
export function firstOutside(intervals: readonly Interval[], count: number, completions: number): number[] {
  const result: number[] = [];
  let next = 0;
  for (const { first, last } of [...intervals, { first: completions, last: completions }]) {
    for (; next < first && next < completions && result.length < count; next++) result.push(next);
    next = Math.max(next, last + 1);
  }
  return result;
}
