import { describe, expect, it } from 'vitest';
import { seeded } from '../../apimachinery/random.ts';
import type { PodSpec } from '../../apimachinery/types/core.v1.gen.ts';
import type { ResourceClaim, ResourceClaimStatus } from '../../apimachinery/types/resource.v1.gen.ts';
import type { KubeObject, Stored } from '../../apis/object.ts';
import type { BindDecision, Decision, FailureDecision, WriteDecision } from '../decisions.ts';
import { Scheduler } from '../scheduler.ts';
import { makeNode, makePod } from '../testing.ts';

const NOW = 1_700_000_000_000;
const CLAIM = 'ResourceClaim';

const uses = (...names: string[]): { spec: Partial<PodSpec> } => ({
  spec: { resourceClaims: names.map((name) => ({ name, resourceClaimName: name })) },
});
const claim = (name: string, status?: ResourceClaimStatus): Stored<ResourceClaim & KubeObject> => ({
  metadata: { name, namespace: 'default', uid: `uid-${name}` },
  spec: {
    devices: {
      requests: [{ name: 'r', exactly: { deviceClassName: 'gpu', allocationMode: 'ExactCount', count: 1 } }],
    },
  },
  ...(status ? { status } : {}),
});
const slice = (node: string, ...devices: string[]): KubeObject => ({
  metadata: { name: `slice-${node}` },
  spec: {
    driver: 'd.com',
    nodeName: node,
    pool: { name: node, generation: 1, resourceSliceCount: 1 },
    devices: devices.map((name) => ({ name })),
  },
});
const on = (node: string) => ({
  nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [node] }] }],
});
const allocation = (node: string, device: string) => ({
  devices: { results: [{ request: 'r', driver: 'd.com', pool: node, device }] },
  nodeSelector: on(node),
});

/** Two nodes; the second has one device. */
function fresh(): Scheduler {
  const scheduler = new Scheduler({ random: seeded(1) });
  for (const name of ['n1', 'n2']) scheduler.onNode('ADDED', makeNode(name), NOW);
  scheduler.onObject('DeviceClass', 'ADDED', { metadata: { name: 'gpu' }, spec: {} }, NOW);
  scheduler.onObject('ResourceSlice', 'ADDED', slice('n2', 'a'), NOW);
  return scheduler;
}
const said = (decisions: Decision[]) =>
  decisions
    .filter((one): one is FailureDecision => one.type === 'failure')
    .map(({ condition }) => condition?.message);
const bound = (decisions: Decision[]) => decisions.filter((one): one is BindDecision => one.type === 'bind');
/** Makes the writes of a binding on a claim, as the shell would. */
function carryOut({ preBind }: BindDecision, object: Stored<ResourceClaim & KubeObject>) {
  const claimNow = structuredClone(object);
  for (const { name, change } of preBind) if (name === object.metadata.name) change?.(claimNow, NOW);
  return claimNow;
}

