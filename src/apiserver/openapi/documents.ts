/**
 * The OpenAPI documents as objects. Sources: kube-openapi pkg/builder/openapi.go, pkg/builder3/openapi.go.
 */
import { struct } from '../../apimachinery/schema/table.ts';
import { RESOURCES } from '../../apis/resources.ts';
import { type Catalog, type Group, type GroupVersion, groupsOf } from '../discovery/catalog.ts';
import { operationId, tagOf } from './names.ts';
import { type GroupVersionKind, type Operation, operationsOf, rootOf } from './operations.ts';
import type { Parameter } from './parameters.ts';
import {
  type CustomSchema,
  type Dialect,
  type Json,
  refTo,
  type SchemaSource,
  schemasFor,
} from './schemas.ts';

export interface OpenApiSource {
  readonly catalog: Catalog;
  /** The schemas of the catalog's custom resources and of their lists, by full name (see customSchemaName). */
  readonly custom: ReadonlyMap<string, CustomSchema>;
}

type Version = Pick<GroupVersion, 'group' | 'version'>;

/** What is known of a source once and for all documents. */
export interface Library {
  readonly source: OpenApiSource;
  /** What upstream tells of custom resources, it tells under another name, of their objects alone. */
  readonly custom: boolean;
  readonly groups: readonly Group[];
  /** Document key (`api/v1`, `apis/apps`, `version`) -> its operations, made when asked. */
  readonly operations: ReadonlyMap<string, () => Operation[]>;
  /** Which kinds a struct is, in a document of these group versions. */
  readonly kindsOf: (typeName: string, shown: readonly Version[]) => readonly GroupVersionKind[];
  /** Every group version, sorted. */
  readonly versions: readonly Version[];
}

export function libraryOf(source: OpenApiSource): Library {
  const groups = groupsOf(source.catalog);
  const custom = source.custom.size > 0;
  /** `rbac` -> `rbac.authorization.k8s.io`. */
  const groupOfHome = new Map([['meta', '']]);
  const homeOfGroup = new Map<string, string>();
  // Custom resources refer to built-in kinds: to Scale, at least.
  for (const { group, typeName } of [...RESOURCES, ...source.catalog]) {
    const home = typeName.slice(0, typeName.indexOf('.'));
    if (source.custom.has(typeName) || homeOfGroup.has(group)) continue;
    groupOfHome.set(home, group);
    homeOfGroup.set(group, home);
  }
  const typeOf = (group: string, version: string, kind: string): string =>
    `${homeOfGroup.get(group)}.${version}.${kind}`;
  const operations = new Map<string, () => Operation[]>();
  for (const { name, versions } of groups) {
    if (name && !custom) operations.set(`apis/${name}`, () => [groupInformation(name)]);
    for (const gv of versions) {
      operations.set(rootOf(gv).slice(1), () => [
        ...(custom ? [] : [resourcesOf(gv)]),
        ...operationsOf(gv, typeOf),
      ]);
    }
  }
  if (groups.some(({ name }) => name === '')) {
    for (const [key, operation] of Object.entries({ ...INFORMATION, ...ISSUER }))
      operations.set(key, () => [operation]);
  }
  const versions = groups
    .flatMap((group) => group.versions)
    .map(({ group, version }) => ({ group, version }))
    .sort((a, b) => (`${a.group}/${a.version}` < `${b.group}/${b.version}` ? -1 : 1));
  return { source, custom, groups, operations, versions, kindsOf: kindsFor(groupOfHome) };
}

/** The kinds of structs: those that have an apiVersion and a kind of their own, outside their protobuf message. */
function kindsFor(groupOfHome: ReadonlyMap<string, string>): Library['kindsOf'] {
  return (typeName, shown) => {
    const [home, version, kind] = typeName.split('.') as [string, string, string];
    const { fields } = struct(typeName);
    const isKind = kind === 'WatchEvent' || fields!.get('kind')?.path.length === 0;
    const group = groupOfHome.get(home);
    if (!isKind || group === undefined) return [];
    // Every group version has these two.
    if (kind === 'DeleteOptions' || kind === 'WatchEvent') {
      return shown.map((gv): GroupVersionKind => ({ group: gv.group, kind, version: gv.version }));
    }
    return [{ group, kind, version }];
  };
}

const PLAIN = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'];
const information = (
  path: string,
  id: string,
  tag: string,
  description: string,
  type: string,
  media: readonly string[] = PLAIN,
): Operation => ({
  path,
  method: 'get',
  operationId: id,
  description,
  tag,
  parameters: [],
  consumes: media,
  produces: media,
  responses: { 200: type },
});

