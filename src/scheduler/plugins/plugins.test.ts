import { describe, expect, it } from 'vitest';
import type { Toleration } from '../../apimachinery/types/core.v1.gen.ts';
import { Cache } from '../cache.ts';
import { CycleState, type PreBindWrite, type Plugin } from '../framework.ts';
import { matches, nodeChanges } from '../events.ts';
import { newPodInfo, type PodInfo } from '../pod-info.ts';
import { ObjectStore } from '../store.ts';
import { makeNode, makePod, type NodeShape, nodeInfo, podInfo, type PodShape } from '../testing.ts';
import { balancedAllocation } from './balanced-allocation.ts';
import { imageLocality } from './image-locality.ts';
import { interPodAffinity } from './inter-pod-affinity.ts';
import { nodeAffinity } from './node-affinity.ts';
import { nodeName } from './node-name.ts';
import { nodeDeclaredFeatures } from './node-declared-features.ts';
import { nodePorts } from './node-ports.ts';
import { nodeResourcesFit } from './node-resources-fit.ts';
import { nodeUnschedulable } from './node-unschedulable.ts';
import { podTopologySpread } from './pod-topology-spread.ts';
import { schedulingGates } from './scheduling-gates.ts';
import { volumeBinding } from './volume-binding.ts';
import { taintToleration } from './taint-toleration.ts';

const U = 'UnschedulableAndUnresolvable';

/** A cache of nodes with pods on them: [name, shape, pods]. */
function cluster(nodes: [string, NodeShape?, PodShape[]?][]): Cache {
  const cache = new Cache();
  for (const [name, shape, pods] of nodes) {
    cache.setNode(makeNode(name, shape));
    for (const [i, pod] of (pods ?? []).entries())
      cache.setPod(makePod(`${name}-${i}`, { ...pod, node: name }));
  }
  return cache;
}

/** What the plug-in says of the pod on each node: its reasons, or 'ok'. */
function filters(plugin: Plugin, pod: PodInfo, cache: Cache): string[] {
  const state = new CycleState();
  const result = plugin.preFilter?.(state, pod, cache);
  if (result?.status?.code === 'Skip') return cache.nodes.map(() => 'ok');
  if (result?.status) return [`${result.status.code}: ${result.status.reasons.join(', ')}`];
  return cache.nodes.map((node) => {
    if (result?.nodeNames && !result.nodeNames.has(node.name)) return 'left out';
    const answer = plugin.filter!(state, pod, node);
    return answer ? `${answer.code}: ${answer.reasons.join(', ')}` : 'ok';
  });
}

/** The normalised scores; undefined when the plug-in skips. */
function scores(plugin: Plugin, pod: PodInfo, cache: Cache): number[] | undefined {
  const state = new CycleState();
  if (plugin.preScore?.(state, pod, cache.nodes)?.code === 'Skip') return undefined;
  const values = cache.nodes.map((node) => plugin.score!(state, pod, node));
  plugin.normalizeScore?.(state, pod, cache.nodes, values);
  return values;
}

describe('SchedulingGates', () => {
  it.each([
    [undefined, undefined],
    [[], undefined],
    [[{ name: 'a' }, { name: 'b' }], 'waiting for scheduling gates: [a b]'],
  ])('%j -> %s', (schedulingGatesOfPod, reason) => {
    const answer = schedulingGates.preEnqueue!(
      podInfo('p', { spec: { schedulingGates: schedulingGatesOfPod } }),
    );
    expect(answer?.reasons[0]).toBe(reason);
  });
});

describe('NodeName', () => {
  it.each([
    [undefined, 'ok'],
    ['n', 'ok'],
    ['m', `${U}: node(s) didn't match the requested node name`],
  ])('%s -> %s', (node, answer) => {
    expect(filters(nodeName, podInfo('p', { node }), cluster([['n']]))).toEqual([answer]);
  });
});

