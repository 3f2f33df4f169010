/**
 * Messages to objects as Go's JSON would show them.
 * Source: kubernetes/api generated.pb.go (Unmarshal), and the JSON tags of the types.
 */
import type { Schema } from '../schema/schema.ts';
import { struct } from '../schema/table.ts';
import { parseExact } from '../serializer/int64.ts';
import { encodeBase64 } from './base64.ts';
import * as k from './plan.ts';
import type { FieldPlan, MessagePlan, ValuePlan } from './plan.ts';
import { formatDuration } from './duration.ts';
import { formatMicroTimestamp, formatTimestamp } from './timestamp.ts';
import { BYTES, FIXED64, ProtobufError, Reader, VARINT } from './wire.ts';

export type Json = Record<string, unknown>;

/** Messages within messages; a JSONSchemaProps is the only kind of place that nests without end. */
const MAX_DEPTH = 500;
const utf8 = new TextDecoder('utf-8', { fatal: false, ignoreBOM: true });

/**
 * Decodes the message of a struct of the schema table. apiVersion and kind are not in it: they are in the envelope.
 * @param into an object to fill, so that its keys come first.
 * @throws ProtobufError when the bytes are no such message.
 */
export function decode(schema: Schema, bytes: Uint8Array, into: Json = {}): Json {
  return message(k.planOf(schema), new Reader(bytes), bytes.length, into, 0);
}

function message(plan: MessagePlan, reader: Reader, end: number, into: Json, depth: number): Json {
  fields(plan, reader, end, into, depth);
  return plan.shown.length > 0 ? k.withZeros(into, plan) : into;
}

function fields(plan: MessagePlan, reader: Reader, end: number, into: Json, depth: number): void {
  if (depth > MAX_DEPTH) throw new ProtobufError('proto: exceeded max nesting depth');
  const { byNumber } = plan;
  while (reader.at < end) {
    const tag = reader.varint(end);
    const number = tag >>> 3;
    if (number === 0 || reader.high !== 0) throw new ProtobufError(`proto: illegal tag ${number}`);
    const field = byNumber[number];
    if (field === undefined) reader.skip(tag & 7, end);
    else put(field, tag & 7, reader, end, into, depth);
  }
}

/** Reads one occurrence of a field into its object. */
function put(
  field: FieldPlan,
  wireType: number,
  reader: Reader,
  end: number,
  into: Json,
  depth: number,
): void {
  const { name } = field;
  switch (field.kind) {
    case k.GROUP: {
      const stop = delimited(field, wireType, reader, end);
      fields(field.message!(), reader, stop, into, depth + 1);
      return;
    }
    case k.MESSAGE: {
      const stop = delimited(field, wireType, reader, end);
      // A message that comes in parts is merged.
      into[name] = message(field.message!(), reader, stop, (into[name] as Json | undefined) ?? {}, depth + 1);
      return;
    }
    case k.LIST: {
      into[name] ??= [];
      const list = into[name] as unknown[];
      const inner = field.inner!;
      if (wireType === BYTES && isNumeric(inner.kind)) {
        const stop = delimited(field, wireType, reader, end);
        while (reader.at < stop) list.push(scalar(inner.kind, reader, stop));
      } else list.push(item(inner, name, wireType, reader, end, depth));
      return;
    }
    case k.MAP:
      into[name] ??= {};
      entry(field, into[name] as Json, delimited(field, wireType, reader, end), reader, depth);
      return;
    case k.BYTES: {
      const stop = delimited(field, wireType, reader, end);
      if (stop > reader.at || field.shown) into[name] = item(field, name, wireType, reader, end, depth, stop);
      return;
    }
    default: {
      const value = item(field, name, wireType, reader, end, depth);
      // Of a field that is no pointer, Go's JSON leaves out the zero value unless its tag says otherwise.
      if (value !== undefined && (field.pointer || field.shown || !isZero(value))) into[name] = value;
      else if (into[name] !== undefined) delete into[name];
    }
  }
}

const toInt32 = (value: number | bigint): number =>
  typeof value === 'bigint' ? Number(BigInt.asIntN(32, value)) : value | 0;
const isNumeric = (kind: number): boolean => kind >= k.INT32 && kind <= k.DOUBLE;
const isZero = (value: unknown): boolean => value === '' || value === 0 || value === false;

function wrongType(wireType: number, name: string): ProtobufError {
  return new ProtobufError(`proto: wrong wireType = ${wireType} for field ${name}`);
}

/** Reads the length of a field; returns where it ends. */
function delimited(field: { name: string }, wireType: number, reader: Reader, end: number): number {
  if (wireType !== BYTES) throw wrongType(wireType, field.name);
  const length = reader.length(end);
  return reader.at + length;
}

function scalar(kind: number, reader: Reader, end: number): number | bigint | boolean {
  switch (kind) {
    case k.INT32:
      return reader.varint(end) | 0;
    case k.INT64:
      return reader.int64(end);
    case k.BOOL:
      return reader.varint(end) !== 0 || reader.high !== 0;
    default:
      return finite(reader.double(end));
  }
}

/** JSON has no other numbers: Go cannot marshal them either. */
function finite(value: number): number {
  if (!Number.isFinite(value)) throw new ProtobufError(`json: unsupported value: ${value}`);
  return value;
}

