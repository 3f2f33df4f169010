/** Every resource of the built-in groups, in the order discovery lists their groups. */
import { admissionregistrationResources } from './admissionregistration/index.ts';
import { apiextensionsResources } from './apiextensions/index.ts';
import { apiregistrationResources } from './apiregistration/index.ts';
import { appsResources } from './apps/index.ts';
import { authenticationResources } from './authentication/index.ts';
import { authorizationResources } from './authorization/index.ts';
import { autoscalingResources } from './autoscaling/index.ts';
import { batchResources } from './batch/index.ts';
import { certificatesResources } from './certificates/index.ts';
import { coordinationResources } from './coordination/index.ts';
import { coreResources } from './core/index.ts';
import type { ResourceDefinition } from './definition.ts';
import { discoveryResources } from './discovery/index.ts';
import { eventsResources } from './events/index.ts';
import { flowcontrolResources } from './flowcontrol/index.ts';
import { networkingResources } from './networking/index.ts';
import { nodeResources } from './node/index.ts';
import { policyResources } from './policy/index.ts';
import { rbacResources } from './rbac/index.ts';
import { resourceResources } from './resource/index.ts';
import { schedulingResources } from './scheduling/index.ts';
import { storageResources } from './storage/index.ts';
import { storagemigrationResources } from './storagemigration/index.ts';

/** Group order as kube-apiserver's: it decides which group an unqualified name means (pkg/controlplane/apiserver/aggregator.go). */
export const RESOURCES: readonly ResourceDefinition[] = [
  ...coreResources,
  ...apiregistrationResources,
  ...appsResources,
  ...eventsResources,
  ...authenticationResources,
  ...authorizationResources,
  ...autoscalingResources,
  ...batchResources,
  ...certificatesResources,
  ...networkingResources,
  ...policyResources,
  ...rbacResources,
  ...storageResources,
  ...admissionregistrationResources,
  ...apiextensionsResources,
  ...schedulingResources,
  ...coordinationResources,
  ...nodeResources,
  ...discoveryResources,
  ...resourceResources,
  ...flowcontrolResources,
  ...storagemigrationResources,
];

const byPath = new Map(RESOURCES.map((one) => [`${one.group}/${one.version}/${one.resource}`, one]));
const byKind = new Map(RESOURCES.map((one) => [`${one.group}/${one.version}/${one.kind}`, one]));
const byGroupResource = new Map<string, ResourceDefinition>();
for (const one of RESOURCES) {
  const id = `${one.group}/${one.resource}`;
  // Of several versions the one that is stored stands for the resource.
  if (!byGroupResource.has(id) || !one.storedAs) byGroupResource.set(id, one);
}

const groups = new Set(RESOURCES.map(({ group }) => group));

/** Whether any version of a built-in group is served. */
export const hasGroup = (group: string): boolean => groups.has(group);

export const findResource = (
  group: string,
  version: string,
  resource: string,
): ResourceDefinition | undefined => byPath.get(`${group}/${version}/${resource}`);

export const findKind = (apiVersion: string, kind: string): ResourceDefinition | undefined =>
  byKind.get(`${apiVersion.includes('/') ? apiVersion : `/${apiVersion}`}/${kind}`);

/** The stored version of a built-in resource; undefined: there is none of that name. */
export const findStored = (group: string, resource: string): ResourceDefinition | undefined =>
  byGroupResource.get(`${group}/${resource}`);

/** The stored version of a resource. Throws for a name that is not built in: a programming error. */
export function resourceNamed(group: string, resource: string): ResourceDefinition {
  const found = byGroupResource.get(`${group}/${resource}`);
  if (!found) throw new Error(`no resource ${resource} in group "${group}"`);
  return found;
}

/** `v1` or `apps/v1`. */
export const apiVersionOf = ({ group, version }: { group: string; version: string }): string =>
  group ? `${group}/${version}` : version;

/** Group and resource under which a definition's objects are stored. */
export const storageOf = (definition: ResourceDefinition): { group: string; resource: string } =>
  definition.storedAs ?? definition;
