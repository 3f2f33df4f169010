/**
 * The structs of the schema table as OpenAPI schemas, in both dialects.
 * Source: kube-openapi pkg/generators/openapi.go, pkg/builder3/openapi.go; the x-kubernetes extensions are those of
 * the API conventions.
 */
import { DEFAULTS, ENUMS } from '../../apimachinery/schema/enums.gen.ts';
import { describeField, describeType } from '../../apimachinery/schema/describe.ts';
import type { Field, Schema } from '../../apimachinery/schema/schema.ts';
import { struct } from '../../apimachinery/schema/table.ts';
import { schemaName } from './names.ts';
import type { GroupVersionKind } from './operations.ts';

export type Dialect = 'v2' | 'v3';
export type Json = Record<string, any>;

const PREFIX: Readonly<Record<Dialect, string>> = {
  v2: '#/definitions/',
  v3: '#/components/schemas/',
};

/** The schema of a custom resource or of a list of them, in both dialects. */
export interface CustomSchema {
  readonly v2: Json;
  readonly v3: Json;
  /** Types the schema refers to: structs of the table (`meta.v1.ObjectMeta`) or other custom schemas. */
  readonly references: readonly string[];
}

export interface SchemaSource {
  readonly dialect: Dialect;
  /** The kinds a struct is. */
  readonly kindsOf: (typeName: string) => readonly GroupVersionKind[];
  /** Schemas of custom resources, and of their lists, by full name. */
  readonly custom: ReadonlyMap<string, CustomSchema>;
}

/** Types that are no structs of the table: what stands in their place in each dialect. */
const SPECIAL: Readonly<Record<string, { name: string; v2: Json; v3?: Json; description: string }>> = {
  quantity: {
    name: 'io.k8s.apimachinery.pkg.api.resource.Quantity',
    v2: { type: 'string' },
    v3: { oneOf: [{ type: 'string' }, { type: 'number' }] },
    description:
      'An amount: a decimal number with an optional suffix, which is m, k, M, G, T, P, E, one of Ki, Mi, Gi, Ti, Pi, Ei, or an exponent such as e3.',
  },
  intOrString: {
    name: 'io.k8s.apimachinery.pkg.util.intstr.IntOrString',
    v2: { type: 'string', format: 'int-or-string' },
    v3: { oneOf: [{ type: 'integer' }, { type: 'string' }], format: 'int-or-string' },
    description: 'An integer or a text, such as a port by number or name, or a count or percentage.',
  },
  time: {
    name: 'io.k8s.apimachinery.pkg.apis.meta.v1.Time',
    v2: { type: 'string', format: 'date-time' },
    description: 'A time to the second, as RFC 3339 writes it.',
  },
  microTime: {
    name: 'io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime',
    v2: { type: 'string', format: 'date-time' },
    description: 'A time to the microsecond, as RFC 3339 writes it.',
  },
  duration: {
    name: 'io.k8s.apimachinery.pkg.apis.meta.v1.Duration',
    v2: { type: 'string' },
    description: 'A span of time, such as 1h30m or 250ms.',
  },
  fieldsV1: {
    name: 'io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1',
    v2: { type: 'object' },
    description:
      "A set of fields as a tree: 'f:<name>' is a field, 'k:<keys>' and 'v:<value>' items of a list, 'i:<index>' a place in one, '.' the thing itself.",
  },
  raw: {
    name: 'io.k8s.apimachinery.pkg.runtime.RawExtension',
    v2: { type: 'object' },
    description: 'Any object.',
  },
  json: {
    name: 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSON',
    v2: {},
    description: 'Any JSON value.',
  },
  schemaOrArray: {
    name: 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrArray',
    v2: {},
    description: 'A schema, or a list of schemas.',
  },
  schemaOrBool: {
    name: 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrBool',
    v2: {},
    description: 'A schema, or true or false.',
  },
  schemaOrStrings: {
    name: 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrStringArray',
    v2: {},
    description: 'A schema, or a list of texts.',
  },
  'meta.v1.Patch': {
    name: 'io.k8s.apimachinery.pkg.apis.meta.v1.Patch',
    v2: { type: 'object' },
    description: 'A patch in the form its Content-Type names.',
  },
  'version.Info': {
    name: 'io.k8s.apimachinery.pkg.version.Info',
    v2: versionInfo({}),
    v3: versionInfo({ default: '' }),
    description: 'The version of the server.',
  },
};
const byFullName = new Map(Object.values(SPECIAL).map((special) => [special.name, special]));

/** `standard` is told of what is always there. */
function versionInfo(standard: Json): Json {
  const required = [
    'major',
    'minor',
    'gitVersion',
    'gitCommit',
    'gitTreeState',
    'buildDate',
    'goVersion',
    'compiler',
    'platform',
  ];
  const optional = ['emulationMajor', 'emulationMinor', 'minCompatibilityMajor', 'minCompatibilityMinor'];
  const properties: Json = {};
  for (const name of [...required, ...optional].sort()) {
    properties[name] = {
      ...(required.includes(name) ? standard : {}),
      description: describeField('version.Info', name),
      type: 'string',
    };
  }
  return { properties, required, type: 'object' };
}

/** The full name of a type that an operation or a field names. */
const fullName = (type: string): string => SPECIAL[type]?.name ?? schemaName(type);

export const refTo = (dialect: Dialect, type: string): Json => ({ $ref: PREFIX[dialect] + fullName(type) });

