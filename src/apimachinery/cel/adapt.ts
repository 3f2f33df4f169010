/**
 * JSON as CEL values, without copies: an object or array is wrapped when an expression reaches it, a scalar is read by the type
 * its place declares (apiserver pkg/cel/common/valuesunstructured.go). Without a declared type a whole number is an int, any
 * other a double.
 */

import { itemsOf } from './collections.ts';
import { formatDuration, parseDuration } from './duration.ts';
import { CelError } from './errors.ts';
import { unescapeName } from './escaping.ts';
import { formatTimestamp, parseDate, parseTimestamp } from './timestamp.ts';
import { type CelType, dynType, type StructDefinition } from './types.ts';
import {
  Duration,
  ListValue,
  MapValue,
  OpaqueValue,
  OptionalValue,
  StructValue,
  Timestamp,
  TypeValue,
  Uint,
  type Value,
} from './values.ts';
import { bounded, work } from './work.ts';

type JsonRecord = Readonly<Record<string, unknown>>;

const isRecord = (raw: unknown): raw is JsonRecord =>
  typeof raw === 'object' && raw !== null && !Array.isArray(raw);

/** An array of JSON. */
class JsonList extends ListValue {
  readonly raw: readonly unknown[];
  readonly #type: CelType;

  constructor(raw: readonly unknown[], type: CelType) {
    super();
    this.raw = raw;
    this.#type = type;
  }

  size(): number {
    return this.raw.length;
  }

  at(index: number): Value {
    return adapt(this.raw[index], this.#type.params[0] ?? dynType);
  }

  override get listType() {
    return this.#type.place?.listType;
  }

  override get listMapKeys(): readonly string[] {
    return this.#type.place?.listMapKeys ?? [];
  }
}

/** An object of JSON with free keys. */
class JsonMap extends MapValue {
  readonly raw: JsonRecord;
  readonly #type: CelType;
  #size = -1;

  constructor(raw: JsonRecord, type: CelType) {
    super();
    this.raw = raw;
    this.#type = type;
  }

