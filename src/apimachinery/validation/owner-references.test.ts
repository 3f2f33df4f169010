import { describe, expect, it } from 'vitest';
import { validateOwnerReferences } from './owner-references.ts';

const good = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web', uid: 'u' };
const check = (...references: object[]) =>
  validateOwnerReferences(references as (typeof good)[], 'o').map(
    ({ field, message }) => `${field}: ${message}`,
  );

describe('validateOwnerReferences', () => {
  it('accepts whole references, one of them the controller', () => {
    expect(check(good, { ...good, controller: true }, { ...good, controller: false })).toEqual([]);
    expect(validateOwnerReferences(undefined, 'o')).toEqual([]);
  });

  it('wants every field', () => {
    expect(check({})).toEqual([
      'o.apiVersion: Invalid value: "": version must not be empty',
      'o.kind: Invalid value: "": must not be empty',
      'o.name: Invalid value: "": must not be empty',
      'o.uid: Invalid value: "": must not be empty',
    ]);
    expect(check({ ...good, apiVersion: 'a/b/c' })).toEqual([
      'o.apiVersion: Invalid value: "a/b/c": version must not be empty',
    ]);
    expect(check({ ...good, apiVersion: 'apps/' })).toHaveLength(1);
  });

  it('refuses events as owners', () => {
    expect(check({ uid: 'u', name: 'e', kind: 'Event', apiVersion: 'v1' })).toEqual([
      'o: Invalid value: {"apiVersion":"v1","kind":"Event","name":"e","uid":"u"}: /v1, Kind=Event is disallowed from being an owner',
    ]);
    expect(check({ ...good, apiVersion: 'events.k8s.io/v1', kind: 'Event' })).toEqual([]);
  });

  it('refuses a second controller', () => {
    const controller = { ...good, controller: true, blockOwnerDeletion: false };
    const json = JSON.stringify({ ...good, controller: true, blockOwnerDeletion: false });
    expect(check(controller, controller)).toEqual([
      `o: Invalid value: [${json},${json}]: Only one reference can have Controller set to true. Found "true" in references for ReplicaSet/web and ReplicaSet/web`,
    ]);
  });
});
