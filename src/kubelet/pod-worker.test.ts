import { describe, expect, it } from 'vitest';
import type { ContainerStatus, Pod } from '../apimachinery/types/core.v1.gen.ts';
import type { ConfigObject } from './config-source.ts';
import { ImageStore, parseImage } from './images.ts';
import { IpPool } from './ip-pool.ts';
import { newPodRuntime, type PodRuntime } from './pod-runtime.ts';
import { podStatus } from './pod-status.ts';
import { advance, type Surroundings } from './pod-worker.ts';
import { rebuild } from './rebuild.ts';
import { CAPACITY } from './registration.ts';
import { pod, type PodOptions, START } from './testing.ts';

/** A pod that is looked at whenever something is due. The image `app:1` is on the node. */
class Bench {
  now = START;
  pod: Pod;
  readonly runtime: PodRuntime;
  readonly events: string[] = [];
  /** Each different summary with the second it began. */
  readonly history: string[] = [];
  readonly config: Record<string, ConfigObject> = {};
  readonly #ips = new IpPool('10.244.0.0/24');
  readonly #images = new ImageStore();

  constructor(options: PodOptions) {
    this.pod = pod(options);
    this.pod.metadata = { ...this.pod.metadata, uid: 'uid', generation: 1 };
    this.pod.spec!.restartPolicy ??= 'Always';
    this.runtime = newPodRuntime(START);
    this.#images.add(parseImage('app:1')!);
  }

  /** Until `seconds` after the start. */
  until(seconds: number): this {
    const end = START + seconds * 1000;
    for (;;) {
      const around: Surroundings = {
        now: this.now,
        random: () => 0.5,
        node: { name: 'node-1', ip: '172.18.0.2', allocatable: CAPACITY },
        images: this.#images,
        config: { get: (kind, name) => this.config[`${kind}/${name}`] },
        ips: this.#ips,
      };
      const { events, wakeAt } = advance(this.pod, this.runtime, around);
      for (const { reason, message } of events) this.events.push(`${reason}: ${message}`);
      const status = podStatus(this.pod, this.runtime, '172.18.0.2', this.now);
      this.pod = { ...this.pod, status };
      const text = this.summary();
      if (!this.history.at(-1)?.endsWith(` ${text}`))
        this.history.push(`${(this.now - START) / 1000}s ${text}`);
      if (wakeAt > end) break;
      this.now = Math.max(wakeAt, this.now);
    }
    this.now = end;
    return this;
  }

  summary(): string {
    const {
      phase,
      initContainerStatuses = [],
      containerStatuses = [],
      ephemeralContainerStatuses = [],
    } = this.pod.status!;
    return [
      phase,
      ...[...initContainerStatuses, ...containerStatuses, ...ephemeralContainerStatuses].map(brief),
    ].join(' ');
  }
}

/** `main=Running:ready:2`: state, whether ready, restarts. */
function brief({ name, state, ready, restartCount }: ContainerStatus): string {
  const text = state?.running
    ? 'Running'
    : state?.terminated
      ? `${state.terminated.reason}(${state.terminated.exitCode})`
      : state?.waiting?.reason;
  return `${name}=${text}${ready ? ':ready' : ''}${restartCount ? `:${restartCount}` : ''}`;
}

const sh = (script: string) => ({ command: ['sh', '-c', script] });

