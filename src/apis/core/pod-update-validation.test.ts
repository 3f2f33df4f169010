import { describe, expect, it } from 'vitest';
import type { FieldError } from '../../apimachinery/field-error.ts';
import type { Container, Pod, PodSpec, PodStatus } from '../../apimachinery/types/core.v1.gen.ts';
import { defaultPod } from './pod-defaults.ts';
import { preparePodResize, prepareEphemeralContainersUpdate } from './pod-subresources.ts';
import {
  validatePodEphemeralContainersUpdate,
  validatePodResize,
  validatePodStatusUpdate,
  validatePodUpdate,
} from './pod-validation.ts';

const show = (errors: FieldError[]): string[] => errors.map((one) => `${one.field}: ${one.message}`);

function pod(
  spec: Partial<PodSpec> = {},
  status: PodStatus = {},
  annotations: Record<string, string> = {},
): Pod {
  const one: Pod = {
    metadata: { name: 'p', namespace: 'ns', annotations },
    spec: { containers: [{ name: 'c', image: 'i:1' }], ...spec },
    status,
  };
  defaultPod(one);
  return one;
}
const update = (old: Partial<PodSpec>, now: Partial<PodSpec>): string[] =>
  show(validatePodUpdate(pod(now), pod(old)));

const FORBIDDEN =
  'spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)\n';

