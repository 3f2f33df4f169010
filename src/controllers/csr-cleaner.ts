/**
 * Deletes requests for certificates that have been decided for an hour, or that nobody has decided or answered for a day.
 * Source: kubernetes pkg/controller/certificates/cleaner/cleaner.go. A certificate that ends within the hour is not looked at:
 * its request goes with the hour.
 */
import { parseTime } from '../apimachinery/time.ts';
import type { CertificateSigningRequest } from '../apimachinery/types/certificates.v1.gen.ts';
import type { KubeObject } from '../apis/object.ts';
import type { ResourceName } from '../registry/client.ts';
import { type Controller, type ControllerContext, itself, type Result } from './framework.ts';

const REQUESTS: ResourceName = ['certificates.k8s.io', 'certificatesigningrequests'];
const HOUR = 3_600_000;
const DECIDED = HOUR;
const PENDING = 24 * HOUR;

/** When a request has been kept long enough, in ms. */
export function expiryOf({ metadata, status }: CertificateSigningRequest): number | undefined {
  const conditions = status?.conditions ?? [];
  if (conditions.length === 0) {
    const created = metadata?.creationTimestamp;
    return created ? parseTime(created) + PENDING : undefined;
  }
  const times = conditions.flatMap(({ type, lastUpdateTime }) => {
    if (!lastUpdateTime) return [];
    if (type === 'Denied' || type === 'Failed') return [parseTime(lastUpdateTime) + DECIDED];
    return type === 'Approved' ? [parseTime(lastUpdateTime) + (status?.certificate ? DECIDED : PENDING)] : [];
  });
  return times.length > 0 ? Math.min(...times) : undefined;
}

async function reconcile(name: string, { client, clock }: ControllerContext): Promise<Result | undefined> {
  // It may have been decided a moment ago.
  const request = await client.get<CertificateSigningRequest & KubeObject>(REQUESTS, '', name);
  const expiry = request && expiryOf(request);
  if (expiry === undefined) return undefined;
  const left = expiry - clock.now();
  // It is older than that only afterwards.
  if (left >= 0) return { requeueAfter: left + 1 };
  const { uid } = request!.metadata;
  await client.delete(REQUESTS, '', name, uid ? { preconditions: { uid } } : {});
  return undefined;
}

export const csrCleaner: Controller = {
  name: 'certificate-controller',
  watches: [{ resource: REQUESTS, keys: itself }],
  reconcile,
};
