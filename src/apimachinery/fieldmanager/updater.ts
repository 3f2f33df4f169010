import { jsonEqual, type JSONObject } from '../patch/values.ts';
import type { Schema } from '../schema/schema.ts';
import { type Comparison, compare } from './compare.ts';
import {
  difference,
  EMPTY_SET,
  type FieldSet,
  fromPaths,
  intersection,
  isEmpty,
  recursiveDifference,
  union,
} from './field-set.ts';
import { type Manager, type ManagerId, type Managers, sameManager, withoutEmpty } from './managed-fields.ts';
import { merge } from './merge.ts';
import { reconcileWithSchema } from './reconcile.ts';
import { removePaths, withNamedFields } from './remove.ts';
import { toFieldSet } from './typed.ts';

/**
 * What a write does to the owners of fields, and what an apply does to the object.
 * Source: structured-merge-diff merge/update.go.
 */

/** The other versions of a kind that managers may have written in. Only kinds with several versions have it. */
export interface OtherVersions {
  /** The kind's schema in a version; undefined for a version that is not served, whose managers are dropped. */
  schema(apiVersion: string): Schema | undefined;
  /** The object in another version. Must not mutate it. */
  convert(object: JSONObject, from: string, to: string): JSONObject;
  /** Paths that are not owned in a version, see View.ignore. */
  ignore?(apiVersion: string): FieldSet;
}

/** How the objects of a write are seen. */
export interface View {
  /** Undefined: everything is deduced. */
  readonly schema: Schema | undefined;
  readonly apiVersion: string;
  /** Paths that the endpoint resets, with all below them: nobody gains or loses them here. One set for each endpoint. */
  readonly ignore?: FieldSet;
  readonly versions?: OtherVersions;
}

/** Fields that a manager owns and another one applies a different value to. */
export interface Conflict {
  readonly manager: Manager;
  readonly fields: FieldSet;
}

/** What every write sets by itself, and nobody owns. Source: managedfields/internal/stripmeta.go. */
const STRIPPED = fromPaths(
  ['f:apiVersion'],
  ['f:kind'],
  ['f:metadata'],
  ...[
    'clusterName',
    'creationTimestamp',
    'generation',
    'managedFields',
    'name',
    'namespace',
    'resourceVersion',
    'selfLink',
    'uid',
  ].map((name) => ['f:metadata', `f:${name}`]),
);
/** The same without metadata itself: what a comparison need not look at. */
const UNCOMPARED = difference(STRIPPED, fromPaths(['f:metadata']));

const skips = new WeakMap<FieldSet, FieldSet>();
function skipOf(ignore: FieldSet | undefined): FieldSet {
  if (!ignore || isEmpty(ignore)) return UNCOMPARED;
  let skip = skips.get(ignore);
  if (!skip) {
    // What is ignored is ignored with all that is below it.
    skip = union(recursiveDifference(UNCOMPARED, ignore), ignore);
    skips.set(ignore, skip);
  }
  return skip;
}

export const schemaIn = (view: View, apiVersion: string): Schema | undefined =>
  apiVersion === view.apiVersion ? view.schema : view.versions?.schema(apiVersion);

const isServed = (view: View, apiVersion: string): boolean =>
  apiVersion === view.apiVersion || view.versions?.schema(apiVersion) !== undefined;

const convert = (view: View, object: JSONObject, from: string, to: string): JSONObject =>
  from === to || !view.versions ? object : view.versions.convert(object, from, to);

/** Compares two objects once for each version that someone owns fields in. */
function comparer(before: JSONObject, after: JSONObject, view: View): (apiVersion: string) => Comparison {
  const known = new Map<string, Comparison>();
  return (apiVersion) => {
    let comparison = known.get(apiVersion);
    if (!comparison) {
      const same = apiVersion === view.apiVersion;
      comparison = compare(
        convert(view, before, view.apiVersion, apiVersion),
        convert(view, after, view.apiVersion, apiVersion),
        schemaIn(view, apiVersion),
        skipOf(same ? view.ignore : view.versions?.ignore?.(apiVersion)),
      );
      known.set(apiVersion, comparison);
    }
    return comparison;
  };
}

/** The managers whose version is served, their sets fitted to a schema that may have changed. */
function current(managers: Managers, view: View): Managers {
  const served: Manager[] = [];
  let changed = false;
  for (const manager of managers) {
    const fields = reconcileWithSchema(manager.fields, schemaIn(view, manager.apiVersion));
    if (!isServed(view, manager.apiVersion)) changed = true;
    else if (fields === manager.fields) served.push(manager);
    else {
      changed = true;
      served.push({ ...manager, fields });
    }
  }
  return changed ? served : managers;
}

/**
 * The owners after a write that is not an apply: the writer owns what it changed, and others lose that and what is gone.
 * @param before the live object, `{}` when it is being created.
 * @returns the given managers when nothing changed that can be owned.
 * @throws TypedError when an object does not fit its schema.
 */
