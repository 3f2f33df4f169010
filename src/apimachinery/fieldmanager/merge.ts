import { type JSONObject, setOwn } from '../patch/values.ts';
import type { Schema } from '../schema/schema.ts';
import type { PathElement } from './path-element.ts';
import { childSchema, isEmptyObject, itemElement, own, shapeOf } from './typed.ts';

/**
 * Lays an applied object over the live one: nothing is removed, leaves of the applied object win.
 * Source: structured-merge-diff typed/merge.go.
 * @returns a new object that shares what only one of the two has; neither is mutated.
 * @throws TypedError when a list item has no path element.
 */
export const merge = (live: JSONObject, applied: JSONObject, schema: Schema | undefined): JSONObject =>
  mergeMaps(live, applied, schema);

function mergeValue(live: unknown, applied: unknown, schema: Schema | undefined): unknown {
  if (applied === undefined) return live;
  if (live === undefined) return applied;
  const shape = shapeOf(applied, schema);
  if (shape === 'leaf' || shape !== shapeOf(live, schema)) return applied;
  if (shape === 'list') {
    const items = live as readonly unknown[] | null;
    const news = applied as readonly unknown[] | null;
    if (!items?.length) return applied;
    return news?.length ? mergeLists(items, news, schema!) : live;
  }
  const fields = live as JSONObject | null;
  const news = applied as JSONObject | null;
  if (fields === null || isEmptyObject(fields)) return applied;
  return news === null ? live : mergeMaps(fields, news, schema);
}

function mergeMaps(live: JSONObject, applied: JSONObject, schema: Schema | undefined): JSONObject {
  const merged = { ...live };
  for (const key in applied) {
    const news = own(applied, key);
    if (news !== undefined) setOwn(merged, key, mergeValue(own(live, key), news, childSchema(schema, key)));
  }
  return merged;
}

/**
 * Items keep the order of the live list where the applied one does not say otherwise; items that both have stand in
 * the order of the applied list. Items that the live list has more than once are replaced by the applied one.
 */
function mergeLists(live: readonly unknown[], applied: readonly unknown[], list: Schema): unknown[] {
  const liveElements = live.map((item) => itemElement(item, list));
  const appliedElements = applied.map((item) => itemElement(item, list));
  const liveItems = new Map<PathElement, unknown>();
  liveElements.forEach((element, i) => {
    liveItems.set(element, liveItems.has(element) ? undefined : live[i]);
  });
  const wanted = new Set(appliedElements);
  const shared = appliedElements.filter((element) => liveItems.has(element));
  const done = new Set<PathElement>();
  const result: unknown[] = [];
  let nextShared = 0;
  let l = 0;
  let a = 0;
  const take = (): void => {
    const element = appliedElements[a]!;
    done.add(element);
    result.push(mergeValue(liveItems.get(element), applied[a], list.items));
    a++;
  };
  while (l < live.length || a < applied.length) {
    const element = liveElements[l];
    if (element !== undefined && a < applied.length) {
      if (element === appliedElements[a]) {
        take();
        l++;
        nextShared++;
        continue;
      }
      const next = shared[nextShared];
      if (wanted.has(element) && next !== undefined && next !== element) {
        // Both have it, but another one comes first in the applied order.
        l++;
        continue;
      }
    }
    if (element !== undefined) {
      if (!wanted.has(element)) {
        result.push(live[l]);
        l++;
        continue;
      }
      if (done.has(element)) l++;
    }
    if (a < applied.length) {
      if (shared[nextShared] === appliedElements[a]) nextShared++;
      take();
    }
  }
  return result;
}
