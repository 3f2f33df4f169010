import { describe, expect, it } from 'vitest';
import type { Container, Pod, PodSpec, PodStatus, Volume } from '../../apimachinery/types/core.v1.gen.ts';
import { defaultPod, defaultPodSpec, defaultPodTemplateSpec } from './pod-defaults.ts';

const spec = (over: Partial<PodSpec> = {}): PodSpec => ({
  containers: [{ name: 'c', image: 'nginx:1.27' }],
  ...over,
});
const container = (over: Partial<Container>): Container => {
  const pod: Pod = { spec: spec({ containers: [{ name: 'c', image: 'nginx:1.27', ...over }] }) };
  defaultPod(pod);
  return pod.spec!.containers![0]!;
};
const volume = (over: Partial<Volume>): Volume => {
  const one = spec({ volumes: [{ name: 'v', ...over }] });
  defaultPodSpec(one);
  return one.volumes![0]!;
};

describe('defaultPodSpec', () => {
  it('fills in what every spec has', () => {
    const one = spec();
    defaultPodSpec(one);
    expect(one).toEqual({
      containers: [
        {
          name: 'c',
          image: 'nginx:1.27',
          imagePullPolicy: 'IfNotPresent',
          terminationMessagePath: '/dev/termination-log',
          terminationMessagePolicy: 'File',
          resources: {},
        },
      ],
      dnsPolicy: 'ClusterFirst',
      restartPolicy: 'Always',
      securityContext: {},
      terminationGracePeriodSeconds: 30,
      schedulerName: 'default-scheduler',
    });
  });

  it('is idempotent and leaves what is set', () => {
    const one = spec({
      dnsPolicy: 'Default',
      restartPolicy: 'Never',
      terminationGracePeriodSeconds: 0,
      schedulerName: 'mine',
      securityContext: { runAsUser: 1 },
      initContainers: [{ name: 'i', image: 'i', imagePullPolicy: 'Never' }],
      volumes: [{ name: 'v' }],
      overhead: { cpu: '0.1' },
    });
    defaultPodSpec(one);
    const first = structuredClone(one);
    defaultPodSpec(one);
    expect(one).toEqual(first);
    expect(one).toMatchObject({
      dnsPolicy: 'Default',
      restartPolicy: 'Never',
      terminationGracePeriodSeconds: 0,
      schedulerName: 'mine',
      securityContext: { runAsUser: 1 },
      overhead: { cpu: '100m' },
    });
    expect(one.initContainers![0]!.imagePullPolicy).toBe('Never');
  });

  it('mirrors the service account both ways; the name wins', () => {
    const old = spec({ serviceAccount: 'a' });
    defaultPodSpec(old);
    expect(old).toMatchObject({ serviceAccount: 'a', serviceAccountName: 'a' });
    const both = spec({ serviceAccount: 'a', serviceAccountName: 'b' });
    defaultPodSpec(both);
    expect(both).toMatchObject({ serviceAccount: 'b', serviceAccountName: 'b' });
  });

  it('fills in ephemeral containers', () => {
    const one = spec({ ephemeralContainers: [{ name: 'debug', image: 'busybox' }] });
    defaultPodSpec(one);
    expect(one.ephemeralContainers![0]).toMatchObject({ imagePullPolicy: 'Always', resources: {} });
  });
});

