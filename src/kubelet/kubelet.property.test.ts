import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Container, Pod, PodStatus } from '../apimachinery/types/core.v1.gen.ts';
import { ImageStore, parseImage } from './images.ts';
import { IpPool } from './ip-pool.ts';
import { newPodRuntime, type PodRuntime } from './pod-runtime.ts';
import { podStatus } from './pod-status.ts';
import { advance, type Surroundings } from './pod-worker.ts';
import { rebuild } from './rebuild.ts';
import { CAPACITY } from './registration.ts';
import { pod, START } from './testing.ts';

const HOST = '172.18.0.2';

const commands = [
  [],
  ['server'],
  ['true'],
  ['false'],
  ['sleep', '3'],
  ['sh', '-c', 'sleep 7; exit 2'],
  ['sleep', '900'],
];
const container = fc.record(
  {
    command: fc.constantFrom(...commands),
    readinessProbe: fc.record({ initialDelaySeconds: fc.nat(5), periodSeconds: fc.constant(2) }),
    livenessProbe: fc.record({ initialDelaySeconds: fc.nat(5), periodSeconds: fc.constant(3) }),
  },
  { requiredKeys: ['command'] },
);
const initContainer = fc.record(
  { command: fc.constantFrom(...commands), restartPolicy: fc.constant('Always') },
  { requiredKeys: ['command'] },
);
const pods = fc
  .record({
    restartPolicy: fc.constantFrom('Always', 'OnFailure', 'Never'),
    containers: fc.array(container, { minLength: 1, maxLength: 3 }),
    initContainers: fc.array(initContainer, { maxLength: 2 }),
    deadline: fc.option(fc.integer({ min: 5, max: 60 }), { nil: undefined }),
    liveness: fc.option(fc.integer({ min: 1, max: 20 }), { nil: undefined }),
  })
  .map(({ restartPolicy, containers, initContainers, deadline, liveness }): Pod => {
    const made = pod({
      ...(liveness === undefined
        ? {}
        : { annotations: { 'kedge.dev/liveness-fails-after': String(liveness) } }),
      containers: containers as Partial<Container>[],
      spec: {
        restartPolicy,
        ...(deadline === undefined ? {} : { activeDeadlineSeconds: deadline }),
        initContainers: initContainers.map((one, index) => ({
          name: `init-${index}`,
          image: 'app:1',
          ...one,
        })),
      },
    });
    made.metadata = { ...made.metadata, uid: 'uid', generation: 1 };
    return made;
  });

/** A node with one pod; whole seconds pass, as statuses have them. */
class Walk {
  pod: Pod;
  runtime: PodRuntime = newPodRuntime(START);
  now = START;
  readonly statuses: PodStatus[] = [];
  readonly #images = new ImageStore();
  readonly #ips = new IpPool('10.244.0.0/24');

  constructor(pod: Pod) {
    this.pod = pod;
    this.#images.add(parseImage('app:1')!);
  }

  look(): number {
    const around: Surroundings = {
      now: this.now,
      random: () => 0,
      node: { name: 'node-1', ip: HOST, allocatable: CAPACITY },
      images: this.#images,
      config: { get: () => undefined },
      ips: this.#ips,
    };
    const { wakeAt } = advance(this.pod, this.runtime, around);
    const status = podStatus(this.pod, this.runtime, HOST, this.now);
    this.pod = { ...this.pod, status };
    this.statuses.push(status);
    return wakeAt;
  }

  delete(grace: number): void {
    this.pod = {
      ...this.pod,
      metadata: {
        ...this.pod.metadata,
        deletionTimestamp: new Date(this.now + grace * 1000).toISOString(),
        deletionGracePeriodSeconds: grace,
      },
    };
  }
}

/** Waits between looks, in seconds; now and then the pod is deleted or the node forgets everything. */
const steps = fc.array(fc.oneof(fc.nat(12), fc.constant('forget' as const)), { minLength: 1, maxLength: 25 });

describe('any pod', () => {
  it('never leaves a final phase, and restarts only count up', () => {
    fc.assert(
      fc.property(pods, steps, fc.boolean(), (made, waits, deleted) => {
        const walk = new Walk(made);
        walk.look();
        for (const [index, wait] of waits.entries()) {
          if (wait === 'forget') walk.runtime = rebuild(walk.pod, walk.now)!;
          else walk.now += wait * 1000;
          if (deleted && index === 10) walk.delete(5);
          walk.look();
        }
        let before: PodStatus | undefined;
        for (const status of walk.statuses) {
          if (before?.phase === 'Succeeded' || before?.phase === 'Failed')
            expect(status.phase).toBe(before.phase);
          const restarts = (one: PodStatus | undefined): number[] =>
            [...(one?.initContainerStatuses ?? []), ...(one?.containerStatuses ?? [])].map(
              (each) => each.restartCount,
            );
          restarts(status).forEach((count, index) => {
            expect(count).toBeGreaterThanOrEqual(restarts(before)[index] ?? 0);
          });
          expect(status.podIP).toBe(before?.podIP ?? status.podIP);
          before = status;
        }
      }),
      { numRuns: 300 },
    );
  });

  it('goes on as it would have when its node forgets everything', () => {
    fc.assert(
      fc.property(
        pods,
        fc.array(fc.nat(12), { minLength: 1, maxLength: 12 }),
        fc.nat(40),
        (made, waits, next) => {
          const walk = new Walk(made);
          walk.look();
          for (const wait of waits) {
            walk.now += wait * 1000;
            walk.look();
          }
          const other = new Walk(structuredClone(walk.pod));
          other.now = walk.now;
          other.runtime = rebuild(other.pod, other.now)!;
          // Nothing happens because of it,
          other.look();
          expect(other.pod.status).toEqual(walk.pod.status);
          // and what is due next is the same.
          walk.now += next * 1000;
          other.now = walk.now;
          walk.look();
          other.look();
          expect(other.pod.status).toEqual(walk.pod.status);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('comes to rest or has a time to be looked at', () => {
    fc.assert(
      fc.property(pods, (made) => {
        const walk = new Walk(made);
        for (let look = 0; look < 60; look++) {
          const wakeAt = walk.look();
          if (wakeAt === Number.POSITIVE_INFINITY) break;
          expect(wakeAt).toBeGreaterThan(walk.now);
          walk.now = wakeAt;
        }
      }),
    );
  });
});
