/** A pod on a node is resized within what the node has, where it can be at all. Source: kubernetes plugin/pkg/admission/podresize. */
import { cmp, milliValue, parseQuantity, type Quantity, value } from '../../apimachinery/quantity.ts';
import type { StatusCause } from '../../apimachinery/status.ts';
import type { Node, Pod } from '../../apimachinery/types/core.v1.gen.ts';
import { podRequests } from '../../apis/core/pod-resources.ts';
import type { Stored } from '../../apis/object.ts';
import { type AdmissionPlugin, refuse } from './plugin.ts';

const OS_LABEL = 'kubernetes.io/os';
/** What is compared, in which unit it is told. */
const COMPARED: readonly (readonly [resource: string, unit: (amount: Quantity) => number])[] = [
  ['cpu', milliValue],
  ['memory', value],
];

export const podResizeValidator: AdmissionPlugin = {
  name: 'PodResizeValidator',
  handles: ({ operation, definition, subresource, object, old }) =>
    operation === 'UPDATE' &&
    subresource === 'resize' &&
    definition.resource === 'pods' &&
    definition.group === '' &&
    Boolean((object as Pod).spec?.nodeName) &&
    object?.metadata?.generation !== old?.metadata?.generation,
  async validate(attributes) {
    const pod = attributes.object as Pod;
    const name = pod.spec!.nodeName!;
    const node = await attributes.reads.get<Node>('', 'nodes', '', name);
    if (!node) throw refuse(attributes, `node "${name}" not found`);
    const os = node.metadata.labels?.[OS_LABEL];
    if (os !== undefined && os !== 'linux') {
      const message = `pod resize is only supported on linux nodes, node "${name}" is "${os}"`;
      throw refuse(attributes, message, causes('UnsupportedPlatform'));
    }
    const missing = lacking(pod, node);
    if (missing.length === 0) return;
    const message = `node didn't have enough allocatable resources: ${missing.join('; ')}`;
    throw refuse(attributes, message, causes('NodeCapacity'));
  },
};

const causes = (reason: string): StatusCause[] => [{ reason }];

/** What the node has too little of. */
function lacking(pod: Pod, { status }: Stored<Node>): string[] {
  const requests = podRequests(pod);
  return COMPARED.flatMap(([resource, unit]) => {
    const requested = requests[resource];
    const allocatable = parseQuantity(status?.allocatable?.[resource] ?? '0');
    if (!requested || cmp(requested, allocatable) <= 0) return [];
    return [`${resource}, requested: ${unit(requested)}, allocatable: ${unit(allocatable)}`];
  });
}