describe('the life of a pod', () => {
  it.each<[string, PodOptions, number, string[]]>([
    ['a server', {}, 60, ['0s Running main=Running:ready']],
    [
      'an image that has to be pulled',
      { containers: [{ image: 'other:2' }] },
      60,
      ['0s Pending main=ContainerCreating', '0.175s Running main=Running:ready'],
    ],
    [
      'a command that succeeds, never restarted',
      { containers: [sh('sleep 5')], spec: { restartPolicy: 'Never' } },
      60,
      ['0s Running main=Running:ready', '5s Succeeded main=Completed(0)'],
    ],
    [
      'a command that fails, never restarted',
      { containers: [sh('sleep 5; exit 3')], spec: { restartPolicy: 'Never' } },
      60,
      ['0s Running main=Running:ready', '5s Failed main=Error(3)'],
    ],
    [
      'a command that succeeds, restarted on failure',
      { containers: [sh('true')], spec: { restartPolicy: 'OnFailure' } },
      60,
      ['0s Succeeded main=Completed(0)'],
    ],
    [
      'one of two containers fails',
      { containers: [sh('sleep 2; exit 1'), sh('sleep 4')], spec: { restartPolicy: 'Never' } },
      60,
      [
        '0s Running main=Running:ready main-1=Running:ready',
        '2s Running main=Error(1) main-1=Running:ready',
        '4s Failed main=Error(1) main-1=Completed(0)',
      ],
    ],
    [
      'a crash loop',
      { containers: [sh('exit 1')] },
      75,
      [
        '0s Running main=Error(1)',
        '1s Running main=CrashLoopBackOff:1',
        '11s Running main=CrashLoopBackOff:2',
        '31s Running main=CrashLoopBackOff:3',
        '71s Running main=CrashLoopBackOff:4',
      ],
    ],
    [
      'a pod that completes over and over',
      { containers: [sh('sleep 2')] },
      15,
      [
        '0s Running main=Running:ready',
        '2s Running main=Completed(0)',
        '3s Running main=Running:ready:1',
        '5s Running main=CrashLoopBackOff:1',
        '15s Running main=Running:ready:2',
      ],
    ],
    [
      'a container that crashes twice and then stays',
      {
        annotations: {
          'kedge.dev/exit-code': '1',
          'kedge.dev/run-seconds': '1',
          'kedge.dev/crash-count': '2',
        },
      },
      60,
      [
        '0s Running main=Running:ready',
        '1s Running main=Error(1)',
        '2s Running main=Running:ready:1',
        '3s Running main=CrashLoopBackOff:1',
        '13s Running main=Running:ready:2',
      ],
    ],
    [
      'a container that runs out of memory',
      {
        annotations: { 'kedge.dev/exit-reason': 'OOMKilled', 'kedge.dev/run-seconds': '3' },
        spec: { restartPolicy: 'Never' },
      },
      60,
      ['0s Running main=Running:ready', '3s Failed main=OOMKilled(137)'],
    ],
    [
      'init containers, one after the other',
      {
        spec: {
          initContainers: [
            { name: 'a', image: 'app:1', ...sh('sleep 2') },
            { name: 'b', image: 'app:1', ...sh('sleep 3') },
          ],
        },
      },
      60,
      [
        '0s Pending a=Running b=PodInitializing main=PodInitializing',
        '2s Pending a=Completed(0):ready b=Running main=PodInitializing',
        '5s Running a=Completed(0):ready b=Completed(0):ready main=Running:ready',
      ],
    ],
    [
      'an init container that fails for good',
      { spec: { restartPolicy: 'Never', initContainers: [{ name: 'a', image: 'app:1', ...sh('exit 9') }] } },
      60,
      ['0s Failed a=Error(9) main=PodInitializing'],
    ],
    [
      'an init container that fails and is tried again',
      { spec: { initContainers: [{ name: 'a', image: 'app:1', ...sh('exit 9') }] } },
      12,
      [
        '0s Pending a=Error(9) main=PodInitializing',
        '1s Pending a=CrashLoopBackOff:1 main=PodInitializing',
        '11s Pending a=CrashLoopBackOff:2 main=PodInitializing',
      ],
    ],
    [
      'a sidecar, which ends after the rest',
      {
        containers: [sh('sleep 5')],
        annotations: { 'kedge.dev/stop-seconds.s': '2' },
        spec: {
          restartPolicy: 'Never',
          initContainers: [{ name: 's', image: 'app:1', restartPolicy: 'Always' }],
        },
      },
      60,
      [
        '0s Running s=Running:ready main=Running:ready',
        '5s Running s=Running:ready main=Completed(0)',
        '7s Succeeded s=Completed(0) main=Completed(0)',
      ],
    ],
    [
      'a sidecar that lets the rest wait until it has started',
      {
        spec: {
          initContainers: [
            {
              name: 's',
              image: 'app:1',
              restartPolicy: 'Always',
              startupProbe: { tcpSocket: { port: 80 }, initialDelaySeconds: 4 },
            },
          ],
        },
      },
      60,
      ['0s Pending s=Running main=PodInitializing', '4s Running s=Running:ready main=Running:ready'],
    ],
    [
      'readiness after its initial delay',
      { containers: [{ readinessProbe: { httpGet: { port: 80 }, initialDelaySeconds: 7 } }] },
      60,
      ['0s Running main=Running', '7s Running main=Running:ready'],
    ],
    [
      'readiness as it is scripted',
      {
        annotations: { 'kedge.dev/ready-delay': '12' },
        containers: [{ readinessProbe: { httpGet: { port: 80 } } }],
      },
      60,
      ['0s Running main=Running', '12s Running main=Running:ready'],
    ],
    [
      'a readiness probe that always fails',
      { containers: [{ readinessProbe: { exec: { command: ['/bin/false'] } } }] },
      600,
      ['0s Running main=Running'],
    ],
    [
      'a liveness probe that begins to fail',
      {
        annotations: { 'kedge.dev/liveness-fails-after': '5' },
        containers: [{ livenessProbe: { httpGet: { port: 80 }, periodSeconds: 2, failureThreshold: 3 } }],
      },
      20,
      [
        '0s Running main=Running:ready',
        '9s Running main=Completed(0)',
        '10s Running main=Running:ready:1',
        '19s Running main=CrashLoopBackOff:1',
      ],
    ],
    [
      'a liveness probe for a file that is removed',
      {
        containers: [
          {
            ...sh('echo ok > /tmp/health; sleep 10; rm -rf /tmp/health; sleep 600'),
            livenessProbe: {
              exec: { command: ['cat', '/tmp/health'] },
              periodSeconds: 1,
              failureThreshold: 1,
            },
          },
        ],
        spec: { terminationGracePeriodSeconds: 0 },
      },
      15,
      ['0s Running main=Running:ready', '10s Running main=Error(137)', '11s Running main=Running:ready:1'],
    ],
    [
      'a readiness probe of a port that a script does not serve',
      { containers: [{ ...sh('sleep 600'), readinessProbe: { httpGet: { port: 80 } } }] },
      60,
      ['0s Running main=Running'],
    ],
    [
      'a readiness probe of a port that another container may serve',
      {
        containers: [
          { ...sh('sleep 600'), readinessProbe: { tcpSocket: { port: 80 } } },
          { ports: [{ containerPort: 80 }] },
        ],
      },
      60,
      ['0s Running main=Running:ready main-1=Running:ready'],
    ],
    [
      'a startup probe for a file that is written later',
      {
        containers: [
          {
            ...sh('sleep 10; echo ok > /tmp/startup; sleep 600'),
            startupProbe: { exec: { command: ['cat', '/tmp/startup'] }, failureThreshold: 60 },
          },
        ],
      },
      60,
      ['0s Running main=Running', '10s Running main=Running:ready'],
    ],
    [
      'a command that leaves something for its next run',
      {
        containers: [
          {
            ...sh('if [ -r /data/foo ]; then exit 0; else touch /data/foo; exit 1; fi'),
            volumeMounts: [{ name: 'data', mountPath: '/data' }],
          },
        ],
        spec: { restartPolicy: 'OnFailure', volumes: [{ name: 'data', emptyDir: {} }] },
      },
      60,
      ['0s Running main=Error(1)', '1s Succeeded main=Completed(0):1'],
    ],
    [
      'a startup probe that gives up',
      {
        containers: [
          {
            startupProbe: { exec: { command: ['false'] }, periodSeconds: 1, failureThreshold: 4 },
            command: ['server'],
          },
        ],
        spec: { restartPolicy: 'Never' },
      },
      60,
      ['0s Running main=Running', '3s Failed main=Error(143)'],
    ],
    [
      'a deadline',
      { containers: [{ command: ['server'] }], spec: { activeDeadlineSeconds: 10 } },
      60,
      ['0s Running main=Running:ready', '10s Failed main=Error(143)'],
    ],
    [
      'an image that cannot be pulled',
      { containers: [{ image: 'foo:non-existent' }] },
      40,
      [
        '0s Pending main=ContainerCreating',
        '0.175s Pending main=ErrImagePull',
        '2.175s Pending main=ImagePullBackOff',
        '10.175s Pending main=ContainerCreating',
        '10.35s Pending main=ErrImagePull',
        '12.35s Pending main=ImagePullBackOff',
        '30.35s Pending main=ContainerCreating',
        '30.525s Pending main=ErrImagePull',
        '32.525s Pending main=ImagePullBackOff',
      ],
    ],
    [
      'no image name at all',
      { containers: [{ image: 'Not/An/Image' }] },
      600,
      ['0s Pending main=InvalidImageName'],
    ],
    [
      'an image that must not be pulled',
      { containers: [{ image: 'other:1', imagePullPolicy: 'Never' }] },
      60,
      ['0s Pending main=ErrImageNeverPull'],
    ],
    [
      'an image that is always pulled',
      { containers: [{ imagePullPolicy: 'Always' }] },
      60,
      ['0s Pending main=ContainerCreating', '0.02s Running main=Running:ready'],
    ],
    [
      'a ConfigMap that is missing',
      { containers: [{ envFrom: [{ configMapRef: { name: 'cm' } }] }] },
      60,
      ['0s Pending main=CreateContainerConfigError'],
    ],
    [
      'a volume that is missing',
      { spec: { volumes: [{ name: 'v', secret: { secretName: 's' } }] } },
      60,
      ['0s Pending main=ContainerCreating'],
    ],
    [
      'an ephemeral container, which counts for nothing',
      { spec: { ephemeralContainers: [{ name: 'debug', image: 'app:1', command: ['false'] }] } },
      60,
      ['0s Running main=Running:ready debug=Error(1)'],
    ],
  ])('%s', (_name, options, seconds, history) => {
    expect(new Bench(options).until(seconds).history).toEqual(history);
  });
});

