import { beforeEach, describe, expect, it } from 'vitest';
import { certificateSigningRequests } from '../../apis/certificates/certificate-signing-request.ts';
import type { KubeObject, Stored } from '../../apis/object.ts';
import { refusal, type TestCluster, testCluster } from '../admission/testing.ts';
import { guaranteedUpdate } from '../update.ts';
import { APPROVAL } from './approval.ts';

const GROUP = 'certificates.k8s.io';
const RESOURCE = 'certificatesigningrequests';

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
  await cluster.put(GROUP, RESOURCE, {
    metadata: { name: 'r', uid: 'u', creationTimestamp: '2026-01-01T00:00:00Z' },
    spec: { request: btoa(REQUEST), signerName: 'example.com/signer', usages: ['client auth'] },
    status: {},
  });
});

const decide = async (conditions: object[], more: KubeObject = {}): Promise<Stored> => {
  const make = (request: Stored): KubeObject => ({
    ...request,
    ...more,
    status: { ...request.status, ...more.status, conditions },
  });
  return (
    await guaranteedUpdate(cluster.ctx, certificateSigningRequests, '', 'r', make, { strategy: APPROVAL })
  ).object;
};
const approved = { type: 'Approved', status: 'True', reason: 'Ok', message: 'm' };

describe('approval', () => {
  it('adds a decision with its times, and nothing else', async () => {
    const { status, spec } = await decide([approved], {
      spec: { request: 'x', signerName: 'other.example.com/x' },
      status: { certificate: 'eA==' },
    });
    const now = '2026-01-01T00:00:00Z';
    expect(status).toEqual({ conditions: [{ ...approved, lastUpdateTime: now, lastTransitionTime: now }] });
    expect(spec.signerName).toBe('example.com/signer');
  });

  it('owns the decision, and the resource itself nothing', async () => {
    const made = await cluster.create(GROUP, RESOURCE, {
      metadata: { name: 's', labels: { a: 'b' } },
      spec: { request: btoa(REQUEST), signerName: 'example.com/signer', usages: ['client auth'] },
    });
    const { object } = await guaranteedUpdate(
      cluster.ctx,
      certificateSigningRequests,
      '',
      's',
      (request) => ({ ...request, status: { certificate: 'eA==', conditions: [approved] } }),
      { strategy: APPROVAL },
    );
    expect([...made.metadata.managedFields!, ...object.metadata.managedFields!.slice(1)]).toMatchObject([
      { fieldsV1: { 'f:metadata': { 'f:labels': { '.': {}, 'f:a': {} } } } },
      { subresource: 'approval', fieldsV1: { 'f:status': { 'f:conditions': {} } } },
    ]);
    expect(made.metadata.managedFields![0]!.fieldsV1).not.toHaveProperty('f:spec');
    expect(object.metadata.managedFields![1]!.fieldsV1).not.toHaveProperty(['f:status', 'f:certificate']);
  });

  it('does not take a decision back', async () => {
    await decide([approved]);
    expect(await refusal(decide([]))).toContain(
      'status.conditions: Forbidden: updates may not remove a condition of type "Approved"',
    );
  });
});
