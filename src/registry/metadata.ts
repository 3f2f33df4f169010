/** What the server itself writes into metadata. Source: apiserver pkg/registry/rest/meta.go, create.go, update.go. */
import { generateName } from '../apimachinery/names.ts';
import { uuid } from '../apimachinery/random.ts';
import { badRequest, conflict, invalid } from '../apimachinery/status.ts';
import { formatTime } from '../apimachinery/time.ts';
import { invalid as invalidField, required, type FieldError } from '../apimachinery/field-error.ts';
import type { ObjectMeta } from '../apimachinery/types/meta.v1.gen.ts';
import { nameIsDNSSubdomain } from '../apimachinery/validation/names.ts';
import { validateObjectMeta } from '../apimachinery/validation/object-meta.ts';
import type { ResourceDefinition } from '../apis/definition.ts';
import type { KubeObject, Stored } from '../apis/object.ts';
import { apiVersionOf } from '../apis/resources.ts';
import type { RequestContext } from './context.ts';
import { etcdKey, otherUid } from './etcd-key.ts';

/** The namespace in the body must be that of the path. @throws StatusError 400. */
export function checkNamespace(namespace: string, meta: ObjectMeta): void {
  if (!meta.namespace || meta.namespace === namespace) return;
  throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
}

/** Gives the object its type and checks that its namespace is that of the path. Returns its metadata. */
export function adopt(definition: ResourceDefinition, namespace: string, object: KubeObject): ObjectMeta {
  object.apiVersion = apiVersionOf(definition);
  object.kind = definition.kind;
  object.metadata ??= {};
  const meta = object.metadata;
  if (definition.namespaced) {
    checkNamespace(namespace, meta);
    meta.namespace = namespace;
  } else {
    // Cluster-scoped objects have none, whatever a client says.
    delete meta.namespace;
  }
  return meta;
}

/** Fills the system fields of an object that is about to be created, but for its name. */
export function fillForCreate(object: KubeObject, ctx: RequestContext): void {
  const meta = object.metadata!;
  delete meta.deletionTimestamp;
  delete meta.deletionGracePeriodSeconds;
  delete meta.selfLink;
  delete meta.resourceVersion;
  meta.creationTimestamp = formatTime(ctx.clock.now());
  meta.uid = uuid(ctx.random);
}

/** Makes up the name that generateName asks for: after admission has changed the object, as upstream does. */
export function fillName({ metadata }: KubeObject, ctx: RequestContext): void {
  if (!metadata!.name && metadata!.generateName) {
    metadata!.name = generateName(metadata!.generateName, ctx.random);
  }
}

/** Errors of the metadata every kind has. */
export function metadataErrors(definition: ResourceDefinition, object: KubeObject): FieldError[] {
  const validateName = definition.strategy.validateName ?? nameIsDNSSubdomain;
  const errors = validateObjectMeta(object.metadata!, {
    namespaced: definition.namespaced,
    validateName,
    path: 'metadata',
  });
  const { finalizers } = object.metadata!;
  if (finalizers?.length && !PLAIN_FINALIZERS.has(definition.group) && !definition.custom) {
    errors.push(...finalizerErrors(finalizers));
  }
  return errors;
}

/** Groups whose validation does not go through that of core (k8s.io/kubernetes/pkg/apis/core/validation ValidateObjectMeta). */
const PLAIN_FINALIZERS = new Set([
  'admissionregistration.k8s.io',
  'apiextensions.k8s.io',
  'apiregistration.k8s.io',
  'coordination.k8s.io',
  'storagemigration.k8s.io',
]);
const STANDARD_FINALIZERS = new Set(['kubernetes', 'orphan', 'foregroundDeletion']);

const finalizerErrors = (finalizers: readonly string[]): FieldError[] =>
  finalizers.flatMap((name, index) =>
    name.includes('/') || STANDARD_FINALIZERS.has(name)
      ? []
      : [
          invalidField(
            `metadata.finalizers[${index}]`,
            name,
            'name is neither a standard finalizer name nor is it fully qualified',
          ),
        ],
  );

/**
 * Takes over from the stored object what an update cannot change.
 */
export function fillForUpdate(object: KubeObject, old: Stored): void {
  const meta = object.metadata!;
  meta.uid ||= old.metadata.uid;
  // An update that names no version is one of the newest.
  meta.resourceVersion = old.metadata.resourceVersion;
  meta.creationTimestamp = old.metadata.creationTimestamp;
  // What tells of a deletion cannot be taken back; validation refuses whoever would add it.
  meta.deletionTimestamp = old.metadata.deletionTimestamp ?? meta.deletionTimestamp;
  meta.deletionGracePeriodSeconds ??= old.metadata.deletionGracePeriodSeconds;
  for (const key of ['deletionTimestamp', 'deletionGracePeriodSeconds'] as const) {
    if (meta[key] === undefined || meta[key] === null) delete meta[key];
  }
  copy(meta, old.metadata, 'generation');
  if (!meta.generateName) copy(meta, old.metadata, 'generateName');
  delete meta.selfLink;
}

/**
 * An object that comes as a whole and names a uid is meant for that object only.
 * @throws StatusError 409 when there is another, or none (`old` undefined).
 */
export function checkUid(
  definition: ResourceDefinition,
  namespace: string,
  name: string,
  object: KubeObject,
  old: Stored | undefined,
): void {
  const uid = object.metadata?.uid;
  if (!uid || uid === old?.metadata.uid) return;
  const key = etcdKey(definition, namespace, name);
  throw conflict(definition, name, otherUid(key, uid, old?.metadata.uid ?? ''));
}

function copy<K extends keyof ObjectMeta>(to: ObjectMeta, from: ObjectMeta, key: K): void {
  if (from[key] === undefined) delete to[key];
  else to[key] = from[key];
}

/** The name in the body must be that of the path. @throws StatusError 400. */
export function checkName(object: KubeObject, name: string): void {
  const meta = object.metadata!;
  if (!meta.name) {
    throw badRequest(
      `the name of the object (${name} based on URL) was undeterminable: name must be provided`,
    );
  }
  if (meta.name !== name) {
    throw badRequest(`the name of the object (${meta.name}) does not match the name on the URL (${name})`);
  }
}

/** @throws StatusError 422 for an update without the resourceVersion its kind requires. */
export function checkResourceVersion(definition: ResourceDefinition, object: KubeObject): number | undefined {
  const text = object.metadata?.resourceVersion;
  if (text === undefined || text === '') {
    if (definition.strategy.allowUnconditionalUpdate === false) {
      // Upstream names the resource here, where all other refusals name the kind.
      const what = { group: definition.group, kind: definition.resource };
      throw invalid(what, object.metadata?.name ?? '', [
        invalidField('metadata.resourceVersion', 0, 'must be specified for an update'),
      ]);
    }
    return undefined;
  }
  return parseResourceVersion(definition, object.metadata?.name ?? '', text);
}

export function parseResourceVersion(definition: ResourceDefinition, name: string, text: string): number {
  if (!/^\d{1,16}$/.test(text)) {
    throw invalid(definition, name, [
      invalidField(
        'metadata.resourceVersion',
        text,
        `strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`,
      ),
    ]);
  }
  return Number(text);
}

export const nameRequired = (): FieldError => required('metadata.name', 'name or generateName is required');
