import { jsonEqual } from '../patch/values.ts';
import type { ManagedFieldsEntry } from '../types/meta.v1.gen.ts';
import { decodeFieldsV1, type FieldSet, isEmpty, union } from './field-set.ts';

/**
 * Who owns which fields: metadata.managedFields, decoded.
 * Source: kubernetes/apimachinery pkg/util/managedfields/internal/managedfields.go and capmanagers.go.
 */

/** Who writes, and how: one entry of managedFields. */
export interface ManagerId {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  /** The version the fields are named in. Not part of an applier's identity. */
  readonly apiVersion: string;
  readonly subresource?: string;
}

export interface Manager extends ManagerId {
  readonly fields: FieldSet;
  /** RFC 3339, to the second. */
  readonly time?: string;
}

/** The entries of an object; at most one for each identity. */
export type Managers = readonly Manager[];

/** At most so many entries of updates are kept; the oldest are merged into one for each version. */
const MAX_UPDATE_MANAGERS = 10;
const ANCIENT_CHANGES = 'ancient-changes';

/** Whether the two are the same manager: name, operation, subresource, and for updates the version. */
export const sameManager = (a: ManagerId, b: ManagerId): boolean =>
  a.manager === b.manager &&
  a.operation === b.operation &&
  (a.subresource ?? '') === (b.subresource ?? '') &&
  (a.operation === 'Apply' || a.apiVersion === b.apiVersion);

/** Upstream's text for an identity, by which it orders managers. */
export function managerIdentifier({ manager, operation, apiVersion, subresource }: ManagerId): string {
  return JSON.stringify({
    manager: manager || undefined,
    operation,
    apiVersion: operation === 'Update' ? apiVersion : undefined,
    subresource: subresource || undefined,
  });
}

/**
 * Decodes entries as a client sent them.
 * @throws Error in upstream's words when one is invalid.
 */
export function decodeManagedFields(entries: readonly ManagedFieldsEntry[] | undefined): Managers {
  // What comes again stands where it stood first.
  const managers = new Map<string, Manager>();
  for (const [index, entry] of (entries ?? []).entries()) {
    const { manager = '', operation, apiVersion, time, fieldsType, fieldsV1, subresource } = entry ?? {};
    if (operation !== 'Apply' && operation !== 'Update')
      throw new Error('operation must be `Apply` or `Update`');
    if (!apiVersion) throw new Error('apiVersion must not be empty');
    if (!fieldsType) throw new Error(`missing fieldsType in managed fields entry ${index}`);
    if (fieldsType !== 'FieldsV1') {
      throw new Error(`invalid fieldsType ${JSON.stringify(fieldsType)} in managed fields entry ${index}`);
    }
    const decoded: Manager = {
      manager,
      operation,
      apiVersion,
      fields: decodeFieldsV1(fieldsV1),
      ...(time ? { time: toSeconds(time) } : {}),
      ...(subresource ? { subresource } : {}),
    };
    managers.set(managerIdentifier(decoded), decoded);
  }
  return [...managers.values()];
}

/** The entries of a stored object, which this file has encoded: their sets are canonical and need no decoding. */
export function trustedManagedFields(entries: readonly ManagedFieldsEntry[] | undefined): Managers {
  return (entries ?? []).map(({ manager = '', operation, apiVersion, time, fieldsV1, subresource }) => ({
    manager,
    operation: operation as Manager['operation'],
    apiVersion: apiVersion ?? '',
    fields: (fieldsV1 ?? {}) as FieldSet,
    ...(time ? { time } : {}),
    ...(subresource ? { subresource } : {}),
  }));
}

const RFC3339_SECONDS = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

function toSeconds(time: string): string {
  if (RFC3339_SECONDS.test(time)) return time;
  const ms = Date.parse(time);
  if (Number.isNaN(ms)) throw new Error(`invalid time ${JSON.stringify(time)} in managed fields`);
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** The entries in upstream's order: appliers first, then by time, name, version and subresource. */
export function encodeManagedFields(managers: Managers): ManagedFieldsEntry[] | undefined {
  if (managers.length === 0) return undefined;
  return managers
    .toSorted(compareManagers)
    .map(({ manager, operation, apiVersion, time, fields, subresource }) => ({
      ...(manager ? { manager } : {}),
      operation,
      apiVersion,
      ...(time ? { time } : {}),
      fieldsType: 'FieldsV1',
      fieldsV1: fields as Record<string, unknown>,
      ...(subresource ? { subresource } : {}),
    }));
}

const compareManagers = (a: Manager, b: Manager): number =>
  text(a.operation, b.operation) ||
  text(a.time ?? '', b.time ?? '') ||
  text(a.manager, b.manager) ||
  text(a.apiVersion, b.apiVersion) ||
  text(a.subresource ?? '', b.subresource ?? '');

const text = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Whether a client asks for its managedFields to be forgotten: an empty list, or one empty entry. */
export function isReset(entries: readonly ManagedFieldsEntry[] | undefined): boolean {
  if (!entries) return false;
  return entries.length === 0 || (entries.length === 1 && jsonEqual(entries[0], {}));
}

/** Merges the oldest updates into one entry for each version, until there are few enough. */
export function capUpdateManagers(managers: Managers): Managers {
  let count = 0;
  for (const { operation } of managers) if (operation === 'Update') count++;
  if (count <= MAX_UPDATE_MANAGERS) return managers;
  const oldest = managers
    .filter(({ operation }) => operation === 'Update')
    .sort((a, b) => text(a.time ?? '', b.time ?? '') || text(managerIdentifier(a), managerIdentifier(b)));
  const firstOf = new Map<string, Manager>();
  const buckets = new Map<string, { readonly id: ManagerId; readonly parts: FieldSet[]; time?: string }>();
  const gone = new Set<Manager>();
  for (const manager of oldest) {
    if (count <= MAX_UPDATE_MANAGERS) break;
    const { apiVersion } = manager;
    const first = firstOf.get(apiVersion);
    if (!first) {
      firstOf.set(apiVersion, manager);
      continue;
    }
    const id: ManagerId = { manager: ANCIENT_CHANGES, operation: 'Update', apiVersion };
    if (sameManager(manager, id)) continue;
    let bucket = buckets.get(apiVersion);
    if (!bucket) {
      const before = managers.find((other) => sameManager(other, id)) ?? first;
      gone.add(before);
      bucket = { id, parts: [before.fields] };
      buckets.set(apiVersion, bucket);
    }
    gone.add(manager);
    bucket.parts.push(manager.fields);
    // That of the update merged in last, which is the latest one.
    if (manager.time) bucket.time = manager.time;
    else delete bucket.time;
    count--;
  }
  const merged = [...buckets.values()].map(({ id, parts, time }) => ({
    ...id,
    fields: unionOfAll(parts),
    ...(time ? { time } : {}),
  }));
  return [...managers.filter((other) => !gone.has(other)), ...merged];
}

/** By halves: a set that grows is not gone through for each of thousands. */
function unionOfAll(sets: readonly FieldSet[]): FieldSet {
  if (sets.length === 1) return sets[0]!;
  const half = sets.length >> 1;
  return union(unionOfAll(sets.slice(0, half)), unionOfAll(sets.slice(half)));
}

/** The managers without those that own nothing. */
export const withoutEmpty = (managers: Managers): Managers =>
  managers.some(({ fields }) => isEmpty(fields))
    ? managers.filter(({ fields }) => !isEmpty(fields))
    : managers;