describe('validatePodUpdate', () => {
  it('takes no longer for each of many tolerations', () => {
    const tolerations = Array.from({ length: 20_000 }, (_, n) => ({ key: `k${n}`, operator: 'Exists' }));
    expect(
      update({ tolerations }, { tolerations: [{ operator: 'Exists' }, ...tolerations].reverse() }),
    ).toEqual([]);
  });

  const image = (name: string, init = name): Partial<PodSpec> => ({
    containers: [{ name: 'c', image: name }],
    initContainers: [{ name: 'i', image: init }],
  });
  const term = (...values: string[]): Partial<PodSpec> => ({
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [{ matchExpressions: values.map((key) => ({ key, operator: 'Exists' })) }],
        },
      },
    },
  });
  const gates = { schedulingGates: [{ name: 'a' }, { name: 'b' }] };

  it.each<[string, Partial<PodSpec>, Partial<PodSpec>]>([
    ['nothing', {}, {}],
    ['images', image('i:1'), image('i:2', 'i:3')],
    ['a first deadline', {}, { activeDeadlineSeconds: 9 }],
    ['an earlier deadline', { activeDeadlineSeconds: 9 }, { activeDeadlineSeconds: 8 }],
    ['more tolerations', {}, { tolerations: [{ operator: 'Exists' }] }],
    [
      'seconds of a toleration',
      { tolerations: [{ key: 'k', effect: 'NoExecute', tolerationSeconds: 1 }] },
      { tolerations: [{ key: 'k', effect: 'NoExecute', tolerationSeconds: 2 }] },
    ],
    ['a negative grace period', { terminationGracePeriodSeconds: -1 }, { terminationGracePeriodSeconds: 1 }],
    ['fewer gates', gates, { schedulingGates: [{ name: 'b' }] }],
    ['a gated pod’s node selector', gates, { ...gates, nodeSelector: { a: 'b' } }],
    ['a gated pod’s first node affinity', gates, { ...gates, ...term('a') }],
    ['a gated pod’s node affinity', { ...gates, ...term('a') }, { ...gates, ...term('a', 'b') }],
  ])('allows %s', (_name, old, now) => {
    expect(update(old, now)).toEqual([]);
  });

  it.each<[string, Partial<PodSpec>, Partial<PodSpec>, string[]]>([
    ['a node', {}, { nodeName: 'n' }, ['- "NodeName": "",', '+ "NodeName": "n",']],
    [
      'a variable',
      {},
      { containers: [{ name: 'c', image: 'i:1', env: [{ name: 'A', value: 'b' }] }] },
      [
        '-   "Env": null,',
        '+   "Env": [',
        '+    {',
        '+     "Name": "A",',
        '+     "Value": "b",',
        '+     "ValueFrom": null',
        '+    }',
        '+   ],',
      ],
    ],
    [
      'another grace period',
      {},
      { terminationGracePeriodSeconds: 1 },
      ['- "TerminationGracePeriodSeconds": 30,', '+ "TerminationGracePeriodSeconds": 1,'],
    ],
    [
      'the node selector of a pod without gates',
      {},
      { nodeSelector: { a: 'b' } },
      ['- "NodeSelector": null,', '+ "NodeSelector": {', '+  "a": "b"', '+ },'],
    ],
  ])('refuses %s, and shows the difference', (_name, old, now, expected) => {
    const [error = '', ...others] = update(old, now);
    expect(others).toEqual([]);
    expect(error.startsWith(FORBIDDEN)).toBe(true);
    const lines = error.slice(FORBIDDEN.length).split('\n');
    expect(lines.filter((line) => /^[-+]/.test(line))).toEqual(expected);
  });

  it.each<[string, Partial<PodSpec>, Partial<PodSpec>, string[]]>([
    [
      'more containers',
      {},
      {
        containers: [
          { name: 'c', image: 'i:1' },
          { name: 'd', image: 'i:1' },
        ],
      },
      ['spec.containers: Forbidden: pod updates may not add or remove containers'],
    ],
    [
      'a later deadline',
      { activeDeadlineSeconds: 1 },
      { activeDeadlineSeconds: 2 },
      ['spec.activeDeadlineSeconds: Invalid value: 2: must be less than or equal to previous value'],
    ],
    [
      'no deadline any more',
      { activeDeadlineSeconds: 1 },
      {},
      [
        'spec.activeDeadlineSeconds: Invalid value: null: must not update from a positive integer to nil value',
      ],
    ],
    [
      'fewer tolerations',
      { tolerations: [{ operator: 'Exists' }] },
      {},
      ['spec.tolerations: Forbidden: existing toleration can not be modified except its tolerationSeconds'],
    ],
    [
      'a new gate',
      { schedulingGates: [{ name: 'a' }] },
      { schedulingGates: [{ name: 'a' }, { name: 'b' }] },
      [
        "spec.schedulingGates[1].name: Forbidden: only deletion is allowed, but found new scheduling gate 'b'",
      ],
    ],
    [
      'a gated pod’s node selector for another',
      { ...gates, nodeSelector: { a: 'b' } },
      { ...gates, nodeSelector: { a: 'c' } },
      [
        'spec.nodeSelector: Invalid value: {"a":"c"}: only additions to spec.nodeSelector are allowed (no mutations or deletions)',
      ],
    ],
    [
      'a gated pod’s node affinity for another',
      { ...gates, ...term('a') },
      { ...gates, ...term('b') },
      [
        'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0]: Invalid value: {"MatchExpressions":[{"Key":"b","Operator":"Exists","Values":null}],"MatchFields":null}: only additions are allowed (no mutations or deletions)',
      ],
    ],
  ])('refuses %s', (_name, old, now, expected) => {
    expect(update(old, now)).toEqual(expected);
  });

  it('tells of a new gate once', () => {
    const names = (...list: string[]) => ({ schedulingGates: list.map((name) => ({ name })) });
    const gates = update(names('a'), names('a', 'b', 'b')).filter((text) => text.includes('only deletion'));
    expect(gates).toEqual([
      "spec.schedulingGates[2].name: Forbidden: only deletion is allowed, but found new scheduling gate 'b'",
    ]);
  });

  it('refuses to touch annotations of mirror pods and of AppArmor', () => {
    const mirror = { 'kubernetes.io/config.mirror': 'x' };
    const spec = { nodeName: 'n' };
    expect(show(validatePodUpdate(pod(spec, {}, mirror), pod(spec)))).toEqual([
      'metadata.annotations[kubernetes.io/config.mirror]: Forbidden: may not add mirror pod annotation',
    ]);
    expect(show(validatePodUpdate(pod(spec), pod(spec, {}, mirror)))).toEqual([
      'metadata.annotations[kubernetes.io/config.mirror]: Forbidden: may not remove or update mirror pod annotation',
    ]);
  });
});

