import { describe, expect, it } from 'vitest';
import type { Stored } from '../../apis/object.ts';
import {
  describeOwner,
  isBlocking,
  isDeletingDependents,
  isOrphaning,
  type OwnerState,
  verdict,
} from './verdict.ts';

const reference = (uid: string, blockOwnerDeletion?: boolean) => ({
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
  name: `name-${uid}`,
  uid,
  ...(blockOwnerDeletion === undefined ? {} : { blockOwnerDeletion }),
});
const object = (owners: string[], finalizers: string[] = []): Stored => ({
  metadata: { name: 'a', ownerReferences: owners.map((uid) => reference(uid)), finalizers },
});

describe('verdict', () => {
  it.each<[OwnerState[], boolean, string[], unknown]>([
    [[], false, [], { action: 'keep' }],
    [['solid'], false, [], { action: 'keep' }],
    [['solid', 'solid'], true, [], { action: 'keep' }],
    [['unknown', 'dangling'], false, [], { action: 'keep' }],
    [['solid', 'dangling'], false, [], { action: 'detach', owners: ['1'] }],
    [['waiting', 'solid', 'dangling'], true, [], { action: 'detach', owners: ['0', '2'] }],
    [['dangling'], false, [], { action: 'delete', policy: 'Background' }],
    [['dangling'], true, [], { action: 'delete', policy: 'Background' }],
    [['dangling', 'dangling'], false, ['orphan'], { action: 'delete', policy: 'Orphan' }],
    [['dangling'], false, ['foregroundDeletion'], { action: 'delete', policy: 'Foreground' }],
    [['waiting'], true, [], { action: 'delete', policy: 'Foreground' }],
    [['waiting', 'dangling'], true, ['orphan'], { action: 'delete', policy: 'Foreground' }],
    [['waiting'], false, [], { action: 'delete', policy: 'Background' }],
  ])('%j, dependents: %j, finalizers: %j', (states, hasDependents, finalizers, expected) => {
    const owners = states.map((_, index) => String(index));
    expect(verdict(object(owners, finalizers), states, hasDependents)).toEqual(expected);
  });
});

it('knows what a deletion waits for', () => {
  const going = (finalizer: string): Stored => ({
    metadata: { deletionTimestamp: 'T', finalizers: [finalizer] },
  });
  expect(isDeletingDependents(going('foregroundDeletion'))).toBe(true);
  expect(isDeletingDependents(going('orphan'))).toBe(false);
  expect(isOrphaning(going('orphan'))).toBe(true);
  expect(isOrphaning({ metadata: { finalizers: ['orphan'] } })).toBe(false);
});

it('knows who blocks whom', () => {
  const dependent: Stored = { metadata: { ownerReferences: [reference('1', true), reference('2', false)] } };
  expect(['1', '2', '3'].map((uid) => isBlocking(dependent, uid))).toEqual([true, false, false]);
});

it('describes an owner as upstream does', () => {
  expect(describeOwner(reference('u'), 'ns')).toBe(
    '[apps/v1/ReplicaSet, namespace: ns, name: name-u, uid: u]',
  );
});
