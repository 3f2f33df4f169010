/** The APIs the server serves itself. Priorities from kubernetes pkg/controlplane/apiserver/aggregator.go. */
import type { APIServiceSpec } from '../../apimachinery/types/apiregistration.v1.gen.ts';
import { RESOURCES } from '../../apis/resources.ts';

const GROUPS: Readonly<Record<string, number>> = {
  '': 18000,
  apps: 17800,
  'events.k8s.io': 17750,
  'authentication.k8s.io': 17700,
  'authorization.k8s.io': 17600,
  autoscaling: 17500,
  batch: 17400,
  'certificates.k8s.io': 17300,
  'networking.k8s.io': 17200,
  policy: 17100,
  'rbac.authorization.k8s.io': 17000,
  'storage.k8s.io': 16800,
  'apiextensions.k8s.io': 16700,
  'admissionregistration.k8s.io': 16700,
  'scheduling.k8s.io': 16600,
  'coordination.k8s.io': 16500,
  'node.k8s.io': 16300,
  'discovery.k8s.io': 16200,
  'flowcontrol.apiserver.k8s.io': 16100,
  'resource.k8s.io': 16200,
  'storagemigration.k8s.io': 15800,
};
/** Priority of a version in its group, where it is not 15. */
const VERSIONS: Readonly<Record<string, number>> = {
  '/v1': 1,
  'autoscaling/v2': 30,
  'flowcontrol.apiserver.k8s.io/v1': 21,
  'resource.k8s.io/v1': 21,
};

/** By name, `v1.apps`. The aggregator's own group is not registered with itself. */
export const API_SERVICES: Readonly<Record<string, APIServiceSpec>> = Object.fromEntries(
  RESOURCES.filter(({ group }) => group !== 'apiregistration.k8s.io').map(({ group, version }) => [
    `${version}.${group}`,
    {
      ...(group ? { group } : {}),
      version,
      groupPriorityMinimum: GROUPS[group] ?? 15700,
      versionPriority: VERSIONS[`${group}/${version}`] ?? 15,
    },
  ]),
);
