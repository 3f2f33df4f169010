import { isObject, jsonEqual, type JSONObject } from '../patch/values.ts';
import type { Schema } from '../schema/schema.ts';
import { EMPTY_SET, type FieldSet, isEmpty, makeNode } from './field-set.ts';
import { fieldElement, type PathElement } from './path-element.ts';
import {
  childSchema,
  indexItems,
  isEmptyObject,
  itemElement,
  keyOf,
  listKeys,
  own,
  shapeOf,
  wholeSet,
  zeroOf,
} from './typed.ts';

/**
 * What differs between two objects of one schema.
 * Source: structured-merge-diff typed/compare.go, whose `added` and `modified` are always used together.
 */
export interface Comparison {
  /** Paths that are new or have another value. */
  readonly changed: FieldSet;
  /** Paths that are gone. */
  readonly removed: FieldSet;
}

const NOTHING: JSONObject = Object.freeze({});

/** The two results of one place, filled in by `compareValue`. */
interface Difference {
  changed: FieldSet | undefined;
  removed: FieldSet | undefined;
}

/**
 * Compares two objects in one pass; parts that are the same JavaScript object are not looked into.
 * @param skip paths that are left out, with all that is below them.
 * @throws TypedError when a list item has no path element.
 */
export function compare(
  before: JSONObject,
  after: JSONObject,
  schema: Schema | undefined,
  skip: FieldSet = EMPTY_SET,
): Comparison {
  const difference: Difference = { changed: undefined, removed: undefined };
  if (before !== after) compareMaps(before, after, schema, skip, difference);
  return { changed: difference.changed ?? EMPTY_SET, removed: difference.removed ?? EMPTY_SET };
}

/** Undefined is absent; null is an empty container or a value of its own. */
function compareValue(
  before: unknown,
  after: unknown,
  schema: Schema | undefined,
  skip: FieldSet | undefined,
  out: Difference,
): void {
  out.changed = undefined;
  out.removed = undefined;
  if (before === after) return;
  if (before === undefined) out.changed = whole(after, schema, skip);
  else if (after === undefined) out.removed = whole(before, schema, skip);
  else {
    const shape = shapeOf(after, schema);
    const was = shapeOf(before, schema);
    if (shape !== was)
      compareShapes(was === 'map' ? before : null, shape === 'map' ? after : null, schema, out);
    else if (shape === 'map') {
      compareMaps(before as JSONObject | null, after as JSONObject | null, schema, skip, out);
    } else if (shape === 'list') {
      compareLists(before as unknown[] | null, after as unknown[] | null, schema!, skip, out);
    } else if (!jsonEqual(before, after)) out.changed = EMPTY_SET;
  }
}

function whole(value: unknown, schema: Schema | undefined, skip: FieldSet | undefined): FieldSet {
  if (!skip || isEmpty(skip) || !isObject(value)) return wholeSet(value, schema);
  const out: Difference = { changed: undefined, removed: undefined };
  compareMaps(NOTHING, value, schema, skip, out);
  return asMember(out.changed);
}

/** A place without a schema where the kind of value changed: the place changed, and a map's fields came or went. */
function compareShapes(before: unknown, after: unknown, schema: Schema | undefined, out: Difference): void {
  const fields: Difference = { changed: undefined, removed: undefined };
  if (isObject(before)) compareMaps(before, NOTHING, schema, undefined, fields);
  else if (isObject(after)) compareMaps(NOTHING, after, schema, undefined, fields);
  out.removed = fields.removed;
  out.changed = asMember(fields.changed);
}

/** The node with the path itself in it. */
const asMember = (node: FieldSet | undefined): FieldSet =>
  node === undefined || isEmpty(node) ? EMPTY_SET : { '.': EMPTY_SET, ...node };

function compareMaps(
  before: JSONObject | null,
  after: JSONObject | null,
  schema: Schema | undefined,
  skip: FieldSet | undefined,
  out: Difference,
): void {
  const old = before ?? NOTHING;
  const next = after ?? NOTHING;
  // Null and empty are told apart only as long as there is nothing inside.
  if (isEmptyObject(old) && isEmptyObject(next)) {
    if (before !== after && (before === null || after === null)) out.changed = EMPTY_SET;
    return;
  }
  const changed = new Children();
  const removed = new Children();
  const child: Difference = { changed: undefined, removed: undefined };
  const fields = schema?.type === 'struct' ? schema.fields : undefined;
  const visit = (key: string, was: unknown, is: unknown): void => {
    if (was === is) return;
    let skipped: FieldSet | undefined;
    if (skip !== undefined) {
      skipped = skip[fieldElement(key)];
      if (skipped !== undefined && isEmpty(skipped)) return;
    }
    const oldValue = was === undefined ? zeroOf(fields?.get(key)) : was;
    const newValue = is === undefined ? zeroOf(fields?.get(key)) : is;
    compareValue(
      oldValue,
      newValue,
      fields ? fields.get(key)?.schema : childSchema(schema, key),
      skipped,
      child,
    );
    if (child.changed) changed.add(fieldElement(key), child.changed);
    if (child.removed) removed.add(fieldElement(key), child.removed);
  };
  for (const key in next) visit(key, own(old, key), own(next, key));
  for (const key in old) if (own(next, key) === undefined) visit(key, own(old, key), undefined);
  out.changed = changed.node();
  out.removed = removed.node();
}