  size(): number {
    if (this.#size < 0) this.#size = Object.keys(this.raw).length;
    return this.#size;
  }

  find(key: Value): Value | undefined {
    if (typeof key !== 'string' || !Object.hasOwn(this.raw, key)) return undefined;
    const raw = this.raw[key];
    return raw === undefined ? undefined : adapt(raw, this.#type.params[1] ?? dynType);
  }

  keys(): Iterable<Value> {
    return Object.keys(this.raw);
  }
}

/** An object of JSON with declared properties; a property of null is one that is not there. */
class JsonObject extends MapValue {
  readonly raw: JsonRecord;
  readonly #struct: StructDefinition;

  constructor(raw: JsonRecord, struct: StructDefinition) {
    super();
    this.raw = raw;
    this.#struct = struct;
  }

  size(): number {
    return Object.keys(this.raw).length;
  }

  find(key: Value): Value | undefined {
    if (typeof key !== 'string') return undefined;
    const field = this.#struct.field(key);
    if (field === undefined) return undefined;
    const name = field.jsonName ?? unescapeName(key) ?? key;
    if (!Object.hasOwn(this.raw, name)) return undefined;
    const raw = this.raw[name];
    return raw === null || raw === undefined ? undefined : adapt(raw, field.type);
  }

  *keys(): Iterable<Value> {
    for (const name of this.#struct.names()) {
      if (this.find(name) !== undefined) yield name;
    }
  }
}

function isValue(raw: unknown): raw is Value {
  return (
    raw instanceof ListValue ||
    raw instanceof MapValue ||
    raw instanceof Timestamp ||
    raw instanceof Duration ||
    raw instanceof OpaqueValue ||
    raw instanceof StructValue ||
    raw instanceof Uint ||
    raw instanceof Uint8Array ||
    raw instanceof OptionalValue ||
    raw instanceof TypeValue
  );
}

const goType = (raw: unknown): string => {
  switch (typeof raw) {
    case 'string':
      return 'string';
    case 'boolean':
      return 'bool';
    case 'bigint':
      return 'int64';
    case 'number':
      return Number.isInteger(raw) ? 'int64' : 'float64';
  }
  return Array.isArray(raw) ? '[]interface {}' : 'map[string]interface {}';
};

function adaptNumber(raw: number | bigint, type: CelType): Value {
  if (type.kind === 'double') return Number(raw);
  if (typeof raw === 'bigint') return raw;
  if (Number.isInteger(raw) && Math.abs(raw) < 2 ** 63) return BigInt(raw);
  if (type.kind === 'int') throw new CelError(`invalid data, expected int, got ${goType(raw)}`);
  return raw;
}

function fromBase64(text: string): Uint8Array {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    throw new CelError(`Invalid byte formatted string ${text}: illegal base64 data`);
  }
}

function adaptString(raw: string, type: CelType): Value {
  switch (type.kind) {
    case 'bytes':
      return fromBase64(raw);
    case 'duration': {
      const nanos = parseDuration(raw);
      if (nanos === undefined) throw new CelError(`Invalid duration ${raw}: time: invalid duration "${raw}"`);
      return new Duration(nanos);
    }
    case 'timestamp': {
      const date = type.place?.date === true;
      const timestamp = date ? parseDate(raw) : parseTimestamp(raw);
      if (timestamp === undefined)
        throw new CelError(`Invalid ${date ? 'date' : 'date-time'} formatted string ${raw}`);
      return timestamp;
    }
    case 'int':
    case 'double':
    case 'bool':
      throw new CelError(
        `invalid data, expected ${type.kind === 'double' ? 'float' : type.kind}, got string`,
      );
  }
  return raw;
}

const jsonMapType: CelType = { kind: 'map', name: 'map', params: [dynType, dynType] };

/** A JSON value (or a value already) as the value an expression sees at a place of this type. */
export function adapt(raw: unknown, type: CelType = dynType): Value {
  switch (typeof raw) {
    case 'string':
      return type.kind === 'string' || type.kind === 'dyn' ? raw : adaptString(raw, type);
    case 'number':
    case 'bigint':
      if (type.kind === 'string') throw new CelError(`invalid data, expected string, got ${goType(raw)}`);
      return adaptNumber(raw, type);
    case 'boolean':
      return raw;
    case 'undefined':
      return null;
  }
  if (raw === null || isValue(raw)) return raw;
  if (Array.isArray(raw)) return new JsonList(raw, type);
  if (!isRecord(raw)) throw new CelError('unsupported value');
  if (type.kind === 'struct' && type.struct !== undefined) return new JsonObject(raw, type.struct);
  return new JsonMap(raw, type.kind === 'map' ? type : jsonMapType);
}

/** The largest result that is turned into JSON. */
const MAX_DEPTH = 64;

/** A value as JSON. What came from JSON is given back as it was. Throws a CelError for values JSON does not have. */
export function toJson(value: Value): unknown {
  return bounded(() => json(value, 0));
}

function json(value: Value, depth: number): unknown {
  work();
  if (depth > MAX_DEPTH) throw new CelError('value is too deep');
  switch (typeof value) {
    case 'string':
    case 'boolean':
    case 'number':
      return value;
    case 'bigint':
      return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  }
  if (value === null) return null;
  if (value instanceof JsonList || value instanceof JsonMap || value instanceof JsonObject) return value.raw;
  if (value instanceof ListValue) return itemsOf(value).map((item) => json(item, depth + 1));
  if (value instanceof MapValue) {
    const object: Record<string, unknown> = {};
    for (const key of value.keys()) {
      if (typeof key !== 'string') throw new CelError('keys of a JSON object are strings');
      object[key] = json(value.find(key)!, depth + 1);
    }
    return object;
  }
  if (value instanceof Uint) return json(value.value, depth);
  if (value instanceof Timestamp) return formatTimestamp(value);
  if (value instanceof Duration) return formatDuration(value.nanos);
  if (value instanceof Uint8Array) return btoa(String.fromCharCode(...value));
  if (value instanceof StructValue) {
    const object: Record<string, unknown> = {};
    for (const name of value.type.struct?.names() ?? []) {
      const field = value.get(name);
      if (field !== undefined) object[name] = json(field, depth + 1);
    }
    return object;
  }
  if (value instanceof OptionalValue) return value.value === undefined ? null : json(value.value, depth);
  throw new CelError(`no JSON of a ${value instanceof TypeValue ? 'type' : value.type.name}`);
}
