/**
 * The types of CEL's checker, as cel-go has them (common/types/types.go). Types are plain, immutable data, compared by
 * kind, name and parameters.
 */

export type TypeKind =
  | 'dyn'
  | 'any'
  | 'error'
  | 'null'
  | 'bool'
  | 'int'
  | 'uint'
  | 'double'
  | 'string'
  | 'bytes'
  | 'timestamp'
  | 'duration'
  | 'list'
  | 'map'
  | 'type'
  | 'struct'
  | 'opaque'
  | 'param';

export interface CelType {
  readonly kind: TypeKind;
  /** The run-time name: `int`, `google.protobuf.Timestamp`, `kubernetes.URL`, the name of a struct. */
  readonly name: string;
  /** list: element; map: key and value; type: what it is a type of; opaque: its parameters. */
  readonly params: readonly CelType[];
  /** struct: its fields. */
  readonly struct?: StructDefinition;
  /** What a schema says about values of this place, beyond the type; no part of the type's identity. */
  readonly place?: Place;
}

/** Limits and merge rules a schema declares for a place. */
export interface Place {
  /** list: `x-kubernetes-list-type`. `==` of set and map lists ignores the order, `+` merges. */
  readonly listType?: 'atomic' | 'set' | 'map';
  readonly listMapKeys?: readonly string[];
  /** Upper bound of a size (characters, bytes, items, entries): for the static cost estimate. */
  readonly maxElements?: number;
  /** Least number of bytes of a value in JSON: for the static cost estimate. */
  readonly minSerializedSize?: number;
  /** The string is a calendar date without a time. */
  readonly date?: boolean;
}

export interface StructField {
  readonly type: CelType;
  /** The name in JSON, where escaping made it different from the name in expressions. */
  readonly jsonName?: string;
  readonly required?: boolean;
  readonly defaultValue?: unknown;
}

/** The fields of a struct type. A lookup function instead of a map lets types refer to themselves or be open. */
export interface StructDefinition {
  field(name: string): StructField | undefined;
  /** All names, where they are known. */
  names(): readonly string[];
  /** Makes the value of `Name{field: value}`; without it such an expression cannot be evaluated. */
  construct?(fields: ReadonlyMap<string, unknown>): unknown;
}

function simple(kind: TypeKind, name: string = kind): CelType {
  return Object.freeze({ kind, name, params: Object.freeze([]) as readonly CelType[] });
}

export const dynType = simple('dyn');
export const anyType = simple('any', 'google.protobuf.Any');
export const errorType = simple('error', '!error!');
export const nullType = simple('null', 'null_type');
export const boolType = simple('bool');
export const intType = simple('int');
export const uintType = simple('uint');
export const doubleType = simple('double');
export const stringType = simple('string');
export const bytesType = simple('bytes');
export const timestampType = simple('timestamp', 'google.protobuf.Timestamp');
export const durationType = simple('duration', 'google.protobuf.Duration');
/** The type of types without a parameter. */
export const typeType = simple('type');

export function listType(element: CelType, place?: Place): CelType {
  return { kind: 'list', name: 'list', params: [element], ...(place && { place }) };
}

export function mapType(key: CelType, value: CelType, place?: Place): CelType {
  return { kind: 'map', name: 'map', params: [key, value], ...(place && { place }) };
}

export function typeTypeOf(type: CelType): CelType {
  return { kind: 'type', name: 'type', params: [type] };
}

/** A type parameter of an overload (`T`), or a free variable of the checker (`_var0`). */
export function paramType(name: string): CelType {
  return { kind: 'param', name, params: [] };
}

/** A type without fields or construction, known by name: `kubernetes.Quantity`, `net.IP`. */
export function opaqueType(name: string, ...params: CelType[]): CelType {
  return { kind: 'opaque', name, params };
}

export function optionalType(of: CelType): CelType {
  return opaqueType('optional_type', of);
}

export function structType(name: string, struct: StructDefinition, place?: Place): CelType {
  return { kind: 'struct', name, params: [], struct, ...(place && { place }) };
}

/** A struct type with a closed list of fields. */
export function structOf(name: string, fields: Readonly<Record<string, CelType>>): CelType {
  const byName = new Map(Object.entries(fields).map(([field, type]) => [field, { type }]));
  return structType(name, { field: (field) => byName.get(field), names: () => [...byName.keys()] });
}

/** The same type with other facts about its place. */
export function withPlace(type: CelType, place: Place): CelType {
  return { ...type, place: { ...type.place, ...place } };
}

export function isOptional(type: CelType): boolean {
  return type.kind === 'opaque' && type.name === 'optional_type';
}

/** Whether two types are the same, parameters included. */
export function isExactType(a: CelType, b: CelType): boolean {
  if (a === b) return true;
  if (a.kind !== b.kind || a.name !== b.name || a.params.length !== b.params.length) return false;
  return a.params.every((param, index) => isExactType(param, b.params[index]!));
}

/** How messages write a type (checker/format.go, FormatCELType). */
export function formatType(type: CelType): string {
  switch (type.kind) {
    case 'any':
    case 'duration':
    case 'null':
    case 'timestamp':
      return type.kind;
  }
  if (type.params.length === 0) return type.name;
  return `${type.name}(${type.params.map(formatType).join(', ')})`;
}
