/**
 * Makes the schema table and the TypeScript types from the published facts of Kubernetes.
 *
 *   node scripts/schema.ts --definitions DEFINITIONS.json --protobuf FIELDS.json --go DIR
 *
 * DEFINITIONS.json: OpenAPI v2 definitions with their x-kubernetes-* extensions. FIELDS.json: message name ->
 * [[number, name, "" | "repeated" | "map", type | [key, value]], …]. DIR: the published Go declarations, searched
 * for …/<group>/<version>/*.go; only which fields are pointers and which have omitempty or omitzero is read
 * from them, as nothing else says how zero and absent differ. Writes src/apimachinery/schema/table.gen.ts
 * and src/apimachinery/types/*.gen.ts. Kinds that are stable only from 1.37 take their shape from their beta.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

interface Definition {
  type?: string;
  format?: string;
  $ref?: string;
  properties?: Record<string, Definition>;
  required?: string[];
  items?: Definition;
  additionalProperties?: Definition;
  'x-kubernetes-list-type'?: string;
  'x-kubernetes-list-map-keys'?: string[];
  'x-kubernetes-map-type'?: string;
  'x-kubernetes-patch-strategy'?: string;
  'x-kubernetes-patch-merge-key'?: string;
}
type ProtoField = [
  number: number,
  name: string,
  label: '' | 'repeated' | 'map',
  type: string | [string, string],
];

const { values } = parseArgs({
  options: { definitions: { type: 'string' }, protobuf: { type: 'string' }, go: { type: 'string' } },
});
if (!values.definitions || !values.protobuf || !values.go) {
  console.error('usage: node scripts/schema.ts --definitions FILE --protobuf FILE --go DIR');
  process.exit(2);
}
const definitions: Record<string, Definition> = JSON.parse(readFileSync(values.definitions, 'utf8'));
const messages: Record<string, ProtoField[]> = JSON.parse(readFileSync(values.protobuf, 'utf8'));

/** JSON carries the fields of these protobuf fields in the parent. */
const INLINED = new Set([
  'volumeSource',
  'persistentVolumeSource',
  'localObjectReference',
  'handler',
  'ingressRuleValue',
  'rule',
  'ruleWithOperations',
  'deviceConfiguration',
  'ephemeralContainerCommon',
]);
const RENAMED: Readonly<Record<string, string>> = {
  aPIGroup: 'apiGroup',
  uID: 'uid',
  Expression: 'expression',
  Name: 'name',
  Webhooks: 'webhooks',
};
const SPECIAL: Readonly<Record<string, string>> = {
  'meta.v1.Time': 'time',
  'meta.v1.MicroTime': 'microTime',
  'meta.v1.Duration': 'duration',
  'meta.v1.FieldsV1': 'fieldsV1',
  'meta.v1.Patch': 'raw',
  Quantity: 'quantity',
  IntOrString: 'intOrString',
  RawExtension: 'raw',
  'apiextensions.v1.JSON': 'raw',
  'apiextensions.v1.JSONSchemaPropsOrArray': 'schemaOrArray',
  'apiextensions.v1.JSONSchemaPropsOrBool': 'schemaOrBool',
  'apiextensions.v1.JSONSchemaPropsOrStringArray': 'schemaOrStrings',
};
const PROTO_SCALARS: Readonly<Record<string, string>> = {
  string: 'string',
  int32: 'int32',
  int64: 'int64',
  uint32: 'int64',
  double: 'double',
  bool: 'bool',
  bytes: 'bytes',
};

