import type { Schema } from '../schema/schema.ts';
import {
  badDirective,
  badSetElementOrder,
  listOfLists,
  noMergeKey,
  unmergeable,
} from './strategic-merge-error.ts';
import { goValue } from './go-format.ts';
import { arrange, identity, positions } from './strategic-merge-order.ts';
import { getOwn, hasOwn, isObject, type JSONObject, jsonEqual } from './values.ts';

/**
 * How a strategic merge patch merges lists.
 * Source: mergeSliceHandler, mergeSlice and validatePatchWithSetOrderList in kubernetes/apimachinery
 * pkg/util/strategicpatch/patch.go.
 */

/** Merges an item of a list of objects, below the schema of the items. */
export type MergeItem = (live: JSONObject, patch: JSONObject, items: Schema | undefined) => JSONObject;

/** `patchMergeKey` of the list, or '' where it has none. */
export const mergeKeyOf = (list: Schema | undefined): string => list?.patchMergeKey ?? '';

/** The strategy beside retainKeys: merge, replace, or '' which means replace for a list and merge for a map. */
export const strategyOf = (schema: Schema | undefined): string =>
  schema?.patchStrategies?.find((strategy) => strategy !== 'retainKeys') ?? '';

/** Merges or replaces a list by the strategy of its schema. */
export function mergeList(
  live: readonly unknown[],
  patch: readonly unknown[],
  list: Schema | undefined,
  mergeItem: MergeItem,
): readonly unknown[] {
  if (strategyOf(list) !== 'merge') return patch;
  if (live.length === 0 && patch.length === 0) return live;
  if (!holdsObjects(live, patch)) {
    return arrange([...new Set([...live, ...patch])], patch, live, mergeKeyOf(list));
  }
  return mergeObjects(live as JSONObject[], patch as JSONObject[], list, mergeItem);
}

/** `$deleteFromPrimitiveList/<field>`: the list without the scalars of the patch. */
export function deleteFromList(
  live: readonly unknown[],
  patch: readonly unknown[],
  list: Schema | undefined,
  mergeItem: MergeItem,
): readonly unknown[] {
  if (live.length === 0 && patch.length === 0) return live;
  if (holdsObjects(live, patch))
    return mergeObjects(live as JSONObject[], patch as JSONObject[], list, mergeItem);
  const gone = new Set(patch);
  return live.filter((item) => !gone.has(item));
}

function mergeObjects(
  live: readonly JSONObject[],
  patch: readonly JSONObject[],
  list: Schema | undefined,
  mergeItem: MergeItem,
): unknown[] {
  const mergeKey = mergeKeyOf(list);
  if (mergeKey === '') throw unmergeable('cannot merge lists without merge key for struct');
  const { kept, changes } = obeyDirectives(live, patch, mergeKey);
  const merged = [...kept];
  const at = positions(merged, mergeKey);
  for (const change of changes) {
    const id = identity(change, mergeKey);
    const index = at.get(id);
    if (index === undefined) {
      at.set(id, merged.length);
      merged.push(change);
    } else merged[index] = mergeItem(merged[index]!, change, list?.items);
  }
  return arrange(merged, changes, kept, mergeKey);
}

/** Takes the items with `$patch` out of the patch: the live items they leave, and the changes that remain. */
function obeyDirectives(
  live: readonly JSONObject[],
  patch: readonly JSONObject[],
  mergeKey: string,
): { kept: readonly JSONObject[]; changes: readonly JSONObject[] } {
  const changes: JSONObject[] = [];
  const gone = new Set<unknown>();
  let replace = false;
  for (const item of patch) {
    if (!hasOwn(item, '$patch')) {
      changes.push(item);
      continue;
    }
    const directive = item.$patch;
    if (directive === 'delete') {
      if (!hasOwn(item, mergeKey)) throw noMergeKey(item, mergeKey);
      gone.add(item[mergeKey]);
    } else if (directive === 'replace') replace = true;
    else if (directive === 'merge') throw unmergeable('merging lists cannot yet be specified in the patch');
    else throw badDirective(directive, item);
  }
  if (replace) return { kept: changes, changes: [] };
  return { kept: gone.size ? live.filter((item) => !gone.has(getOwn(item, mergeKey))) : live, changes };
}

/**
 * Checks that the patch keeps to its own `$setElementOrder`: same relative order, and nothing that is not in it.
 * @throws StatusError 400 or 500 when it does not.
 */
export function checkSetElementOrder(patch: readonly unknown[], order: unknown, mergeKey: string): void {
  if (!Array.isArray(order)) throw badSetElementOrder();
  let next = 0;
  for (const item of patch) {
    if (order.length === 0) return;
    if (isObject(item) && hasOwn(item, '$patch')) continue;
    while (next < order.length && !jsonEqual(identity(item, mergeKey), identity(order[next], mergeKey)))
      next++;
    if (next === order.length) {
      throw unmergeable(
        `The order in patch list:\n${goValue(patch)}\n doesn't match $setElementOrder list:\n${goValue(order)}\n`,
      );
    }
    next++;
  }
}

/**
 * Whether the lists hold objects, or else scalars.
 * @throws StatusError 422 for lists of lists, 500 when the items are not all of one type.
 */
function holdsObjects(...lists: readonly (readonly unknown[])[]): boolean {
  let first: string | undefined;
  for (const list of lists) {
    for (const item of list) {
      const type = item === null ? 'null' : Array.isArray(item) ? 'list' : typeof item;
      first ??= type;
      if (first === 'list') throw listOfLists();
      if (type !== first || type === 'null') {
        throw unmergeable(`list element types are not identical: ${goValue(lists)}`);
      }
    }
  }
  return first === 'object';
}