describe('NodeUnschedulable', () => {
  const refused = `${U}: node(s) were unschedulable`;
  it.each<[boolean, Toleration[], string]>([
    [false, [], 'ok'],
    [true, [], refused],
    [true, [{ key: 'node.kubernetes.io/unschedulable', operator: 'Exists', effect: 'NoSchedule' }], 'ok'],
    [true, [{ operator: 'Exists' }], 'ok'],
    [true, [{ key: 'other', operator: 'Exists' }], refused],
  ])('cordoned %s, %j -> %s', (unschedulable, tolerations, answer) => {
    const pod = podInfo('p', { spec: { tolerations } });
    expect(filters(nodeUnschedulable, pod, cluster([['n', { unschedulable }]]))).toEqual([answer]);
  });
});

describe('NodeDeclaredFeatures', () => {
  const nodes = (declaredFeatures?: string[]): Cache => {
    const cache = new Cache();
    const node = makeNode('n');
    cache.setNode({ ...node, status: { ...node.status, ...(declaredFeatures ? { declaredFeatures } : {}) } });
    return cache;
  };
  const needing = (list: string, action: string) =>
    podInfo('p', { spec: { [list]: [{ name: 'c', restartPolicyRules: [{ action }] }] } });
  const able = ['RestartAllContainersOnContainerExits'];
  const refused = `${U}: node(s) didn't match Pod's required features`;

  it.each<[string, string, string[] | undefined, string]>([
    ['containers', 'RestartAllContainers', undefined, refused],
    ['initContainers', 'RestartAllContainers', ['Other'], refused],
    ['containers', 'RestartAllContainers', able, 'ok'],
    ['containers', 'Restart', undefined, 'ok'],
  ])('%s with the rule %s on a node that declares %j: %s', (list, action, declared, answer) => {
    expect(filters(nodeDeclaredFeatures, needing(list, action), nodes(declared))).toEqual([answer]);
  });
  it('is asked again when a node declares another feature', () => {
    const [none, one] = [nodes(), nodes(able)].map((cache) => cache.nodes[0]!.node!);
    const event = { resource: 'Node', actions: nodeChanges(none!, one!) };
    expect(nodeDeclaredFeatures.events!.some((registration) => matches(registration, event))).toBe(true);
  });
});

describe('TaintToleration', () => {
  const refused = `${U}: node(s) had untolerated taint(s)`;
  it.each<[string, string, Toleration[], string]>([
    ['gpu', 'NoSchedule', [], refused],
    ['gpu', 'NoExecute', [], refused],
    ['gpu', 'PreferNoSchedule', [], 'ok'],
    ['gpu', 'NoSchedule', [{ key: 'gpu', value: 'yes' }], 'ok'],
    ['gpu', 'NoSchedule', [{ key: 'gpu', value: 'no' }], refused],
    ['gpu', 'NoSchedule', [{ key: 'gpu', operator: 'Exists' }], 'ok'],
    ['gpu', 'NoSchedule', [{ key: 'gpu', operator: 'Exists', effect: 'NoExecute' }], refused],
    ['gpu', 'NoSchedule', [{ operator: 'Exists' }], 'ok'],
  ])('%s:%s with %j -> %s', (key, effect, tolerations, answer) => {
    const pod = podInfo('p', { spec: { tolerations } });
    expect(
      filters(taintToleration, pod, cluster([['n', { taints: [{ key, value: 'yes', effect }] }]])),
    ).toEqual([answer]);
  });

  it('prefers nodes with fewer PreferNoSchedule taints', () => {
    const soft = (key: string) => ({ key, effect: 'PreferNoSchedule' });
    const nodes = cluster([['a'], ['b', { taints: [soft('x')] }], ['c', { taints: [soft('x'), soft('y')] }]]);
    expect(scores(taintToleration, podInfo('p'), nodes)).toEqual([100, 50, 0]);
    const tolerant = podInfo('p', { spec: { tolerations: [{ key: 'y', operator: 'Exists' }] } });
    expect(scores(taintToleration, tolerant, nodes)).toEqual([100, 0, 0]);
  });
});

