/**
 * The schema: what may stand at one place of an object.
 *
 * One notation serves the built-in kinds (from the table in `table.gen.ts`) and custom resources (from a
 * CustomResourceDefinition), so that decoding, unknown-field checks, strategic merge, server-side apply,
 * protobuf and OpenAPI are each written once, over this type.
 */

/** The scalar and composite types a place can have. `raw` is any JSON (RawExtension, JSON, FieldsV1). */
export type SchemaType =
  | 'string'
  | 'integer'
  | 'number'
  | 'boolean'
  | 'bytes'
  | 'quantity'
  | 'time'
  | 'microTime'
  | 'duration'
  | 'intOrString'
  | 'fieldsV1'
  | 'raw'
  | 'array'
  | 'map'
  | 'struct';

/** How a list is owned and merged: `x-kubernetes-list-type`. Absent means atomic. */
export type ListType = 'atomic' | 'set' | 'map';

export interface Schema {
  readonly type: SchemaType;
  /**
   * integers: int32 or int64. strings: free. raw: schemaOrArray, schemaOrBool or schemaOrStrings where JSON knows
   * two forms of one place of a JSONSchemaProps and protobuf has a message with both.
   */
  readonly format?: string;
  /** struct: its name in the table, e.g. `core.v1.PodSpec`. */
  readonly typeName?: string;
  /** struct: its fields by JSON name. */
  readonly fields?: ReadonlyMap<string, Field>;
  /** map: what its values are. */
  readonly values?: Schema;
  /** array: what its items are. */
  readonly items?: Schema;
  /** array: `x-kubernetes-list-type` and `x-kubernetes-list-map-keys`. */
  readonly listType?: ListType;
  readonly listMapKeys?: readonly string[];
  /** struct or map: `x-kubernetes-map-type: atomic`, owned and replaced as a whole. raw: a RawExtension, likewise. */
  readonly atomic?: boolean;
  /** `x-kubernetes-patch-strategy`, already split: merge, replace, retainKeys. */
  readonly patchStrategies?: readonly string[];
  /** `x-kubernetes-patch-merge-key`. */
  readonly patchMergeKey?: string;
  /** struct: fields not declared are kept (`x-kubernetes-preserve-unknown-fields`). */
  readonly preserveUnknownFields?: boolean;
  /** Closed set of values, where one is known. */
  readonly enum?: readonly unknown[];
}

export interface Field {
  /** JSON name. */
  readonly name: string;
  readonly schema: Schema;
  readonly required: boolean;
  /** What a custom resource's schema puts in where the field is left out: part of the key of an item. */
  readonly default?: unknown;
  /**
   * Go holds the value by pointer: absent and zero are different things, in JSON and on the wire. Of a field
   * without it Go knows only the value: its zero is always written to protobuf.
   */
  readonly pointer?: boolean;
  /**
   * Go's JSON shows the field even when its value is zero: `{}` of a struct, `""`, `0`; `null` of a list, a map,
   * bytes, a time, raw JSON and of every pointer.
   */
  readonly shown?: boolean;
  /**
   * Protobuf field numbers from the message of the struct down: `[2]` is a field of the message itself,
   * `[2, 19]` field 19 of the message in field 2, which JSON lifts into the parent (Volume.configMap).
   * Empty where the field does not exist in protobuf (apiVersion, kind).
   */
  readonly path: readonly number[];
}
