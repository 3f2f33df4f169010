import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { KubeObject } from '../../apis/object.ts';
import { NAMESPACE, refusal, type TestCluster, testCluster, testPod } from './testing.ts';

const MOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await testCluster();
});
afterEach(() => {
  vi.useRealTimers();
});

const account = (name: string, fields: KubeObject = {}): KubeObject => ({
  ...fields,
  metadata: { name, namespace: NAMESPACE, ...fields.metadata },
});
const createPod = (name: string, spec: Record<string, unknown> = {}) =>
  cluster.create('', 'pods', testPod(name, spec));

describe('ServiceAccount', () => {
  it('runs a pod as the default account, with its token', async () => {
    const { spec } = await createPod('p', { initContainers: [{ name: 'i', image: 'busybox' }] });
    expect(spec.serviceAccountName).toBe('default');
    expect(spec.serviceAccount).toBe('default');
    const [volume] = spec.volumes;
    expect(volume.name).toMatch(/^kube-api-access-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
    expect(volume.projected).toEqual({
      defaultMode: 420,
      sources: [
        { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
        { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
        {
          downwardAPI: {
            items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }],
          },
        },
      ],
    });
    const mount = { name: volume.name, readOnly: true, mountPath: MOUNT };
    expect(spec.containers[0].volumeMounts).toEqual([mount]);
    expect(spec.initContainers[0].volumeMounts).toEqual([mount]);
  });

  it('records the token as nobody’s field', async () => {
    const { metadata } = await cluster.create('', 'pods', testPod('p'), { fieldManager: 'kubectl' });
    const fields = JSON.stringify(metadata.managedFields);
    expect(fields).toContain('f:containers');
    expect(fields).not.toContain('f:volumes');
    expect(fields).not.toContain('f:tolerations');
  });

  it.each([
    [undefined, undefined, true],
    [undefined, false, false],
    [true, false, true],
    [false, true, false],
  ])('mounts a token when the pod says %s and the account %s: %s', async (pod, ofAccount, mounted) => {
    const automount = (value: boolean | undefined) =>
      value === undefined ? {} : { automountServiceAccountToken: value };
    await cluster.put('', 'serviceaccounts', account('robot', automount(ofAccount)));
    const { spec } = await createPod('p', { serviceAccountName: 'robot', ...automount(pod) });
    expect(spec.volumes?.length ?? 0).toBe(mounted ? 1 : 0);
  });

  it('leaves a container alone that has something mounted at the place', async () => {
    const { spec } = await createPod('p', {
      containers: [
        { name: 'c', image: 'nginx', volumeMounts: [{ name: 'own', mountPath: MOUNT }] },
        { name: 'd', image: 'nginx' },
      ],
      volumes: [{ name: 'own', emptyDir: {} }],
    });
    expect(spec.containers[0].volumeMounts).toHaveLength(1);
    expect(spec.containers[1].volumeMounts[0].name).toMatch(/^kube-api-access-/);
    expect(spec.volumes).toHaveLength(2);
  });

  it('gives pods without pull secrets those of the account', async () => {
    await cluster.put('', 'serviceaccounts', account('puller', { imagePullSecrets: [{ name: 'registry' }] }));
    const plain = await createPod('a', { serviceAccountName: 'puller' });
    expect(plain.spec.imagePullSecrets).toEqual([{ name: 'registry' }]);
    const own = await createPod('b', { serviceAccountName: 'puller', imagePullSecrets: [{ name: 'own' }] });
    expect(own.spec.imagePullSecrets).toEqual([{ name: 'own' }]);
  });

  it('refuses an account that is missing', async () => {
    expect(await refusal(createPod('p', { serviceAccountName: 'ghost' }))).toBe(
      '403 pods "p" is forbidden: error looking up service account shop/ghost: serviceaccount "ghost" not found',
    );
    expect(await refusal(createPod('web-', { serviceAccountName: 'ghost' }))).toContain(
      'pods "web-" is forbidden',
    );
  });

  it('waits for the default account of a new namespace', async () => {
    vi.useFakeTimers();
    await cluster.remove('', 'serviceaccounts', NAMESPACE, 'default');
    const created = createPod('p');
    await vi.advanceTimersByTimeAsync(250);
    await cluster.put('', 'serviceaccounts', account('default'));
    await vi.advanceTimersByTimeAsync(250);
    expect((await created).spec.serviceAccountName).toBe('default');
  });

  it('sees an account that another server has created or changed since', async () => {
    expect(await refusal(createPod('a', { serviceAccountName: 'late' }))).toMatch(/^403/);
    await cluster.put('', 'serviceaccounts', account('late', { imagePullSecrets: [{ name: 'one' }] }));
    const first = await createPod('a', { serviceAccountName: 'late' });
    expect(first.spec.imagePullSecrets).toEqual([{ name: 'one' }]);
    await cluster.put('', 'serviceaccounts', account('late', { imagePullSecrets: [{ name: 'two' }] }));
    const second = await createPod('b', { serviceAccountName: 'late' });
    expect(second.spec.imagePullSecrets).toEqual([{ name: 'two' }]);
    expect(second.spec.volumes).toHaveLength(1);
  });

  const annotations = { 'kubernetes.io/config.mirror': 'x' };
  it.each([
    [{ serviceAccountName: 'default' }, 'a mirror pod may not reference service accounts'],
    [{ volumes: [{ name: 'v', secret: { secretName: 's' } }] }, 'a mirror pod may not reference secrets'],
    [
      { volumes: [{ name: 'v', projected: { sources: [{ serviceAccountToken: { path: 't' } }] } }] },
      'a mirror pod may not use ServiceAccountToken volume projections',
    ],
  ])('refuses a mirror pod with %j', async (spec, message) => {
    const pod = testPod('m', { nodeName: 'n', ...spec });
    pod.metadata = { ...pod.metadata, annotations };
    expect(await refusal(cluster.create('', 'pods', pod))).toBe(`403 pods "m" is forbidden: ${message}`);
  });

  it('leaves a mirror pod as it is', async () => {
    const pod = testPod('m', { nodeName: 'n' });
    pod.metadata = { ...pod.metadata, annotations };
    const { spec } = await cluster.create('', 'pods', pod);
    expect([spec.volumes, spec.serviceAccountName]).toEqual([undefined, undefined]);
  });

  const env = [{ name: 'E', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } }];
  it.each([
    [{ volumes: [{ name: 'v', secret: { secretName: 's' } }] }, 'volume with secret.secretName="s" is'],
    [
      { containers: [{ name: 'c', image: 'i', env }] },
      'container c with envVar E referencing secret.secretName="s" is',
    ],
    [
      { initContainers: [{ name: 'i', image: 'i', envFrom: [{ secretRef: { name: 's' } }] }] },
      'init container i with envFrom referencing secret.secretName="s" is',
    ],
  ])('holds the pods of a strict account to its secrets: %j', async (spec, message) => {
    const strict = { metadata: { annotations: { 'kubernetes.io/enforce-mountable-secrets': 'true' } } };
    await cluster.put('', 'serviceaccounts', account('strict', strict));
    expect(await refusal(createPod('p', { serviceAccountName: 'strict', ...spec }))).toBe(
      `403 pods "p" is forbidden: ${message} not allowed because service account strict does not reference that secret`,
    );
    await cluster.put('', 'serviceaccounts', account('strict', { ...strict, secrets: [{ name: 's' }] }));
    expect(await refusal(createPod('p', { serviceAccountName: 'strict', ...spec }))).toBe('not refused');
  });
});