describe('NodeAffinity', () => {
  const nodes = cluster([
    ['a', { labels: { disk: 'ssd', size: '5' } }],
    ['b', { labels: { disk: 'hdd' } }],
  ]);
  const refused = `${U}: node(s) didn't match Pod's node affinity/selector`;
  const required = (...nodeSelectorTerms: object[]): PodShape => ({
    spec: {
      affinity: {
        nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } as never },
      },
    },
  });
  const expression = (key: string, operator: string, ...values: string[]) => ({
    matchExpressions: [{ key, operator, values }],
  });
  const field = (operator: string, ...values: string[]) => ({
    matchFields: [{ key: 'metadata.name', operator, values }],
  });
  it.each<[string, PodShape, string[]]>([
    ['nothing', {}, ['ok', 'ok']],
    ['nodeSelector', { spec: { nodeSelector: { disk: 'ssd' } } }, ['ok', refused]],
    ['In', required(expression('disk', 'In', 'hdd', 'tape')), [refused, 'ok']],
    ['NotIn', required(expression('disk', 'NotIn', 'hdd')), ['ok', refused]],
    ['Exists', required(expression('size', 'Exists')), ['ok', refused]],
    ['DoesNotExist', required(expression('size', 'DoesNotExist')), [refused, 'ok']],
    ['Gt', required(expression('size', 'Gt', '4')), ['ok', refused]],
    ['Lt', required(expression('size', 'Lt', '4')), [refused, refused]],
    [
      'terms are alternatives',
      required(expression('disk', 'In', 'hdd'), expression('size', 'Exists')),
      ['ok', 'ok'],
    ],
    ['an empty term matches nothing', required({}), [refused, refused]],
    ['a name', required(field('In', 'b')), ['left out', 'ok']],
    ['not a name', required(field('NotIn', 'b')), ['ok', refused]],
    [
      'two names at once',
      required({ matchFields: [...field('In', 'a').matchFields, ...field('In', 'b').matchFields] }),
      [`${U}: pod affinity terms conflict`],
    ],
  ])('%s', (_, shape, answers) => {
    expect(filters(nodeAffinity, podInfo('p', shape), nodes)).toEqual(answers);
  });

  it('adds up the weights of preferences', () => {
    const prefer = (weight: number, key: string) => ({ weight, preference: expression(key, 'Exists') });
    const pod = podInfo('p', {
      spec: {
        affinity: {
          nodeAffinity: {
            preferredDuringSchedulingIgnoredDuringExecution: [
              prefer(20, 'disk'),
              prefer(60, 'size'),
            ] as never,
          },
        },
      },
    });
    expect(scores(nodeAffinity, pod, nodes)).toEqual([100, 25]);
    expect(scores(nodeAffinity, podInfo('q'), nodes)).toBeUndefined();
  });
});

describe('NodePorts', () => {
  const refused = "Unschedulable: node(s) didn't have free ports for the requested pod ports";
  const port = (hostPort: number, protocol = 'TCP', hostIP?: string) => [
    { containerPort: 80, hostPort, protocol, ...(hostIP && { hostIP }) },
  ];
  it.each([
    ['no host port', undefined, port(80), 'ok'],
    ['another port', port(81), port(80), 'ok'],
    ['the same port', port(80), port(80), refused],
    ['another protocol', port(80, 'UDP'), port(80), 'ok'],
    ['another address', port(80, 'TCP', '10.0.0.1'), port(80, 'TCP', '10.0.0.2'), 'ok'],
    ['every address', port(80), port(80, 'TCP', '10.0.0.2'), refused],
    ['one address', port(80, 'TCP', '10.0.0.2'), port(80), refused],
  ])('%s', (_, wanted, taken, answer) => {
    expect(
      filters(nodePorts, podInfo('p', { ports: wanted }), cluster([['n', {}, [{ ports: taken }]]])),
    ).toEqual([answer]);
  });
});