/** Reads one value; undefined where JSON shows null. `stop` is where it ends, if that is read already. */
function item(
  plan: ValuePlan,
  name: string,
  wireType: number,
  reader: Reader,
  end: number,
  depth: number,
  stop?: number,
): unknown {
  const { kind } = plan;
  if (isNumeric(kind)) {
    if (wireType !== (kind === k.DOUBLE ? FIXED64 : VARINT)) throw wrongType(wireType, name);
    return scalar(kind, reader, end);
  }
  const to = stop ?? delimited({ name }, wireType, reader, end);
  switch (kind) {
    case k.STRING:
      return reader.string(to);
    case k.MESSAGE:
      return message(plan.message!(), reader, to, {}, depth + 1);
    case k.BYTES:
      return encodeBase64(take(reader, to));
    case k.QUANTITY: {
      const text = small(reader, to)[1];
      return typeof text === 'string' && text !== '' ? text : '0';
    }
    case k.TIME:
    case k.MICRO_TIME: {
      if (to === reader.at) return undefined;
      const [seconds, nanos] = small(reader, to).slice(1).map(Number);
      return kind === k.TIME
        ? formatTimestamp(seconds ?? 0)
        : formatMicroTimestamp(seconds ?? 0, (nanos ?? 0) | 0);
    }
    case k.DURATION:
      return formatDuration(BigInt((small(reader, to)[1] as number | bigint | undefined) ?? 0));
    case k.INT_OR_STRING: {
      const [, type = 0, number = 0, text = ''] = small(reader, to);
      if (type !== 0 && type !== 1) throw new ProtobufError('impossible IntOrString.Type');
      return type === 1 ? text : toInt32(number as number | bigint);
    }
    case k.RAW:
      return raw(reader, to);
    case k.BARE_LIST: {
      const list: unknown[] = [];
      parts(reader, to, (number, type) => {
        if (number !== 1) return false;
        list.push(item(plan.inner!, name, type, reader, to, depth + 1));
        return true;
      });
      return list;
    }
    case k.SCHEMA_OR_ARRAY:
    case k.SCHEMA_OR_BOOL:
    case k.SCHEMA_OR_STRINGS:
      return eitherForm(kind, reader, to, depth + 1);
    default:
      throw new Error(`protobuf: no decoder for ${kind}`);
  }
}

function take(reader: Reader, to: number): Uint8Array {
  const bytes = reader.bytes.subarray(reader.at, to);
  reader.at = to;
  return bytes;
}

/** Calls `read` for each field up to `to`; what it does not read is skipped. */
function parts(reader: Reader, to: number, read: (number: number, wireType: number) => boolean): void {
  while (reader.at < to) {
    const tag = reader.varint(to);
    if (tag >>> 3 === 0 || reader.high !== 0) throw new ProtobufError(`proto: illegal tag ${tag >>> 3}`);
    if (!read(tag >>> 3, tag & 7)) reader.skip(tag & 7, to);
  }
}

/** The fields 1 to 3 of a message of scalars: integers and strings, by number. */
function small(reader: Reader, to: number): [undefined?, unknown?, unknown?, unknown?] {
  const out: [undefined?, unknown?, unknown?, unknown?] = [];
  parts(reader, to, (number, wireType) => {
    if (number > 3 || (wireType !== VARINT && wireType !== BYTES)) return false;
    if (wireType === VARINT) out[number as 1] = reader.int64(to);
    else {
      const length = reader.length(to);
      out[number as 1] = reader.string(reader.at + length);
    }
    return true;
  });
  return out;
}

function raw(reader: Reader, to: number): unknown {
  let json: unknown;
  parts(reader, to, (number, wireType) => {
    if (number !== 1) return false;
    if (wireType !== BYTES) throw wrongType(wireType, 'Raw');
    const length = reader.length(to);
    const bytes = take(reader, reader.at + length);
    try {
      json = length === 0 ? undefined : (parseExact(utf8.decode(bytes)) ?? undefined);
    } catch {
      throw new ProtobufError('raw extension is not JSON');
    }
    return true;
  });
  return json;
}

/** A place of a JSONSchemaProps that is a schema or something else. */
function eitherForm(kind: number, reader: Reader, to: number, depth: number): unknown {
  const plan = k.planOf(struct('apiextensions.v1.JSONSchemaProps'));
  // Field numbers of the schema and of the other form.
  const schemaAt = kind === k.SCHEMA_OR_BOOL ? 2 : 1;
  let schema: Json | undefined;
  let allows = false;
  const list: unknown[] = [];
  parts(reader, to, (number, wireType) => {
    if (number > 2) return false;
    if (number !== schemaAt && kind === k.SCHEMA_OR_BOOL) {
      if (wireType !== VARINT) throw wrongType(wireType, 'Allows');
      allows = scalar(k.BOOL, reader, to) as boolean;
      return true;
    }
    const stop = delimited({ name: number === schemaAt ? 'Schema' : 'Items' }, wireType, reader, to);
    if (number === schemaAt) schema = message(plan, reader, stop, schema ?? {}, depth);
    else list.push(kind === k.SCHEMA_OR_ARRAY ? message(plan, reader, stop, {}, depth) : reader.string(stop));
    return true;
  });
  if (kind === k.SCHEMA_OR_BOOL) return schema ?? allows;
  return list.length > 0 ? list : schema;
}

function entry(field: FieldPlan, map: Json, to: number, reader: Reader, depth: number): void {
  let key = '';
  let value: unknown;
  parts(reader, to, (number, wireType) => {
    if (number === 1) {
      if (wireType !== BYTES) throw wrongType(wireType, field.name);
      const length = reader.length(to);
      key = reader.string(reader.at + length);
    } else if (number === 2) value = item(field.inner!, field.name, wireType, reader, to, depth + 1);
    else return false;
    return true;
  });
  value ??= field.inner!.kind === k.BYTES ? '' : (k.zeroOf(field.inner!) ?? null);
  if (key === '__proto__') {
    Object.defineProperty(map, key, { value, enumerable: true, configurable: true, writable: true });
  } else map[key] = value;
}
