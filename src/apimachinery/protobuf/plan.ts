/**
 * What the codec does at each field of a message, worked out once from a schema.
 */
import type { Field, Schema } from '../schema/schema.ts';

/** How the value of a field is written. A group is a message whose fields JSON lifts into the parent. */
export const STRING = 0;
export const INT32 = 1;
export const INT64 = 2;
export const BOOL = 3;
export const DOUBLE = 4;
export const BYTES = 5;
export const MESSAGE = 6;
export const GROUP = 7;
export const LIST = 8;
export const MAP = 9;
export const QUANTITY = 10;
export const TIME = 11;
export const MICRO_TIME = 12;
export const DURATION = 13;
export const INT_OR_STRING = 14;
/** A message with the bytes of a JSON text in field 1: RawExtension, FieldsV1, JSON. */
export const RAW = 15;
export const SCHEMA_OR_ARRAY = 16;
export const SCHEMA_OR_BOOL = 17;
export const SCHEMA_OR_STRINGS = 18;
/** A message with the items of a list in field 1: ExtraValue. */
export const BARE_LIST = 19;

/** A place for a value: a field, an item of a list, a value of a map. */
export interface ValuePlan {
  readonly kind: number;
  /** LIST: its items. MAP: its values. BARE_LIST: its items. */
  readonly inner?: ValuePlan;
  /** MESSAGE: the plan of the message, at first use: schemas are recursive. */
  readonly message?: () => MessagePlan;
}

export interface FieldPlan extends ValuePlan {
  readonly number: number;
  /** JSON name; of a GROUP, empty. */
  readonly name: string;
  readonly pointer: boolean;
  readonly shown: boolean;
}

export interface MessagePlan {
  /** By field number. */
  readonly byNumber: readonly (FieldPlan | undefined)[];
  /** In the order they are written. */
  readonly fields: readonly FieldPlan[];
  /** Fields that JSON shows even if nothing was set. */
  readonly shown: readonly FieldPlan[];
}

const SCALARS: Readonly<Partial<Record<Schema['type'], number>>> = {
  string: STRING,
  boolean: BOOL,
  number: DOUBLE,
  bytes: BYTES,
  quantity: QUANTITY,
  time: TIME,
  microTime: MICRO_TIME,
  duration: DURATION,
  intOrString: INT_OR_STRING,
  fieldsV1: RAW,
};
const RAW_FORMATS: Readonly<Record<string, number>> = {
  schemaOrArray: SCHEMA_OR_ARRAY,
  schemaOrBool: SCHEMA_OR_BOOL,
  schemaOrStrings: SCHEMA_OR_STRINGS,
};

const plans = new WeakMap<Schema, MessagePlan>();

/** The plan of a struct's message. @throws Error for a schema without protobuf field numbers: a programming error. */
export function planOf(schema: Schema): MessagePlan {
  let plan = plans.get(schema);
  if (!plan) {
    if (!schema.typeName) throw new Error('protobuf: only the kinds of the schema table have a wire form');
    plan = messagePlan([...schema.fields!.values()].map((field) => ({ field, path: field.path })));
    plans.set(schema, plan);
  }
  return plan;
}

interface Placed {
  readonly field: Field;
  /** What is left of the field's path below the message at hand. */
  readonly path: readonly number[];
}

function messagePlan(placed: readonly Placed[]): MessagePlan {
  const fields: FieldPlan[] = [];
  const groups = new Map<number, Placed[]>();
  for (const { field, path } of placed) {
    const [number, ...rest] = path;
    if (number === undefined) continue;
    if (rest.length > 0) groups.set(number, [...(groups.get(number) ?? []), { field, path: rest }]);
    else {
      fields.push({
        number,
        name: field.name,
        pointer: field.pointer === true,
        shown: field.shown === true,
        ...valuePlan(field.schema),
      });
    }
  }
  for (const [number, inner] of groups) {
    const plan = messagePlan(inner);
    // A list alone in its message is a named list type, nil when absent; other inner messages are held by value.
    const pointer = inner.length === 1 && plan.fields[0]!.kind === LIST && plan.fields[0]!.number === 1;
    fields.push({ number, name: '', kind: GROUP, pointer, shown: false, message: () => plan });
  }
  fields.sort((a, b) => a.number - b.number);
  const byNumber: (FieldPlan | undefined)[] = [];
  for (const field of fields) byNumber[field.number] = field;
  const shown = fields.flatMap((field) =>
    field.kind === GROUP ? field.message!().shown : field.shown ? [field] : [],
  );
  return { byNumber, fields, shown };
}

function valuePlan(schema: Schema): ValuePlan {
  switch (schema.type) {
    case 'integer':
      return { kind: schema.format === 'int32' ? INT32 : INT64 };
    case 'struct': {
      const home = schema.typeName ? schema : Object.getPrototypeOf(schema);
      return { kind: MESSAGE, message: () => planOf(home) };
    }
    case 'array':
      return { kind: LIST, inner: itemPlan(schema.items!) };
    case 'map':
      return { kind: MAP, inner: itemPlan(schema.values!) };
    case 'raw':
      return { kind: RAW_FORMATS[schema.format ?? ''] ?? RAW };
    default:
      return { kind: SCALARS[schema.type]! };
  }
}

function itemPlan(schema: Schema): ValuePlan {
  return schema.type === 'array' ? { kind: BARE_LIST, inner: itemPlan(schema.items!) } : valuePlan(schema);
}

/** A zero value as Go's JSON shows it; undefined where JSON shows null. */
export function zeroOf(plan: ValuePlan): unknown {
  switch (plan.kind) {
    case STRING:
      return '';
    case INT32:
    case INT64:
    case DOUBLE:
    case INT_OR_STRING:
      return 0;
    case BOOL:
      return false;
    case QUANTITY:
      return '0';
    case DURATION:
      return '0s';
    case MESSAGE:
      return withZeros({}, plan.message!());
    case BARE_LIST:
      return [];
    default:
      return undefined;
  }
}

/** Puts in what JSON shows of an object although nothing was set. */
export function withZeros(object: Record<string, unknown>, plan: MessagePlan): Record<string, unknown> {
  for (const field of plan.shown) {
    if (object[field.name] === undefined) object[field.name] = field.pointer ? null : (zeroOf(field) ?? null);
  }
  return object;
}
