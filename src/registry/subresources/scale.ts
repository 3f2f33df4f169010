/** The scale subresource: a view of a workload's replicas. Source: kubernetes pkg/registry/apps/deployment/storage/storage.go (ScaleREST). */
import { invalid as invalidField } from '../../apimachinery/field-error.ts';
import { badRequest, invalid } from '../../apimachinery/status.ts';
import type { Scale } from '../../apimachinery/types/autoscaling.v1.gen.ts';
import type { ResourceDefinition } from '../../apis/definition.ts';
import type { KubeObject, Stored } from '../../apis/object.ts';
import { type ApplyOptions, applyConfiguration } from '../apply.ts';
import type { RequestContext, WriteOptions } from '../context.ts';
import { guaranteedUpdate } from '../update.ts';
import type { UpdateStrategy } from './strategy.ts';
import { MAIN } from './strategy.ts';

export function toScale(definition: ResourceDefinition, object: Stored): Stored<Scale & KubeObject> {
  const { metadata } = object;
  const access = definition.scale!;
  const selector = access.selector(object);
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: {
      name: metadata.name!,
      ...(metadata.namespace ? { namespace: metadata.namespace } : {}),
      uid: metadata.uid!,
      resourceVersion: metadata.resourceVersion!,
      creationTimestamp: metadata.creationTimestamp!,
    },
    spec: { replicas: access.getReplicas(object) },
    status: { replicas: access.statusReplicas(object), ...(selector ? { selector } : {}) },
  } as Stored<Scale & KubeObject>;
}

/** @throws StatusError 422. */
function checkReplicas(name: string, replicas: number): void {
  if (Number.isInteger(replicas) && replicas >= 0) return;
  throw invalid({ group: 'autoscaling', kind: 'Scale' }, name, [
    invalidField('spec.replicas', replicas, 'must be greater than or equal to 0'),
  ]);
}

const STRATEGY: UpdateStrategy = { ...MAIN, subresource: 'scale' };

/**
 * Changes replicas to what `change` makes of the Scale.
 * @throws StatusError 400, 404, 409, 422.
 */
export async function updateScale(
  ctx: RequestContext,
  definition: ResourceDefinition,
  namespace: string,
  name: string,
  change: (scale: Stored<Scale & KubeObject>) => KubeObject | Promise<KubeObject>,
  options: WriteOptions,
): Promise<Stored> {
  const { object } = await guaranteedUpdate(
    ctx,
    definition,
    namespace,
    name,
    async (old) => {
      const scale = await change(toScale(definition, old));
      if (scale.metadata?.name && scale.metadata.name !== name) {
        throw badRequest(
          `the name of the object (${scale.metadata.name}) does not match the name on the URL (${name})`,
        );
      }
      const replicas = scale.spec?.replicas ?? 0;
      checkReplicas(name, replicas);
      definition.scale!.setReplicas(old, replicas);
      const version = scale.metadata?.resourceVersion;
      if (version) old.metadata.resourceVersion = version;
      return old;
    },
    { ...options, strategy: STRATEGY },
  );
  return toScale(definition, object);
}

/**
 * Applies a Scale: its replicas, if it names any, as a configuration of the workload that consists of nothing else.
 * `scale` is well formed. Source: apimachinery pkg/util/managedfields/scalehandler.go.
 * @throws StatusError 400, 404, 409 for conflicts, 422.
 */
export async function applyScale(
  ctx: RequestContext,
  definition: ResourceDefinition,
  namespace: string,
  name: string,
  scale: Scale & KubeObject,
  options: ApplyOptions,
): Promise<Stored> {
  const { name: given, namespace: inside, uid, resourceVersion } = scale.metadata ?? {};
  const configuration: KubeObject = {
    metadata: {
      ...(given ? { name: given } : {}),
      ...(inside ? { namespace: inside } : {}),
      ...(uid ? { uid } : {}),
      ...(resourceVersion ? { resourceVersion } : {}),
    },
    spec: {},
  };
  const replicas = scale.spec?.replicas;
  if (replicas !== undefined) {
    checkReplicas(name, replicas);
    definition.scale!.setReplicas(configuration, replicas);
  }
  const { object } = await applyConfiguration(
    ctx,
    definition,
    namespace,
    name,
    configuration,
    (merged) => merged,
    { ...options, strategy: STRATEGY },
  );
  return toScale(definition, object);
}
