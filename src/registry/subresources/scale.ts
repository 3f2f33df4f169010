/** The scale subresource: a view of a workload's replicas. Source: kubernetes pkg/registry/apps/deployment/storage/storage.go (ScaleREST). */
import { deepCopy } from '../../apimachinery/deep-copy.ts';
import { type FieldError, invalid as invalidField } from '../../apimachinery/field-error.ts';
import { apply, updateManagedFields, type Write } from '../../apimachinery/fieldmanager/manager.ts';
import { fieldElement } from '../../apimachinery/fieldmanager/path-element.ts';
import {
  managedFieldsFromScale,
  managedFieldsOfScale,
  type ReplicasPaths,
} from '../../apimachinery/fieldmanager/scale.ts';
import { struct } from '../../apimachinery/schema/table.ts';
import { badRequest, conflict, internalError, invalid, StatusError } from '../../apimachinery/status.ts';
import { formatTime } from '../../apimachinery/time.ts';
import type { Scale } from '../../apimachinery/types/autoscaling.v1.gen.ts';
import { nameIsDNSSubdomain } from '../../apimachinery/validation/names.ts';
import { validateObjectMeta } from '../../apimachinery/validation/object-meta.ts';
import type { ResourceDefinition } from '../../apis/definition.ts';
import type { KubeObject, Stored } from '../../apis/object.ts';
import { apiVersionOf } from '../../apis/resources.ts';
import type { View } from '../admission/plugin.ts';
import { type ApplyOptions, requireManager } from '../apply.ts';
import type { RequestContext, WriteOptions } from '../context.ts';
import { checkName, checkNamespace, checkUid } from '../metadata.ts';
import { guaranteedUpdate } from '../update.ts';
import type { UpdateStrategy } from './strategy.ts';
import { MAIN } from './strategy.ts';

type ScaleObject = Scale & KubeObject;

const SCALE = { apiVersion: 'autoscaling/v1', kind: 'Scale' };

export function toScale(definition: ResourceDefinition, object: Stored): Stored<ScaleObject> {
  const { metadata } = object;
  const access = definition.scale!;
  const selector = access.selector(object);
  const replicas = access.getReplicas(object);
  return {
    kind: SCALE.kind,
    apiVersion: SCALE.apiVersion,
    metadata: {
      name: metadata.name!,
      ...(metadata.namespace ? { namespace: metadata.namespace } : {}),
      uid: metadata.uid!,
      resourceVersion: metadata.resourceVersion!,
      creationTimestamp: metadata.creationTimestamp!,
    },
    // JSON leaves out the zero: nobody owns it, either.
    spec: replicas === 0 ? {} : { replicas },
    status: { replicas: access.statusReplicas(object), ...(selector ? { selector } : {}) },
  } as Stored<ScaleObject>;
}

/**
 * The Scale of an object for who only reads it.
 * @throws StatusError 500 for a custom resource that does not say how many replicas it wants.
 */
export function readScale(definition: ResourceDefinition, object: Stored): Stored<ScaleObject> {
  const missing = missingReplicas(definition, object);
  if (missing !== undefined) throw internalError(`the spec replicas field "${missing}" does not exist`);
  return toScale(definition, object);
}

/** The path of the replicas that a custom resource does not set. @throws StatusError 500 for one that no Scale can show. */
function missingReplicas({ scale }: ResourceDefinition, object: Stored): string | undefined {
  const obstacle = scale!.obstacle?.(object);
  if (obstacle === undefined) return undefined;
  if ('wrong' in obstacle) throw new StatusError(500, '', obstacle.wrong);
  return obstacle.missing;
}

/** Stands in for replicas that are not set: a change must bring some. */
const NOT_SET = -(2 ** 31);

const replicasOf = (scale: KubeObject): number => scale.spec?.replicas ?? 0;

/** Source: kubernetes pkg/apis/autoscaling/validation/validation.go (ValidateScale). */
function validateScale(scale: KubeObject): FieldError[] {
  const options = { namespaced: true, validateName: nameIsDNSSubdomain, path: 'metadata' };
  const errors = validateObjectMeta(scale.metadata ?? {}, options);
  const replicas = replicasOf(scale);
  if (!Number.isInteger(replicas) || replicas < 0) {
    errors.push(invalidField('spec.replicas', replicas, 'must be greater than or equal to 0'));
  }
  return errors;
}

const VIEW: View = {
  kind: { group: 'autoscaling', version: 'v1', kind: SCALE.kind },
  of: (definition, object) => toScale(definition, object as Stored),
};

const STRATEGY: UpdateStrategy = { ...MAIN, subresource: 'scale', view: VIEW };

