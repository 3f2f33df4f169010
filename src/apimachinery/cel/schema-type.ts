/** The CEL types of the schemas of built-in kinds: what their published OpenAPI would give (see json-schema.ts). */

import type { Field, Schema } from '../schema/schema.ts';
import { escapeName, fieldNamed } from './escaping.ts';
import {
  boolType,
  bytesType,
  type CelType,
  doubleType,
  dynType,
  intType,
  listType,
  mapType,
  stringType,
  type StructDefinition,
  type StructField,
  structType,
  timestampType,
} from './types.ts';

/** Types by schema: the table is made once, and so are its types. */
const types = new WeakMap<Schema, CelType>();

/** Fields become types when an expression names them, so that a kind may contain itself. */
function structOf(schema: Schema): CelType {
  const fields = schema.fields ?? new Map<string, Field>();
  const names = new Map<string, string>();
  for (const name of fields.keys()) {
    const escaped = escapeName(name);
    if (escaped !== undefined) names.set(escaped, name);
  }
  const found = new Map<string, StructField>();
  const definition: StructDefinition = {
    field(escaped) {
      const known = found.get(escaped);
      if (known !== undefined) return known;
      const name = fieldNamed(names, escaped);
      const field = name === undefined ? undefined : fields.get(name);
      if (name === undefined || field === undefined) return undefined;
      const made = { type: schemaType(field.schema), jsonName: name, required: field.required };
      found.set(escaped, made);
      return made;
    },
    names: () => [...names.keys()],
  };
  return structType(schema.typeName ?? 'object', definition);
}

function makeType(schema: Schema): CelType {
  switch (schema.type) {
    case 'string':
    case 'duration':
    case 'quantity':
      return stringType;
    case 'integer':
      return intType;
    case 'number':
      return doubleType;
    case 'boolean':
      return boolType;
    case 'bytes':
      return bytesType;
    case 'time':
    case 'microTime':
      return timestampType;
    case 'array': {
      const kind = schema.listType;
      const place = {
        ...((kind === 'set' || kind === 'map') && { listType: kind }),
        ...(kind === 'map' && { listMapKeys: schema.listMapKeys ?? [] }),
      };
      return listType(schema.items === undefined ? dynType : schemaType(schema.items), place);
    }
    case 'map':
      return mapType(stringType, schema.values === undefined ? dynType : schemaType(schema.values));
    case 'struct':
      return structOf(schema);
    default:
      return dynType;
  }
}

/** The type of the values of a schema. */
export function schemaType(schema: Schema): CelType {
  let type = types.get(schema);
  if (type === undefined) {
    type = makeType(schema);
    types.set(schema, type);
  }
  return type;
}
