import { expect, it } from 'vitest';
import type { Service } from '../../apimachinery/types/core.v1.gen.ts';
import type { KubeObject } from '../../apis/object.ts';
import { refusal, testCluster } from '../admission/testing.ts';

const service = (name: string, clusterIP?: string): Service & KubeObject => ({
  metadata: { name },
  spec: { ports: [{ port: 80 }], ...(clusterIP ? { clusterIP } : {}) },
});
const GROUP = 'networking.k8s.io';
const refused = (ip: string, why: string) =>
  `422 Service "s" is invalid: spec.clusterIPs: Invalid value: ["${ip}"]: failed to allocate IP ${ip}: ${why}`;
const mismatch = 'the provided network does not match the current range';

it('takes addresses of the cluster, each once', async () => {
  const cluster = await testCluster();
  const first = await cluster.create('', 'services', service('a'));
  const ip = (first as Service).spec!.clusterIP!;
  expect(ip).toMatch(/^10\.(9[6-9]|10\d|11[01])\./);
  expect(await refusal(cluster.create('', 'services', service('s', ip)))).toBe(
    refused(ip, 'provided IP is already allocated'),
  );
  expect(await cluster.get(GROUP, 'ipaddresses', '', ip)).toMatchObject({
    spec: { parentRef: { resource: 'services', namespace: 'shop', name: 'a' } },
  });
});

it('takes an address by its name from a range that was added, while that is ready', async () => {
  const cluster = await testCluster();
  const ip = '192.168.77.5';
  const ask = (options = {}) => refusal(cluster.create('', 'services', service('s', ip), options));
  expect(await ask()).toBe(refused(ip, mismatch));
  expect(await ask({ dryRun: true })).toBe(
    refused(ip, `the provided IP (${ip}) is not in the valid range. The range of valid IPs is 10.96.0.0/12`),
  );
  const range = { metadata: { name: 'extra' }, spec: { cidrs: ['192.168.77.0/28'] } };
  const going = { ...range, metadata: { name: 'extra', deletionTimestamp: '2026-01-01T00:00:00Z' } };
  await cluster.put(GROUP, 'servicecidrs', going);
  expect(await ask()).toBe(refused(ip, mismatch));
  await cluster.put(GROUP, 'servicecidrs', range);
  expect(await ask()).toBe('not refused');
  expect(await cluster.get(GROUP, 'ipaddresses', '', ip)).toBeDefined();
});