describe('containers', () => {
  it('fills in ports, probes, hooks and variables', () => {
    const one = container({
      ports: [{ containerPort: 80 }, { containerPort: 53, protocol: 'UDP' }],
      livenessProbe: { httpGet: { port: 80 } },
      readinessProbe: { grpc: { port: 9 }, timeoutSeconds: 5, periodSeconds: 1, failureThreshold: 9 },
      lifecycle: { preStop: { httpGet: { port: 'web', path: '/bye', scheme: 'HTTPS' } } },
      env: [
        { name: 'A', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
        { name: 'B', valueFrom: { resourceFieldRef: { resource: 'limits.cpu' } } },
        { name: 'C', valueFrom: { fileKeyRef: { key: 'k', path: 'p', volumeName: 'v' } } },
      ],
    });
    expect(one.ports).toEqual([
      { containerPort: 80, protocol: 'TCP' },
      { containerPort: 53, protocol: 'UDP' },
    ]);
    expect(one.livenessProbe).toEqual({
      httpGet: { port: 80, path: '/', scheme: 'HTTP' },
      timeoutSeconds: 1,
      periodSeconds: 10,
      successThreshold: 1,
      failureThreshold: 3,
    });
    expect(one.readinessProbe).toEqual({
      grpc: { port: 9, service: '' },
      timeoutSeconds: 5,
      periodSeconds: 1,
      successThreshold: 1,
      failureThreshold: 9,
    });
    expect(one.lifecycle!.preStop!.httpGet).toEqual({ port: 'web', path: '/bye', scheme: 'HTTPS' });
    expect(one.env).toEqual([
      { name: 'A', valueFrom: { fieldRef: { fieldPath: 'metadata.name', apiVersion: 'v1' } } },
      { name: 'B', valueFrom: { resourceFieldRef: { resource: 'limits.cpu', divisor: '0' } } },
      { name: 'C', valueFrom: { fileKeyRef: { key: 'k', path: 'p', volumeName: 'v', optional: false } } },
    ]);
  });

  it('writes quantities canonically, rounded up to thousandths', () => {
    const one = container({
      resources: {
        limits: { cpu: '0.1', memory: '1024Mi', 'example.com/x': '2' },
        requests: { cpu: '100u' },
      },
    });
    expect(one.resources).toEqual({
      limits: { cpu: '100m', memory: '1Gi', 'example.com/x': '2' },
      requests: { cpu: '1m', memory: '1Gi', 'example.com/x': '2' },
    });
  });
});

describe('volumes', () => {
  it.each<[Partial<Volume>, Partial<Volume>]>([
    [{}, { emptyDir: {} }],
    [{ emptyDir: { sizeLimit: '1024Mi' } }, { emptyDir: { sizeLimit: '1Gi' } }],
    [{ hostPath: { path: '/x' } }, { hostPath: { path: '/x', type: '' } }],
    [{ secret: { secretName: 's' } }, { secret: { secretName: 's', defaultMode: 420 } }],
    [{ configMap: { name: 'c', defaultMode: 0 } }, { configMap: { name: 'c', defaultMode: 0 } }],
    [
      { downwardAPI: { items: [{ path: 'p', fieldRef: { fieldPath: 'metadata.name' } }] } },
      {
        downwardAPI: {
          items: [{ path: 'p', fieldRef: { fieldPath: 'metadata.name', apiVersion: 'v1' } }],
          defaultMode: 420,
        },
      },
    ],
    [
      { projected: { sources: [{ serviceAccountToken: { path: 't' } }] } },
      {
        projected: {
          sources: [{ serviceAccountToken: { path: 't', expirationSeconds: 3600 } }],
          defaultMode: 420,
        },
      },
    ],
    [{ image: { reference: 'a:1' } }, { image: { reference: 'a:1', pullPolicy: 'IfNotPresent' } }],
    [
      { ephemeral: { volumeClaimTemplate: { spec: { resources: { requests: { storage: '1024Mi' } } } } } },
      {
        ephemeral: {
          volumeClaimTemplate: {
            metadata: {},
            spec: { volumeMode: 'Filesystem', resources: { requests: { storage: '1Gi' } } },
          },
        },
      },
    ],
    [
      { iscsi: { targetPortal: 'p', iqn: 'iqn', lun: 0 } },
      { iscsi: { targetPortal: 'p', iqn: 'iqn', lun: 0, iscsiInterface: 'default' } },
    ],
    [
      { rbd: { monitors: ['m'], image: 'i' } },
      { rbd: { monitors: ['m'], image: 'i', pool: 'rbd', user: 'admin', keyring: '/etc/ceph/keyring' } },
    ],
    [
      { azureDisk: { diskName: 'd', diskURI: 'u' } },
      {
        azureDisk: {
          diskName: 'd',
          diskURI: 'u',
          cachingMode: 'ReadWrite',
          kind: 'Shared',
          fsType: 'ext4',
          readOnly: false,
        },
      },
    ],
  ])('%j becomes %j', (given, expected) => {
    expect(volume(given)).toEqual({ name: 'v', ...expected });
  });
});

describe('defaultPod', () => {
  it('adds what templates do not get', () => {
    const template = { spec: spec({ containers: [{ name: 'c', resources: { limits: { cpu: '1' } } }] }) };
    defaultPodTemplateSpec(template);
    expect(template.spec.enableServiceLinks).toBeUndefined();
    expect(template.spec.containers![0]!.resources).toEqual({ limits: { cpu: '1' } });
    const pod: Pod = structuredClone(template);
    defaultPod(pod);
    expect(pod.spec!.enableServiceLinks).toBe(true);
    expect(pod.spec!.containers![0]!.resources).toEqual({ limits: { cpu: '1' }, requests: { cpu: '1' } });
  });

  it('opens ports of the host for pods on its network', () => {
    const ports = [{ containerPort: 80 }, { containerPort: 81, hostPort: 81 }];
    const pod: Pod = { spec: spec({ hostNetwork: true, containers: [{ name: 'c', ports }] }) };
    defaultPod(pod);
    expect(pod.spec!.containers![0]!.ports!.map((port) => port.hostPort)).toEqual([80, 81]);
  });

  it('drops annotations of init containers from before they were fields', () => {
    const annotations = { 'pod.beta.kubernetes.io/init-containers': '[]', a: 'b' };
    const pod: Pod = { metadata: { annotations }, spec: spec() };
    defaultPod(pod);
    expect(pod.metadata!.annotations).toEqual({ a: 'b' });
  });

  it('has no negative grace period, a template may', () => {
    const template = { spec: spec({ terminationGracePeriodSeconds: -5 }) };
    defaultPodTemplateSpec(template);
    expect(template.spec.terminationGracePeriodSeconds).toBe(-5);
    const pod: Pod = structuredClone(template);
    defaultPod(pod);
    expect(pod.spec!.terminationGracePeriodSeconds).toBe(1);
  });

  it.each<[PodStatus, PodStatus]>([
    [{ podIP: '1.1.1.1' }, { podIP: '1.1.1.1', podIPs: [{ ip: '1.1.1.1' }] }],
    [
      { podIPs: [{ ip: '1.1.1.1' }, { ip: 'fd00::1' }] },
      { podIP: '1.1.1.1', podIPs: [{ ip: '1.1.1.1' }, { ip: 'fd00::1' }] },
    ],
    [
      { podIP: '1.1.1.2', podIPs: [{ ip: '1.1.1.1' }, { ip: 'fd00::1' }] },
      { podIP: '1.1.1.2', podIPs: [{ ip: '1.1.1.2' }] },
    ],
  ])('keeps its addresses in step: %j', (status, expected) => {
    const pod: Pod = { spec: spec(), status: structuredClone(status) };
    defaultPod(pod);
    expect(pod.status).toEqual(expected);
  });

  it('makes an empty spec of a missing one', () => {
    const pod: Pod = {};
    defaultPod(pod);
    expect(pod.spec!.containers).toEqual([]);
    const template = {};
    defaultPodTemplateSpec(template);
    expect(template).toMatchObject({ metadata: {}, spec: { containers: [] } });
  });

  it.each([
    ['requests follow limits', { limits: { cpu: '1' } }, { limits: { cpu: '1' }, requests: { cpu: '1' } }],
    [
      'requests follow the containers',
      { limits: { memory: '1Gi' } },
      { limits: { memory: '1Gi' }, requests: { cpu: '300m', memory: '1Gi' } },
    ],
    ['limits do not', { requests: { cpu: '1' } }, { requests: { cpu: '1' } }],
  ])('completes the resources of the pod: %s', (name, given, expected) => {
    const resources =
      name === 'requests follow limits' ? {} : { requests: { cpu: '300m' }, limits: { cpu: '500m' } };
    const pod: Pod = { spec: spec({ resources: given, containers: [{ name: 'c', resources }] }) };
    defaultPod(pod);
    expect(pod.spec!.resources).toEqual(expected);
  });
});