describe('a pod with claims', () => {
  it('goes where devices are, and its claims are written first', () => {
    const scheduler = fresh();
    scheduler.onObject(CLAIM, 'ADDED', claim('c'), NOW);
    scheduler.onPod('ADDED', makePod('p', uses('c')), NOW);
    const [decision] = bound(scheduler.run(NOW));
    expect(decision).toMatchObject({ nodeName: 'n2', waits: false });
    expect(decision!.preBind.map(({ subresource }) => subresource)).toEqual([undefined, 'status']);
    const written = carryOut(decision!, claim('c'));
    expect(written.metadata.finalizers).toEqual(['resource.kubernetes.io/delete-protection']);
    expect(written.status).toEqual({
      allocation: { ...allocation('n2', 'a'), allocationTimestamp: '2023-11-14T22:13:20Z' },
      reservedFor: [{ resource: 'pods', name: 'p', uid: 'uid-default-p' }],
    });
    expect(() => carryOut(decision!, claim('c', { allocation: allocation('n2', 'a') }))).toThrow(
      'claim default/c got allocated elsewhere in the meantime',
    );
  });

  it('gets no device that another was given a moment ago', () => {
    const scheduler = fresh();
    for (const name of ['c', 'd']) {
      scheduler.onObject(CLAIM, 'ADDED', claim(name), NOW);
      scheduler.onPod('ADDED', makePod(`p-${name}`, uses(name)), NOW);
    }
    const decisions = scheduler.run(NOW);
    expect(bound(decisions)).toHaveLength(1);
    expect(said(decisions)).toEqual([
      '0/2 nodes are available: 2 cannot allocate all claims. still not schedulable, preemption: 0/2 nodes are available: 2 No preemption victims found for incoming pod.',
    ]);
    // It comes back when the binding fails.
    scheduler.bindingFailed('uid-default-p-c', 'no', NOW);
    scheduler.onObject('ResourceSlice', 'MODIFIED', slice('n2', 'a', 'b'), NOW);
    expect(bound(scheduler.run(NOW + 20_000))).toHaveLength(2);
  });

  it('waits without a word for claims that are not there', () => {
    const scheduler = fresh();
    scheduler.onPod('ADDED', makePod('p', uses('c')), NOW);
    const made = makePod('t', { spec: { resourceClaims: [{ name: 'x', resourceClaimTemplateName: 'x' }] } });
    scheduler.onPod('ADDED', made, NOW);
    expect(scheduler.run(NOW)).toEqual([]);
    expect(scheduler.counts.gated).toBe(2);
    scheduler.onObject('ResourceSlice', 'MODIFIED', slice('n2', 'a', 'b'), NOW);
    scheduler.onObject(CLAIM, 'ADDED', claim('c'), NOW);
    expect(bound(scheduler.run(NOW)).map(({ pod }) => pod.metadata?.name)).toEqual(['p']);
    const own = claim('t-x');
    own.metadata.ownerReferences = [
      { apiVersion: 'v1', kind: 'Pod', name: 't', uid: made.metadata!.uid!, controller: true },
    ];
    scheduler.onObject(CLAIM, 'ADDED', own, NOW);
    const status = { ...made.status, resourceClaimStatuses: [{ name: 'x', resourceClaimName: 't-x' }] };
    scheduler.onPod('MODIFIED', { ...made, status }, NOW);
    expect(bound(scheduler.run(NOW)).map(({ pod }) => pod.metadata?.name)).toEqual(['t']);
  });

  it('waits for its class', () => {
    const scheduler = fresh();
    scheduler.onObject('DeviceClass', 'DELETED', { metadata: { name: 'gpu' } }, NOW);
    scheduler.onObject(CLAIM, 'ADDED', claim('c'), NOW);
    scheduler.onPod('ADDED', makePod('p', uses('c')), NOW);
    expect(said(scheduler.run(NOW))[0]).toContain('request r: device class gpu does not exist');
    scheduler.onObject('DeviceClass', 'ADDED', { metadata: { name: 'gpu' }, spec: {} }, NOW);
    expect(bound(scheduler.run(NOW + 20_000))).toHaveLength(1);
  });

  it('follows a claim that has its devices', () => {
    const scheduler = fresh();
    const other = { resource: 'pods', name: 'o', uid: 'uid-o' };
    const shared = claim('c', { allocation: allocation('n1', 'x'), reservedFor: [other] });
    scheduler.onObject(CLAIM, 'ADDED', shared, NOW);
    scheduler.onPod('ADDED', makePod('p', uses('c')), NOW);
    const [decision] = bound(scheduler.run(NOW));
    expect(decision?.nodeName).toBe('n1');
    expect(carryOut(decision!, shared).status?.reservedFor?.map(({ name }) => name)).toEqual(['o', 'p']);
    expect(() => carryOut(decision!, claim('c'))).toThrow('got deallocated elsewhere');
  });

  it('lets go of a claim that nobody else has and that leads nowhere', () => {
    const scheduler = fresh();
    const stuck = claim('c', { allocation: allocation('n3', 'x') });
    scheduler.onObject(CLAIM, 'ADDED', stuck, NOW);
    scheduler.onPod('ADDED', makePod('p', uses('c')), NOW);
    const decisions = scheduler.run(NOW);
    expect(said(decisions)[0]).toMatch(
      /^0\/2 nodes are available: 2 resourceclaim not available on the node\. deallocation of ResourceClaim completed/,
    );
    const [{ write }] = decisions.filter((one): one is WriteDecision => one.type === 'write') as [
      WriteDecision,
    ];
    const freed = structuredClone(stuck);
    write.change!(freed, NOW);
    expect(freed.status).toBeUndefined();
    scheduler.onObject(CLAIM, 'MODIFIED', freed, NOW);
    expect(bound(scheduler.run(NOW + 20_000))[0]?.nodeName).toBe('n2');
  });

  it('waits until its devices are ready', () => {
    const scheduler = fresh();
    const spec = {
      ...slice('n2').spec,
      devices: [{ name: 'a', bindingConditions: ['Ready'], bindingFailureConditions: ['Broken'] }],
    };
    scheduler.onObject('ResourceSlice', 'MODIFIED', { ...slice('n2'), spec }, NOW);
    scheduler.onObject(CLAIM, 'ADDED', claim('c'), NOW);
    scheduler.onPod('ADDED', makePod('p', uses('c')), NOW);
    const [decision] = bound(scheduler.run(NOW));
    expect(decision?.waits).toBe(true);
    scheduler.bindingWaits('uid-default-p', NOW);
    const written = carryOut(decision!, claim('c'));
    const conditionOf = (type: string) => {
      const condition = { type, status: 'True', reason: 'R', message: 'm', lastTransitionTime: '' };
      const status = {
        ...written.status,
        devices: [{ driver: 'd.com', pool: 'n2', device: 'a', conditions: [condition] }],
      };
      return { ...written, status };
    };
    scheduler.onObject(CLAIM, 'MODIFIED', written, NOW);
    expect(scheduler.run(NOW)).toEqual([]);
    scheduler.onObject(CLAIM, 'MODIFIED', conditionOf('Ready'), NOW);
    expect(bound(scheduler.run(NOW))).toMatchObject([{ nodeName: 'n2', waits: false, preBind: [] }]);
  });

  it('prefers nodes with the better alternative', () => {
    const scheduler = fresh();
    scheduler.onObject(
      'DeviceClass',
      'ADDED',
      {
        metadata: { name: 'big' },
        spec: { selectors: [{ cel: { expression: 'device.attributes["d.com"].?big.orValue(false)' } }] },
      },
      NOW,
    );
    const best = { name: 'z', attributes: { big: { bool: true } } };
    const spec = { ...slice('n1').spec, devices: [best] };
    scheduler.onObject('ResourceSlice', 'ADDED', { ...slice('n1'), spec }, NOW);
    const choice = claim('c');
    const alternative = (name: string, deviceClassName: string) => ({
      name,
      deviceClassName,
      allocationMode: 'ExactCount',
      count: 1,
    });
    choice.spec = {
      devices: {
        requests: [{ name: 'r', firstAvailable: [alternative('b', 'big'), alternative('s', 'gpu')] }],
      },
    };
    scheduler.onObject(CLAIM, 'ADDED', choice, NOW);
    scheduler.onPod('ADDED', makePod('p', uses('c')), NOW);
    expect(bound(scheduler.run(NOW))[0]?.nodeName).toBe('n1');
  });
});
