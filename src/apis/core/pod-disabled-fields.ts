/**
 * Fields of pods whose features are off in 1.36: they are dropped, unless the stored object has them.
 * Source: kubernetes pkg/api/pod/util.go (DropDisabledPodFields, DropDisabledTemplateFields), pkg/features/kube_features.go.
 */
import type {
  ContainerStatus,
  PodSpec,
  PodStatus,
  PodTemplateSpec,
  VolumeProjection,
} from '../../apimachinery/types/core.v1.gen.ts';
import { allContainers } from './pod-util.ts';

/** Drops what is off from a spec, in place. `old`: that of the stored object, undefined for a new one. */
export function dropDisabledPodFields(spec: PodSpec | undefined, old?: PodSpec): void {
  if (!spec) return;
  // ClusterTrustBundleProjection, PodCertificateRequest.
  for (const field of ['clusterTrustBundle', 'podCertificate'] as const) dropProjection(spec, old, field);
  // GenericWorkload.
  if (spec.schedulingGroup && !old?.schedulingGroup) delete spec.schedulingGroup;
  dropStopSignals(spec, old);
}

/** The same for the template of a workload. */
export const dropDisabledTemplateFields = (
  template: PodTemplateSpec | undefined,
  old?: PodTemplateSpec,
): void => dropDisabledPodFields(template?.spec, old?.spec);

const projections = (spec: PodSpec | undefined): VolumeProjection[] =>
  (spec?.volumes ?? []).flatMap((volume) => volume.projected?.sources ?? []);

function dropProjection(
  spec: PodSpec,
  old: PodSpec | undefined,
  field: 'clusterTrustBundle' | 'podCertificate',
): void {
  const used = projections(spec).filter((source) => source[field]);
  if (used.length === 0 || projections(old).some((source) => source[field])) return;
  for (const source of used) delete source[field];
}

/** ContainerStopSignals. */
function dropStopSignals(spec: PodSpec, old: PodSpec | undefined): void {
  const used = allContainers(spec).filter((one) => one.lifecycle?.stopSignal !== undefined);
  if (used.length === 0 || allContainers(old).some((one) => one.lifecycle?.stopSignal !== undefined)) return;
  for (const container of used) {
    delete container.lifecycle!.stopSignal;
    if (Object.keys(container.lifecycle!).length === 0) delete container.lifecycle;
  }
}

/** Drops what is off from a status, in place. */
export function dropDisabledPodStatusFields(status: PodStatus, old: PodStatus | undefined): void {
  // DRANodeAllocatableResources.
  if (!old?.nodeAllocatableResourceClaimStatuses?.length) delete status.nodeAllocatableResourceClaimStatuses;
  // ImageVolumeWithDigest.
  const mounts = (one: PodStatus | undefined) =>
    statuses(one).flatMap(({ volumeMounts }) => volumeMounts ?? []);
  const used = mounts(status).filter((mount) => mount.volumeStatus);
  if (used.length === 0 || mounts(old).some((mount) => mount.volumeStatus)) return;
  for (const mount of used) delete mount.volumeStatus;
}

const statuses = (status: PodStatus | undefined): ContainerStatus[] => [
  ...(status?.containerStatuses ?? []),
  ...(status?.initContainerStatuses ?? []),
  ...(status?.ephemeralContainerStatuses ?? []),
];
