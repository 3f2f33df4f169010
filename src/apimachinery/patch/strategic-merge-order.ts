import { asObject, noMergeKey } from './strategic-merge-error.ts';
import { getOwn, hasOwn, isObject } from './values.ts';

/**
 * The order of a merged list: first the order the patch asks for, then the order of the live list.
 * Source: normalizeElementOrder and its helpers in kubernetes/apimachinery pkg/util/strategicpatch/patch.go.
 */

/** What identifies an item: its merge key's value, or a scalar itself where there is no merge key. */
export function identity(item: unknown, mergeKey: string): unknown {
  if (mergeKey === '') return item;
  const object = asObject(item);
  if (!hasOwn(object, mergeKey)) throw noMergeKey(object, mergeKey);
  return object[mergeKey];
}

/** Where each identity first stands. Items without the merge key are not found, as upstream. */
export function positions(items: readonly unknown[], mergeKey: string): Map<unknown, number> {
  const found = new Map<unknown, number>();
  items.forEach((item, index) => {
    const id = mergeKey === '' ? item : isObject(item) ? getOwn(item, mergeKey) : undefined;
    if (id !== undefined && !found.has(id)) found.set(id, index);
  });
  return found;
}

/**
 * Arranges the merged items: those of `wanted` in its order, the rest in the order of `live`, and the two interleaved
 * so that a live item comes before the first wanted one that it preceded.
 * @throws StatusError 500 when an item of any of the lists has no merge key.
 */
export function arrange(
  merged: readonly unknown[],
  wanted: readonly unknown[],
  live: readonly unknown[],
  mergeKey: string,
): unknown[] {
  for (const item of wanted) identity(item, mergeKey);
  for (const item of live) identity(item, mergeKey);
  const wantedAt = positions(wanted, mergeKey);
  const liveAt = positions(live, mergeKey);
  const asked: unknown[] = [];
  const serverOnly: unknown[] = [];
  for (const item of merged) (wantedAt.has(identity(item, mergeKey)) ? asked : serverOnly).push(item);
  const right = sortBy(asked, wantedAt, mergeKey);
  const left = sortBy(serverOnly, liveAt, mergeKey);

  const result: unknown[] = [];
  let next = 0;
  for (const item of right) {
    const itemAt = liveAt.get(identity(item, mergeKey));
    while (next < left.length && itemAt !== undefined) {
      const at = liveAt.get(identity(left[next], mergeKey));
      if (at === undefined || at >= itemAt) break;
      result.push(left[next++]);
    }
    result.push(item);
  }
  while (next < left.length) result.push(left[next++]);
  return result;
}

/** Stable. Items that the order does not know keep their place at the end. */
function sortBy(items: readonly unknown[], order: ReadonlyMap<unknown, number>, mergeKey: string): unknown[] {
  const place = (item: unknown): number => order.get(identity(item, mergeKey)) ?? order.size;
  return items
    .map((item) => ({ item, at: place(item) }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}