/** `io.k8s.api.core.v1.Pod` or `k8s.io.api.core.v1.Pod` -> `core.v1.Pod`. */
function shortName(name: string): string {
  const parts = name.replace(/^.*\//, '').split('.');
  const last = parts.at(-1)!;
  if (['Quantity', 'IntOrString', 'RawExtension', 'Unknown', 'TypeMeta', 'Info'].includes(last)) return last;
  return parts.slice(-3).join('.');
}

const stable = new Map<string, string>();
for (const name of Object.keys(definitions)) stable.set(shortName(name), name);
// Promoted in 1.37: the shape is that of the beta.
for (const [to, from] of [
  ['certificates.v1', 'certificates.v1beta1'],
  ['resource.v1', 'resource.v1beta2'],
  ['storagemigration.v1', 'storagemigration.v1beta1'],
] as const) {
  for (const [short, name] of [...stable]) {
    if (!short.startsWith(`${from}.`)) continue;
    const promoted = `${to}.${short.split('.').at(-1)}`;
    if (!stable.has(promoted)) stable.set(promoted, name);
  }
}
const messageOf = new Map(Object.keys(messages).map((name) => [shortName(name), messages[name]!]));
const QUANTITY = 'k8s.io.apimachinery.pkg.api.resource.Quantity';
/** Fields of 1.36 that the protobuf of 1.37 has given up. */
const FORMER: Readonly<Record<string, readonly ProtoField[]>> = {
  'certificates.v1.PodCertificateRequestSpec': [
    [9, 'pkixPublicKey', '', 'bytes'],
    [10, 'proofOfPossession', '', 'bytes'],
  ],
  'core.v1.NodeAllocatableResourceClaimStatus': [[3, 'resources', 'map', ['string', QUANTITY]]],
  'resource.v1.Device': [
    [
      13,
      'nodeAllocatableResourceMappings',
      'map',
      ['string', 'k8s.io.api.resource.v1.NodeAllocatableResourceMapping'],
    ],
  ],
  'resource.v1.NodeAllocatableResourceMapping': [
    [1, 'capacityKey', '', 'string'],
    [2, 'allocationMultiplier', '', QUANTITY],
  ],
};
for (const [short, fields] of Object.entries(FORMER)) {
  messageOf.set(short, [...(messageOf.get(short) ?? []), ...fields]);
}

/** A message that JSON shows as the list it holds: ExtraValue, Verbs. */
const isBareList = (fields: ProtoField[]): boolean =>
  fields.length === 1 && fields[0]![1] === 'items' && PROTO_SCALARS[fields[0]![3] as string] !== undefined;

/** The protobuf path of every JSON field of a message, with its wire type. */
function protoPaths(
  fields: ProtoField[],
  prefix: number[] = [],
): Map<string, { path: number[]; field: ProtoField }> {
  const out = new Map<string, { path: number[]; field: ProtoField }>();
  for (const field of fields) {
    const [number, name, label, type] = field;
    const path = [...prefix, number];
    const inner = typeof type === 'string' ? messageOf.get(shortName(type)) : undefined;
    if (INLINED.has(name) && label === '' && inner) {
      for (const [key, value] of protoPaths(inner, path)) out.set(key, value);
    } else if (label === '' && inner && isBareList(inner)) {
      out.set(name, { path: [...path, 1], field: [1, name, 'repeated', inner[0]![3]] });
    } else out.set(RENAMED[name] ?? name, { path, field });
  }
  return out;
}

/** What a Go declaration says of a field. */
interface GoField {
  pointer: boolean;
  omitempty: boolean;
  omitzero: boolean;
}
interface GoStruct {
  fields: Map<string, GoField>;
  embedded: string[];
}
const goStructs = new Map<string, GoStruct>();
for (const file of readdirSync(values.go, { recursive: true, encoding: 'utf8' })) {
  const place = /([a-z0-9]+)\/(v[12](?:beta[12])?)\/(\w+)\.go$/.exec(file);
  if (!place || /generated|_test$/.test(place[3]!)) continue;
  let open: GoStruct | undefined;
  for (const line of readFileSync(`${values.go}/${file}`, 'utf8').split('\n')) {
    const start = /^type (\w+) struct \{/.exec(line);
    if (start) {
      open = { fields: new Map(), embedded: [] };
      goStructs.set(`${place[1]}.${place[2]}.${start[1]}`, open);
    } else if (line.startsWith('}')) open = undefined;
    const field = /^\s+(?:(\w+)\s+)?(\*?)([\w.[\]*]+)\s+`json:"([^",]*)([^"]*)"/.exec(line);
    if (!open || !field) continue;
    const [, declared, pointer, type, json, options] = field as (string | undefined)[];
    if (!declared && !json) open.embedded.push(`${place[1]}.${place[2]}.${type}`);
    else {
      open.fields.set(json!, {
        pointer: pointer === '*',
        omitempty: options!.includes('omitempty'),
        omitzero: options!.includes('omitzero'),
      });
    }
  }
}
function goField(short: string, json: string): GoField | undefined {
  const declared = goStructs.get(short);
  return declared?.fields.get(json) ?? declared?.embedded.map((name) => goField(name, json)).find(Boolean);
}

const undeclared: string[] = [];
/** `*` for a field that Go holds by pointer, `+` for one whose zero value Go's JSON shows. */
function presence(short: string, json: string, text: string): string {
  const versions = ['v1', 'v1beta1', 'v1beta2'].map((version) => short.replace('.v1.', `.${version}.`));
  const go = versions.map((name) => goField(name, json)).find(Boolean);
  // The fields of TypeMeta are of no message.
  if (!go && (json === 'apiVersion' || json === 'kind')) return '';
  if (!go) {
    undeclared.push(`${short}.${json}`);
    return stable.has(text) || text === 'quantity' ? '*' : '';
  }
  if (go.pointer) return go.omitempty || go.omitzero ? '*' : '*+';
  // omitempty is for what can be empty: a struct, which a time is, too, cannot.
  const canBeEmpty = /^\[\]|^\{\}|^(string|bytes|int32|int64|double|bool)$/.test(text);
  return go.omitzero || (canBeEmpty && go.omitempty) ? '' : '+';
}

/** Whether JSON shows the zero value of a field as null. The items of a List are there, if there are none. */
const isNullable = (short: string, json: string, presence: string, text: string): boolean =>
  presence === '*+' ||
  (presence === '+' &&
    /^\[\]|^\{\}|^(bytes|time|microTime|raw|fieldsV1)$/.test(text) &&
    !(short.endsWith('List') && json === 'items'));

const JSON_SCHEMA_NAMES: Readonly<Record<string, string>> = {
  $ref: 'ref',
  $schema: 'schema',
  'x-kubernetes-preserve-unknown-fields': 'xKubernetesPreserveUnknownFields',
  'x-kubernetes-embedded-resource': 'xKubernetesEmbeddedResource',
  'x-kubernetes-int-or-string': 'xKubernetesIntOrString',
  'x-kubernetes-list-map-keys': 'xKubernetesListMapKeys',
  'x-kubernetes-list-type': 'xKubernetesListType',
  'x-kubernetes-map-type': 'xKubernetesMapType',
  'x-kubernetes-validations': 'xKubernetesValidations',
};

const wanted = new Set<string>();
const queue: string[] = [];
function want(short: string): void {
  if (wanted.has(short) || SPECIAL[short]) return;
  wanted.add(short);
  queue.push(short);
}

/** Type text of a JSON definition, refined by what protobuf says of it. */
function typeText(definition: Definition, proto: ProtoField | undefined, home: string): string {
  if (definition.$ref) {
    let short: string = shortName(definition.$ref.replace('#/definitions/', ''));
    const special = SPECIAL[short];
    if (special) return special;
    // A promoted kind refers to its own new version.
    const [group, version] = home.split('.') as [string, string];
    const [refGroup, refVersion, refName] = short.split('.') as [string, string, string];
    if (refGroup === group && refVersion !== version && stable.has(`${group}.${version}.${refName}`))
      short = `${group}.${version}.${refName}`;
    want(short);
    return short;
  }
  const wire = proto?.[3];
  if (definition.type === 'array') return `[]${typeText(definition.items!, proto, home)}`;
  if (definition.additionalProperties) {
    const value = Array.isArray(wire) ? ([0, '', '', wire[1]] as ProtoField) : undefined;
    return `{}${typeText(definition.additionalProperties, value, home)}`;
  }
  if (typeof wire === 'string' && PROTO_SCALARS[wire]) return PROTO_SCALARS[wire];
  if (typeof wire === 'string' && SPECIAL[shortName(wire)]) return SPECIAL[shortName(wire)]!;
  switch (definition.type) {
    case 'string':
      return definition.format === 'byte' ? 'bytes' : definition.format === 'date-time' ? 'time' : 'string';
    case 'integer':
      return definition.format === 'int32' ? 'int32' : 'int64';
    case 'number':
      return 'double';
    case 'boolean':
      return 'bool';
    default:
      return 'raw';
  }
}

function attributes(definition: Definition): string {
  const out: string[] = [];
  // Its content is not owned field by field, as that of other raw JSON is.
  if (definition.$ref?.endsWith('.RawExtension')) out.push('atomic');
  const listType = definition['x-kubernetes-list-type'];
  if (listType === 'map') out.push(`map=${definition['x-kubernetes-list-map-keys']!.join(',')}`);
  else if (listType) out.push(listType);
  if (definition['x-kubernetes-map-type'] === 'atomic') out.push('atomic');
  if (definition['x-kubernetes-map-type'] === 'granular' && definition.$ref) out.push('granular');
  if (definition['x-kubernetes-patch-strategy'])
    out.push(`patch=${definition['x-kubernetes-patch-strategy']}`);
  if (definition['x-kubernetes-patch-merge-key'])
    out.push(`key=${definition['x-kubernetes-patch-merge-key']}`);
  return out.map((text) => ` ${text}`).join('');
}

/** Structs that only protobuf has, described in the terms of JSON: what clients send as options and envelopes. */
const FROM_PROTO = [
  'meta.v1.CreateOptions',
  'meta.v1.UpdateOptions',
  'meta.v1.PatchOptions',
  'meta.v1.GetOptions',
  'meta.v1.ListOptions',
  'meta.v1.PartialObjectMetadata',
  'meta.v1.PartialObjectMetadataList',
  'admission.v1.AdmissionReview',
  'apiextensions.v1.ConversionReview',
  'apidiscovery.v2.APIGroupDiscoveryList',
  'apidiscovery.v2.APIGroupDiscovery',
  'core.v1.PodAttachOptions',
  'core.v1.PodExecOptions',
  'core.v1.PodLogOptions',
  'core.v1.PodPortForwardOptions',
  'core.v1.PodProxyOptions',
  'core.v1.NodeProxyOptions',
  'core.v1.ServiceProxyOptions',
  'core.v1.RangeAllocation',
  'core.v1.SerializedReference',
  'meta.v1.WatchEvent',
  'meta.v1.Status',
];

function protoOnly(short: string): { lines: string[]; ts: string } {
  const lines: string[] = ['apiVersion - string', 'kind - string'];
  const ts: string[] = ['  apiVersion?: string;', '  kind?: string;'];
  for (const [json, { path, field }] of protoPaths(messageOf.get(short)!)) {
    const [, , label, type] = field;
    const single = (wire: string): string => {
      if (PROTO_SCALARS[wire]) return PROTO_SCALARS[wire];
      const name = shortName(wire);
      if (SPECIAL[name]) return SPECIAL[name];
      const inner = messageOf.get(name);
      if (inner && isBareList(inner)) return `[]${PROTO_SCALARS[inner[0]![3] as string]}`;
      want(name);
      return name;
    };
    const text =
      label === 'map'
        ? `{}${single((type as [string, string])[1])}`
        : `${label ? '[]' : ''}${single(type as string)}`;
    const shown = presence(short, json, text);
    lines.push(`${json} ${path.join('.')} ${shown}${text}`);
    ts.push(`  ${/^\w+$/.test(json) ? json : `'${json}'`}?: ${fieldType(short, json, text, shown)};`);
  }
  return { lines, ts: ts.join('\n') };
}

const STABLE_GROUPS =
  /^(core|apps|batch|policy|discovery|events|coordination|admissionregistration|certificates|networking|node|rbac|resource|scheduling|storage|storagemigration|authentication|authorization|apiextensions|apiregistration|flowcontrol|meta)\.v1\.|^autoscaling\.v[12]\./;

/** int64 that stay in what a double holds: the server counts them, or a client who asks for more gets no more. */
const SMALL =
  /^(generation|observedGeneration|limit|timeoutSeconds|remainingItemCount|(max|min)(Items|Length|Properties))$/;

/** The TypeScript type of a field. */
function fieldType(short: string, json: string, text: string, shown: string): string {
  const large = /(^|\])int64$/.test(text) && !SMALL.test(json);
  const type = large ? text.replace('int64', 'bigint') : text;
  return `${tsType(type, short)}${isNullable(short, json, shown, text) ? ' | null' : ''}`;
}

function tsType(text: string, home: string): string {
  if (text.startsWith('[]')) return `${tsType(text.slice(2), home)}[]`;
  if (text.startsWith('{}')) return `Record<string, ${tsType(text.slice(2), home)}>`;
  switch (text) {
    case 'int32':
    case 'int64':
    case 'double':
      return 'number';
    case 'bigint':
      // Beyond 2^53 it is one.
      return '(number | bigint)';
    case 'bool':
      return 'boolean';
    case 'intOrString':
      return '(number | string)';
    case 'raw':
    case 'fieldsV1':
    case 'schemaOrArray':
    case 'schemaOrBool':
    case 'schemaOrStrings':
      return 'any';
    case 'string':
    case 'bytes':
    case 'quantity':
    case 'time':
    case 'microTime':
    case 'duration':
      return 'string';
  }
  const [group, version, name] = text.split('.') as [string, string, string];
  if (`${group}.${version}` === home.split('.').slice(0, 2).join('.')) return name;
  const alias = `${group}_${version}`;
  imports.get(moduleOf(home))?.add(`${group}.${version}`);
  return `${alias}.${name}`;
}
const moduleOf = (short: string): string => short.split('.').slice(0, 2).join('.');

const imports = new Map<string, Set<string>>();
const modules = new Map<string, string[]>();
const table = new Map<string, string>();

for (const short of stable.keys()) if (STABLE_GROUPS.test(short)) want(short);
for (const short of FROM_PROTO) if (messageOf.has(short)) want(short);

while (queue.length > 0) {
  const short = queue.shift()!;
  const definitionName = stable.get(short);
  const definition = definitionName ? definitions[definitionName] : undefined;
  const module = moduleOf(short);
  if (!imports.has(module)) imports.set(module, new Set());
  if (!modules.has(module)) modules.set(module, []);
  const lines: string[] = [];
  let body: string;
  if (definition?.properties || (definition && !messageOf.has(short))) {
    if (definition['x-kubernetes-map-type'] === 'atomic') lines.push('@atomic');
    const paths = protoPaths(messageOf.get(short) ?? []);
    const ts: string[] = [];
    for (const [json, property] of Object.entries(definition.properties ?? {})) {
      const proto = paths.get(JSON_SCHEMA_NAMES[json] ?? json) ?? paths.get(json);
      const required = definition.required?.includes(json) ?? false;
      const text = typeText(property, proto?.field, short);
      const shown = presence(short, json, text);
      const type = `${required ? '!' : ''}${shown}${text}`;
      lines.push(`${json} ${proto?.path.join('.') || '-'} ${type}${attributes(property)}`);
      const name = /^\w+$/.test(json) ? json : `'${json}'`;
      ts.push(`  ${name}${required ? '' : '?'}: ${fieldType(short, json, text, shown)};`);
    }
    body = ts.join('\n');
  } else if (messageOf.has(short)) {
    const made = protoOnly(short);
    if (!FROM_PROTO.includes(short)) {
      made.lines.splice(0, 2);
      made.ts = made.ts.split('\n').slice(2).join('\n');
    }
    lines.push(...made.lines);
    body = made.ts;
  } else {
    console.error(`neither definition nor message: ${short}`);
    continue;
  }
  table.set(short, lines.join('\n'));
  modules.get(module)!.push(`export interface ${short.split('.').at(-1)} {\n${body}\n}\n`);
}

const header = '// Made by scripts/schema.ts. Do not edit.\n';
const entries = [...table].sort(([a], [b]) => (a < b ? -1 : 1));
writeFileSync(
  'src/apimachinery/schema/table.gen.ts',
  `${header}export const TABLE = {\n${entries.map(([name, text]) => `  '${name}': ${JSON.stringify(text)},`).join('\n')}\n} as const;\n`,
);
mkdirSync('src/apimachinery/types', { recursive: true });
for (const [module, interfaces] of modules) {
  const uses = [...imports.get(module)!]
    .sort()
    .map((use) => `import type * as ${use.replace('.', '_')} from './${use}.gen.ts';\n`);
  writeFileSync(
    `src/apimachinery/types/${module}.gen.ts`,
    `${header}${uses.join('')}\n${interfaces.sort().join('\n')}`,
  );
}
if (undeclared.length > 0) console.log(`no Go declaration of ${undeclared.join(', ')}`);
console.log(`${table.size} structs, ${modules.size} group versions`);
