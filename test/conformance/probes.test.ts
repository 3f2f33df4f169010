/**
 * Upstream test/e2e/common/node/container_probe.go: probes that succeed or always fail. Upstream looks on for four minutes; here another
 * container, whose probe fails, is restarted meanwhile, which shows that there was time enough.
 */
import { expect } from 'vitest';
import { becomes, conformance, type E2E, eventually, isReady, ok } from './suite.ts';

const NAME = '[sig-node] Probing container';
const AGNHOST = { image: 'registry.k8s.io/e2e-test-images/agnhost:2.53' };
const BUSYBOX = { image: 'registry.k8s.io/e2e-test-images/busybox:1.37.0-1' };
const TIMES = { initialDelaySeconds: 1, periodSeconds: 1, failureThreshold: 1 };

/** Makes a pod of one container. */
async function make({ client, at }: E2E, name: string, container: object): Promise<string> {
  const spec = { terminationGracePeriodSeconds: 0, containers: [{ name, ...container }] };
  await ok(client.post(at('v1/pods'), { metadata: { name }, spec }), 201);
  return `${at('v1/pods')}/${name}`;
}
const stateOf = ({ status }: any): any => status.containerStatuses?.[0];

for (const [what, container, probe] of [
  [
    'exec "cat /tmp/health"',
    { ...BUSYBOX, command: ['/bin/sh', '-c', 'echo ok >/tmp/health; sleep 600'] },
    { exec: { command: ['cat', '/tmp/health'] }, timeoutSeconds: 5 },
  ],
  ['tcp:8080', { ...AGNHOST, args: ['liveness'] }, { tcpSocket: { port: 8080 } }],
  [
    '/healthz http',
    { ...AGNHOST, args: ['test-webserver'], ports: [{ containerPort: 80 }] },
    { httpGet: { path: '/', port: 80 }, timeoutSeconds: 5 },
  ],
  [
    'GRPC',
    { ...AGNHOST, command: ['/agnhost', 'grpc-health-checking'], ports: [{ containerPort: 5000 }] },
    { grpc: { port: 5000 }, timeoutSeconds: 5 },
  ],
] as const) {
  conformance(
    'B',
    `${NAME} should *not* be restarted with a ${what} liveness probe [Conformance] [NodeConformance]`,
    async (e2e) => {
      const own = await make(e2e, 'liveness', { ...container, livenessProbe: { ...TIMES, ...probe } });
      await becomes(e2e, own, 'a running pod', ({ status }) => status.phase === 'Running');
      const failing = { ...TIMES, exec: { command: ['false'] } };
      const witness = await make(e2e, 'witness', { ...AGNHOST, args: ['pause'], livenessProbe: failing });
      await becomes(e2e, witness, 'a restart', (pod) => stateOf(pod)?.restartCount > 0);
      const pod = await ok(e2e.client.get(own));
      expect(stateOf(pod)).toMatchObject({ restartCount: 0, ready: true });
      expect(stateOf(pod).state.running).toBeDefined();
    },
  );
}

conformance(
  'B',
  `${NAME} with readiness probe should not be ready before initial delay and never restart [Conformance] [NodeConformance]`,
  async (e2e) => {
    const initialDelaySeconds = 3;
    const own = await make(e2e, 'test-webserver', {
      ...AGNHOST,
      args: ['test-webserver'],
      readinessProbe: { httpGet: { path: '/', port: 80 }, initialDelaySeconds },
    });
    const pod = await becomes(e2e, own, 'a ready pod', isReady);
    const { lastTransitionTime } = pod.status.conditions.find(({ type }: any) => type === 'Ready');
    const { startedAt } = stateOf(pod).state.running;
    expect(Date.parse(lastTransitionTime) - Date.parse(startedAt)).toBeGreaterThanOrEqual(
      initialDelaySeconds * 1000,
    );
    expect(stateOf(pod).restartCount).toBe(0);
  },
);

conformance(
  'C1',
  `${NAME} with readiness probe that fails should never be ready and never restart [Conformance] [NodeConformance]`,
  async (e2e) => {
    const { client, at } = e2e;
    const own = await make(e2e, 'test-webserver', {
      ...AGNHOST,
      args: ['test-webserver'],
      readinessProbe: { ...TIMES, exec: { command: ['/bin/false'] } },
    });
    await eventually('the event of a failure', async () => {
      const { items } = await ok(client.get(at('v1/events')));
      return items.some(
        ({ reason, message }: any) => reason === 'Unhealthy' && /^Readiness probe/.test(message),
      );
    });
    // Whatever failed before, it runs on.
    const restarted = { ...TIMES, exec: { command: ['false'] } };
    const witness = await make(e2e, 'witness', { ...AGNHOST, args: ['pause'], livenessProbe: restarted });
    await becomes(e2e, witness, 'a restart', (pod) => stateOf(pod)?.restartCount > 0);
    const pod = await ok(client.get(own));
    expect(isReady(pod)).toBe(false);
    expect(stateOf(pod)).toMatchObject({ restartCount: 0, ready: false });
    expect(stateOf(pod).state.running).toBeDefined();
  },
);
