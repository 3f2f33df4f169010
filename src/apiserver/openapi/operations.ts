/**
 * The operations of resources, in terms both OpenAPI dialects are written from.
 * Source: apiserver pkg/endpoints/installer.go (registerResourceHandlers).
 */
import type { ResourceDefinition, Subresource } from '../../apis/definition.ts';
import { hasStruct } from '../../apimachinery/schema/table.ts';
import type { GroupVersion } from '../discovery/catalog.ts';
import { operationId, tagOf, titled } from './names.ts';
import * as parameters from './parameters.ts';
import type { Parameter } from './parameters.ts';

export interface GroupVersionKind {
  readonly group: string;
  readonly kind: string;
  readonly version: string;
}

export type Method = 'get' | 'put' | 'post' | 'delete' | 'options' | 'head' | 'patch';

export interface Operation {
  readonly path: string;
  readonly method: Method;
  readonly operationId: string;
  readonly description: string;
  readonly tag: string;
  /** `x-kubernetes-action`. */
  readonly action?: string;
  readonly gvk?: GroupVersionKind;
  readonly parameters: readonly Parameter[];
  /** Type of the body, and the media types it comes in. */
  readonly body?: { readonly type: string; readonly required: boolean };
  readonly consumes: readonly string[];
  readonly produces: readonly string[];
  /** Type of the answer under each code; `string` for text. */
  readonly responses: Readonly<Record<string, string>>;
}

const ANY = ['*/*'];
const OBJECT = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'];
const STREAM = [
  ...OBJECT,
  'application/json;stream=watch',
  'application/vnd.kubernetes.protobuf;stream=watch',
];
/** Custom resources have no protobuf form and no strategic merge, and bodies are of those forms alone. */
const CUSTOM_OBJECT = ['application/json', 'application/yaml'];
const PATCHES = [
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
  'application/apply-patch+yaml',
];
const CUSTOM_PATCHES = PATCHES.filter((type) => !type.includes('strategic'));

/** Deletion answers with the object itself, not with a Status. Source: ReturnDeletedObject in kubernetes pkg/registry. */
const RETURNS_DELETED = new Set([
  'core.v1.PersistentVolume',
  'core.v1.PersistentVolumeClaim',
  'core.v1.Pod',
  'core.v1.PodTemplate',
  'core.v1.ResourceQuota',
  'core.v1.Service',
  'core.v1.ServiceAccount',
  'resource.v1.DeviceClass',
  'resource.v1.DeviceTaintRule',
  'resource.v1.ResourceClaim',
  'resource.v1.ResourceClaimTemplate',
  'resource.v1.ResourceSlice',
  'storage.v1.CSIDriver',
  'storage.v1.CSINode',
  'storage.v1.StorageClass',
  'storage.v1.VolumeAttachment',
  'storage.v1.VolumeAttributesClass',
]);

const STATUS = 'meta.v1.Status';
const DELETE_OPTIONS = { type: 'meta.v1.DeleteOptions', required: false };
const PATCH_BODY = { type: 'meta.v1.Patch', required: true };

/** `/api/v1` or `/apis/apps/v1`. */
export const rootOf = ({ group, version }: { group: string; version: string }): string =>
  group ? `/apis/${group}/${version}` : `/api/${version}`;

/** What the operations on one path have in common. */
interface Place {
  readonly path: string;
  readonly definition: ResourceDefinition;
  readonly gvk: GroupVersionKind;
  readonly custom: boolean;
  /** Type of the objects at this path. */
  readonly type: string;
  /** `NamespacedDeploymentScale`. */
  readonly suffix: string;
  /** Of the path. */
  readonly parameters: readonly Parameter[];
}

/** Every operation of a group version, in the order of their paths. */
export function operationsOf(
  gv: GroupVersion,
  typeOf: (group: string, version: string, kind: string) => string,
): Operation[] {
  const operations = gv.resources.flatMap((definition) => [
    ...ofResource(definition),
    ...(definition.subresources ?? []).flatMap((subresource) =>
      ofSubresource(definition, subresource, typeOf),
    ),
  ]);
  return operations.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}