describe('NodeResourcesFit', () => {
  const used: PodShape[] = [{ requests: { cpu: '3', memory: '6Gi', 'example.com/gpu': '1' } }];
  const shape: NodeShape = { allocatable: { 'example.com/gpu': '2' } };
  it.each<[string, Record<string, string>, string]>([
    ['nothing', {}, 'ok'],
    ['exactly what is left', { cpu: '1', memory: '2Gi', 'example.com/gpu': '1' }, 'ok'],
    ['too much cpu', { cpu: '1001m' }, 'Unschedulable: Insufficient cpu'],
    ['more than the node has', { cpu: '5' }, `${U}: Insufficient cpu`],
    ['cpu and memory', { cpu: '2', memory: '3Gi' }, 'Unschedulable: Insufficient cpu, Insufficient memory'],
    ['ephemeral storage', { 'ephemeral-storage': '1Ti' }, `${U}: Insufficient ephemeral-storage`],
    ['an extended resource', { 'example.com/gpu': '2' }, 'Unschedulable: Insufficient example.com/gpu'],
    ['an unknown resource', { 'example.com/fpga': '1' }, `${U}: Insufficient example.com/fpga`],
  ])('%s', (_, requests, answer) => {
    expect(filters(nodeResourcesFit, podInfo('p', { requests }), cluster([['n', shape, used]]))).toEqual([
      answer,
    ]);
  });

  it('counts pods', () => {
    const nodes = cluster([['n', { allocatable: { pods: '1' } }, [{}]]]);
    expect(filters(nodeResourcesFit, podInfo('p'), nodes)).toEqual(['Unschedulable: Too many pods']);
  });

  it('prefers the emptier node', () => {
    const nodes = cluster([['a'], ['b', {}, [{ requests: { cpu: '2', memory: '4Gi' } }]]]);
    const pod = podInfo('p', { requests: { cpu: '1', memory: '2Gi' } });
    expect(scores(nodeResourcesFit, pod, nodes)).toEqual([75, 25]);
  });

  it('takes pods without requests for more than nothing', () => {
    const nodes = cluster([['a', { allocatable: { cpu: '1', memory: '1Gi' } }, [{}, {}]]]);
    // 300m of 1000m and 600Mi of 1024Mi: (70 + 41) / 2.
    expect(scores(nodeResourcesFit, podInfo('p'), nodes)).toEqual([55]);
  });
});

describe('NodeResourcesBalancedAllocation', () => {
  const nodes = cluster([['a'], ['b', {}, [{ requests: { cpu: '2' } }]]]);
  it('prefers the balance', () => {
    const pod = podInfo('p', { requests: { cpu: '1', memory: '2Gi' } });
    expect(scores(balancedAllocation, pod, nodes)).toEqual([100, 75]);
  });
  it('skips pods that ask for nothing', () => {
    expect(scores(balancedAllocation, podInfo('p'), nodes)).toBeUndefined();
  });
});

describe('ImageLocality', () => {
  it('prefers nodes that have the image', () => {
    const images = [{ names: ['nginx:latest'], sizeBytes: 1000 * 1024 * 1024 }];
    const nodes = cluster([['a', { images }], ['b']]);
    // Half of the nodes have it: (500 MB - 23 MB) / (1000 MB - 23 MB).
    expect(scores(imageLocality(nodes), podInfo('p'), nodes)).toEqual([48, 0]);
  });
});