function compareLists(
  before: readonly unknown[] | null,
  after: readonly unknown[] | null,
  list: Schema,
  skip: FieldSet | undefined,
  out: Difference,
): void {
  const old = before ?? [];
  const next = after ?? [];
  if (old.length === 0 && next.length === 0) {
    if (before === null || after === null) out.changed = EMPTY_SET;
    return;
  }
  const changed = new Children();
  const removed = new Children();
  if (!comparePairs(old, next, list, skip, changed, removed))
    compareIndexed(old, next, list, skip, changed, removed);
  out.changed = changed.node();
  out.removed = removed.node();
}

/**
 * The common case: the same items in the same places. Elements are made only for items that differ.
 * @returns false when the lists are not of that case; nothing has been added then.
 */
function comparePairs(
  old: readonly unknown[],
  next: readonly unknown[],
  list: Schema,
  skip: FieldSet | undefined,
  changed: Children,
  removed: Children,
): boolean {
  if (old.length !== next.length) return false;
  if (list.listType === 'set') return old.every((item, i) => item === next[i]);
  const keys = listKeys(list);
  for (let i = 0; i < old.length; i++) {
    const was = old[i];
    const is = next[i];
    if (was === is) continue;
    if (!isObject(was) || !isObject(is)) return false;
    for (const key of keys) if (!jsonEqual(keyOf(was, list, key), keyOf(is, list, key))) return false;
  }
  const child: Difference = { changed: undefined, removed: undefined };
  let unique: boolean | undefined;
  for (let i = 0; i < old.length; i++) {
    const skipped = skip && !isEmpty(skip) ? skip[itemElement(next[i], list)] : undefined;
    if (skipped && isEmpty(skipped)) continue;
    compareValue(old[i], next[i], list.items, skipped, child);
    if (!child.changed && !child.removed) continue;
    unique ??= indexItems(next, list).size === next.length;
    if (!unique) return false;
    const element = itemElement(next[i], list);
    if (child.changed) changed.add(element, child.changed);
    if (child.removed) removed.add(element, child.removed);
  }
  return true;
}

function compareIndexed(
  old: readonly unknown[],
  next: readonly unknown[],
  list: Schema,
  skip: FieldSet | undefined,
  changed: Children,
  removed: Children,
): void {
  const was = indexItems(old, list);
  const is = indexItems(next, list);
  const child: Difference = { changed: undefined, removed: undefined };
  const compareItem = (element: PathElement, oldItem: unknown, newItem: unknown): void => {
    const skipped = skip?.[element];
    if (skipped && isEmpty(skipped)) return;
    compareValue(oldItem, newItem, list.items, skipped, child);
    if (child.changed) changed.add(element, child.changed);
    if (child.removed) removed.add(element, child.removed);
  };
  for (const [element, items] of is) {
    const twins = was.get(element) ?? [];
    if (twins.length <= 1 && items.length <= 1) compareItem(element, twins[0], items[0]);
    else if (twins.length > 1 && items.length > 1) {
      // Items that cannot be told apart are compared as one atomic thing.
      if (!jsonEqual(twins, items)) changed.add(element, EMPTY_SET);
    } else if (twins.length > 1) {
      compareItem(element, undefined, items[0]);
      removed.add(element, EMPTY_SET);
    } else {
      if (twins.length === 1) compareItem(element, twins[0], undefined);
      changed.add(element, EMPTY_SET);
    }
  }
  for (const [element, items] of was) {
    if (is.has(element)) continue;
    if (items.length > 1) removed.add(element, EMPTY_SET);
    else compareItem(element, items[0], undefined);
  }
}

/** Collects the children of one node; without any it has made nothing. */
class Children {
  private elements: PathElement[] | undefined;
  private nodes: FieldSet[] | undefined;

  add(element: PathElement, node: FieldSet): void {
    this.elements ??= [];
    this.nodes ??= [];
    this.elements.push(element);
    this.nodes.push(node);
  }

  node(): FieldSet | undefined {
    return this.elements && makeNode(this.elements, this.nodes!, false);
  }
}