describe('what is said of a pod', () => {
  const started = ['Created: Container created', 'Started: Container started'];
  const present = 'Pulled: Container image "app:1" already present on machine and can be accessed by the pod';
  it.each<[string, PodOptions, number, string[]]>([
    [
      'a pull',
      { containers: [{ image: 'other:2' }] },
      1,
      [
        'Pulling: Pulling image "other:2"',
        'Pulled: Successfully pulled image "other:2" in 175ms (175ms including waiting). Image size: 30482967 bytes.',
        ...started,
      ],
    ],
    [
      'a crash loop',
      { containers: [sh('exit 1')] },
      1,
      [
        present,
        ...started,
        present,
        ...started,
        'BackOff: Back-off restarting failed container main in pod web_default(uid)',
      ],
    ],
    [
      'a failed pull',
      {
        annotations: { 'kedge.dev/pull-error': 'no room', 'kedge.dev/pull-seconds': '0' },
        containers: [{ image: 'x' }],
      },
      3,
      [
        'Pulling: Pulling image "x"',
        'Failed: Failed to pull image "x": no room',
        'Failed: Error: ErrImagePull',
        'BackOff: Back-off pulling image "x"',
        'Failed: Error: ImagePullBackOff',
      ],
    ],
    [
      'a liveness probe that fails',
      {
        annotations: { 'kedge.dev/liveness-fails-after': '0' },
        containers: [{ livenessProbe: { httpGet: { port: 80 }, periodSeconds: 1, failureThreshold: 1 } }],
        spec: { restartPolicy: 'Never' },
      },
      0,
      [
        present,
        ...started,
        'Unhealthy: Liveness probe failed: ',
        'Killing: Container main failed liveness probe',
      ],
    ],
    [
      'a key that is missing',
      { containers: [{ env: [{ name: 'X', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } }] }] },
      0,
      [present, 'Failed: Error: secret "s" not found'],
    ],
    [
      'a volume that is missing',
      { spec: { volumes: [{ name: 'v', configMap: { name: 'c' } }] } },
      2,
      Array(3).fill('FailedMount: MountVolume.SetUp failed for volume "v" : configmap "c" not found'),
    ],
    [
      'a deadline',
      { spec: { activeDeadlineSeconds: 1 } },
      2,
      [
        present,
        ...started,
        'DeadlineExceeded: Pod was active on the node longer than the specified deadline',
        'Killing: Stopping container main',
      ],
    ],
  ])('%s', (_name, options, seconds, events) => {
    expect(new Bench(options).until(seconds).events).toEqual(events);
  });
});