describe('VolumeBinding', () => {
  const zone = (name: string) => ({ key: 'zone', operator: 'In', values: [name] });
  const nodes = cluster([
    ['a', { labels: { zone: 'x' } }],
    ['b', { labels: { zone: 'y' } }],
  ]);
  const claim = (name: string, spec: object, more: object = {}) => ({
    metadata: { name, namespace: 'default', annotations: { 'pv.kubernetes.io/bind-completed': 'yes' } },
    spec,
    ...more,
  });
  const selected = {
    name: 'selected',
    namespace: 'default',
    annotations: { 'volume.kubernetes.io/selected-node': 'b' },
  };
  const local = {
    storageClassName: 'local',
    accessModes: ['ReadWriteOnce'],
    resources: { requests: { storage: '1Gi' } },
  };
  const missing = `${U}: node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)`;
  const none = `${U}: node(s) didn't find available persistent volumes to bind`;
  const store = new ObjectStore();
  const required = { nodeSelectorTerms: [{ matchExpressions: [zone('x')] }] };
  store.set('PersistentVolume', { metadata: { name: 'vol-x' }, spec: { nodeAffinity: { required } } });
  const volumeBindingMode = 'WaitForFirstConsumer';
  store.set('StorageClass', { metadata: { name: 'wait' }, provisioner: 'disks', volumeBindingMode });
  store.set('StorageClass', {
    metadata: { name: 'local' },
    provisioner: 'kubernetes.io/no-provisioner',
    volumeBindingMode,
  });
  store.set('PersistentVolume', {
    metadata: { name: 'local-x', resourceVersion: '7' },
    spec: {
      nodeAffinity: { required },
      storageClassName: 'local',
      capacity: { storage: '2Gi' },
      accessModes: ['ReadWriteOnce'],
    },
    status: { phase: 'Available' },
  });
  store.set('StorageClass', {
    metadata: { name: 'wait-y' },
    provisioner: 'disks',
    volumeBindingMode,
    allowedTopologies: [{ matchLabelExpressions: [{ key: 'zone', values: ['y'] }] }],
  });
  store.set('StorageClass', { metadata: { name: 'now' }, volumeBindingMode: 'Immediate' });
  for (const object of [
    claim('bound', { volumeName: 'vol-x' }),
    claim('broken', { volumeName: 'gone' }),
    claim('lost', { volumeName: 'gone' }, { status: { phase: 'Lost' } }),
    claim('waiting', { storageClassName: 'wait' }),
    claim('selected', { storageClassName: 'wait' }, { metadata: selected }),
    claim('local', local, {
      metadata: { name: 'local', namespace: 'default', uid: 'u1', resourceVersion: '5' },
    }),
    claim('local-too', local),
    claim('large', { ...local, resources: { requests: { storage: '3Gi' } } }),
    claim('waiting-y', { storageClassName: 'wait-y' }),
    claim('immediate', { storageClassName: 'now' }),
  ]) {
    store.set('PersistentVolumeClaim', object);
  }
  const plugin = volumeBinding(nodes, store);
  const using = (claimName: string) =>
    podInfo('p', { spec: { volumes: [{ name: 'v', persistentVolumeClaim: { claimName } }] } });
  it.each([
    ['bound', ['ok', `${U}: node(s) didn't match PersistentVolume's node affinity`]],
    ['waiting', ['ok', 'ok']],
    ['waiting-y', [none, 'ok']],
    ['selected', [none, 'ok']],
    ['local', ['ok', none]],
    ['large', [none, none]],
    ['immediate', [`${U}: pod has unbound immediate PersistentVolumeClaims`]],
    ['none', [`${U}: persistentvolumeclaim "none" not found`]],
    ['broken', [missing, missing]],
    ['lost', [`${U}: persistentvolumeclaim "lost" bound to non-existent persistentvolume "gone"`]],
  ])('%s', (name, answers) => {
    expect(filters(plugin, using(name), nodes)).toEqual(answers);
  });

  it('leaves pods without claims alone and awaits the claims of ephemeral volumes', () => {
    expect(filters(plugin, podInfo('p'), nodes)).toEqual(['ok', 'ok']);
    const ephemeral = podInfo('p', { spec: { volumes: [{ name: 'v', ephemeral: {} }] } });
    expect(filters(plugin, ephemeral, nodes)).toEqual([
      `${U}: waiting for ephemeral volume controller to create the persistentvolumeclaim "p-v"`,
    ]);
  });

  /** What is to be written before a pod that uses the claim is bound to the node. */
  const chosen = (
    claimName: string,
    node: string,
  ): { state: CycleState; writes: readonly PreBindWrite[] } => {
    const state = new CycleState();
    plugin.preFilter!(state, using(claimName), nodes);
    plugin.reserve!(state, using(claimName), node);
    return { state, writes: plugin.preBind!(state, using(claimName), node) };
  };

  it('tells a waiting claim its node before the pod is bound', () => {
    expect(chosen('waiting', 'a').writes).toEqual([
      {
        apiVersion: 'v1',
        resource: 'persistentvolumeclaims',
        namespace: 'default',
        name: 'waiting',
        patch: { metadata: { annotations: { 'volume.kubernetes.io/selected-node': 'a' } } },
      },
    ]);
    expect(chosen('selected', 'b').writes).toEqual([]);
    expect(chosen('bound', 'a').writes).toEqual([]);
  });

  it('binds a volume that is there to a waiting claim, and to no other', () => {
    const { state, writes } = chosen('local', 'a');
    expect(writes).toEqual([
      {
        apiVersion: 'v1',
        resource: 'persistentvolumes',
        name: 'local-x',
        patch: {
          metadata: {
            resourceVersion: '7',
            annotations: { 'pv.kubernetes.io/bound-by-controller': 'yes' },
          },
          spec: {
            claimRef: {
              kind: 'PersistentVolumeClaim',
              apiVersion: 'v1',
              namespace: 'default',
              name: 'local',
              uid: 'u1',
              resourceVersion: '5',
            },
          },
        },
      },
    ]);
    expect(filters(plugin, using('local-too'), nodes)).toEqual([none, none]);
    plugin.unreserve!(state, using('local'), 'a');
    expect(filters(plugin, using('local-too'), nodes)).toEqual(['ok', none]);
  });

  it('waits until the claims are bound', () => {
    const own = new ObjectStore();
    own.set('StorageClass', { metadata: { name: 'wait' }, provisioner: 'disks', volumeBindingMode });
    const set = (annotations: Record<string, string>, volumeName?: string): void => {
      own.set('PersistentVolumeClaim', {
        metadata: { name: 'data', namespace: 'default', annotations },
        spec: { storageClassName: 'wait', ...(volumeName ? { volumeName } : {}) },
      });
    };
    const patient = volumeBinding(nodes, own);
    const answer = (state: CycleState): string | undefined =>
      patient.preBound!(state, using('data'), 'a')?.reasons.join() ?? 'bound';
    const reserved = (): CycleState => {
      const state = new CycleState();
      patient.preFilter!(state, using('data'), nodes);
      patient.reserve!(state, using('data'), 'a');
      return state;
    };
    set({});
    const state = reserved();
    expect(patient.preBound!(state, using('data'), 'a')?.code).toBe('Pending');
    set({ 'volume.kubernetes.io/selected-node': 'a' });
    expect(patient.preBound!(state, using('data'), 'a')?.code).toBe('Pending');
    set({ 'volume.kubernetes.io/selected-node': 'a', 'pv.kubernetes.io/bind-completed': 'yes' }, 'made');
    expect(answer(state)).toBe('bound');
    // Its provisioner gives the claim back.
    set({});
    expect(answer(state)).toBe('provisioning failed for PVC "data"');
  });
});

