import { TABLE } from './table.gen.ts';
import type { Field, ListType, Schema, SchemaType } from './schema.ts';

/**
 * The schema table of the built-in kinds, parsed on demand.
 *
 * `table.gen.ts` holds one text for each struct, one line for each field:
 *
 *     <json name> <protobuf path or -> [!][*][+]<type> [attribute …]
 *
 * `!` marks a required field, `*` one that Go holds by pointer, `+` one whose zero value Go's JSON shows (see Field).
 * A type is a scalar name, `[]T`, `{}T` or the name of a struct. Attributes:
 * `atomic`, `granular` (an atomic struct that is not in this place), `set`, `map=a,b` (list type), `patch=merge,retainKeys`, `key=name` (patch merge key).
 * A line that starts with `@` speaks of the struct itself: `@atomic`.
 * Made by `scripts/schema.ts`.
 */

const SCALARS: Readonly<Record<string, Schema>> = {
  string: { type: 'string' },
  int32: { type: 'integer', format: 'int32' },
  int64: { type: 'integer', format: 'int64' },
  double: { type: 'number', format: 'double' },
  bool: { type: 'boolean' },
  bytes: { type: 'bytes' },
  quantity: { type: 'quantity' },
  time: { type: 'time' },
  microTime: { type: 'microTime' },
  duration: { type: 'duration' },
  intOrString: { type: 'intOrString' },
  fieldsV1: { type: 'fieldsV1' },
  raw: { type: 'raw' },
  schemaOrArray: { type: 'raw', format: 'schemaOrArray' },
  schemaOrBool: { type: 'raw', format: 'schemaOrBool' },
  schemaOrStrings: { type: 'raw', format: 'schemaOrStrings' },
};

const structs = new Map<string, Schema>();

/** Whether the table knows a struct of this name. */
export function hasStruct(typeName: string): boolean {
  return Object.hasOwn(TABLE, typeName);
}

/** All struct names of the table, e.g. `core.v1.Pod`. */
export function structNames(): string[] {
  return Object.keys(TABLE);
}

/**
 * The schema of a struct of the table.
 * @throws Error when the table has no such struct: a programming error, never a client's.
 */
export function struct(typeName: string): Schema {
  const known = structs.get(typeName);
  if (known) return known;
  const text = (TABLE as Record<string, string>)[typeName];
  if (text === undefined) throw new Error(`schema table: no struct ${typeName}`);
  const lines = text === '' ? [] : text.split('\n');
  const atomic = lines.includes('@atomic');
  const schema: { -readonly [K in keyof Schema]: Schema[K] } = { type: 'struct', typeName };
  if (atomic) schema.atomic = true;
  structs.set(typeName, schema);
  // Fields are parsed at first use: the table is recursive (JSONSchemaProps) and mostly unused by a request.
  let fields: ReadonlyMap<string, Field> | undefined;
  Object.defineProperty(schema, 'fields', {
    enumerable: true,
    get: () => {
      fields ??= new Map(
        lines
          .filter((line) => !line.startsWith('@'))
          .map(parseField)
          .map((field) => [field.name, field] as const),
      );
      return fields;
    },
  });
  return schema;
}

function parseField(line: string): Field {
  const [name, path, type, ...attributes] = line.split(' ') as [string, string, string, ...string[]];
  const [, required, pointer, shown, typeText] = /^(!?)(\*?)(\+?)(.+)$/.exec(type) as unknown as [
    string,
    string,
    string,
    string,
    string,
  ];
  return {
    name,
    required: required !== '',
    pointer: pointer !== '',
    shown: shown !== '',
    path: path === '-' ? [] : path.split('.').map(Number),
    schema: withAttributes(parseType(typeText), attributes),
  };
}

function parseType(text: string): Schema {
  if (text.startsWith('[]')) return { type: 'array', items: parseType(text.slice(2)) };
  if (text.startsWith('{}')) return { type: 'map', values: parseType(text.slice(2)) };
  return SCALARS[text as SchemaType] ?? struct(text);
}

function withAttributes(schema: Schema, attributes: readonly string[]): Schema {
  if (attributes.length === 0) return schema;
  // A struct's `fields` is a getter: inherit from the shared schema, do not copy it.
  const own: { -readonly [K in keyof Schema]?: Schema[K] } = Object.create(schema);
  for (const attribute of attributes) {
    const [key, value = ''] = attribute.split('=') as [string, string?];
    if (key === 'atomic' && schema.type !== 'array') own.atomic = true;
    else if (key === 'granular') own.atomic = false;
    else if (key === 'atomic' || key === 'set') own.listType = key as ListType;
    else if (key === 'map') {
      own.listType = 'map';
      own.listMapKeys = value.split(',');
    } else if (key === 'patch') own.patchStrategies = value.split(',');
    else if (key === 'key') own.patchMergeKey = value;
    else throw new Error(`schema table: unknown attribute ${attribute}`);
  }
  return own as Schema;
}
