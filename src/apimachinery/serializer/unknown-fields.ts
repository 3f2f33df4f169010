/**
 * Brings a parsed object into the form that Go's decoding and encoding give it, in one walk and in place: unknown
 * fields are dropped and reported, values of a wrong type refused, quantities and times canonical, null and the zero
 * values that JSON leaves out removed, those that JSON shows put in.
 * Source: sigs.k8s.io/json (decode.go), the UnmarshalJSON methods of kubernetes/apimachinery.
 */
import { decodeBase64, encodeBase64 } from '../protobuf/base64.ts';
import { formatDuration, parseDuration } from '../protobuf/duration.ts';
import { canonicalQuantity } from '../quantity.ts';
import type { Field, Schema } from '../schema/schema.ts';
import { struct } from '../schema/table.ts';
import { canonicalMicroTime, canonicalTime } from '../time.ts';
import { isInt64 } from './int64.ts';
import { pathOf, StrictErrors } from './strict-fields.ts';

type Json = Record<string, unknown>;

/** A value that does not fit its field; the message is upstream's, without what object it is about. */
export class DecodeError extends Error {
  override name = 'DecodeError';
  /** What is said of the value when it is decoded on its own; undefined where that is the same. */
  readonly alone: string | undefined;
  constructor(message: string, alone?: string) {
    super(message);
    this.alone = alone;
  }
}

/** A mistake in a whole document and, of the value alone, as the converter of maps to structs tells it. */
interface Mismatch {
  readonly message: string;
  readonly alone: string;
}

/** Names that every object has, also where a custom resource's schema does not list them. */
const OBJECT_FIELDS = new Set(['apiVersion', 'kind', 'metadata']);

interface Shape {
  readonly fields: ReadonlyMap<string, Field>;
  /** Whether Go has a struct for it. What custom resources have is a map: values are left as they are. */
  readonly typed: boolean;
  /** Fields whose zero value is shown, with a function that makes it. */
  readonly zeros: readonly (readonly [name: string, zero: () => unknown])[];
  /** Fields that are shown as null when nothing was set. */
  readonly nulls: readonly string[];
  /** Those of them that are a list or a map. */
  readonly nils: readonly string[];
  /** Fields further down of which zero values are shown; those of which empty lists or maps are. */
  readonly inner: Inner;
  readonly innerNils: Inner;
}
type Inner = readonly (readonly [name: string, schema: Schema])[];
const shapes = new WeakMap<Schema, Shape>();
const NO_FIELDS: ReadonlyMap<string, Field> = new Map();

function shapeOf(schema: Schema): Shape {
  let shape = shapes.get(schema);
  if (!shape) {
    const fields = schema.fields ?? NO_FIELDS;
    const typed = schema.typeName !== undefined;
    const shown = typed ? [...fields.values()].filter((field) => field.shown) : [];
    const zeros = shown.flatMap((field) => {
      const zero = field.pointer ? undefined : zeroOf(field.schema);
      return zero ? [[field.name, zero] as const] : [];
    });
    const valued = new Set(zeros.map(([name]) => name));
    const nulls = shown.filter(({ name }) => !valued.has(name));
    shape = {
      fields,
      typed,
      zeros,
      nulls: nulls.map(({ name }) => name),
      nils: nulls.filter(isNil).map(({ name }) => name),
      inner: [...fields.values()]
        .filter((field) => holdsAny(field.schema, isShown))
        .map((field) => [field.name, field.schema]),
      innerNils: [...fields.values()]
        .filter((field) => holdsAny(field.schema, isNil))
        .map((field) => [field.name, field.schema]),
    };
    shapes.set(schema, shape);
  }
  return shape;
}

const isShown = (field: Field): boolean => field.shown === true;
/** Whether Go shows null where the field has nothing in it. */
const isNil = ({ shown, pointer, schema: { type } }: Field): boolean =>
  shown === true && !pointer && (type === 'array' || type === 'map');

/** Whether a struct anywhere within values of the schema has such a field. Schemas may be recursive. */
function holdsAny(schema: Schema, is: (field: Field) => boolean, seen: Set<Schema> = new Set()): boolean {
  const inner = schema.items ?? schema.values;
  if (inner) return holdsAny(inner, is, seen);
  const home = homeOf(schema);
  if (home.type !== 'struct' || seen.has(home)) return false;
  seen.add(home);
  for (const field of home.fields?.values() ?? []) {
    if ((home.typeName !== undefined && is(field)) || holdsAny(field.schema, is, seen)) return true;
  }
  return false;
}

