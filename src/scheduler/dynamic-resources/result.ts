/** A solution as a claim's status has it. Source: dynamic-resource-allocation structured/internal/incubating/allocator_incubating.go (Allocate, createNodeSelector). */
import { deepCopy } from '../../apimachinery/deep-copy.ts';
import type { NodeSelector, NodeSelectorRequirement } from '../../apimachinery/types/core.v1.gen.ts';
import type {
  AllocationResult,
  DeviceAllocationConfiguration,
  DeviceRequestAllocationResult,
} from '../../apimachinery/types/resource.v1.gen.ts';
import type { Chosen, ClaimSolution } from './allocator.ts';
import { formatAmounts } from './capacity.ts';

export function toAllocation(solution: ClaimSolution, node: string): AllocationResult {
  const nodeSelector = selectorOf(solution.devices, node);
  const config = configOf(solution);
  return {
    devices: { results: solution.devices.map(resultOf), ...(config.length > 0 ? { config } : {}) },
    ...(nodeSelector ? { nodeSelector } : {}),
  };
}

function resultOf({ candidate, wanted, share, shareID }: Chosen): DeviceRequestAllocationResult {
  const { device, slice } = candidate;
  const { bindingConditions, bindingFailureConditions } = device;
  return {
    request: wanted.fullName,
    driver: slice.spec.driver,
    pool: slice.spec.pool.name,
    device: device.name,
    ...(wanted.adminAccess ? { adminAccess: true } : {}),
    ...(wanted.tolerations.length > 0 ? { tolerations: deepCopy([...wanted.tolerations]) } : {}),
    ...(bindingConditions?.length ? { bindingConditions } : {}),
    ...(bindingFailureConditions?.length ? { bindingFailureConditions } : {}),
    ...(shareID !== undefined ? { shareID } : {}),
    ...(share ? { consumedCapacity: formatAmounts(share) } : {}),
  };
}

/** What classes configure, once for each class, and then what the claim does. */
function configOf({ claim, selected, classes }: ClaimSolution): DeviceAllocationConfiguration[] {
  const requests = new Map<string, string[]>();
  for (const { deviceClassName, fullName } of selected) {
    requests.set(deviceClassName, [...(requests.get(deviceClassName) ?? []), fullName]);
  }
  const config: DeviceAllocationConfiguration[] = [];
  for (const [name, names] of requests) {
    for (const one of classes.get(name)?.spec?.config ?? []) {
      config.push({ ...one, source: 'FromClass', requests: names });
    }
  }
  for (const one of claim.spec?.devices?.config ?? []) {
    const names = one.requests ?? [];
    if (names.length === 0) config.push({ ...one, source: 'FromClaim' });
    for (const { name, parent, fullName } of selected) {
      if (names.includes(parent ?? name) || names.includes(fullName)) {
        config.push({ ...one, source: 'FromClaim' });
      }
    }
  }
  return config;
}

/** From which nodes the devices can be used; undefined: from all. */
function selectorOf(devices: readonly Chosen[], node: string): NodeSelector | undefined {
  const matchFields: NodeSelectorRequirement[] = [];
  const matchExpressions: NodeSelectorRequirement[] = [];
  for (const { candidate } of devices) {
    const { spec } = candidate.slice;
    const { nodeName, nodeSelector } = spec.perDeviceNodeSelection ? candidate.device : spec;
    if (nodeName !== undefined || candidate.device.bindsToNode) {
      const requirement = { key: 'metadata.name', operator: 'In', values: [node] };
      return { nodeSelectorTerms: [{ matchFields: [requirement] }] };
    }
    const [term] = nodeSelector?.nodeSelectorTerms ?? [];
    addNew(matchFields, term?.matchFields ?? []);
    addNew(matchExpressions, term?.matchExpressions ?? []);
  }
  if (matchFields.length + matchExpressions.length === 0) return undefined;
  const term = {
    ...(matchFields.length > 0 ? { matchFields } : {}),
    ...(matchExpressions.length > 0 ? { matchExpressions } : {}),
  };
  return { nodeSelectorTerms: [term] };
}

const identityOf = ({ key, operator, values = [] }: NodeSelectorRequirement): string =>
  JSON.stringify([key, operator, [...new Set(values)].sort()]);

function addNew(to: NodeSelectorRequirement[], from: readonly NodeSelectorRequirement[]): void {
  for (const one of from) {
    if (!to.some((other) => identityOf(other) === identityOf(one))) to.push(deepCopy(one));
  }
}