describe('PodTopologySpread', () => {
  const zone = (name: string): NodeShape => ({ labels: { zone: name } });
  const web: PodShape = { labels: { app: 'web' } };
  const constraint = (whenUnsatisfiable: string, more: object = {}) => ({
    topologyKey: 'zone',
    maxSkew: 1,
    whenUnsatisfiable,
    labelSelector: { matchLabels: { app: 'web' } },
    ...more,
  });
  const pod = (...topologySpreadConstraints: ReturnType<typeof constraint>[]) =>
    podInfo('p', { ...web, spec: { topologySpreadConstraints } });
  const refused = "Unschedulable: node(s) didn't match pod topology spread constraints";
  const nodes = cluster([
    ['a', zone('x'), [web, web]],
    ['b', zone('y'), [web]],
    ['c', {}],
  ]);
  const missing = `${U}: node(s) didn't match pod topology spread constraints (missing required label)`;
  const spread = podTopologySpread(nodes, new ObjectStore());

  it.each<[string, PodInfo, string[]]>([
    ['no constraint', podInfo('p', web), ['ok', 'ok', 'ok']],
    ['keeps the skew', pod(constraint('DoNotSchedule')), [refused, 'ok', missing]],
    ['a greater skew', pod(constraint('DoNotSchedule', { maxSkew: 2 })), ['ok', 'ok', missing]],
    ['too few domains', pod(constraint('DoNotSchedule', { minDomains: 3 })), [refused, refused, missing]],
    [
      'other namespaces do not count',
      newPodInfo({
        ...pod(constraint('DoNotSchedule')).pod,
        metadata: { name: 'p', namespace: 'other', labels: { app: 'web' } },
      }),
      ['ok', 'ok', missing],
    ],
    ['soft constraints do not filter', pod(constraint('ScheduleAnyway')), ['ok', 'ok', 'ok']],
  ])('%s', (_, subject, answers) => {
    expect(filters(spread, subject, nodes)).toEqual(answers);
  });

  it('scores soft constraints, and nothing for nodes without the topology', () => {
    const values = scores(spread, pod(constraint('ScheduleAnyway')), nodes)!;
    expect(values[1]).toBe(100);
    expect(values[0]).toBeLessThan(100);
    expect(values[2]).toBe(0);
  });

  it('spreads the pods of a service without being asked', () => {
    const store = new ObjectStore();
    store.set('Service', {
      metadata: { name: 's', namespace: 'default' },
      spec: { selector: { app: 'web' } },
    });
    const [first, second, third] = scores(podTopologySpread(nodes, store), podInfo('p', web), nodes)!;
    expect(third).toBeGreaterThan(second!);
    expect(second).toBeGreaterThan(first!);
    expect(scores(spread, podInfo('p', web), nodes)).toBeUndefined();
  });

  it('follows pods that come and go in trials', () => {
    const state = new CycleState();
    const subject = pod(constraint('DoNotSchedule'));
    spread.preFilter!(state, subject, nodes);
    const [a] = nodes.nodes;
    const trial = state.clone();
    spread.removePod!(trial, subject, [...a!.pods.values()][0]!, a!);
    expect(spread.filter!(trial, subject, a!)).toBeUndefined();
    expect(spread.filter!(state, subject, a!)?.code).toBe('Unschedulable');
  });
});

