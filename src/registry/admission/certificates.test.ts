import { beforeEach, describe, expect, it } from 'vitest';
import type { Stored } from '../../apis/object.ts';
import { resourceNamed } from '../../apis/resources.ts';
import { APPROVAL } from '../subresources/approval.ts';
import { STATUS } from '../subresources/strategy.ts';
import { create } from '../create.ts';
import { guaranteedUpdate } from '../update.ts';
import { refusal, type TestCluster, testCluster } from './testing.ts';

const RBAC = 'rbac.authorization.k8s.io';
const GROUP = 'certificates.k8s.io';
const SIGNER = 'example.com/serving';
const eve = { username: 'eve', groups: [] };

/** Made with openssl for these tests; the key was thrown away. */
const REQUEST = `-----BEGIN CERTIFICATE REQUEST-----
MIHKMHECAQAwDzENMAsGA1UEAwwEbm9kZTBZMBMGByqGSM49AgEGCCqGSM49AwEH
A0IABFW48nXB8vYjsuqhGdh3LPVAKHfqz5WOPFwi24ySz0rqNV4mOCoDkIN2iZQd
joLqePX4umEztfc2OiYb5hZTK/mgADAKBggqhkjOPQQDAgNJADBGAiEAoXuBfndd
UdBaQ6hBRkfZ1u7JdMDJ8c2olMfBP8zbkEsCIQCKHJZquS2Jtpttpcs5HstSCkqr
yGCFzk53X1l6jcTAsQ==
-----END CERTIFICATE REQUEST-----
`;

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await testCluster();
  await cluster.put(GROUP, 'certificatesigningrequests', {
    metadata: { name: 'r', uid: 'u', creationTimestamp: '2026-01-01T00:00:00Z' },
    spec: { request: btoa(REQUEST), signerName: SIGNER, usages: ['digital signature'] },
  });
});

async function give(verb: string, resourceNames: string[]): Promise<void> {
  const rules = [{ apiGroups: [GROUP], resources: ['signers'], resourceNames, verbs: [verb] }];
  await cluster.put(RBAC, 'clusterroles', { metadata: { name: 'r' }, rules });
  await cluster.put(RBAC, 'clusterrolebindings', {
    metadata: { name: 'r' },
    roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: 'r' },
    subjects: [{ kind: 'User', name: 'eve' }],
  });
}

const condition = (type: string) => ({ type, status: 'True', reason: 'Tested', message: 'm' });
const change = (strategy: typeof STATUS, how: (object: Stored) => Stored, user = eve) =>
  refusal(
    guaranteedUpdate(
      { ...cluster.ctx, user },
      resourceNamed(GROUP, 'certificatesigningrequests'),
      '',
      'r',
      how,
      { strategy },
    ),
  );
const approve = (user = eve) =>
  change(APPROVAL, (object) => ({ ...object, status: { conditions: [condition('Approved')] } }), user);
const fail = () => change(STATUS, (object) => ({ ...object, status: { conditions: [condition('Failed')] } }));

const REFUSED = (verb: string) =>
  `403 certificatesigningrequests.${GROUP} "r" is forbidden: user not permitted to ${verb} requests with signerName "${SIGNER}"`;

describe('a request for a certificate', () => {
  it('is approved by those who may approve for its signer', async () => {
    expect(await approve()).toBe(REFUSED('approve'));
    await give('approve', ['example.com/another']);
    expect(await approve()).toBe(REFUSED('approve'));
    await give('approve', [SIGNER]);
    expect(await approve()).toBe('not refused');
  });

  it('is approved by those who may approve for all signers of its domain', async () => {
    await give('approve', ['example.com/*']);
    expect(await fail()).toBe(REFUSED('sign'));
    expect(await approve()).toBe('not refused');
  });

  it('is approved by an administrator', async () => {
    expect(await approve({ username: 'root', groups: ['system:masters'] as never[] })).toBe('not refused');
  });

  it('gets a status from those who may sign for its signer', async () => {
    expect(await fail()).toBe(REFUSED('sign'));
    // What is neither the certificate nor a condition is anybody's who may update.
    expect(await change(STATUS, (object) => ({ ...object, status: {} }))).toBe('not refused');
    await give('sign', [SIGNER]);
    expect(await fail()).toBe('not refused');
  });
});

/** As REQUEST, of the organizations devs and system:masters. */
const ADMINISTRATOR = `-----BEGIN CERTIFICATE REQUEST-----
MIHxMIGYAgEAMDYxDTALBgNVBAoMBGRldnMxFzAVBgNVBAoMDnN5c3RlbTptYXN0
ZXJzMQwwCgYDVQQDDANldmUwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAASTUqy+
DJl6EJC4pod/0ogGOPLxXzzOMi4+w2TPnUGDaVQJbfMKIYRl8BMgqC6P8KnAFKtG
vEAM493VHMHHtfKboAAwCgYIKoZIzj0EAwIDSAAwRQIgQZNw8htSWD0JxKfsorvk
6EYhoV77T/88xs89AclANksCIQCxdyBNZ4RpgGzJA5Cjs/+5fnM6UgRZS9hD2Oog
VKBJtQ==
-----END CERTIFICATE REQUEST-----
`;

describe('a request for a certificate of an administrator', () => {
  const ask = (signerName: string, request: string, user?: { username: string; groups: string[] }) =>
    refusal(
      create(
        { ...cluster.ctx, ...(user && { user }) },
        resourceNamed(GROUP, 'certificatesigningrequests'),
        '',
        {
          metadata: { name: 'csr' },
          spec: { request: btoa(request), signerName, usages: ['client auth'] },
        },
      ),
    );

  it('is refused, whoever asks', async () => {
    const refused = `403 certificatesigningrequests.${GROUP} "csr" is forbidden: use of kubernetes.io/kube-apiserver-client signer with system:masters group is not allowed`;
    expect(await ask('kubernetes.io/kube-apiserver-client', ADMINISTRATOR)).toBe(refused);
    expect(await ask('kubernetes.io/kube-apiserver-client', ADMINISTRATOR, eve)).toBe(refused);
  });

  it('may be made of another signer, who knows nothing of administrators', async () => {
    expect(await ask(SIGNER, ADMINISTRATOR)).toBe('not refused');
  });

  it('may be made for everybody else', async () => {
    expect(await ask('kubernetes.io/kube-apiserver-client', REQUEST)).toBe('not refused');
  });
});