function placeOf(definition: ResourceDefinition, tail: '' | '/{name}', watch = false): Place {
  const { resource, namespaced, kind, group, version, typeName } = definition;
  const root = `${rootOf(definition)}${watch ? '/watch' : ''}`;
  return {
    path: `${root}${namespaced ? '/namespaces/{namespace}' : ''}/${resource}${tail}`,
    definition,
    gvk: { group, kind, version },
    custom: !hasStruct(typeName),
    type: typeName,
    suffix: `${namespaced ? 'Namespaced' : ''}${kind}`,
    parameters: [
      ...(tail ? [parameters.nameOf(kind)] : []),
      ...(namespaced ? [parameters.NAMESPACE] : []),
      parameters.PRETTY,
    ],
  };
}

function ofResource(definition: ResourceDefinition): Operation[] {
  const { resource, namespaced, kind, verbs, typeName } = definition;
  const collection = placeOf(definition, '');
  const item = placeOf(definition, '/{name}');
  const has = (verb: string): boolean => (verbs as readonly string[]).includes(verb);
  const operations: Operation[] = [];
  const listType = `${typeName}List`;
  const everywhere = {
    ...collection,
    path: `${rootOf(definition)}/${resource}`,
    parameters: [parameters.PRETTY],
  };
  if (has('list')) {
    operations.push(list(collection, `Lists ${resource}, or watches them.`, collection.suffix, listType));
    if (namespaced) {
      operations.push(
        list(
          everywhere,
          `Lists ${resource} of all namespaces, or watches them.`,
          `${kind}ForAllNamespaces`,
          listType,
        ),
      );
    }
  }
  if (has('create')) operations.push(create(collection, `Creates a ${kind}.`));
  if (has('deletecollection')) {
    operations.push(
      make(
        collection,
        'delete',
        'delete',
        `Collection${collection.suffix}`,
        `Deletes all ${resource} that match.`,
        {
          action: 'deletecollection',
          // Of custom resources upstream tells of a collection's deletion as of its list.
          ...(collection.custom
            ? { parameters: parameters.LIST }
            : { parameters: parameters.DELETE_COLLECTION, body: DELETE_OPTIONS }),
          responses: { 200: STATUS },
        },
      ),
    );
  }
  if (has('get')) operations.push(read(item, `Reads one ${kind}.`));
  if (has('update')) operations.push(replace(item, `Replaces one ${kind}.`));
  if (has('patch')) operations.push(patch(item, `Changes parts of one ${kind}.`));
  if (has('delete')) {
    const deleted = RETURNS_DELETED.has(typeName) ? typeName : STATUS;
    operations.push(
      make(item, 'delete', 'delete', item.suffix, `Deletes one ${kind}.`, {
        action: 'delete',
        parameters: parameters.DELETE,
        body: DELETE_OPTIONS,
        responses: { 200: deleted, 202: deleted },
      }),
    );
  }
  if (has('watch') && !collection.custom) {
    const deprecated = 'Deprecated: list with the watch parameter.';
    const one = placeOf(definition, '/{name}', true);
    const all = placeOf(definition, '', true);
    operations.push(
      watch(one, 'watch', `Watches one ${kind}. ${deprecated}`, one.suffix),
      watch(all, 'watchlist', `Watches ${resource}. ${deprecated}`, `${all.suffix}List`),
    );
    if (namespaced) {
      operations.push(
        watch(
          { ...everywhere, path: `${rootOf(definition)}/watch/${resource}` },
          'watchlist',
          `Watches ${resource} of all namespaces. ${deprecated}`,
          `${kind}ListForAllNamespaces`,
        ),
      );
    }
  }
  return operations;
}

function ofSubresource(
  definition: ResourceDefinition,
  subresource: Subresource,
  typeOf: (group: string, version: string, kind: string) => string,
): Operation[] {
  const { name, kind, verbs } = subresource;
  const parent = placeOf(definition, '/{name}');
  const group = subresource.group ?? definition.group;
  const version = subresource.version ?? definition.version;
  const own = kind === definition.kind && group === definition.group;
  const place: Place = {
    ...parent,
    path: `${parent.path}/${name}`,
    gvk: parent.custom ? parent.gvk : { group, kind, version },
    type: own ? definition.typeName : typeOf(group, version, kind),
    suffix: `${parent.suffix}${titled(name)}`,
  };
  if (kind.endsWith('Options')) return connect(place, verbs);
  const what = `${name} of one ${definition.kind}`;
  return verbs.map((verb) => {
    switch (verb) {
      case 'create':
        return create(place, `Creates the ${what}.`);
      case 'update':
        return replace(place, `Replaces the ${what}.`);
      case 'patch':
        return patch(place, `Changes parts of the ${what}.`);
      default:
        return name === 'log' ? readLog(place) : read(place, `Reads the ${what}.`);
    }
  });
}

