import type { Schema } from '../schema/schema.ts';
import { EMPTY_SET, type FieldSet, isEmpty } from './field-set.ts';
import { childSchema } from './typed.ts';

/**
 * Brings a set up to date with a schema that has changed since it was written: what was owned by its parts and is
 * atomic now is owned as a whole. The other way round needs nothing. Schemas of custom resources change; for other kinds
 * clients may bring sets that were written by an older server.
 * Source: structured-merge-diff typed/reconcile_schema.go.
 */
export function reconcileWithSchema(set: FieldSet, schema: Schema | undefined): FieldSet {
  if (schema === undefined || isEmpty(set)) return set;
  let changed = false;
  const result: Record<string, FieldSet> = {};
  for (const element in set) {
    const node = set[element]!;
    if (element === '.') {
      result[element] = node;
      continue;
    }
    const child = element[0] === 'f' ? childSchema(schema, element.slice(2)) : schema.items;
    const next = isAtomic(child) && !isEmpty(node) ? EMPTY_SET : reconcileWithSchema(node, child);
    if (next !== node) changed = true;
    result[element] = next;
  }
  return changed ? result : set;
}

function isAtomic(schema: Schema | undefined): boolean {
  if (schema?.type === 'array') return schema.listType !== 'map' && schema.listType !== 'set';
  return schema?.atomic === true;
}
