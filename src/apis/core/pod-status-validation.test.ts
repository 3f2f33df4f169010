import { describe, expect, it } from 'vitest';
import type { Pod, PodSpec, PodStatus } from '../../apimachinery/types/core.v1.gen.ts';
import { defaultPod } from './pod-defaults.ts';
import { validatePodStatusUpdate } from './pod-status-validation.ts';

function pod(spec: Partial<PodSpec>, status: PodStatus): Pod {
  const one: Pod = {
    metadata: { name: 'p', namespace: 'ns' },
    spec: { containers: [{ name: 'c', image: 'i:1' }], ...spec },
    status: structuredClone(status),
  };
  defaultPod(one);
  return one;
}
const check = (spec: Partial<PodSpec>, status: PodStatus, old: PodStatus = {}): string[] =>
  validatePodStatusUpdate(pod(spec, status), pod(spec, old)).map(
    ({ field, message }) => `${field}: ${message}`,
  );

const DNS =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const CONTAINER = { name: 'c', ready: true, restartCount: 0, image: 'i', imageID: '' };

describe('resource claims', () => {
  it('of the pod', () => {
    expect(
      check(
        { resourceClaims: [{ name: 'r', resourceClaimTemplateName: 't' }] },
        {
          resourceClaimStatuses: [{ name: 'r', resourceClaimName: 'R' }, { name: 'x' }, { name: 'r' }],
        },
      ),
    ).toEqual([
      `status.resourceClaimStatuses[0].resourceClaimName: Invalid value: "R": ${DNS}`,
      'status.resourceClaimStatuses[1].name: Invalid value: "x": must match the name of an entry in `spec.resourceClaims`',
      'status.resourceClaimStatuses[2].name: Duplicate value: "r"',
    ]);
  });

  it('of extended resources', () => {
    const containers = [{ name: 'c', image: 'i', resources: { requests: { 'example.com/gpu': '1' } } }];
    const mapping = { containerName: 'c', resourceName: 'example.com/gpu', requestName: 'r' };
    const claim = (requestMappings: (typeof mapping)[], resourceClaimName = 'claim') =>
      check({ containers }, { extendedResourceClaimStatus: { requestMappings, resourceClaimName } });
    expect(claim([mapping])).toEqual([]);
    const path = 'status.extendedResourceClaimStatus';
    expect(claim([], '')).toEqual([
      `${path}.requestMappings: Required value: at least one request mapping is required`,
      `${path}.resourceClaimName: Required value`,
    ]);
    expect(
      claim([mapping, mapping, { ...mapping, containerName: 'x' }, { ...mapping, resourceName: 'cpu' }]),
    ).toEqual([
      `${path}.requestMappings[1].containerName: Duplicate value: "c"`,
      `${path}.requestMappings[1].resourceName: Duplicate value: "example.com/gpu"`,
      `${path}.requestMappings[1].requestName: Duplicate value: "r"`,
      `${path}.requestMappings[2].containerName: Invalid value: "x": must match the name of an entry in spec.initContainers.name or spec.containers.name`,
      `${path}.requestMappings[3].resourceName: Invalid value: "cpu": must match the extended resource name of an entry in spec.initContainers.resources.requests or spec.containers.resources.requests`,
    ]);
  });

  it('of what the node has', () => {
    expect(
      check(
        { resourceClaims: [{ name: 'r', resourceClaimName: 'one' }] },
        {
          nodeAllocatableResourceClaimStatuses: [
            { resourceClaimName: 'one', containers: ['c'], resources: { cpu: '1' } },
            { resourceClaimName: '', containers: [], resources: {} },
            { resourceClaimName: 'one', containers: ['c'], resources: { 'example.com/gpu': '-1' } },
          ],
        },
      ),
    ).toEqual([
      'status.nodeAllocatableResourceClaimStatuses[1].resourceClaimName: Required value: must not be empty',
      'status.nodeAllocatableResourceClaimStatuses[1].resourceClaimName: Invalid value: "": no mapping found in pod reference',
      'status.nodeAllocatableResourceClaimStatuses[1].containers: Required value: must not be empty',
      'status.nodeAllocatableResourceClaimStatuses[1].resources: Required value: must not be empty',
      'status.nodeAllocatableResourceClaimStatuses[2].resources[example.com/gpu]: Invalid value: "example.com/gpu": must be a node allocatable resource name',
      'status.nodeAllocatableResourceClaimStatuses[2].resources[example.com/gpu]: Invalid value: "-1": must be non-negative',
    ]);
  });
});