describe('changes', () => {
  const change = (bench: Bench, change: (pod: Pod) => void): void => {
    bench.pod = structuredClone(bench.pod);
    change(bench.pod);
  };

  it('starts once what it needs is there', () => {
    const bench = new Bench({ spec: { volumes: [{ name: 'v', configMap: { name: 'c' } }] } }).until(3);
    expect(bench.pod.status?.podIP).toBeUndefined();
    bench.config['ConfigMap/c'] = {};
    expect(bench.until(10).summary()).toBe('Running main=Running:ready');
    expect(bench.pod.status?.podIP).toBe('10.244.0.2');
  });

  it('replaces a container whose image changes', () => {
    const bench = new Bench({}).until(5);
    const before = bench.pod.status!.containerStatuses![0]!.containerID;
    change(bench, (pod) => {
      pod.spec!.containers![0]!.image = 'app:2';
    });
    bench.until(10);
    expect(bench.summary()).toBe('Running main=Running:ready:1');
    expect(bench.events).toContain('Killing: Container main definition changed, will be restarted');
    const status = bench.pod.status!.containerStatuses![0]!;
    expect(status.image).toBe('docker.io/library/app:2');
    expect(status.containerID).not.toBe(before);
    expect(status.lastState?.terminated?.containerID).toBe(before);
  });

  it('takes another image for one that could not be pulled', () => {
    const bench = new Bench({ containers: [{ image: 'foo:non-existent' }] }).until(5);
    change(bench, (pod) => {
      pod.spec!.containers![0]!.image = 'app:1';
    });
    expect(bench.until(5).summary()).toBe('Running main=Running:ready');
  });

  it('gives a resized container its resources without a restart', () => {
    const bench = new Bench({ containers: [{ resources: { requests: { cpu: '1' } } }] }).until(1);
    change(bench, (pod) => {
      pod.metadata!.generation = 2;
      pod.spec!.containers![0]!.resources = { requests: { cpu: '2' }, limits: { cpu: '4' } };
    });
    bench.until(2);
    const [status] = bench.pod.status!.containerStatuses!;
    expect(status).toMatchObject({
      restartCount: 0,
      allocatedResources: { cpu: '2' },
      resources: { requests: { cpu: '2' }, limits: { cpu: '4' } },
    });
    expect(bench.pod.status!.observedGeneration).toBe(2);
    expect(bench.pod.status!.conditions!.every((one) => one.observedGeneration === 2)).toBe(true);
  });

  it('restarts a container whose resize asks for it', () => {
    const resizePolicy = [{ resourceName: 'memory', restartPolicy: 'RestartContainer' }];
    const bench = new Bench({
      containers: [{ resizePolicy, resources: { requests: { memory: '1Gi' } } }],
    }).until(1);
    change(bench, (pod) => {
      pod.spec!.containers![0]!.resources = { requests: { memory: '2Gi' } };
    });
    expect(bench.until(2).summary()).toBe('Running main=Running:ready:1');
  });

  const remove = (bench: Bench, grace: number): void =>
    change(bench, (pod) => {
      pod.metadata!.deletionTimestamp = new Date(bench.now + grace * 1000).toISOString();
      pod.metadata!.deletionGracePeriodSeconds = grace;
    });

  it.each<[string, PodOptions, number, string[]]>([
    ['a server', {}, 30, ['5s Succeeded main=Completed(0)']],
    ['a command', { containers: [{ command: ['server'] }] }, 30, ['5s Failed main=Error(143)']],
    ['a script', { containers: [sh('sleep 3600')] }, 30, ['5s Failed main=Error(137)']],
    [
      'one that takes its time',
      { annotations: { 'kedge.dev/stop-seconds': '7', 'kedge.dev/stop-exit-code': '2' } },
      30,
      ['12s Failed main=Error(2)'],
    ],
    [
      'one that takes too long',
      { annotations: { 'kedge.dev/stop-seconds': '70' } },
      30,
      ['35s Failed main=Error(137)'],
    ],
    [
      'a hook before the signal',
      { containers: [{ lifecycle: { preStop: { sleep: { seconds: 4 } } } }] },
      30,
      ['9s Succeeded main=Completed(0)'],
    ],
    [
      'one that never ran',
      { containers: [{ image: 'foo:non-existent' }] },
      30,
      ['5s Failed main=ContainerStatusUnknown(137)'],
    ],
  ])('ends a pod that is deleted: %s', (_name, options, grace, history) => {
    const bench = new Bench(options).until(5);
    remove(bench, grace);
    const before = bench.history.length;
    bench.until(100);
    expect(bench.history.slice(before)).toEqual(history);
    expect(bench.runtime.finished).toBe(true);
  });

  it('hurries when the pod is deleted again with less grace', () => {
    const bench = new Bench({ annotations: { 'kedge.dev/stop-seconds': '60' } }).until(5);
    remove(bench, 30);
    bench.until(6);
    remove(bench, 3);
    bench.until(100);
    expect(bench.history.at(-1)).toBe('8s Failed main=Error(137)');
  });

  it('ends sidecars last, in the reverse of their order', () => {
    const sidecar = (name: string) => ({ name, image: 'app:1', restartPolicy: 'Always' });
    const bench = new Bench({
      annotations: { 'kedge.dev/stop-seconds': '2' },
      spec: { initContainers: [sidecar('a'), sidecar('b')] },
    }).until(10);
    remove(bench, 30);
    bench.until(100);
    expect(bench.history.slice(1)).toEqual([
      '12s Running a=Running:ready b=Running:ready main=Completed(0)',
      '14s Running a=Running:ready b=Completed(0) main=Completed(0)',
      '16s Succeeded a=Completed(0) b=Completed(0) main=Completed(0)',
    ]);
  });
});

