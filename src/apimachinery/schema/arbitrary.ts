/**
 * Random valid objects of a schema, for property tests only.
 *
 * An object is built from a list of numbers that fast-check draws; when the list is used up every choice falls on
 * its smallest outcome, so that shrinking the list shrinks the object.
 */
import fc from 'fast-check';
import type { Field, Schema } from './schema.ts';
import { struct } from './table.ts';

type Json = Record<string, unknown>;

export interface ArbitraryOptions {
  /** How many choices an object may take; more choices, larger objects. */
  readonly size?: number;
  /** Which fields to fill, by the name of their struct (empty in a custom resource) and their own. */
  readonly include?: (typeName: string, field: Field) => boolean;
}

/**
 * An arbitrary of objects of the struct or custom schema, in the form in which our decoders return them: required
 * fields and those that JSON always shows are there, empty lists and maps are not. apiVersion and kind are left to
 * the caller. Values have the right type and form; they need not pass validation.
 */
export function arbitraryObject(schema: Schema, options: ArbitraryOptions = {}): fc.Arbitrary<Json> {
  const include = options.include ?? (() => true);
  return fc.array(fc.nat(255), { maxLength: options.size ?? 400, size: 'max' }).map((choices) => {
    let at = 0;
    const next: Next = (below) => (at < choices.length ? choices[at++]! % below : 0);
    return object(schema, next, include);
  });
}

/** A choice: an integer from 0, the smallest outcome, to below the limit (at most 256). */
type Next = (below: number) => number;
type Include = NonNullable<ArbitraryOptions['include']>;

function object(schema: Schema, next: Next, include: Include): Json {
  const out: Json = {};
  for (const field of schema.fields?.values() ?? []) {
    if (field.path.length === 0 && (field.name === 'apiVersion' || field.name === 'kind')) continue;
    if (!include(schema.typeName ?? '', field)) continue;
    const nullable = field.pointer || NULLABLE.has(field.schema.type);
    const always = (field.shown && !nullable) || field.required;
    if (!always && next(4) !== 1) {
      if (field.shown && schema.typeName !== undefined) out[field.name] = null;
      continue;
    }
    const value = valueFor(field.schema, next, include);
    // Go's JSON has no zero of such a field.
    const zero = field.pointer || field.shown ? undefined : NOT_ZERO.get(value);
    if (zero === undefined) out[field.name] = value;
    else if (field.required) out[field.name] = zero;
  }
  return out;
}

/** Types whose zero value is null where JSON shows it. */
const NULLABLE = new Set<Schema['type']>(['array', 'map', 'bytes', 'time', 'microTime', 'raw', 'fieldsV1']);

/** Zero values, and what stands in for them where the field must be there. */
const NOT_ZERO = new Map<unknown, unknown>([
  ['', 'a'],
  [0, 1],
  [false, true],
]);

const pick = <T>(next: Next, values: readonly T[]): T => values[next(values.length)]!;

const STRINGS = [
  '',
  'a',
  'b',
  'web-0',
  'x y',
  'ä',
  '日本',
  '𝄞',
  'a"\\\n',
  'kubernetes.io/metadata.name',
  '0',
  'true',
];
const RAW = [{}, { a: 1 }, [], [null, 'x'], 'text', 1.5, true, { spec: { replicas: 1, list: [{}] } }];

function valueFor(schema: Schema, next: Next, include: Include): unknown {
  if (schema.enum && schema.enum.length > 0) return pick(next, schema.enum);
  switch (schema.type) {
    case 'struct':
      return object(schema, next, include);
    case 'array':
      return items(schema, next, include);
    case 'map': {
      const out: Json = {};
      for (let i = next(3); i >= 0; i--)
        out[pick(next, STRINGS) || `key${i}`] = valueFor(schema.values!, next, include);
      return out;
    }
    case 'string':
      return pick(next, STRINGS) + (next(8) === 1 ? pick(next, STRINGS).repeat(20) : '');
    case 'integer':
      return schema.format === 'int32'
        ? pick(next, [0, 1, -1, 80, 127, 128, 300, 2147483647, -2147483648])
        : pick(next, [0, 1, -1, 30, 16384, 4294967296, Number.MAX_SAFE_INTEGER, -Number.MAX_SAFE_INTEGER]);
    case 'number':
      return pick(next, [0, 1, 0.5, -1.25, 1e21]);
    case 'boolean':
      return next(2) === 1;
    case 'bytes':
      return pick(next, ['AA==', 'aGVsbG8=', '+/8=', 'AAECAwQF']);
    case 'quantity':
      return pick(next, ['0', '1', '100m', '64Mi', '1Gi', '-5', '1500m', '5k', '1e3']);
    case 'time':
      return pick(next, [
        '2020-01-02T03:04:05Z',
        '1970-01-01T00:00:00Z',
        '1969-12-31T23:59:59Z',
        '9999-12-31T23:59:59Z',
      ]);
    case 'microTime':
      return pick(next, [
        '2020-01-02T03:04:05.000006Z',
        '1969-12-31T23:59:59.999999Z',
        '2001-01-01T00:00:00.000000Z',
      ]);
    case 'duration':
      return pick(next, ['0s', '1ns', '1.5µs', '30s', '1h0m0s', '-1m0.25s']);
    case 'intOrString':
      return pick(next, [0, 80, 'http', '25%', -1]);
    case 'fieldsV1':
      return pick(next, [{}, { 'f:metadata': { 'f:labels': { '.': {}, 'f:a': {} } } }]);
    case 'raw':
      return eitherForm(schema, next, include) ?? pick(next, RAW);
  }
}

/** The places of a JSONSchemaProps that take a schema or something else. */
function eitherForm(schema: Schema, next: Next, include: Include): unknown {
  if (!schema.format?.startsWith('schemaOr')) return undefined;
  const inner = (): Json => object(struct('apiextensions.v1.JSONSchemaProps'), next, include);
  if (next(2) === 1) return inner();
  if (schema.format === 'schemaOrBool') return next(2) === 1;
  return schema.format === 'schemaOrArray' ? [inner()] : ['a', pick(next, STRINGS)];
}

function items(schema: Schema, next: Next, include: Include): unknown[] {
  const seen = new Set<string>();
  const out: unknown[] = [];
  for (let i = next(3); i >= 0; i--) {
    const value = valueFor(schema.items!, next, include);
    const keys = schema.listMapKeys?.map((key) => (value as Json)[key]);
    const identity = schema.listType === 'map' ? JSON.stringify(keys) : JSON.stringify(value);
    if ((schema.listType === 'map' || schema.listType === 'set') && seen.has(identity)) continue;
    seen.add(identity);
    out.push(value);
  }
  return out;
}