/** The schema of the struct itself, where one with attributes of its field stands before it. */
const homeOf = (schema: Schema): Schema =>
  Object.hasOwn(schema, 'type') ? schema : (Object.getPrototypeOf(schema) as Schema);

/** Makes the zero value of a type; undefined where JSON shows it as null. */
function zeroOf(schema: Schema): (() => unknown) | undefined {
  switch (schema.type) {
    case 'struct':
      return () => fill({}, shapeOf(schema));
    case 'string':
      return () => '';
    case 'integer':
    case 'number':
    case 'intOrString':
      return () => 0;
    case 'boolean':
      return () => false;
    case 'quantity':
      return () => '0';
    case 'duration':
      return () => '0s';
    default:
      return undefined;
  }
}

/** What null stands for as an item of a list or a value of a map; undefined where it stays null. */
const zeroItem = (schema: Schema): unknown => (schema.type === 'bytes' ? '' : zeroOf(schema)?.());

function fill(object: Json, { zeros, nulls }: Shape): Json {
  for (const [name, zero] of zeros) if (object[name] === undefined) object[name] = zero();
  for (const name of nulls) if (object[name] === undefined) object[name] = null;
  return object;
}

/**
 * Puts in, in place, what JSON shows although nothing was set: what defaults, admission and strategies add to an
 * object does not come through `normalize`, nor does what the control plane writes.
 */
export function showZeros(object: Json, schema: Schema): void {
  const shape = shapeOf(schema);
  fill(object, shape);
  for (const [name, below] of shape.inner) eachStruct(object[name], below, showZeros);
}

/**
 * Makes empty lists and maps that JSON shows null, in place: storage does not tell them from none. Before an object is
 * stored they are told apart, by validation and by who owns fields.
 */
export function dropEmpty(object: Json, schema: Schema): void {
  const { nils, innerNils } = shapeOf(schema);
  for (const name of nils) if (isEmpty(object[name])) object[name] = null;
  for (const [name, below] of innerNils) eachStruct(object[name], below, dropEmpty);
}

/** Calls `visit` with the objects that stand directly in a value. */
function eachStruct(value: unknown, schema: Schema, visit: (object: Json, schema: Schema) => void): void {
  if (typeof value !== 'object' || value === null) return;
  switch (schema.type) {
    case 'struct':
      if (!Array.isArray(value)) visit(value as Json, schema);
      return;
    case 'array':
      if (Array.isArray(value)) for (const item of value) eachStruct(item, schema.items!, visit);
      return;
    case 'map':
      for (const key of Object.keys(value)) eachStruct((value as Json)[key], schema.values!, visit);
  }
}

/**
 * Normalises an object in place.
 * @returns what a strict decoder reports, in the order of the object: `unknown field "spec.foo"`.
 * @throws DecodeError for a value of the wrong type, with upstream's text: `json: cannot unmarshal …`.
 */
export function normalize(object: Json, schema: Schema): string[] {
  const { metadata } = object;
  const forgetsManagers = isObject(metadata) && isEmptyList(metadata.managedFields);
  const walk = new Walk();
  walk.struct(object, schema, '', true);
  if (walk.mismatch) throw new DecodeError(walk.mismatch.message, walk.mismatch.alone);
  // The one empty list of which an object is told apart from none: it asks for something.
  if (forgetsManagers) metadata.managedFields = [];
  return walk.errors.list;
}

const isEmptyList = (value: unknown): boolean => Array.isArray(value) && value.length === 0;

class Walk {
  readonly errors = new StrictErrors();
  /** The first value of a wrong type: Go reads on, as a custom decoder's error takes precedence. */
  mismatch: Mismatch | undefined;
  /** Below a custom decoder unknown fields are dropped without a word. */
  private silent = false;
  /** Keys and indexes down to the value at hand. */
  private readonly stack: (string | number)[] = [];
  /** Struct fields alone, of which Go's messages speak. */
  private readonly names: string[] = [];
  private owner = '';

