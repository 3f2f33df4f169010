/**
 * A bound on the work of one evaluation beside its cost. The cost is Kubernetes' and counts some walks as one step: comparing
 * lists that share their parts a thousandfold, or an index into a list of a million concatenations. This stops what the cost
 * would let run for minutes; nothing reasonable comes near.
 */

import { CelError } from './errors.ts';

/** Steps of some ten nanoseconds. */
const LIMIT = 5_000_000;
let left = LIMIT;

/**
 * What many evaluations may do together, such as those of all policies for one object: steps, and what they cost. Upstream
 * bounds each alone, and how many there are is for whoever writes them.
 */
export class Allowance {
  left: number;

  constructor(steps = 15_000_000) {
    this.left = steps;
  }
}

/** Runs with a bound of its own, within an allowance. */
export function bounded<T>(run: () => T, allowance?: Allowance): T {
  const outer = left;
  const given = Math.min(LIMIT, Math.max(allowance?.left ?? LIMIT, 0));
  left = given;
  try {
    work();
    return run();
  } finally {
    if (allowance) allowance.left -= given - left;
    left = outer;
  }
}

/** Longest string, and most bytes, that an expression may build: what is of an unknown type costs nothing to put together. */
const MAX_LENGTH = 16 * 1024 * 1024;

/** Throws for a string or bytes too long to be built. */
export function checkLength(length: number): void {
  if (length > MAX_LENGTH) throw new CelError('operation cancelled: string is too long', true);
  work(length >> 7);
}

/** Notes work done or about to be done. Throws when it is too much. */
export function work(steps = 1): void {
  left -= steps;
  if (left < 0) throw new CelError('operation cancelled: too much work', true);
}