describe('ephemeral containers', () => {
  const debug = (...names: string[]): Partial<PodSpec> => ({
    ephemeralContainers: names.map((name) => ({ name, image: 'busybox:1', targetContainerName: 'c' })),
  });
  const validate = (old: Partial<PodSpec>, now: Partial<PodSpec>): string[] => {
    const before = pod(old);
    const after = pod({ nodeName: 'other', ...now });
    prepareEphemeralContainersUpdate(after, before);
    return show(validatePodEphemeralContainersUpdate(after, before));
  };

  it('can be added, and nothing else changes', () => {
    expect(validate(debug('a'), debug('a', 'b'))).toEqual([]);
    const after = pod({ nodeName: 'other', ...debug('a') });
    after.metadata!.labels = { mine: 'x' };
    prepareEphemeralContainersUpdate(after, pod());
    expect(after.spec!.nodeName).toBeUndefined();
    expect(after.spec!.ephemeralContainers).toHaveLength(1);
    expect(after.metadata!.labels).toBeUndefined();
  });

  it('cannot be removed, changed, or be given what they may not have', () => {
    expect(validate(debug('a'), {})).toEqual([
      'spec.ephemeralContainers: Forbidden: existing ephemeral containers "a" may not be removed\n',
    ]);
    const changed = { ephemeralContainers: [{ name: 'a', image: 'busybox:2', targetContainerName: 'c' }] };
    expect(validate(debug('a'), changed)).toEqual([
      'spec.ephemeralContainers: Forbidden: existing ephemeral containers "a" may not be changed\n@@ -1,6 +1,6 @@\n {\n  "Name": "a",\n- "Image": "busybox:1",\n+ "Image": "busybox:2",\n  "Command": null,\n  "Args": null,\n  "WorkingDir": "",\n',
    ]);
    const wrong = {
      ephemeralContainers: [
        {
          name: 'c',
          image: 'i',
          targetContainerName: 'x',
          ports: [{ containerPort: 1 }],
          resources: { limits: { cpu: '1' } },
        },
      ],
    };
    expect(validate({}, wrong)).toEqual([
      'spec.ephemeralContainers[0].name: Duplicate value: "c"',
      'spec.ephemeralContainers[0].targetContainerName: Not found: "x"',
      'spec.ephemeralContainers[0].ports: Forbidden: cannot be set for an Ephemeral Container',
      'spec.ephemeralContainers[0].resources: Forbidden: cannot be set for an Ephemeral Container',
    ]);
  });

  it('are not for static pods', () => {
    const old = pod({ nodeName: 'n' }, {}, { 'kubernetes.io/config.mirror': 'x' });
    expect(show(validatePodEphemeralContainersUpdate(pod(debug('a')), old))).toEqual([
      '[]: Forbidden: static pods do not support ephemeral containers',
    ]);
  });
});

describe('validatePodResize', () => {
  const sized = (
    requests: Record<string, string>,
    limits: Record<string, string> = {},
  ): Partial<PodSpec> => ({
    containers: [{ name: 'c', image: 'i:1', resources: { requests, limits } }],
  });
  const initContainer = (cpu: string): Container => ({
    name: 'i',
    image: 'i',
    resources: { requests: { cpu } },
    resizePolicy: [{ resourceName: 'cpu', restartPolicy: 'RestartContainer' }],
  });
  const resize = (old: Partial<PodSpec>, now: Partial<PodSpec>, status: PodStatus = {}): string[] => {
    const before = pod(old, status);
    const after = pod(now);
    preparePodResize(after, before);
    return show(validatePodResize(after, before));
  };

  it('allows other cpu and memory', () => {
    expect(resize(sized({ cpu: '1', memory: '1Gi' }), sized({ cpu: '2', memory: '512Mi' }))).toEqual([]);
  });

  it('keeps what is no resource', () => {
    const after = pod({ ...sized({ cpu: '2' }), nodeName: 'x' });
    after.spec!.containers![0]!.image = 'other';
    preparePodResize(after, pod(sized({ cpu: '1' })));
    expect(after.spec!.nodeName).toBeUndefined();
    expect(after.spec!.containers![0]).toMatchObject({ image: 'i:1', resources: { requests: { cpu: '2' } } });
  });

  it.each<[string, Partial<PodSpec>, Partial<PodSpec>, PodStatus, string[]]>([
    [
      'another class',
      sized({ cpu: '1' }),
      sized({ cpu: '1', memory: '1Gi' }, { cpu: '1', memory: '1Gi' }),
      {},
      ['spec: Invalid value: "": Pod QOS Class may not change as a result of resizing'],
    ],
    [
      'removing',
      sized({ cpu: '1', memory: '1Gi' }),
      sized({ cpu: '1' }),
      {},
      ['spec.containers[0].resources.requests: Forbidden: resource requests cannot be removed'],
    ],
    [
      'other resources',
      sized({ cpu: '1', 'ephemeral-storage': '1Gi' }),
      sized({ cpu: '1', 'ephemeral-storage': '2Gi' }),
      {},
      ['spec: Forbidden: only cpu and memory resources are mutable'],
    ],
    [
      'removing what the pod as a whole has',
      { resources: { requests: { cpu: '1', memory: '1Gi' } } },
      { resources: { requests: { cpu: '2' } } },
      {},
      ['spec.resources.requests: Forbidden: pod-level resource requests cannot be removed'],
    ],
    [
      'a node that cannot',
      sized({ cpu: '1' }),
      sized({ cpu: '2' }),
      { containerStatuses: [{ name: 'c', state: { running: {} } }] as PodStatus['containerStatuses'] },
      ['spec: Forbidden: Pod running on node without support for resize'],
    ],
    [
      'init containers that it would restart',
      { initContainers: [initContainer('1')] },
      { initContainers: [initContainer('2')] },
      {},
      [
        'spec.initContainers[0]: Forbidden: non-sidecar init containers with a resize policy of RestartContainer cannot be resized',
      ],
    ],
    [
      'other containers',
      {},
      { containers: [{ name: 'x', image: 'i:1' }] },
      {},
      ['spec.containers[0].name: Forbidden: containers may not be renamed or reordered on resize'],
    ],
  ])('refuses %s', (_name, old, now, status, expected) => {
    expect(resize(old, now, status)).toEqual(expected);
  });

  it('is not for Windows pods and static pods', () => {
    const windows = pod({ os: { name: 'windows' } });
    expect(show(validatePodResize(pod(), windows))).toEqual([
      '[]: Forbidden: windows pods cannot be resized',
    ]);
    const mirror = pod({ nodeName: 'n' }, {}, { 'kubernetes.io/config.mirror': 'x' });
    expect(show(validatePodResize(pod(), mirror))).toEqual(['[]: Forbidden: static pods cannot be resized']);
  });
});