it.each<[string, Partial<PodSpec>, PodStatus, PodStatus, string[]]>([
  [
    'a node for a pod that has one',
    { nodeName: 'a' },
    { nominatedNodeName: 'B' },
    {},
    [
      `status.nominatedNodeName: Invalid value: "B": ${DNS}`,
      'status.nominatedNodeName: Forbidden: may not be set on pods that are already bound to a node',
    ],
  ],
  ['a nomination that stays', { nodeName: 'a' }, { nominatedNodeName: 'b' }, { nominatedNodeName: 'b' }, []],
  [
    'generations',
    {},
    { observedGeneration: -1, conditions: [{ type: 'Ready', status: 'True', observedGeneration: -2 }] },
    {},
    [
      'status.conditions[0].observedGeneration: Invalid value: -2: must be a non-negative integer',
      'status.observedGeneration: Invalid value: -1: must be a non-negative integer',
    ],
  ],
  [
    'addresses',
    {},
    { podIPs: [{ ip: '1.1.1.1' }, { ip: '1.1.1.2' }], hostIP: '2.2.2.2', hostIPs: [{ ip: '2.2.2.3' }] },
    {},
    [
      'status.podIPs: Invalid value: [{"IP":"1.1.1.1"},{"IP":"1.1.1.2"}]: may specify no more than one IP for each IP family',
      'status.hostIPs[0].ip: Invalid value: "2.2.2.3": must be equal to `hostIP`',
    ],
  ],
  [
    'health of resources',
    {},
    {
      containerStatuses: [
        {
          ...CONTAINER,
          allocatedResourcesStatus: [
            {
              name: 'claim:r',
              resources: [
                { resourceID: 'a', health: 'Good' },
                { resourceID: 'a', health: 'Unknown', message: '' },
                { resourceID: 'b', health: 'Unknown', message: 'x'.repeat(1025) },
              ],
            },
          ],
        },
      ],
    },
    {},
    [
      "status.containerStatuses[0].allocatedResourcesStatus[0].name: Invalid value: \"claim:r\": must match one of the container's resource claims in a format 'claim:<claimName>/<request>' or 'claim:<claimName>' if request is empty",
      'status.containerStatuses[0].allocatedResourcesStatus[0].resources[0].health: Unsupported value: "Good": supported values: "Healthy", "Unhealthy", "Unknown"',
      'status.containerStatuses[0].allocatedResourcesStatus[0].resources[1].message: Required value: must be non-empty if specified',
      'status.containerStatuses[0].allocatedResourcesStatus[0].resources[1].resourceID: Duplicate value: "a"',
      'status.containerStatuses[0].allocatedResourcesStatus[0].resources[2].message: Too long: may not be more than 1024 bytes',
    ],
  ],
  [
    'containers that run again by a rule',
    {
      restartPolicy: 'Never',
      containers: [
        {
          name: 'c',
          image: 'i',
          restartPolicy: 'Never',
          restartPolicyRules: [{ action: 'Restart', exitCodes: { operator: 'In', values: [42] } }],
        },
        { name: 'd', image: 'i' },
      ],
    },
    {
      containerStatuses: [
        { ...CONTAINER, state: { waiting: {} } },
        { ...CONTAINER, name: 'd', state: { waiting: {} } },
      ],
    },
    {
      containerStatuses: [
        { ...CONTAINER, state: { terminated: { exitCode: 42 } } },
        { ...CONTAINER, name: 'd', state: { terminated: { exitCode: 42 } } },
      ],
    },
    ['status.containerStatuses[1].state: Forbidden: may not be transitioned to non-terminated state'],
  ],
])('%s', (_, spec, status, old, expected) => {
  expect(check(spec, status, old)).toEqual(expected);
});
