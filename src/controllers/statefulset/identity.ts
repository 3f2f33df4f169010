/**
 * Who is who in a StatefulSet: names, labels, volumes and claims follow from the ordinal.
 * Source: kubernetes pkg/controller/statefulset/stateful_set_utils.go.
 */
import { deepCopy } from '../../apimachinery/deep-copy.ts';
import { newControllerRef } from '../../apimachinery/controller-ref.ts';
import type { ControllerRevision, StatefulSet } from '../../apimachinery/types/apps.v1.gen.ts';
import type {
  PersistentVolumeClaim,
  Pod,
  PodTemplateSpec,
  Volume,
} from '../../apimachinery/types/core.v1.gen.ts';
import type { Stored } from '../../apis/object.ts';
import type { ResourceName } from '../../registry/client.ts';
import { REVISION_HASH } from '../history.ts';
import { podFromTemplate } from '../pod-control.ts';
import type { Kind } from '../ref-manager.ts';

export const STATEFUL_SETS: ResourceName = ['apps', 'statefulsets'];
export const STATEFUL_SET: Kind = { apiVersion: 'apps/v1', kind: 'StatefulSet' };

const POD_NAME = 'statefulset.kubernetes.io/pod-name';
const POD_INDEX = 'apps.kubernetes.io/pod-index';

export const startOf = ({ spec }: StatefulSet): number => spec?.ordinals?.start ?? 0;
export const replicasOf = ({ spec }: StatefulSet): number => spec?.replicas ?? 1;

/** The ordinal of a pod of the set; undefined for pods of other names. */
export function ordinalOf(set: Stored<StatefulSet>, { metadata }: Pod): number | undefined {
  const prefix = `${set.metadata.name}-`;
  const name = metadata?.name ?? '';
  if (!name.startsWith(prefix)) return undefined;
  const digits = name.slice(prefix.length);
  const ordinal = /^\d{1,10}$/.test(digits) ? Number(digits) : Number.NaN;
  return ordinal < 2 ** 31 ? ordinal : undefined;
}

/** Whether the set still wants the ordinal. */
export const isInRange = (set: StatefulSet, ordinal: number): boolean =>
  ordinal >= startOf(set) && ordinal < startOf(set) + replicasOf(set);

export const podName = (set: Stored<StatefulSet>, ordinal: number): string =>
  `${set.metadata.name}-${ordinal}`;

/** The labels by which a pod is found. */
export const identityLabels = (set: Stored<StatefulSet>, ordinal: number): Record<string, string> => ({
  [POD_NAME]: podName(set, ordinal),
  [POD_INDEX]: String(ordinal),
});

/** The name of the claim that a template gives to an ordinal. */
const claimName = (set: Stored<StatefulSet>, template: PersistentVolumeClaim, ordinal: number): string =>
  `${template.metadata?.name}-${podName(set, ordinal)}`;

/** The claims of an ordinal. */
export function claimsOf(set: Stored<StatefulSet>, ordinal: number): Stored<PersistentVolumeClaim>[] {
  return (set.spec?.volumeClaimTemplates ?? []).map((template) => {
    const { metadata, spec } = deepCopy(template);
    return {
      metadata: {
        ...metadata,
        name: claimName(set, template, ordinal),
        namespace: set.metadata.namespace!,
        labels: { ...metadata?.labels, ...set.spec!.selector?.matchLabels },
      },
      ...(spec ? { spec } : {}),
    };
  });
}

/** The volumes of an ordinal: its claims, and those of the template that are not hidden by them. */
function volumesOf(set: Stored<StatefulSet>, template: PodTemplateSpec, ordinal: number): Volume[] {
  const claims = (set.spec?.volumeClaimTemplates ?? []).map(
    (claim): Volume => ({
      name: claim.metadata?.name ?? '',
      persistentVolumeClaim: { claimName: claimName(set, claim, ordinal) },
    }),
  );
  const own = new Set(claims.map(({ name }) => name));
  return [...claims, ...(template.spec?.volumes ?? []).filter(({ name }) => !own.has(name))];
}

/** Whether the pod mounts the claims that its ordinal has. */
export function storageMatches(set: Stored<StatefulSet>, pod: Pod, ordinal: number): boolean {
  return (set.spec?.volumeClaimTemplates ?? []).every((template) =>
    pod.spec?.volumes?.some(
      ({ name, persistentVolumeClaim }) =>
        name === template.metadata?.name &&
        persistentVolumeClaim?.claimName === claimName(set, template, ordinal),
    ),
  );
}

/** Whether the pod carries the labels of its ordinal. */
export const identityMatches = (set: Stored<StatefulSet>, { metadata }: Pod, ordinal: number): boolean =>
  Object.entries(identityLabels(set, ordinal)).every(([key, value]) => metadata?.labels?.[key] === value);

/** The template that a revision holds. */
export function templateOf(revision: ControllerRevision): PodTemplateSpec {
  const { $patch: _, ...template } = revision.data.spec.template;
  return template;
}

/** The pod of an ordinal at a revision. */
export function newPod(
  set: Stored<StatefulSet>,
  revision: Stored<ControllerRevision>,
  ordinal: number,
): Stored<Pod> {
  const template = templateOf(revision);
  const pod = podFromTemplate(template, set, STATEFUL_SET);
  const name = podName(set, ordinal);
  delete pod.metadata.generateName;
  pod.metadata.name = name;
  pod.metadata.labels = {
    ...pod.metadata.labels,
    ...identityLabels(set, ordinal),
    [REVISION_HASH]: revision.metadata.name!,
  };
  const volumes = volumesOf(set, template, ordinal);
  pod.spec = {
    ...pod.spec!,
    hostname: name,
    ...(set.spec?.serviceName ? { subdomain: set.spec.serviceName } : {}),
    ...(volumes.length > 0 ? { volumes } : {}),
  };
  return pod;
}

/** The name of the revision that the pod is of. */
export const revisionOf = ({ metadata }: Pod): string => metadata?.labels?.[REVISION_HASH] ?? '';

/** The owner that the set is to its claims. */
export const setReference = (set: Stored<StatefulSet>) => newControllerRef(set, STATEFUL_SET);
