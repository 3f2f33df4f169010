/** Ranges of sizes and costs; what would be more than 2^64 is that (cel-go checker/cost.go). */

export interface Range {
  readonly min: number;
  readonly max: number;
}

export const MAX_COST = 2 ** 64;
const bounded = (value: number): number => Math.min(value, MAX_COST);

export const range = (min: number, max: number): Range => ({ min, max });
export const fixed = (size: number): Range => range(size, size);
export const UNKNOWN: Range = range(0, MAX_COST);

export function plus(...ranges: readonly Range[]): Range {
  let [min, max] = [0, 0];
  for (const one of ranges) {
    min = bounded(min + one.min);
    max = bounded(max + one.max);
  }
  return range(min, max);
}

export const times = (a: Range, b: Range): Range => range(bounded(a.min * b.min), bounded(a.max * b.max));

/** Rounded up. */
export const timesFactor = ({ min, max }: Range, factor: number): Range =>
  range(bounded(Math.ceil(min * factor)), bounded(Math.ceil(max * factor)));

export const union = (a: Range, b: Range): Range => range(Math.min(a.min, b.min), Math.max(a.max, b.max));