export function updateOwners(
  before: JSONObject,
  after: JSONObject,
  managers: Managers,
  writer: ManagerId,
  view: View,
  now: string,
): Managers {
  const compareIn = comparer(before, after, view);
  const { changed, removed } = compareIn(view.apiVersion);
  const served = current(managers, view);
  if (isEmpty(changed) && isEmpty(removed) && served === managers) return managers;

  const others: Manager[] = [];
  let previous: Manager | undefined;
  for (const manager of served) {
    const comparison = compareIn(manager.apiVersion);
    const fields = difference(difference(manager.fields, comparison.changed), comparison.removed);
    const kept = fields === manager.fields ? manager : { ...manager, fields };
    if (sameManager(manager, writer)) previous = kept;
    else others.push(kept);
  }
  const gained = difference(changed, STRIPPED);
  if (!isEmpty(gained)) {
    const fields = previous ? union(gained, previous.fields) : gained;
    others.push({ ...writer, fields, time: now });
  } else if (previous) others.push(previous);
  return withoutEmpty(others);
}

export interface Applied {
  /** The object after the apply, in the version of the request. */
  readonly object: JSONObject;
  readonly managers: Managers;
  /** Empty unless `force` was false. With conflicts, nothing may be written. */
  readonly conflicts: readonly Conflict[];
}

/**
 * Applies an object that has been validated.
 * @param live the live object, `{}` when it is being created.
 * @param applier with operation Apply.
 * @throws TypedError when the live object does not fit its schema.
 */
export function applyOwned(
  live: JSONObject,
  applied: JSONObject,
  managers: Managers,
  applier: ManagerId,
  view: View,
  force: boolean,
  now: string,
): Applied {
  const served = current(managers, view);
  const last = served.find((manager) => sameManager(manager, applier));
  const fields = recursiveDifference(toFieldSet(applied, view.schema), view.ignore ?? EMPTY_SET);
  const self: Manager = { ...applier, fields };
  const all = [...served.filter((manager) => manager !== last), self];
  const object = prune(merge(live, applied, view.schema), all, last, self, view);

  const compareIn = comparer(live, object, view);
  const conflicts: Conflict[] = [];
  const others: Manager[] = [];
  for (const manager of all) {
    if (manager === self) continue;
    const { changed, removed } = compareIn(manager.apiVersion);
    const contested = intersection(manager.fields, changed);
    if (!isEmpty(contested)) conflicts.push({ manager, fields: contested });
    const kept = difference(difference(manager.fields, contested), removed);
    others.push(kept === manager.fields ? manager : { ...manager, fields: kept });
  }
  // An apply that changes nothing does not count as a new one.
  const time = jsonEqual(live, object) ? last?.time : now;
  const stripped = difference(fields, STRIPPED);
  return {
    object,
    managers: withoutEmpty([...others, { ...applier, fields: stripped, ...(time ? { time } : {}) }]),
    conflicts: force ? [] : conflicts,
  };
}

/**
 * Removes what the applier applied last time, does not apply now, and nobody else owns. What stands below such a path
 * and was never applied by it (defaults, fields of others) goes only with an item or field that goes.
 */
function prune(
  merged: JSONObject,
  managers: Managers,
  last: Manager | undefined,
  self: Manager,
  view: View,
): JSONObject {
  if (!last || isEmpty(last.fields) || !isServed(view, last.apiVersion)) return merged;
  if (last.apiVersion === view.apiVersion && isEmpty(difference(last.fields, self.fields))) return merged;
  const version = last.apiVersion;
  const schema = schemaIn(view, version);
  const whole = convert(view, merged, view.apiVersion, version);
  const lastFields = withNamedFields(last.fields, schema);

  let at = version;
  let full = whole;
  let rest = removePaths(whole, lastFields, schema);
  for (const [owned, fields] of byVersion(managers, version)) {
    if (!isServed(view, owned)) continue;
    const ownedSchema = schemaIn(view, owned);
    full = convert(view, full, at, owned);
    rest = convert(view, rest, at, owned);
    at = owned;
    const keep = union(named(rest, ownedSchema), withNamedFields(fields, ownedSchema));
    rest = removePaths(full, difference(named(full, ownedSchema), keep), ownedSchema);
  }
  rest = convert(view, rest, at, version);
  const gone = intersection(difference(named(whole, schema), named(rest, schema)), lastFields);
  return convert(view, removePaths(whole, gone, schema), version, view.apiVersion);
}

const named = (object: JSONObject, schema: Schema | undefined): FieldSet =>
  withNamedFields(toFieldSet(object, schema), schema);

/** What anyone owns in each version, `first` first: conversion may need what is owned there. */
function byVersion(managers: Managers, first: string): Map<string, FieldSet> {
  const owned = new Map<string, FieldSet>([[first, EMPTY_SET]]);
  for (const { apiVersion, fields } of managers) {
    owned.set(apiVersion, union(owned.get(apiVersion) ?? EMPTY_SET, fields));
  }
  return owned;
}
