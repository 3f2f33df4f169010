/**
 * A bound on the work of one evaluation beside its cost. The cost is Kubernetes' and counts some walks as one step: comparing
 * lists that share their parts a thousandfold, or an index into a list of a million concatenations. This stops what the cost
 * would let run for minutes; nothing reasonable comes near.
 */

import { CelError } from './errors.ts';

/** Steps of some ten nanoseconds. */
const LIMIT = 5_000_000;
let left = LIMIT;

/** Runs with a bound of its own. */
export function bounded<T>(run: () => T): T {
  const outer = left;
  left = LIMIT;
  try {
    return run();
  } finally {
    left = outer;
  }
}

/** Notes work done or about to be done. Throws when it is too much. */
export function work(steps = 1): void {
  left -= steps;
  if (left < 0) throw new CelError('operation cancelled: too much work', true);
}