describe('the message of an end', () => {
  const ended = (script: string, more: object = {}): string | undefined => {
    const options = { containers: [{ ...sh(script), ...more }], spec: { restartPolicy: 'Never' } };
    return new Bench(options).until(1).pod.status!.containerStatuses![0]!.state!.terminated?.message;
  };
  it('is in its file', () => {
    expect(ended('echo -n OK > /dev/termination-log; echo DONE')).toBe('OK');
  });
  it('is the end of the log of what fails, when that is asked for', () => {
    const fallback = { terminationMessagePolicy: 'FallbackToLogsOnError' };
    expect(ended('echo -n DONE; false', fallback)).toBe('DONE');
    expect(ended('echo -n DONE', fallback)).toBeUndefined();
    expect(ended('echo -n DONE; false')).toBeUndefined();
  });
});

describe('a container that must not run as root', () => {
  const statusOf = (whole: object, own: object) => {
    const options = { containers: [{ securityContext: own }], spec: { securityContext: whole } };
    return new Bench(options).until(0).pod.status!.containerStatuses![0]!.state;
  };
  it.each([
    [{}, { runAsNonRoot: true, runAsUser: 0 }],
    [{ runAsNonRoot: true, runAsUser: 1 }, { runAsUser: 0 }],
    [{ runAsNonRoot: true, runAsUser: 0 }, {}],
  ])('is not created as root: %j, %j', (whole, own) => {
    expect(statusOf(whole, own)?.waiting).toEqual({
      reason: 'CreateContainerConfigError',
      message: 'container\'s runAsUser breaks non-root policy (pod: "web_default(uid)", container: main)',
    });
  });
  it.each([
    [{ runAsNonRoot: true }, { runAsNonRoot: false, runAsUser: 0 }],
    [{ runAsUser: 0 }, { runAsNonRoot: true, runAsUser: 1 }],
    [{}, { runAsNonRoot: true }],
  ])('runs otherwise: %j, %j', (whole, own) => {
    expect(statusOf(whole, own)?.running).toBeDefined();
  });
});

