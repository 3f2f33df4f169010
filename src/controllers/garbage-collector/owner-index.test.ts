import { describe, expect, it } from 'vitest';
import type { Stored } from '../../apis/object.ts';
import type { ResourceName } from '../../registry/client.ts';
import { OwnerIndex } from './owner-index.ts';

const PODS: ResourceName = ['', 'pods'];
const pod = (uid: string, ...owners: string[]): Stored => ({
  metadata: {
    namespace: 'ns',
    name: 'pod',
    uid,
    ownerReferences: owners.map((owner) => ({ apiVersion: 'v1', kind: 'Pod', name: owner, uid: owner })),
  },
});
const uids = (index: OwnerIndex, owner: string): string[] => index.dependentsOf(owner).map(({ uid }) => uid);

describe('OwnerIndex', () => {
  it('follows references as they come and go', () => {
    const index = new OwnerIndex();
    index.update(PODS, pod('p', 'a', 'b'), undefined);
    expect(index.dependentsOf('a')).toEqual([{ resource: PODS, namespace: 'ns', name: 'pod', uid: 'p' }]);
    index.update(PODS, pod('p', 'b', 'c'), pod('p', 'a', 'b'));
    expect([index.has('a'), uids(index, 'b'), uids(index, 'c')]).toEqual([false, ['p'], ['p']]);
    index.update(PODS, undefined, pod('p', 'b', 'c'));
    expect([index.has('b'), index.has('c')]).toEqual([false, false]);
  });

  it('takes a namesake for another object', () => {
    const index = new OwnerIndex();
    index.update(PODS, pod('p', 'a'), undefined);
    index.update(PODS, pod('q', 'a'), pod('p', 'a'));
    expect(uids(index, 'a')).toEqual(['q']);
  });
});