describe('InterPodAffinity', () => {
  const host = 'kubernetes.io/hostname';
  const term = (app: string, more: object = {}) => ({
    topologyKey: host,
    labelSelector: { matchLabels: { app } },
    ...more,
  });
  const near = (...terms: object[]): PodShape => ({
    spec: { affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: terms as never } } },
  });
  const far = (...terms: object[]): PodShape => ({
    spec: {
      affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: terms as never } },
    },
  });
  const store = new ObjectStore();
  store.set('Namespace', { metadata: { name: 'default', labels: { team: 'a' } } });
  const nodes = cluster([
    ['a', {}, [{ labels: { app: 'db' } }]],
    ['b', {}, [{ labels: { app: 'web' }, ...far(term('db')) }]],
  ]);
  const plugin = interPodAffinity(nodes, store);
  const affinity = `${U}: node(s) didn't match pod affinity rules`;
  const anti = "Unschedulable: node(s) didn't match pod anti-affinity rules";
  const existing = "Unschedulable: node(s) didn't satisfy existing pods anti-affinity rules";

  it.each<[string, PodShape, string[]]>([
    ['no terms', {}, ['ok', 'ok']],
    ['near', near(term('db')), ['ok', affinity]],
    ['far', far(term('db')), [anti, 'ok']],
    ['the others do not want it', { labels: { app: 'db' } }, ['ok', existing]],
    ['near what is nowhere', near(term('none')), [affinity, affinity]],
    ['the first of its kind', { labels: { app: 'none' }, ...near(term('none')) }, ['ok', 'ok']],
    ['another namespace', near(term('db', { namespaces: ['other'] })), [affinity, affinity]],
    [
      'namespaces by label',
      near(term('db', { namespaceSelector: { matchLabels: { team: 'a' } } })),
      ['ok', affinity],
    ],
    ['all namespaces', near(term('db', { namespaceSelector: {} })), ['ok', affinity]],
    ['a missing topology', near(term('db', { topologyKey: 'rack' })), [affinity, affinity]],
  ])('%s', (_, shape, answers) => {
    expect(filters(plugin, podInfo('p', shape), nodes)).toEqual(answers);
  });

  it('weighs preferences', () => {
    const preferred = [{ weight: 5, podAffinityTerm: term('db') }] as never;
    const towards = podInfo('p', {
      spec: { affinity: { podAffinity: { preferredDuringSchedulingIgnoredDuringExecution: preferred } } },
    });
    const away = podInfo('p', {
      spec: { affinity: { podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: preferred } } },
    });
    expect(scores(plugin, towards, nodes)).toEqual([100, 0]);
    expect(scores(plugin, away, nodes)).toEqual([0, 100]);
    expect(scores(plugin, podInfo('p'), nodes)).toBeUndefined();
  });
});

