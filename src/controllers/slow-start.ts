/**
 * Many calls that are likely to fail for the same reason (a quota, a webhook): one first, then more and more at a time,
 * and none after a failure. Source: kubernetes pkg/controller/replicaset/replica_set.go slowStartBatch, which doubles;
 * a batch is one commit here, so it grows faster.
 */

const FIRST = 1;
const GROWTH = 4;

/**
 * Calls `task` with 0, 1, … up to `count` times; the calls of a batch run together.
 * @returns how many succeeded, and the first error.
 */
export async function slowStart(
  count: number,
  task: (index: number) => Promise<unknown>,
): Promise<{ successes: number; error?: unknown }> {
  let successes = 0;
  for (let begun = 0, size = FIRST; begun < count; size *= GROWTH) {
    const batch = Math.min(size, count - begun);
    const results = await Promise.allSettled(
      Array.from({ length: batch }, (_, index) => task(begun + index)),
    );
    begun += batch;
    let failure: PromiseRejectedResult | undefined;
    for (const result of results) {
      if (result.status === 'fulfilled') successes++;
      else failure ??= result;
    }
    if (failure) return { successes, error: failure.reason };
  }
  return { successes };
}
