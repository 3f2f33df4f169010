/**
 * Objects to messages, byte for byte as Go writes them: fields by number, keys of maps sorted, of fields that are
 * no pointers also the zero values. Source: kubernetes/api generated.pb.go (MarshalToSizedBuffer).
 */
import type { Schema } from '../schema/schema.ts';
import { struct } from '../schema/table.ts';
import { decodeBase64 } from './base64.ts';
import type { Json } from './decode.ts';
import * as k from './plan.ts';
import type { FieldPlan, MessagePlan, ValuePlan } from './plan.ts';
import { parseDuration } from './duration.ts';
import { parseTimestamp } from './timestamp.ts';
import { FIXED64, ProtobufError, VARINT, Writer } from './wire.ts';

/**
 * Encodes an object of a struct of the schema table. Fields the schema does not know are left out.
 * @throws ProtobufError when a value does not fit its field.
 */
export function encode(schema: Schema, object: Json): Uint8Array {
  const writer = new Writer();
  message(writer, k.planOf(schema), object);
  return writer.finish();
}

function message(writer: Writer, plan: MessagePlan, object: Json): void {
  const { fields } = plan;
  for (let i = fields.length - 1; i >= 0; i--) field(writer, fields[i]!, object);
}

const EMPTY: Json = Object.freeze({});

function field(writer: Writer, plan: FieldPlan, object: Json): void {
  const { kind, number, name } = plan;
  if (kind === k.GROUP) {
    const before = writer.size;
    message(writer, plan.message!(), object);
    if (plan.pointer && writer.size === before) return;
    writer.close(number, before);
    return;
  }
  const value = object[name];
  if (value === undefined || value === null) {
    if (!plan.pointer) zero(writer, plan);
    return;
  }
  if (kind === k.LIST) {
    if (!Array.isArray(value)) throw mismatch(name, value);
    for (let i = value.length - 1; i >= 0; i--) single(writer, plan.inner!, number, name, value[i]);
  } else if (kind === k.MAP) {
    if (typeof value !== 'object') throw mismatch(name, value);
    const keys = Object.keys(value).sort();
    for (let i = keys.length - 1; i >= 0; i--) {
      const key = keys[i]!;
      const before = writer.size;
      single(writer, plan.inner!, 2, name, (value as Json)[key]);
      single(writer, { kind: k.STRING }, 1, name, key);
      writer.close(number, before);
    }
  } else single(writer, plan, number, name, value);
}

/** What Go writes for a field that is no pointer and was not set. */
function zero(writer: Writer, plan: FieldPlan): void {
  const { kind, number, name } = plan;
  if (kind === k.LIST || kind === k.MAP || kind === k.BYTES) return;
  if (kind === k.TIME || kind === k.MICRO_TIME || kind === k.RAW) writer.close(number, writer.size);
  else single(writer, plan, number, name, k.zeroOf(plan));
}

function mismatch(name: string, value: unknown): ProtobufError {
  return new ProtobufError(`cannot encode ${typeof value} as ${name}`);
}

/** Writes one value as field `number`, whatever it is. */
function single(writer: Writer, plan: ValuePlan, number: number, name: string, given: unknown): void {
  const { kind } = plan;
  const value = given ?? k.zeroOf(plan);
  switch (kind) {
    case k.STRING: {
      if (typeof value !== 'string') throw mismatch(name, value);
      const before = writer.size;
      writer.string(value);
      writer.close(number, before);
      return;
    }
    case k.INT32:
    case k.INT64:
      if (typeof value !== 'bigint' && !Number.isInteger(value)) throw mismatch(name, value);
      writer.int(value as number | bigint);
      writer.tag(number, VARINT);
      return;
    case k.BOOL:
      if (typeof value !== 'boolean') throw mismatch(name, value);
      writer.uint(value ? 1 : 0);
      writer.tag(number, VARINT);
      return;
    case k.DOUBLE:
      if (typeof value !== 'number') throw mismatch(name, value);
      writer.double(value);
      writer.tag(number, FIXED64);
      return;
    case k.BYTES: {
      if (value === undefined) return;
      if (typeof value !== 'string') throw mismatch(name, value);
      const bytes = decodeBase64(value);
      if (typeof bytes === 'number')
        throw new ProtobufError(`${name}: illegal base64 data at input byte ${bytes}`);
      const before = writer.size;
      writer.raw(bytes);
      writer.close(number, before);
      return;
    }
    default: {
      const before = writer.size;
      inner(writer, plan, name, value);
      writer.close(number, before);
    }
  }
}