describe('a pod that begins again', () => {
  const rule = {
    restartPolicy: 'Never',
    restartPolicyRules: [{ action: 'RestartAllContainers', exitCodes: { operator: 'In', values: [42] } }],
  };
  const options: PodOptions = {
    containers: [
      {
        ...sh('sleep 5; [ -f /data/done ] && sleep 100; touch /data/done; exit 42'),
        ...rule,
        volumeMounts: [{ name: 'data', mountPath: '/data' }],
      },
      sh('sleep 1000'),
    ],
    spec: {
      restartPolicy: 'Never',
      volumes: [{ name: 'data', emptyDir: {} }],
      initContainers: [{ name: 'init', image: 'app:1', ...sh('sleep 2') }],
    },
  };
  it('starts all its containers in their order, and stays Running', () => {
    expect(new Bench(options).until(20).history).toEqual([
      '0s Pending init=Running main=PodInitializing main-1=PodInitializing',
      '2s Running init=Completed(0):ready main=Running:ready main-1=Running:ready',
      '7s Running init=RestartingAllContainers:1 main=RestartingAllContainers:1 main-1=RestartingAllContainers:1',
      '8s Running init=Running:1 main=RestartingAllContainers:1 main-1=RestartingAllContainers:1',
      '10s Running init=Completed(0):ready:1 main=Running:ready:1 main-1=Running:ready:1',
    ]);
  });
  it('tells why', () => {
    const bench = new Bench(options).until(8);
    const { conditions, containerStatuses } = bench.pod.status!;
    const terminated = {
      exitCode: 137,
      message: 'The container is removed because RestartAllContainers in place',
      reason: 'RestartingAllContainers',
    };
    expect(containerStatuses![1]).toMatchObject({ restartCount: 1, lastState: { terminated } });
    expect(containerStatuses![1]).not.toHaveProperty('containerID');
    expect(conditions).toContainEqual(
      expect.objectContaining({ type: 'AllContainersRestarting', status: 'False' }),
    );
    expect(conditions).toContainEqual(expect.objectContaining({ type: 'Initialized', status: 'True' }));
    expect(bench.events.filter((one) => one.startsWith('Killing'))).toEqual(['Killing: killing']);
  });
  it('tells of the end before, too', () => {
    const { initContainerStatuses } = new Bench(options).until(12).pod.status!;
    expect(initContainerStatuses![0]).toMatchObject({
      restartCount: 1,
      state: { terminated: { exitCode: 0, reason: 'Completed' } },
      lastState: { terminated: { exitCode: 137, reason: 'RestartingAllContainers' } },
    });
  });
  it('goes on where it was when the node has forgotten it', () => {
    const bench = new Bench(options).until(12);
    const again = rebuild(bench.pod, bench.now)!;
    expect(podStatus(bench.pod, again, '172.18.0.2', bench.now)).toEqual(bench.pod.status);
  });
});