  struct(object: Json, schema: Schema, owner: string, root = false): void {
    const shape = shapeOf(schema);
    const outer = this.owner;
    this.owner = schema.typeName ?? owner;
    for (const key of Object.keys(object)) {
      const field = shape.fields.get(key);
      if (field === undefined) {
        if (schema.preserveUnknownFields || (root && !shape.typed && OBJECT_FIELDS.has(key))) continue;
        this.stack.push(key);
        if (!this.silent) this.errors.add('unknown', pathOf(this.stack));
        this.stack.pop();
        delete object[key];
        continue;
      }
      const value = object[key];
      if (value === null && (shape.typed || field.schema.typeName !== undefined)) {
        if (!shape.nulls.includes(key)) delete object[key];
        continue;
      }
      this.stack.push(key);
      this.names.push(key);
      const next = this.value(value, field.schema, shape.typed);
      this.stack.pop();
      this.names.pop();
      if (
        next === undefined ||
        (shape.typed && !field.pointer && !field.shown && isZero(next, field.schema))
      ) {
        delete object[key];
      } else if (next !== value) object[key] = next;
    }
    fill(object, shape);
    this.owner = outer;
  }

  /** The normal form of a value; undefined when JSON would not show it. */
  value(value: unknown, schema: Schema, typed: boolean): unknown {
    switch (schema.type) {
      case 'string':
        if (typed && typeof value !== 'string') return this.wrong(value, schema);
        return value;
      case 'struct':
        if (!isObject(value)) return typed || schema.typeName ? this.wrong(value, schema) : value;
        this.struct(value, schema, this.owner);
        return value;
      case 'array':
        if (!Array.isArray(value)) return typed ? this.wrong(value, schema) : value;
        this.items(value, schema.items, typed);
        return value;
      case 'map':
        if (!isObject(value)) return typed ? this.wrong(value, schema) : value;
        this.map(value, schema.values, typed);
        return value;
      default:
        return typed ? this.scalar(value, schema) : value;
    }
  }

  private items(list: unknown[], schema: Schema | undefined, typed: boolean): void {
    if (!schema) return;
    const depth = this.stack.length;
    for (let i = 0; i < list.length; i++) {
      const value = list[i];
      this.stack[depth] = i;
      const next = value === null && typed ? zeroItem(schema) : this.value(value, schema, typed);
      if (next !== value) list[i] = next ?? null;
    }
    this.stack.length = depth;
  }

  private map(object: Json, schema: Schema | undefined, typed: boolean): void {
    if (!schema) return;
    for (const key of Object.keys(object)) {
      const value = object[key];
      this.stack.push(key);
      const next = value === null && typed ? zeroItem(schema) : this.value(value, schema, typed);
      this.stack.pop();
      if (next !== value) object[key] = next ?? null;
    }
  }

  private scalar(value: unknown, schema: Schema): unknown {
    switch (schema.type) {
      case 'integer':
        if (typeof value === 'bigint' && schema.format !== 'int32' && isInt64(value)) return value;
        return typeof value === 'number' && fits(value, schema.format) ? value : this.wrong(value, schema);
      case 'number':
        if (typeof value === 'bigint') return Number(value);
        return typeof value === 'number' ? value : this.wrong(value, schema);
      case 'boolean':
        return typeof value === 'boolean' ? value : this.wrong(value, schema);
      case 'bytes':
        return typeof value === 'string' ? this.bytes(value) : this.wrong(value, schema);
      case 'quantity':
        return custom(() => canonicalQuantity(typeof value === 'string' ? value : JSON.stringify(value)));
      case 'time':
      case 'microTime': {
        if (typeof value !== 'string') return this.abort(value, 'string');
        return (
          custom(() => (schema.type === 'time' ? canonicalTime(value) : canonicalMicroTime(value))) ??
          undefined
        );
      }
      case 'duration': {
        if (typeof value !== 'string') return this.abort(value, 'string');
        const nanoseconds = parseDuration(value);
        if (nanoseconds === undefined)
          throw new DecodeError(`time: invalid duration ${JSON.stringify(value)}`);
        return formatDuration(nanoseconds);
      }
      case 'intOrString':
        if (typeof value === 'string' || (typeof value === 'number' && fits(value, 'int32'))) return value;
        return this.abort(value, 'int32');
      case 'raw':
        return this.eitherForm(value, schema);
      default:
        return value;
    }
  }

  /** A place of a JSONSchemaProps that takes a schema or something else; other raw JSON stays as it is. */
  private eitherForm(value: unknown, schema: Schema): unknown {
    if (schema.format === undefined) return value;
    const props = struct('apiextensions.v1.JSONSchemaProps');
    const silent = this.silent;
    this.silent = true;
    if (isObject(value)) this.struct(value, props, this.owner);
    else if (Array.isArray(value) && schema.format === 'schemaOrArray') this.items(value, props, true);
    this.silent = silent;
    if (schema.format === 'schemaOrBool' && !isObject(value) && typeof value !== 'boolean') {
      throw new DecodeError('boolean or JSON schema expected');
    }
    return value;
  }

