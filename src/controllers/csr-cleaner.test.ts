import { expect, it } from 'vitest';
import type { CertificateSigningRequest } from '../apimachinery/types/certificates.v1.gen.ts';
import type { KubeObject } from '../apis/object.ts';
import { encodeStored } from '../storage/encoding.ts';
import { objectKey } from '../storage/keys.ts';
import { csrCleaner, expiryOf } from './csr-cleaner.ts';
import { startCluster } from './testing.ts';

const created = '2026-01-01T00:00:00Z';
const decided = '2026-01-01T02:00:00Z';
type Status = NonNullable<CertificateSigningRequest['status']>;
const request = (conditions: string[] = [], status: Status = {}): CertificateSigningRequest & KubeObject => ({
  metadata: { name: 'r', creationTimestamp: created },
  spec: { request: '', signerName: 'example.com/s' },
  status: {
    ...status,
    conditions: conditions.map((type) => ({ type, status: 'True', lastUpdateTime: decided })),
  },
});

it.each<[string, CertificateSigningRequest, string]>([
  ['nobody decided', request(), '2026-01-02T00:00:00Z'],
  ['was denied', request(['Denied']), '2026-01-01T03:00:00Z'],
  ['failed', request(['Approved', 'Failed']), '2026-01-01T03:00:00Z'],
  ['was approved and not answered', request(['Approved']), '2026-01-02T02:00:00Z'],
  ['was answered', request(['Approved'], { certificate: 'eA==' }), '2026-01-01T03:00:00Z'],
])('a request that %s is kept until %s', (_, object, until) => {
  expect(expiryOf(object)).toBe(Date.parse(until));
});

it('is deleted when its time is over', async () => {
  const cluster = await startCluster({ controllers: [csrCleaner] });
  const key = objectKey('certificates.k8s.io', 'certificatesigningrequests', '', 'r');
  await cluster.storage.commit({
    writes: [{ key, expect: 0, deleted: false, value: encodeStored(request()) }],
  });
  await cluster.advance(24 * 3_600_000);
  const left = () => cluster.list(['certificates.k8s.io', 'certificatesigningrequests']);
  expect(await left()).toHaveLength(1);
  await cluster.advance(1000);
  expect(await left()).toEqual([]);
  expect(cluster.manager.plan.nextDue).toBeUndefined();
});
