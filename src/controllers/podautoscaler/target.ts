/** What autoscalers scale. Source: kubernetes pkg/controller/podautoscaler/horizontal.go (scaleForResourceMappings). */
import type { HorizontalPodAutoscaler } from '../../apimachinery/types/autoscaling.v2.gen.ts';
import type { ResourceDefinition } from '../../apis/definition.ts';
import type { KubeObject, Stored } from '../../apis/object.ts';
import { resourceNamed } from '../../apis/resources.ts';
import type { ResourceName } from '../../registry/client.ts';
import { type Change, type ControllerContext, keyOfObject, type Watch } from '../framework.ts';
import type { ScaleTarget } from './metrics.ts';

export type Autoscaler = HorizontalPodAutoscaler & KubeObject;

export const AUTOSCALERS: ResourceName = ['autoscaling', 'horizontalpodautoscalers'];

/** What is built in and can be scaled. */
const WORKLOADS: readonly ResourceName[] = [
  ['apps', 'deployments'],
  ['apps', 'replicasets'],
  ['apps', 'statefulsets'],
  ['', 'replicationcontrollers'],
];

export const watchWorkloads: readonly Watch[] = WORKLOADS.flatMap(
  (resource) => watchTargets(resourceNamed(...resource)) ?? [],
);

const groupOf = (apiVersion: string): string => (apiVersion.includes('/') ? apiVersion.split('/')[0]! : '');

/** The autoscalers of something, when its replicas may be others than before. */
export function watchTargets(definition: ResourceDefinition): Watch | undefined {
  const { group, kind, scale } = definition;
  if (!scale) return undefined;
  const replicas = (object: Stored | undefined) => object && scale.getReplicas(object);
  return {
    resource: [group, definition.resource],
    *keys({ object, old }: Change, ctx: ControllerContext) {
      if (replicas(object) === replicas(old)) return;
      const { namespace, name } = (object ?? old)!.metadata;
      for (const autoscaler of ctx.lister<Autoscaler>(AUTOSCALERS).list(namespace)) {
        const { apiVersion = '', ...target } = autoscaler.spec.scaleTargetRef;
        if (target.name === name && target.kind === kind && groupOf(apiVersion) === group) {
          yield keyOfObject(autoscaler);
        }
      }
    },
  };
}

/** The target, or why it cannot be scaled. */
export async function findTarget(
  { metadata, spec }: Stored<Autoscaler>,
  ctx: ControllerContext,
): Promise<{ resource: ResourceName; target: ScaleTarget } | string> {
  const { kind, name, apiVersion = '' } = spec.scaleTargetRef;
  const group = groupOf(apiVersion);
  const definition = ctx.catalog.resources.find((one) => one.group === group && one.kind === kind);
  if (!definition) {
    return group
      ? `no matches for kind "${kind}" in group "${group}"`
      : `no matches for kind "${kind}" in version "${apiVersion}"`;
  }
  if (!definition.scale) return 'the server could not find the requested resource';
  const resource: ResourceName = [group, definition.resource];
  const namespace = metadata.namespace!;
  const object = await ctx.client.get(resource, namespace, name);
  if (!object)
    return `${group ? `${definition.resource}.${group}` : definition.resource} "${name}" not found`;
  const { scale } = definition;
  return {
    resource,
    target: {
      namespace,
      specReplicas: scale.getReplicas(object),
      statusReplicas: scale.statusReplicas(object),
      selector: scale.selector(object),
    },
  };
}
