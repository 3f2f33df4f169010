import { describe, expect, it } from 'vitest';
import type { Pod, PodSpec } from '../../apimachinery/types/core.v1.gen.ts';
import { defaultPod } from './pod-defaults.ts';
import {
  templateUpdateOptions,
  validatePod,
  validatePodTemplateSpec,
  validatePodUpdate,
} from './pod-validation.ts';

function pod(spec: Partial<PodSpec>, annotations: Record<string, string> = {}): Pod {
  const one: Pod = {
    metadata: { name: 'p', namespace: 'ns', annotations },
    spec: { containers: [{ name: 'c', image: 'i:1' }], ...spec },
  };
  defaultPod(one);
  return one;
}

const LONG = 'x'.repeat(64);
const selector = { matchLabels: { a: LONG } };
const container = { name: 'c', image: 'i:1' };

describe('what is no longer allowed', () => {
  it.each<[string, Partial<PodSpec>, Record<string, string>, string[]]>([
    [
      'deletion costs',
      {},
      { 'controller.kubernetes.io/pod-deletion-cost': '+1' },
      ['metadata.annotations[controller.kubernetes.io/pod-deletion-cost]'],
    ],
    [
      'huge pages that are no whole pages',
      { containers: [{ ...container, resources: { limits: { 'hugepages-2Mi': '1Mi', cpu: '1' } } }] },
      {},
      [
        'spec.containers[0].resources.limits[hugepages-2Mi]',
        'spec.containers[0].resources.requests[hugepages-2Mi]',
      ],
    ],
    [
      'values of selectors in affinities',
      {
        affinity: {
          podAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: [
              {
                topologyKey: 'z',
                labelSelector: { matchExpressions: [{ key: 'a', operator: 'In', values: [LONG] }] },
              },
            ],
          },
        },
      },
      {},
      [
        'spec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].labelSelector.matchExpressions[0].values[0]',
      ],
    ],
    [
      'selectors of spread constraints',
      {
        topologySpreadConstraints: [
          { maxSkew: 1, topologyKey: 'z', whenUnsatisfiable: 'DoNotSchedule', labelSelector: selector },
        ],
      },
      {},
      ['spec.topologySpreadConstraints[0].labelSelector.matchLabels'],
    ],
    [
      'tokens outside their volume',
      {
        serviceAccountName: 'sa',
        volumes: [{ name: 'v', projected: { sources: [{ serviceAccountToken: { path: '../t' } }] } }],
      },
      {},
      ['spec.volumes[0].projected.path'],
    ],
    [
      'kernel parameters of the host',
      { hostNetwork: true, securityContext: { sysctls: [{ name: 'net.ipv4.tcp_syncookies', value: '1' }] } },
      {},
      ['spec.securityContext.sysctls[0].name'],
    ],
    [
      'restarts of init containers for resources',
      {
        initContainers: [
          {
            name: 'i',
            image: 'i',
            resizePolicy: [{ resourceName: 'cpu', restartPolicy: 'RestartContainer' }],
          },
        ],
      },
      {},
      ['spec.initContainers[0].resizePolicy[0].restartPolicy'],
    ],
    [
      'devices with users of their own',
      {
        hostUsers: false,
        volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'x' } }],
        containers: [{ ...container, volumeDevices: [{ name: 'v', devicePath: '/dev/x' }] }],
      },
      {},
      ['spec.containers[0].volumeDevices'],
    ],
    [
      'tolerations that compare',
      { tolerations: [{ key: 'k', operator: 'Gt', value: '1' }] },
      {},
      ['spec.tolerations[0].operator'],
    ],
  ])('may stay, but not come: %s', (_, spec, annotations, fields) => {
    const old = pod(spec, annotations);
    expect(validatePod(old).map(({ field }) => field)).toEqual(fields);
    expect(validatePodUpdate(pod(spec, annotations), old)).toEqual([]);
    const template = { spec: old.spec!, metadata: { annotations } };
    expect(validatePodTemplateSpec(template, 'template', templateUpdateOptions(template))).toEqual([]);
    expect(validatePodTemplateSpec(template, 'template').map(({ field }) => field)).toEqual(
      // Templates have annotations without `metadata` in paths.
      fields.map((field) => `template.${field.replace('metadata.', '')}`),
    );
  });
});