describe('validatePodStatusUpdate', () => {
  const terminated = (name: string, exitCode: number) => ({ name, state: { terminated: { exitCode } } });
  const running = (name: string) => ({ name, state: { running: {} } });
  const statuses = (...list: unknown[]): PodStatus => ({
    containerStatuses: list as PodStatus['containerStatuses'],
  });

  it.each<[string, Partial<PodSpec>, PodStatus, PodStatus, string[]]>([
    ['nothing', {}, {}, {}, []],
    [
      'conditions',
      {},
      {},
      {
        conditions: [
          { type: 'Ready', status: 'True' },
          { type: 'a b', status: 'True' },
        ],
      },
      [
        "status.conditions[1].Type: Invalid value: \"a b\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
      ],
    ],
    [
      'the class',
      {},
      { qosClass: 'BestEffort' },
      { qosClass: 'Burstable' },
      ['status.qosClass: Invalid value: "Burstable": field is immutable'],
    ],
    ['a restart', {}, statuses(terminated('c', 1)), statuses(running('c')), []],
    [
      'a restart of what never does',
      { restartPolicy: 'Never' },
      statuses(terminated('c', 1)),
      statuses(running('c')),
      ['status.containerStatuses[0].state: Forbidden: may not be transitioned to non-terminated state'],
    ],
    [
      'a restart on failure',
      { restartPolicy: 'OnFailure' },
      statuses(terminated('c', 1)),
      statuses(running('c')),
      [],
    ],
    [
      'a restart after success',
      { restartPolicy: 'OnFailure' },
      statuses(terminated('c', 0)),
      statuses(running('c')),
      ['status.containerStatuses[0].state: Forbidden: may not be transitioned to non-terminated state'],
    ],
    [
      'addresses',
      {},
      {},
      {
        podIPs: [{ ip: '10.0.0.1' }, { ip: '10.0.0.1' }, { ip: 'x' }],
        hostIP: '1.1.1.1',
        hostIPs: [{ ip: '2.2.2.2' }],
      },
      [
        'status.podIPs[2]: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
        'status.podIPs: Internal error: failed to check for dual stack with error:invalid IP[2]: x',
        'status.podIPs: Invalid value: [{"IP":"10.0.0.1"},{"IP":"10.0.0.1"},{"IP":"x"}]: may specify no more than one IP for each IP family',
        'status.hostIPs[0].ip: Invalid value: "2.2.2.2": must be equal to `hostIP`',
      ],
    ],
    ['both families', {}, {}, { podIPs: [{ ip: '10.0.0.1' }, { ip: 'fd00::1' }] }, []],
    [
      'claims',
      {},
      {},
      { resourceClaimStatuses: [{ name: 'x' }] },
      [
        'status.resourceClaimStatuses[0].name: Invalid value: "x": must match the name of an entry in `spec.resourceClaims`',
      ],
    ],
    [
      'the health of unknown resources',
      {},
      {},
      statuses({
        name: 'c',
        allocatedResourcesStatus: [{ name: 'x', resources: [{ resourceID: 'a', health: 'Ill' }] }],
      }),
      [
        'status.containerStatuses[0].allocatedResourcesStatus[0].name: Invalid value: "x": must match one of the container\'s resource requests',
        'status.containerStatuses[0].allocatedResourcesStatus[0].resources[0].health: Unsupported value: "Ill": supported values: "Healthy", "Unhealthy", "Unknown"',
      ],
    ],
  ])('checks %s', (_name, spec, old, now, expected) => {
    expect(show(validatePodStatusUpdate(pod(spec, now), pod(spec, old)))).toEqual(expected);
  });
});