describe('hints', () => {
  const hint = (plugin: Plugin, resource: string, pod: PodInfo, objects: { old?: object; next?: object }) =>
    plugin.events!.find((event) => event.resource === resource)!.hint!(pod, objects, {
      resource,
      actions: 1,
    });
  it.each([
    [
      'a node that is big enough',
      nodeResourcesFit,
      'Node',
      { requests: { cpu: '4' } },
      { next: makeNode('n') },
      true,
    ],
    [
      'a node that is too small',
      nodeResourcesFit,
      'Node',
      { requests: { cpu: '5' } },
      { next: makeNode('n') },
      false,
    ],
    [
      'a node with the label',
      nodeAffinity,
      'Node',
      { spec: { nodeSelector: { x: 'y' } } },
      { next: makeNode('n', { labels: { x: 'y' } }) },
      true,
    ],
    [
      'a node without it',
      nodeAffinity,
      'Node',
      { spec: { nodeSelector: { x: 'y' } } },
      { next: makeNode('n') },
      false,
    ],
    [
      'a tainted node',
      taintToleration,
      'Node',
      {},
      { next: makeNode('n', { taints: [{ key: 'k', effect: 'NoSchedule' }] }) },
      false,
    ],
    ['an untainted node', taintToleration, 'Node', {}, { next: makeNode('n') }, true],
    ['an uncordoned node', nodeUnschedulable, 'Node', {}, { next: makeNode('n') }, true],
    [
      'a port that is freed',
      nodePorts,
      'AssignedPod',
      { ports: [{ containerPort: 1, hostPort: 80 }] },
      { old: makePod('o', { ports: [{ containerPort: 1, hostPort: 80 }] }) },
      true,
    ],
    [
      'another port',
      nodePorts,
      'AssignedPod',
      { ports: [{ containerPort: 1, hostPort: 80 }] },
      { old: makePod('o', { ports: [{ containerPort: 1, hostPort: 81 }] }) },
      false,
    ],
  ] as [string, Plugin, string, PodShape, { old?: object; next?: object }, boolean][])(
    '%s',
    (_, plugin, resource, shape, objects, helps) => {
      expect(hint(plugin, resource, podInfo('p', shape), objects)).toBe(helps);
    },
  );
});

describe('NodeInfo', () => {
  it('is the same after a pod came and went', () => {
    const node = nodeInfo('n', {}, [podInfo('a', { requests: { cpu: '1', 'x/y': '2' } })]);
    const pod = podInfo('b', {
      requests: { cpu: '2', memory: '1Gi' },
      ports: [{ containerPort: 1, hostPort: 80 }],
    });
    const copy = node.clone();
    copy.addPod(pod);
    expect(node.requested.milliCPU).toBe(1000);
    expect(copy.requested).toEqual({
      milliCPU: 3000,
      memory: 2 ** 30,
      ephemeralStorage: 0,
      scalar: { 'x/y': 2 },
    });
    expect(copy.portConflicts({ ip: '0.0.0.0', protocol: 'TCP', port: 80 })).toBe(true);
    copy.removePod(pod.uid);
    expect(copy.requested).toEqual(node.requested);
    expect(copy.nonZeroMemory).toBe(node.nonZeroMemory);
    expect(copy.portConflicts({ ip: '0.0.0.0', protocol: 'TCP', port: 80 })).toBe(false);
  });
});
