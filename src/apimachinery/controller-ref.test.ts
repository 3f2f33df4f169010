import { describe, expect, it } from 'vitest';
import {
  getControllerOf,
  isControlledBy,
  isOwnedBy,
  newControllerRef,
  ownerReference,
  withoutOwner,
} from './controller-ref.ts';

const owner = { metadata: { name: 'web', uid: 'u1' } };
const gvk = { apiVersion: 'apps/v1', kind: 'ReplicaSet' };
const plain = { apiVersion: 'v1', kind: 'ConfigMap', name: 'c', uid: 'u2' };

describe('owner references', () => {
  it('makes a controller reference', () => {
    expect(newControllerRef(owner, gvk)).toEqual({
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      name: 'web',
      uid: 'u1',
      controller: true,
      blockOwnerDeletion: true,
    });
    expect(ownerReference(owner, gvk)).toEqual({ ...gvk, name: 'web', uid: 'u1' });
  });

  it('finds the controller among the owners', () => {
    const object = { metadata: { ownerReferences: [plain, newControllerRef(owner, gvk)] } };
    expect(getControllerOf(object)?.uid).toBe('u1');
    expect(isControlledBy(object, owner)).toBe(true);
    expect(isControlledBy(object, { metadata: { name: 'web', uid: 'u9' } })).toBe(false);
    expect(isControlledBy({ metadata: { ownerReferences: [plain] } }, { metadata: { uid: 'u2' } })).toBe(
      false,
    );
    expect(isControlledBy({}, {})).toBe(false);
    expect(getControllerOf({})).toBeUndefined();
  });

  it('finds and drops an owner by uid', () => {
    const object = { metadata: { ownerReferences: [plain] } };
    expect(isOwnedBy(object, 'u2')).toBe(true);
    expect(isOwnedBy(object, 'u1')).toBe(false);
    expect(isOwnedBy({}, 'u1')).toBe(false);
    expect(withoutOwner([plain, newControllerRef(owner, gvk)], 'u1')).toEqual([plain]);
    expect(withoutOwner(undefined, 'u1')).toEqual([]);
  });
});