const utf8 = new TextEncoder();

/** Writes what stands inside of a length-delimited value. */
function inner(writer: Writer, plan: ValuePlan, name: string, value: unknown): void {
  switch (plan.kind) {
    case k.MESSAGE:
      if (typeof value !== 'object') throw mismatch(name, value);
      message(writer, plan.message!(), (value as Json | null) ?? EMPTY);
      return;
    case k.QUANTITY:
      single(writer, { kind: k.STRING }, 1, name, String(value));
      return;
    case k.TIME:
    case k.MICRO_TIME:
      timestamp(writer, plan.kind, name, value);
      return;
    case k.DURATION: {
      const nanoseconds = parseDuration(String(value));
      if (nanoseconds === undefined) throw mismatch(name, value);
      writer.bigint(nanoseconds);
      writer.tag(1, VARINT);
      return;
    }
    case k.INT_OR_STRING: {
      const isString = typeof value === 'string';
      single(writer, { kind: k.STRING }, 3, name, isString ? value : '');
      single(writer, { kind: k.INT32 }, 2, name, isString ? 0 : value);
      single(writer, { kind: k.INT64 }, 1, name, isString ? 1 : 0);
      return;
    }
    case k.RAW: {
      if (value === undefined) return;
      const before = writer.size;
      writer.raw(utf8.encode(JSON.stringify(value)));
      writer.close(1, before);
      return;
    }
    case k.BARE_LIST: {
      if (!Array.isArray(value)) throw mismatch(name, value);
      for (let i = value.length - 1; i >= 0; i--) single(writer, plan.inner!, 1, name, value[i]);
      return;
    }
    default:
      eitherForm(writer, plan.kind, name, value);
  }
}

function timestamp(writer: Writer, kind: number, name: string, value: unknown): void {
  if (value === undefined) return;
  if (typeof value !== 'string') throw mismatch(name, value);
  const { seconds, nanos } = timeOf(name, value);
  writer.int(kind === k.TIME ? 0 : nanos);
  writer.tag(2, VARINT);
  writer.int(seconds);
  writer.tag(1, VARINT);
}

function timeOf(name: string, text: string): { seconds: number; nanos: number } {
  try {
    return parseTimestamp(text);
  } catch (error) {
    throw new ProtobufError(`${name}: ${(error as Error).message}`);
  }
}

function eitherForm(writer: Writer, kind: number, name: string, value: unknown): void {
  const schema = (number: number, object: unknown): void => {
    const before = writer.size;
    message(writer, k.planOf(struct('apiextensions.v1.JSONSchemaProps')), object as Json);
    writer.close(number, before);
  };
  if (kind === k.SCHEMA_OR_BOOL) {
    if (typeof value === 'object') schema(2, value);
    single(writer, { kind: k.BOOL }, 1, name, typeof value === 'object' ? true : value);
  } else if (Array.isArray(value)) {
    for (let i = value.length - 1; i >= 0; i--) {
      if (kind === k.SCHEMA_OR_ARRAY) schema(2, value[i]);
      else single(writer, { kind: k.STRING }, 2, name, value[i]);
    }
  } else if (typeof value === 'object') schema(1, value);
  else throw mismatch(name, value);
}