/** The schemas of these types and of all they refer to, by full name, sorted. */
export function schemasFor(types: Iterable<string>, source: SchemaSource): Json {
  const done = new Map<string, Json>();
  const open = [...types];
  for (let type = open.pop(); type !== undefined; type = open.pop()) {
    const name = fullName(type);
    if (done.has(name)) continue;
    const custom = source.custom.get(name);
    const special = byFullName.get(name);
    if (custom) {
      done.set(name, custom[source.dialect]);
      open.push(...custom.references);
    } else if (special) {
      const shape = (source.dialect === 'v3' ? special.v3 : undefined) ?? special.v2;
      done.set(name, { description: special.description, ...shape });
    } else done.set(name, structSchema(type, source, open));
  }
  return Object.fromEntries([...done].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function structSchema(typeName: string, source: SchemaSource, open: string[]): Json {
  const { fields, atomic } = struct(typeName);
  const properties: Json = {};
  const required: string[] = [];
  const values = enumsOf(typeName);
  const defaults = DEFAULTS[typeName] ?? {};
  for (const name of [...fields!.keys()].sort()) {
    const field = fields!.get(name)!;
    if (field.required) required.push(name);
    properties[name] = property(typeName, field, source, open, values.get(name), defaults[name]);
  }
  const kinds = source.kindsOf(typeName);
  return {
    description: describeType(typeName),
    ...(fields!.size ? { properties } : {}),
    ...(required.length ? { required } : {}),
    type: 'object',
    ...(kinds.length ? { 'x-kubernetes-group-version-kind': kinds } : {}),
    ...(atomic ? { 'x-kubernetes-map-type': 'atomic' } : {}),
  };
}

function property(
  typeName: string,
  field: Field,
  source: SchemaSource,
  open: string[],
  values: readonly string[] | undefined,
  standard: unknown,
): Json {
  const { schema, name } = field;
  const held: Json = typeOf(schema, typeName, source, open, values);
  const described: Json = {};
  if (source.dialect === 'v3') {
    const value = standard ?? (field.shown && !field.pointer ? zeroOf(schema) : undefined);
    if (value !== undefined) described.default = value;
  }
  described.description = describeField(typeName, name);
  if (schema.listType) described['x-kubernetes-list-type'] = schema.listType;
  if (schema.listMapKeys) described['x-kubernetes-list-map-keys'] = schema.listMapKeys;
  if (schema.atomic && schema.type === 'bytes') described['x-kubernetes-list-type'] = 'atomic';
  // An atomic struct says so itself.
  else if (
    schema.atomic &&
    schema.type !== 'raw' &&
    !(schema.type === 'struct' && struct(schema.typeName!).atomic)
  ) {
    described['x-kubernetes-map-type'] = 'atomic';
  }
  if (schema.patchStrategies) described['x-kubernetes-patch-strategy'] = schema.patchStrategies.join(',');
  if (schema.patchMergeKey) described['x-kubernetes-patch-merge-key'] = schema.patchMergeKey;
  return withSiblings(held, described, source.dialect);
}

/** OpenAPI 3.0 ignores what stands beside a $ref: there it goes into allOf. */
function withSiblings(held: Json, siblings: Json, dialect: Dialect): Json {
  if (dialect === 'v3' && held.$ref && Object.keys(siblings).length) return { allOf: [held], ...siblings };
  return { ...held, ...siblings };
}

function typeOf(
  schema: Schema,
  home: string,
  source: SchemaSource,
  open: string[],
  values?: readonly string[],
): Json {
  switch (schema.type) {
    case 'string':
      return values ? { type: 'string', enum: values } : { type: 'string' };
    case 'integer':
    case 'number':
      return { type: schema.type, format: schema.format };
    case 'boolean':
      return { type: 'boolean' };
    case 'bytes':
      return { type: 'string', format: 'byte' };
    case 'array':
      return { type: 'array', items: element(schema.items!, home, source, open, values) };
    case 'map':
      return { type: 'object', additionalProperties: element(schema.values!, home, source, open, values) };
    case 'struct':
      open.push(schema.typeName!);
      return refTo(source.dialect, schema.typeName!);
    case 'raw': {
      // Of schemas the raw fields are JSON of any type, elsewhere they are objects.
      const special = schema.format ?? (home === 'apiextensions.v1.JSONSchemaProps' ? 'json' : 'raw');
      open.push(special);
      return refTo(source.dialect, special);
    }
    default:
      open.push(schema.type);
      return refTo(source.dialect, schema.type);
  }
}

function element(
  schema: Schema,
  home: string,
  source: SchemaSource,
  open: string[],
  values?: readonly string[],
): Json {
  const held = typeOf(schema, home, source, open, values);
  const zero = source.dialect === 'v3' ? zeroOf(schema) : undefined;
  return zero === undefined ? held : withSiblings(held, { default: zero }, 'v3');
}

/** What Go has where nothing was set. */
function zeroOf(schema: Schema): unknown {
  switch (schema.type) {
    case 'string':
      return '';
    case 'integer':
    case 'number':
      return 0;
    case 'boolean':
      return false;
    case 'struct':
      return {};
    default:
      return undefined;
  }
}

function enumsOf(typeName: string): ReadonlyMap<string, readonly string[]> {
  const text = ENUMS[typeName];
  if (text === undefined) return new Map();
  return new Map(
    text.split('\n').map((line) => {
      const space = line.indexOf(' ');
      return [line.slice(0, space), line.slice(space + 1).split('|')];
    }),
  );
}