const INFORMATION: Readonly<Record<string, Operation>> = {
  api: information(
    '/api/',
    'getCoreAPIVersions',
    'core',
    'Tells the versions of the core group.',
    'meta.v1.APIVersions',
  ),
  apis: information(
    '/apis/',
    'getAPIVersions',
    'apis',
    'Tells the groups and their versions.',
    'meta.v1.APIGroupList',
  ),
  version: information(
    '/version/',
    'getCodeVersion',
    'version',
    'Tells the version of the server.',
    'version.Info',
    ['application/json'],
  ),
};
const ISSUER: Readonly<Record<string, Operation>> = {
  '.well-known/openid-configuration': issuerDocument(
    '/.well-known/openid-configuration/',
    'getServiceAccountIssuerOpenIDConfiguration',
    'WellKnown',
    'Tells who issues the tokens of service accounts, as OpenID Connect discovery does.',
    'application/json',
  ),
  'openid/v1/jwks': issuerDocument(
    '/openid/v1/jwks/',
    'getServiceAccountIssuerOpenIDKeyset',
    'openid',
    'Tells the public keys that tokens of service accounts are verified with.',
    'application/jwk-set+json',
  ),
};

/** What the issuer of tokens tells is no kind: text, and nothing is taken. */
function issuerDocument(
  path: string,
  id: string,
  tag: string,
  description: string,
  media: string,
): Operation {
  return { ...information(path, id, tag, description, 'string', [media]), consumes: [] };
}

const groupInformation = (group: string): Operation =>
  information(
    `/apis/${group}/`,
    operationId('get', group, '', 'APIGroup'),
    tagOf(group),
    `Tells the versions of the group ${group}.`,
    'meta.v1.APIGroup',
  );
const resourcesOf = (gv: GroupVersion): Operation =>
  information(
    `${rootOf(gv)}/`,
    operationId('get', gv.group, gv.version, 'APIResources'),
    tagOf(gv.group, gv.version),
    'Tells the resources of this group and version.',
    'meta.v1.APIResourceList',
  );

/** Keys of the documents of version 3, sorted. */
export const keysOf = (library: Library): string[] => [...library.operations.keys()].sort();

const INFO = { title: 'Kubernetes', version: '1.36' };
const CUSTOM_INFO = { title: 'Kubernetes CRD Swagger', version: 'v0.1.0' };
const BEARER = {
  BearerToken: {
    description: 'A bearer token.',
    in: 'header',
    name: 'authorization',
    type: 'apiKey',
  },
};

/** The document of one group version, or of one place that is no resource; undefined when there is none. */
export function documentV3(library: Library, key: string): Json | undefined {
  const operations = library.operations.get(key)?.();
  if (!operations) return undefined;
  const schemas = schemasFor(typesIn(operations), sourceFor(library, 'v3', shownIn(key)));
  return {
    openapi: '3.0.0',
    info: library.custom ? CUSTOM_INFO : INFO,
    paths: pathsOf(operations, operationV3, (parameter) => parameterV3(parameter)),
    components: {
      ...(Object.keys(schemas).length ? { schemas } : {}),
      ...(library.custom ? {} : { securitySchemes: BEARER }),
    },
  };
}

/** The one document of version 2, of everything. Where two libraries have the same, the first one's is taken. */
export function documentV2(...libraries: readonly Library[]): Json {
  const operations: Operation[] = [];
  let definitions: Json = {};
  for (const library of [...libraries].reverse()) {
    const own = keysOf(library).flatMap((key) => library.operations.get(key)!());
    operations.push(...own);
    definitions = { ...definitions, ...schemasFor(typesIn(own), sourceFor(library, 'v2', library.versions)) };
  }
  operations.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  const shared = new Map<Parameter, string>();
  const named: Json = {};
  const parameter = (one: Parameter): Json => {
    if (one.in === 'path' && one.name === 'name') return parameterV2(one);
    let key = shared.get(one);
    if (key === undefined) {
      // Names differ where two parameters of one name do.
      for (let count = 1; key === undefined || named[key]; count++) {
        key = count === 1 ? one.name : `${one.name}-${count}`;
        if (named[key]?.description === one.description) break;
      }
      shared.set(one, key);
      named[key] = parameterV2(one);
    }
    return { $ref: `#/parameters/${key}` };
  };
  const paths = pathsOf(operations, operationV2, parameter);
  return {
    definitions,
    info: INFO,
    parameters: named,
    paths,
    security: [{ BearerToken: [] }],
    securityDefinitions: BEARER,
    swagger: '2.0',
  };
}

/** The group versions whose options and events a document of version 3 has: the core's and its own. */
function shownIn(key: string): Version[] {
  const core = { group: '', version: 'v1' };
  const [root, group = '', version] = key.split('/');
  return root === 'apis' && version ? [core, { group, version }] : [core];
}