function make(
  place: Place,
  method: Method,
  verb: string,
  suffix: string,
  description: string,
  rest: Pick<Operation, 'action' | 'body' | 'responses'> & Partial<Operation>,
): Operation {
  const { definition, gvk, path } = place;
  return {
    path,
    method,
    operationId: operationId(verb, definition.group, definition.version, suffix),
    description,
    tag: tagOf(definition.group, definition.version),
    gvk,
    consumes: place.custom ? CUSTOM_OBJECT : ANY,
    produces: place.custom ? CUSTOM_OBJECT : OBJECT,
    ...rest,
    parameters: [...place.parameters, ...(rest.parameters ?? [])],
  };
}

const list = (place: Place, description: string, suffix: string, type: string): Operation =>
  make(place, 'get', 'list', suffix, description, {
    action: 'list',
    parameters: parameters.LIST,
    produces: place.custom ? CUSTOM_OBJECT : STREAM,
    responses: { 200: type },
  });
const watch = (place: Place, action: string, description: string, suffix: string): Operation =>
  make(place, 'get', 'watch', suffix, description, {
    action,
    parameters: parameters.LIST,
    produces: STREAM,
    responses: { 200: 'meta.v1.WatchEvent' },
  });
const read = (place: Place, description: string): Operation =>
  make(place, 'get', 'read', place.suffix, description, {
    action: 'get',
    ...(place.custom ? { parameters: parameters.GET } : {}),
    responses: { 200: place.type },
  });
const readLog = (place: Place): Operation =>
  make(place, 'get', 'read', place.suffix, 'Reads the log of a container of one Pod.', {
    action: 'get',
    parameters: parameters.optionsOf('core.v1.PodLogOptions'),
    produces: ['text/plain', ...OBJECT],
    responses: { 200: 'string' },
  });
const create = (place: Place, description: string): Operation =>
  make(place, 'post', 'create', place.suffix, description, {
    action: 'post',
    parameters: parameters.WRITE,
    body: { type: place.type, required: true },
    responses: { 200: place.type, 201: place.type, 202: place.type },
  });
const replace = (place: Place, description: string): Operation =>
  make(place, 'put', 'replace', place.suffix, description, {
    action: 'put',
    parameters: parameters.WRITE,
    body: { type: place.type, required: true },
    responses: { 200: place.type, 201: place.type },
  });
const patch = (place: Place, description: string): Operation =>
  make(place, 'patch', 'patch', place.suffix, description, {
    action: 'patch',
    parameters: parameters.PATCH,
    body: PATCH_BODY,
    consumes: place.custom ? CUSTOM_PATCHES : PATCHES,
    responses: { 200: place.type, ...(place.custom ? {} : { 201: place.type }) },
  });

/** A stream, or whatever a proxied server understands: then with any method, and with any path below. */
function connect(place: Place, verbs: readonly string[]): Operation[] {
  const proxies = verbs.includes('patch');
  const methods: readonly Method[] = proxies
    ? ['delete', 'get', 'head', 'options', 'patch', 'post', 'put']
    : ['get', 'post'];
  const own = place.parameters.filter(({ name }) => name !== 'pretty');
  const options = parameters.optionsOf(place.type);
  const at = (path: string, tail: string, more: readonly Parameter[]): Operation[] =>
    methods.map((method) =>
      make(
        { ...place, path, parameters: [...own, ...more] },
        method,
        'connect',
        `${titled(method)}${place.suffix}${tail}`,
        `Connects ${method.toUpperCase()} requests to ${place.suffix.replace('Namespaced', '')}.`,
        {
          action: 'connect',
          parameters: options,
          produces: ANY,
          responses: { 200: 'string' },
        },
      ),
    );
  return proxies
    ? [...at(place.path, '', []), ...at(`${place.path}/{path}`, 'WithPath', [parameters.PATH])]
    : at(place.path, '', []);
}
