/**
 * What mutating expressions make: `Object{spec: Object.spec{replicas: 1}}` and `JSONPatch{op: "add", path: "/a", value: 1}`
 * (apiserver pkg/cel/mutation).
 */

import { equal } from './equality.ts';
import { CelError } from './errors.ts';
import { display, typeName } from './text.ts';
import { type CelType, dynType, stringType, type StructDefinition, structType } from './types.ts';
import { ListValue, MapValue, StructValue, type Value } from './values.ts';
import { itemsOf } from './collections.ts';
import { toJson } from './adapt.ts';

class MadeStruct extends StructValue {
  readonly #type: CelType;
  readonly fields: ReadonlyMap<string, Value>;

  constructor(type: CelType, fields: ReadonlyMap<string, Value>) {
    super();
    this.#type = type;
    this.fields = fields;
  }

  get type(): CelType {
    return this.#type;
  }

  get(field: string): Value | undefined {
    return this.fields.get(field);
  }

  has(field: string): boolean {
    return this.fields.has(field);
  }

  equals(other: StructValue): boolean {
    if (!(other instanceof MadeStruct) || other.type.name !== this.#type.name) return false;
    if (other.fields.size !== this.fields.size) return false;
    for (const [name, value] of this.fields) {
      const theirs = other.fields.get(name);
      if (theirs === undefined || !equal(value, theirs)) return false;
    }
    return true;
  }
}

/** `Object` and what is below it: any field, of any type. */
function objectType(name: string): CelType {
  const definition: StructDefinition = {
    field: () => ({ type: dynType }),
    names: () => [],
    construct: (fields) => new MadeStruct(type, fields as ReadonlyMap<string, Value>),
  };
  const type = structType(name, definition);
  return type;
}

const PATCH_FIELDS = ['op', 'from', 'path', 'value'];

export const jsonPatchType: CelType = structType('JSONPatch', {
  field: (name) =>
    PATCH_FIELDS.includes(name) ? { type: name === 'value' ? dynType : stringType } : undefined,
  names: () => PATCH_FIELDS,
  construct(fields) {
    for (const [name, value] of fields as ReadonlyMap<string, Value>) {
      if (name !== 'value' && typeof value !== 'string') {
        throw new CelError(`unexpected type ${typeName(value)} for JSONPatchType '${name}' field`);
      }
    }
    return new MadeStruct(jsonPatchType, fields as ReadonlyMap<string, Value>);
  },
});

/** `resolveType` of an environment for mutations. */
export function resolveMutationType(name: string): CelType | undefined {
  if (name === 'JSONPatch') return jsonPatchType;
  return name === 'Object' || name.startsWith('Object.') ? objectType(name) : undefined;
}

/**
 * The JSON of an `Object{...}`, for merging into the object. Throws a CelError when a part of it has a type name that is not its
 * path (`Object.spec{...}` at `metadata`).
 */
export function objectToJson(value: Value): unknown {
  const problems: string[] = [];
  const json = convert(value, 'Object', problems);
  if (problems.length > 0) throw new CelError(problems.join('\n'));
  return json;
}

function convert(value: Value, path: string, problems: string[]): unknown {
  if (value instanceof MadeStruct) {
    if (value.type.name !== path) {
      problems.push(
        `unexpected type name "${value.type.name}", expected "${path}", which matches field name path from root Object type`,
      );
    }
    const object: Record<string, unknown> = {};
    for (const [name, field] of value.fields) object[name] = convert(field, `${path}.${name}`, problems);
    return object;
  }
  if (value instanceof ListValue) return itemsOf(value).map((item) => convert(item, path, problems));
  if (value instanceof MapValue) {
    const object: Record<string, unknown> = {};
    for (const key of value.keys()) {
      if (typeof key !== 'string') {
        throw new CelError(`map key "${display(key)}" is of type ${typeName(key)}, not string`);
      }
      object[key] = convert(value.find(key)!, path, problems);
    }
    return object;
  }
  return toJson(value);
}

/** One operation of a JSON patch, as an expression made it. `value` is undefined where none was given. */
export interface PatchOperation {
  readonly op: string;
  readonly path: string;
  readonly from?: string;
  readonly value?: unknown;
}

/** The operations of a list of `JSONPatch{...}`. Throws a CelError for anything else. */
export function patchOperations(value: Value): PatchOperation[] {
  if (!(value instanceof ListValue))
    throw new CelError(`expected a list of JSONPatch, got ${typeName(value)}`);
  return itemsOf(value).map((item) => {
    if (!(item instanceof MadeStruct) || item.type !== jsonPatchType) {
      throw new CelError(`expected a JSONPatch, got ${typeName(item)}`);
    }
    const from = item.get('from');
    const given = item.get('value');
    return {
      op: String(item.get('op') ?? ''),
      path: String(item.get('path') ?? ''),
      ...(from !== undefined && { from: String(from) }),
      ...(given !== undefined && { value: patchValue(given) }),
    };
  });
}

function patchValue(value: Value): unknown {
  return value instanceof MadeStruct ? convert(value, value.type.name, []) : convert(value, '', []);
}
