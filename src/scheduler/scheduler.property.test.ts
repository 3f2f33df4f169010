import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seeded } from '../apimachinery/random.ts';
import type { Node, Pod } from '../apimachinery/types/core.v1.gen.ts';
import { requiredNodeAffinity } from './plugins/node-affinity.ts';
import { toleratesTaints } from './plugins/tolerations.ts';
import { allocatableOf, requestsOf } from './resources.ts';
import { Scheduler } from './scheduler.ts';
import { makeNode, makePod } from './testing.ts';

const NOW = 1_700_000_000_000;

const nodes = fc.array(
  fc.record({
    cpu: fc.integer({ min: 1, max: 8 }),
    pods: fc.integer({ min: 1, max: 6 }),
    disk: fc.constantFrom('ssd', 'hdd'),
    tainted: fc.boolean(),
  }),
  { minLength: 1, maxLength: 6 },
);
const pods = fc.array(
  fc.record({
    cpu: fc.integer({ min: 0, max: 4000 }),
    priority: fc.integer({ min: 0, max: 3 }),
    disk: fc.option(fc.constantFrom('ssd', 'hdd')),
    tolerant: fc.boolean(),
    port: fc.option(fc.constantFrom(80, 81)),
    apart: fc.boolean(),
  }),
  { maxLength: 25 },
);
/** For each pod in turn, how its binding ends. */
const outcomes = fc.array(fc.constantFrom('bound', 'failed', 'deleted'), { minLength: 60, maxLength: 60 });

type Shapes<T> = T extends fc.Arbitrary<infer V> ? V : never;

function build(
  nodeShapes: Shapes<typeof nodes>,
  podShapes: Shapes<typeof pods>,
): { nodes: Node[]; pods: Pod[] } {
  return {
    nodes: nodeShapes.map((shape, i) =>
      makeNode(`n${i}`, {
        labels: { disk: shape.disk },
        allocatable: { cpu: String(shape.cpu), pods: String(shape.pods) },
        taints: shape.tainted ? [{ key: 't', effect: 'NoSchedule' }] : [],
      }),
    ),
    pods: podShapes.map((shape, i) =>
      makePod(`p${i}`, {
        requests: { cpu: `${shape.cpu}m` },
        priority: shape.priority,
        labels: { app: shape.apart ? 'apart' : 'any' },
        ...(shape.port && { ports: [{ containerPort: 80, hostPort: shape.port, protocol: 'TCP' }] }),
        spec: {
          ...(shape.disk && { nodeSelector: { disk: shape.disk } }),
          tolerations: shape.tolerant ? [{ operator: 'Exists' }] : [],
          ...(shape.apart && {
            affinity: {
              podAntiAffinity: {
                requiredDuringSchedulingIgnoredDuringExecution: [
                  { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { app: 'apart' } } },
                ],
              },
            },
          }),
        },
      }),
    ),
  };
}

/** Plays the shell: everything is fed, decisions are carried out with the given outcomes. Returns where pods are. */
function play(
  nodeList: Node[],
  podList: Pod[],
  ends: string[],
  seed: number,
): { placed: Map<string, Pod>; log: string[] } {
  const scheduler = new Scheduler({ random: seeded(seed) });
  for (const node of nodeList) scheduler.onNode('ADDED', node, NOW);
  for (const pod of podList) scheduler.onPod('ADDED', pod, NOW);
  const placed = new Map<string, Pod>();
  const log: string[] = [];
  let step = 0;
  for (let round = 0, now = NOW; round < 12; round++, now += 10_000) {
    for (const decision of scheduler.run(now, { maxPods: 10 })) {
      if (decision.type === 'write') continue;
      const name = decision.pod.metadata!.name!;
      const uid = decision.pod.metadata!.uid!;
      log.push(
        `${decision.type} ${name} ${decision.type === 'failure' ? decision.condition?.message : decision.nodeName}`,
      );
      if (decision.type === 'preempt') {
        placed.delete(name);
        scheduler.onPod('DELETED', decision.pod, now);
      }
      if (decision.type !== 'bind') continue;
      const bound: Pod = { ...decision.pod, spec: { ...decision.pod.spec!, nodeName: decision.nodeName } };
      const end = ends[step++ % ends.length];
      if (end === 'failed') scheduler.bindingFailed(uid, 'no', now);
      else if (end === 'deleted') scheduler.onPod('DELETED', decision.pod, now);
      else {
        scheduler.bindingDone(uid, now);
        scheduler.onPod('MODIFIED', bound, now);
        placed.set(name, bound);
      }
    }
  }
  return { placed, log };
}

/** What is wrong with the placement, by the rules themselves rather than by the plug-ins. */
function violations(nodeList: Node[], placed: Iterable<Pod>): string[] {
  const wrong: string[] = [];
  const all = [...placed];
  for (const node of nodeList) {
    const name = node.metadata!.name!;
    const here = all.filter((pod) => pod.spec?.nodeName === name);
    const { resources, pods: limit } = allocatableOf(node);
    if (here.length > limit) wrong.push(`${name}: too many pods`);
    if (here.reduce((sum, pod) => sum + requestsOf(pod).requests.milliCPU, 0) > resources.milliCPU) {
      wrong.push(`${name}: overcommitted`);
    }
    const ports = here.flatMap((pod) => pod.spec!.containers![0]!.ports ?? []).map((port) => port.hostPort);
    if (new Set(ports).size < ports.length) wrong.push(`${name}: port taken twice`);
    if (here.filter((pod) => pod.metadata?.labels?.app === 'apart').length > 1)
      wrong.push(`${name}: not apart`);
    for (const pod of here) {
      if (!requiredNodeAffinity(pod)({ name, labels: node.metadata!.labels! }))
        wrong.push(`${name}: affinity`);
      if (!toleratesTaints(pod.spec?.tolerations, node.spec?.taints ?? [])) wrong.push(`${name}: taint`);
    }
  }
  return wrong;
}

describe('any cluster, any pods, any outcome of the bindings', () => {
  it('never breaks a rule, and decides the same for the same seed', () => {
    fc.assert(
      fc.property(nodes, pods, outcomes, fc.integer(), (nodeShapes, podShapes, ends, seed) => {
        const { nodes: nodeList, pods: podList } = build(nodeShapes, podShapes);
        const first = play(nodeList, podList, ends, seed);
        expect(violations(nodeList, first.placed.values())).toEqual([]);
        expect(play(nodeList, podList, ends, seed).log).toEqual(first.log);
      }),
      { numRuns: 150 },
    );
  });
});
