import { describe, expect, it } from 'vitest';
import type { ResourceClaim, ResourceClaimStatus } from '../../apimachinery/types/resource.v1.gen.ts';
import type { ClusterQuestions, StrategyContext } from '../definition.ts';
import { authorizeClaim, authorizeClaimTemplate } from './claim-authorization.ts';

const asked: string[] = [];
const cluster = (
  labels: Record<string, string> | undefined,
  allowed: readonly string[] = [],
): ClusterQuestions => ({
  verb: 'patch',
  namespaceLabels: async () => labels,
  async refusal(verb, subresource, namespace, name) {
    const request = [verb, subresource, namespace, name].join(' ');
    asked.push(request);
    return allowed.includes(request) ? undefined : `no ${request}`;
  },
});
const ctx = { namespace: 'shop', user: { username: 'alice', groups: [] } } as unknown as StrategyContext;
const statusCtx = { ...ctx, subresource: 'status' };
const texts = async (errors: Promise<{ field: string; message: string }[]>) =>
  (await errors).map(({ field, message }) => `${field}: ${message}`);

const admin: ResourceClaim = {
  spec: {
    devices: {
      requests: [{ name: 'a' }, { name: 'b', exactly: { deviceClassName: 'x', adminAccess: true } }],
    },
  },
};
const needsLabel =
  'Forbidden: admin access to devices requires the `resource.kubernetes.io/admin-access: true` label on the containing namespace';

describe('admin access', () => {
  it.each<[Record<string, string> | undefined, string[]]>([
    [{ 'resource.kubernetes.io/admin-access': 'true' }, []],
    [{}, [`spec.devices.requests[1].adminAccess: ${needsLabel}`]],
    [
      undefined,
      [
        'spec.devices.requests[1].adminAccess: Internal error: could not retrieve namespace to verify admin access: namespaces "shop" not found',
      ],
    ],
  ])('takes the label of the namespace: %j', async (labels, errors) => {
    expect(await texts(authorizeClaim(admin, undefined, ctx, cluster(labels)))).toEqual(errors);
    const template = { spec: { spec: admin.spec } };
    expect(await texts(authorizeClaimTemplate(template, undefined, ctx, cluster(labels)))).toEqual(errors);
    expect(await authorizeClaim(admin, admin, ctx, cluster(labels))).toEqual([]);
  });
});

describe('the status of a claim', () => {
  const claim = (status: ResourceClaimStatus): ResourceClaim => ({ spec: {}, status });
  const result = { request: 'a', driver: 'd.com', pool: 'p', device: 'x' };
  const device = { driver: 'd.com', pool: 'p', device: 'x' };
  const onNode = {
    nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['n1'] }] }],
  };
  const allocated: ResourceClaimStatus = { allocation: { devices: { results: [result] } } };

  it('is allocated by those who may bind', async () => {
    const check = (allowed: string[]) =>
      texts(authorizeClaim(claim(allocated), claim({}), statusCtx, cluster({}, allowed)));
    expect(await check(['patch binding  '])).toEqual([]);
    expect(await check([])).toEqual([
      'status.allocation: Forbidden: changing status.allocation or status.reservedFor requires resource="resourceclaims/binding", verb="patch" permission: no patch binding  ',
    ]);
  });

  it('gives admin access in labelled namespaces only', async () => {
    const status = { allocation: { devices: { results: [{ ...result, adminAccess: true }] } } };
    const allowed = cluster({}, ['patch binding  ']);
    expect(await texts(authorizeClaim(claim(status), claim({}), statusCtx, allowed))).toEqual([
      `status.allocation.devices.results[0].adminAccess: ${needsLabel}`,
    ]);
    expect(await authorizeClaim(claim(status), claim(status), statusCtx, allowed)).toEqual([]);
  });

  it('tells of devices what their driver says, on their node or anywhere', async () => {
    const before = claim({ allocation: { ...allocated.allocation, nodeSelector: onNode } });
    const after = claim({ ...before.status, devices: [device] });
    const driver = (node: string) => ({
      ...statusCtx,
      user: {
        username: 'system:serviceaccount:shop:driver',
        groups: [],
        extra: { 'authentication.kubernetes.io/node-name': [node] },
      },
    });
    const here = ['associated-node:patch driver shop d.com'];
    expect(await authorizeClaim(after, before, driver('n1'), cluster({}, here))).toEqual([]);
    expect(await texts(authorizeClaim(after, before, driver('n2'), cluster({}, here)))).toEqual([
      'status.devices: Forbidden: changing status.devices requires resource="resourceclaims/driver", verb="[arbitrary-node:patch]" permission: no arbitrary-node:patch driver shop d.com',
    ]);
    const anywhere = ['arbitrary-node:patch driver shop d.com'];
    expect(await authorizeClaim(after, before, driver('n2'), cluster({}, anywhere))).toEqual([]);
  });

  it('asks nobody when nothing of it changes', async () => {
    asked.length = 0;
    expect(await authorizeClaim(claim(allocated), claim(allocated), statusCtx, cluster({}))).toEqual([]);
    expect(asked).toEqual([]);
  });
});