const sourceFor = (
  { source, kindsOf }: Library,
  dialect: Dialect,
  shown: readonly Version[],
): SchemaSource => ({
  dialect,
  kindsOf: (typeName) => kindsOf(typeName, shown),
  custom: source.custom,
});

function typesIn(operations: readonly Operation[]): Set<string> {
  const types = new Set<string>();
  for (const { body, responses } of operations) {
    if (body) types.add(body.type);
    for (const type of Object.values(responses)) types.add(type);
  }
  types.delete('string');
  return types;
}

/** Operations by path and method; parameters that all operations on a path have stand at the path. */
function pathsOf(
  operations: readonly Operation[],
  write: (operation: Operation, parameters: Json[]) => Json,
  parameter: (parameter: Parameter) => Json,
): Json {
  const byPath = new Map<string, Operation[]>();
  for (const operation of operations) {
    const others = byPath.get(operation.path);
    if (others) others.push(operation);
    else byPath.set(operation.path, [operation]);
  }
  const paths: Json = {};
  for (const [path, all] of byPath) {
    const first = all[0]!;
    const common = new Set(
      first.parameters
        .filter(({ name, in: place }) =>
          all.every((one) => one.parameters.some((other) => other.name === name && other.in === place)),
        )
        .map(({ name, in: place }) => `${place} ${name}`),
    );
    const isCommon = (one: Parameter): boolean => common.has(`${one.in} ${one.name}`);
    const sorted = (list: readonly Parameter[]): Json[] =>
      [...list].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)).map(parameter);
    const item: Json = {};
    for (const operation of all) {
      item[operation.method] = write(operation, sorted(operation.parameters.filter((one) => !isCommon(one))));
    }
    const hoisted = sorted(first.parameters.filter(isCommon));
    if (hoisted.length) item.parameters = hoisted;
    paths[path] = item;
  }
  return paths;
}

const REASONS: Readonly<Record<string, string>> = { 200: 'OK', 201: 'Created', 202: 'Accepted' };
const UNAUTHORIZED = { description: 'Unauthorized' };

const extensionsOf = ({ action, gvk }: Operation): Json => ({
  ...(action ? { 'x-kubernetes-action': action } : {}),
  ...(gvk ? { 'x-kubernetes-group-version-kind': gvk } : {}),
});
const schemaOf = (dialect: Dialect, type: string): Json =>
  type === 'string' ? { type: 'string' } : refTo(dialect, type);

function operationV3(operation: Operation, parameters: Json[]): Json {
  const { body, consumes, produces, responses } = operation;
  const answers: Json = {};
  for (const [code, type] of Object.entries(responses)) {
    const content: Json = {};
    for (const media of produces) content[media] = { schema: schemaOf('v3', type) };
    answers[code] = { content, description: REASONS[code] };
  }
  answers[401] = UNAUTHORIZED;
  const content: Json = {};
  if (body) for (const media of consumes) content[media] = { schema: schemaOf('v3', body.type) };
  return {
    description: operation.description,
    operationId: operation.operationId,
    ...(parameters.length ? { parameters } : {}),
    ...(body ? { requestBody: { content, ...(body.required ? { required: true } : {}) } } : {}),
    responses: answers,
    tags: [operation.tag],
    ...extensionsOf(operation),
  };
}

function operationV2(operation: Operation, parameters: Json[]): Json {
  const { body, consumes, produces, responses } = operation;
  const answers: Json = {};
  for (const [code, type] of Object.entries(responses)) {
    answers[code] = { description: REASONS[code], schema: schemaOf('v2', type) };
  }
  answers[401] = UNAUTHORIZED;
  const all = body
    ? [
        {
          in: 'body',
          name: 'body',
          ...(body.required ? { required: true } : {}),
          schema: refTo('v2', body.type),
        },
        ...parameters,
      ]
    : parameters;
  return {
    ...(consumes.length ? { consumes } : {}),
    description: operation.description,
    operationId: operation.operationId,
    ...(all.length ? { parameters: all } : {}),
    produces,
    responses: answers,
    schemes: ['https'],
    tags: [operation.tag],
    ...extensionsOf(operation),
  };
}

const parameterV3 = ({ description, in: place, name, required, type }: Parameter): Json => ({
  description,
  in: place,
  name,
  ...(required ? { required: true } : {}),
  schema: { type, uniqueItems: true },
});
const parameterV2 = ({ description, in: place, name, required, type }: Parameter): Json => ({
  description,
  in: place,
  name,
  ...(required ? { required: true } : {}),
  type,
  uniqueItems: true,
});