const scaleWrite = (manager: string | undefined, now: number): Write => ({
  ...SCALE,
  schema: struct('autoscaling.v1.Scale'),
  manager: manager ?? '',
  subresource: 'scale',
  now: formatTime(now),
});

/** The replicas' owners are lent to the Scale, which has fields and a version of its own, and taken back. */
const pathsOf = (definition: ResourceDefinition): ReplicasPaths => ({
  [apiVersionOf(definition)]: (definition.scale!.replicasPath ?? ['spec', 'replicas']).map(fieldElement),
});

/** The Scale of an object with the owners of its replicas, as a write finds it. */
function ownedScale(definition: ResourceDefinition, object: Stored): Stored<ScaleObject> {
  const scale = toScale(definition, object);
  if (missingReplicas(definition, object) !== undefined) scale.spec = { replicas: NOT_SET };
  const entries = managedFieldsOfScale(object.metadata.managedFields, pathsOf(definition));
  if (entries) scale.metadata.managedFields = entries;
  return scale;
}

/**
 * Brings a changed Scale into its object, in place.
 * @throws StatusError 409 for the Scale of another object, 422.
 */
function settle(definition: ResourceDefinition, object: Stored, scale: KubeObject): Stored {
  const { name = '', uid, managedFields } = object.metadata;
  if (replicasOf(scale) === NOT_SET) {
    throw badRequest(
      `the spec replicas field "${missingReplicas(definition, object) ?? ''}" cannot be empty`,
    );
  }
  // Custom resources are looked at as a whole, with the replicas in them.
  const errors = definition.custom ? [] : validateScale(scale);
  if (errors.length > 0) throw invalid({ group: 'autoscaling', kind: 'Scale' }, name, errors);
  const given = scale.metadata?.uid;
  if (given && given !== uid) {
    throw conflict(
      { group: definition.group, resource: `${definition.resource}/scale` },
      name,
      `Precondition failed: UID in precondition: ${given}, UID in object meta: ${uid}`,
    );
  }
  definition.scale!.setReplicas(object, replicasOf(scale));
  const version = scale.metadata?.resourceVersion;
  if (version) object.metadata.resourceVersion = version;
  const entries = managedFieldsFromScale(
    managedFields,
    scale.metadata?.managedFields,
    apiVersionOf(definition),
    pathsOf(definition),
  );
  if (entries) object.metadata.managedFields = entries;
  else delete object.metadata.managedFields;
  return object;
}

/**
 * Changes replicas to what `change` makes of the Scale. Who does not patch it brings a whole Scale, whose uid is a
 * precondition.
 * @throws StatusError 400, 404, 409, 422.
 */
export async function updateScale(
  ctx: RequestContext,
  definition: ResourceDefinition,
  namespace: string,
  name: string,
  change: (scale: Stored<ScaleObject>) => KubeObject | Promise<KubeObject>,
  options: WriteOptions & { readonly isPatch?: boolean },
): Promise<Stored> {
  const { object } = await guaranteedUpdate(
    ctx,
    definition,
    namespace,
    name,
    async (old) => {
      const live = ownedScale(definition, old);
      const scale = await change(ownedScale(definition, old));
      scale.metadata ??= {};
      checkName(scale, name);
      if (!options.isPatch) checkUid(definition, namespace, name, scale, old);
      scale.metadata.namespace ||= namespace;
      const write = scaleWrite(options.fieldManager, ctx.clock.now());
      const entries = updateManagedFields(live, scale, write);
      if (entries) scale.metadata.managedFields = entries;
      else delete scale.metadata.managedFields;
      return settle(definition, old, scale);
    },
    { ...options, managed: true, strategy: STRATEGY },
  );
  return toScale(definition, object);
}

/**
 * Applies a Scale. `check` looks at what it makes as it would at a body.
 * Source: apimachinery pkg/util/managedfields/scalehandler.go.
 * @throws StatusError 400, 404, 409 for conflicts, 422.
 */
export async function applyScale(
  ctx: RequestContext,
  definition: ResourceDefinition,
  namespace: string,
  name: string,
  scale: ScaleObject,
  check: (merged: KubeObject) => KubeObject,
  options: ApplyOptions,
): Promise<Stored> {
  const { force, managerGiven, ...update } = options;
  requireManager(managerGiven);
  const { object } = await guaranteedUpdate(
    ctx,
    definition,
    namespace,
    name,
    (old) => {
      const write = scaleWrite(options.fieldManager, ctx.clock.now());
      const live = ownedScale(definition, old);
      const merged = check(apply(live, deepCopy(scale), write, force) as KubeObject);
      checkName(merged, name);
      checkNamespace(namespace, merged.metadata!);
      return settle(definition, old, merged);
    },
    { ...update, managed: true, isPatch: true, strategy: STRATEGY },
  );
  return toScale(definition, object);
}
