/**
 * What an isolate remembers of all its clusters for admission and authorization, under one bound: the cluster with the
 * largest lists has no more room than there is.
 */
import { WeightedCache } from '../apimachinery/weighted-cache.ts';
import type { Row } from '../storage/types.ts';

/** Characters of stored JSON; objects take some three times as much. */
const LIMIT = 6_000_000;
/** What is remembered beside the objects, of a place that is empty too. */
const OVERHEAD = 300;

/** What is remembered, and how it is forgotten. */
export const kept = new WeightedCache<object, () => void>(LIMIT, (_, forget) => forget());

export const weightOf = (rows: readonly Row[]): number =>
  rows.reduce((sum, { value }) => sum + value.length, OVERHEAD);