  private bytes(value: string): unknown {
    // All but the last group have one spelling only.
    if (PLAIN_BASE64.test(value) && value.length % 4 === 0) return value;
    const decoded = decodeBase64(value);
    if (typeof decoded !== 'number') return encodeBase64(decoded);
    const message = `illegal base64 data at input byte ${decoded}`;
    this.mismatch ??= { message, alone: `error decoding from json: ${message}` };
    return value;
  }

  private wrong(value: unknown, schema: Schema): undefined {
    const type = typeText(schema);
    this.mismatch ??= { message: this.message(value, type), alone: unconvertible(value, schema) };
    return undefined;
  }

  /** A custom decoder refuses the value: nothing after it is read. */
  private abort(value: unknown, type: string): never {
    throw new DecodeError(
      this.message(value, type),
      `json: cannot unmarshal ${valueText(value, type)} into Go value of type ${type}`,
    );
  }

  private message(value: unknown, type: string): string {
    const struct = this.owner.slice(this.owner.lastIndexOf('.') + 1);
    return `json: cannot unmarshal ${valueText(value, type)} into Go struct field ${struct}.${this.names.join('.')} of type ${type}`;
  }
}

const PLAIN_BASE64 = /^[A-Za-z0-9+/]*$/;
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function fits(value: number, format: string | undefined): boolean {
  if (format === 'int32') return value === (value | 0);
  return Number.isSafeInteger(value);
}

function isZero(value: unknown, schema: Schema): boolean {
  if (value === '' || value === 0 || value === false) return schema.type !== 'intOrString';
  return (schema.type === 'array' || schema.type === 'map') && isEmpty(value);
}

/** Whether the value is a list or a map without anything in it. */
function isEmpty(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.length === 0;
  for (const _ in value) return false;
  return true;
}

/** Runs a decoder of its own, whose errors Go returns as they are. */
function custom<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw new DecodeError((error as Error).message);
  }
}

/** What Go calls a value that it cannot take. */
function valueText(value: unknown, type: string): string {
  if (typeof value === 'number' || typeof value === 'bigint')
    return /^(int|float)/.test(type) ? `number ${value}` : 'number';
  if (typeof value === 'boolean') return 'bool';
  return Array.isArray(value) ? 'array' : typeof value;
}

/** Go's kind of a value that JSON was read into. */
function kindText(value: unknown): string {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? 'int64' : 'float64';
  if (typeof value === 'bigint') return isInt64(value) ? 'int64' : 'float64';
  if (typeof value === 'boolean') return 'bool';
  if (Array.isArray(value)) return 'slice';
  return typeof value === 'object' ? 'map' : typeof value;
}

/**
 * What the converter of maps to structs says of a value that does not fit.
 * Source: apimachinery pkg/runtime/converter.go (fromUnstructured).
 */
function unconvertible(value: unknown, schema: Schema): string {
  const kind = kindText(value);
  switch (schema.type) {
    case 'map':
      return `cannot restore map from ${kind}`;
    case 'struct':
      return `cannot restore struct from: ${kind}`;
    case 'array':
    case 'bytes':
      return kind === 'slice' ? 'unrecognized type: uint8' : `cannot restore slice from ${kind}`;
    default: {
      // Go converts between numbers, and integers to strings; JSON does not mean that.
      const type = typeText(schema);
      const convertible =
        schema.type !== 'boolean' && (kind === 'int64' || (kind === 'float64' && schema.type !== 'string'));
      return convertible ? `cannot convert ${kind} to ${type}` : `unrecognized type: ${type}`;
    }
  }
}

/** Go's name of a type. Of strings with a type of their own we do not know it. */
function typeText(schema: Schema): string {
  switch (schema.type) {
    case 'integer':
      return schema.format ?? 'int64';
    case 'number':
      return 'float64';
    case 'boolean':
      return 'bool';
    case 'bytes':
      return '[]uint8';
    case 'array':
      return `[]${typeText(schema.items!)}`;
    case 'map':
      return `map[string]${typeText(schema.values!)}`;
    case 'struct':
      return schema.typeName?.split('.').slice(-2).join('.') ?? 'map[string]interface {}';
    case 'quantity':
      return 'resource.Quantity';
    case 'time':
      return 'v1.Time';
    case 'microTime':
      return 'v1.MicroTime';
    case 'intOrString':
      return 'intstr.IntOrString';
    case 'raw':
      return 'runtime.RawExtension';
    default:
      return 'string';
  }
}
