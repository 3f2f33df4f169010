import { describe, expect, it } from 'vitest';
import type { Container, PodSpec } from '../../apimachinery/types/core.v1.gen.ts';
import { podTemplateWarnings, podWarnings } from './pod-warnings.ts';

const warnings = (spec: Partial<PodSpec>, annotations: Record<string, string> = {}): string[] =>
  podWarnings({ metadata: { annotations }, spec: { containers: [{ name: 'c' }], ...spec } });
const ofContainer = (over: Partial<Container>): string[] =>
  warnings({ containers: [{ name: 'c', ...over }] });

describe('podWarnings', () => {
  it('compares no more ports than it tells of', () => {
    const containers = Array.from({ length: 3000 }, (_, n) => ({
      name: `c${n}`,
      ports: [{ containerPort: 80 }],
    }));
    const texts = warnings({ containers });
    expect(texts.slice(0, 2)).toEqual([
      'spec.containers[1].ports[0]: duplicate port definition with spec.containers[0].ports[0]',
      'spec.containers[2].ports[0]: duplicate port definition with spec.containers[0].ports[0]',
    ]);
    expect(texts).toHaveLength(1000);
  });

  it('looks at each of many secrets once', () => {
    const imagePullSecrets = Array.from({ length: 200_000 }, (_, n) => ({ name: `s${n}` }));
    expect(warnings({ imagePullSecrets })).toEqual([]);
  });

  it('has none for a plain pod', () => {
    expect(warnings({})).toEqual([]);
    expect(podWarnings({})).toEqual([]);
  });

  it.each<[string, Partial<PodSpec>, string[]]>([
    [
      'old labels of nodes',
      { nodeSelector: { 'beta.kubernetes.io/os': 'linux' } },
      ['spec.nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14; use "kubernetes.io/os" instead'],
    ],
    [
      'old labels in affinities',
      {
        affinity: {
          nodeAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: {
              nodeSelectorTerms: [
                { matchExpressions: [{ key: 'failure-domain.beta.kubernetes.io/zone', operator: 'Exists' }] },
              ],
            },
          },
        },
      },
      [
        'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[0].key: failure-domain.beta.kubernetes.io/zone is deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
      ],
    ],
    [
      'selectors of nothing',
      {
        topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'z', whenUnsatisfiable: 'ScheduleAnyway' }],
        affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'z' }] } },
      },
      [
        'spec.topologySpreadConstraints[0].labelSelector: a null labelSelector results in matching no pod',
        'spec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].labelSelector: a null labelSelector results in matching no pod',
      ],
    ],
    [
      'volumes of the past',
      { volumes: [{ name: 'v', rbd: { monitors: [], image: '' } }] },
      ['spec.volumes[0].rbd: deprecated in v1.28, non-functional in v1.31+'],
    ],
    [
      'files over tokens',
      {
        volumes: [
          {
            name: 'v',
            projected: {
              sources: [
                { serviceAccountToken: { path: 't' } },
                { configMap: { items: [{ key: 'k', path: 't' }] } },
              ],
            },
          },
        ],
      },
      ['volume "v" (Projected): overlapping paths: "t" (ConfigMap "") with "t" (ServiceAccountToken)'],
    ],
    [
      'things named twice',
      {
        hostAliases: [{ ip: '1.1.1.1' }, { ip: '1.1.1.1' }],
        imagePullSecrets: [{ name: 'a' }, { name: 'a' }, {}],
      },
      [
        'spec.hostAliases[1].ip: duplicate ip "1.1.1.1"',
        'spec.imagePullSecrets[1].name: duplicate name "a"',
        'spec.imagePullSecrets[2].name: invalid empty name ""',
      ],
    ],
    [
      'negative grace periods',
      { terminationGracePeriodSeconds: -1 },
      [
        'spec.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1',
      ],
    ],
  ])('tells of %s', (_name, spec, expected) => {
    expect(warnings(spec)).toEqual(expected);
  });

  it('tells of fractions of bytes', () => {
    expect(ofContainer({ resources: { limits: { memory: '100m', cpu: '100m' } } })).toEqual([
      'spec.containers[0].resources.limits[memory]: fractional byte value "100m" is invalid, must be an integer',
    ]);
  });

  it('tells of variables that hide others, unless they build on them', () => {
    const env = [
      { name: 'A', value: '1' },
      { name: 'A', value: '$(A)2' },
      { name: 'A', value: '3' },
    ];
    expect(ofContainer({ env })).toEqual([
      'spec.containers[0].env[2]: hides previous definition of "A", which may be dropped when using apply',
    ]);
  });

  it('tells of ports that overlap', () => {
    const ports = [
      { containerPort: 80, protocol: 'TCP' },
      { containerPort: 80, protocol: 'TCP' },
      { containerPort: 80, protocol: 'TCP', hostPort: 1 },
      { containerPort: 81, protocol: 'TCP', hostPort: 2 },
      { containerPort: 81, protocol: 'TCP', hostPort: 2, hostIP: '1.1.1.1' },
      { containerPort: 82, protocol: 'TCP', hostIP: '1.1.1.1' },
    ];
    expect(ofContainer({ ports })).toEqual([
      'spec.containers[0].ports[1]: duplicate port definition with spec.containers[0].ports[0]',
      'spec.containers[0].ports[2]: overlapping port definition with spec.containers[0].ports[0]',
      'spec.containers[0].ports[2]: overlapping port definition with spec.containers[0].ports[1]',
      'spec.containers[0].ports[4]: dangerously ambiguous port definition with spec.containers[0].ports[3]',
      'spec.containers[0].ports[5]: hostIP set without hostPort: {Name: HostPort:0 ContainerPort:82 Protocol:TCP HostIP:1.1.1.1}',
    ]);
  });

  it('tells of annotations that do nothing', () => {
    const annotations = {
      'scheduler.alpha.kubernetes.io/critical-pod': '',
      'seccomp.security.alpha.kubernetes.io/pod': 'unconfined',
    };
    expect(warnings({}, annotations)).toEqual([
      'metadata.annotations[scheduler.alpha.kubernetes.io/critical-pod]: non-functional in v1.16+; use the "priorityClassName" field instead',
      'metadata.annotations[seccomp.security.alpha.kubernetes.io/pod]: non-functional in v1.27+; use the "seccompProfile" field instead',
    ]);
  });
});

describe('podTemplateWarnings', () => {
  it('puts its path before them', () => {
    const annotations = { 'container.apparmor.security.beta.kubernetes.io/c': 'unconfined' };
    const spec = { containers: [{ name: 'c', resources: { requests: { memory: '1m' } } }] };
    expect(podTemplateWarnings({ metadata: { annotations }, spec }, 'spec.template')).toEqual([
      'spec.template.metadata.annotations[container.apparmor.security.beta.kubernetes.io/c]: deprecated since v1.30; use the "appArmorProfile" field instead',
      'spec.template.spec.containers[0].resources.requests[memory]: fractional byte value "1m" is invalid, must be an integer',
    ]);
  });
});
