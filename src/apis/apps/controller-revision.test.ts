import { expect, it } from 'vitest';
import type { ControllerRevision } from '../../apimachinery/types/apps.v1.gen.ts';
import { controllerRevisions } from './controller-revision.ts';
import { context, messages } from './testing.ts';

const { strategy, printer } = controllerRevisions;
const revision = (change: Partial<ControllerRevision> = {}): ControllerRevision => ({
  metadata: { name: 'db-1' },
  data: { spec: 1 },
  revision: 1,
  ...change,
});

it('needs data and a revision', () => {
  expect(messages(strategy.validate!(revision(), context()))).toEqual([]);
  expect(messages(strategy.validate!(revision({ data: undefined, revision: -1 }), context()))).toEqual([
    'revision: Invalid value: -1: must be greater than or equal to 0',
    'data: Required value: data is mandatory',
  ]);
  const text = revision({ data: 'text' as never });
  expect(messages(strategy.validate!(text, context()))).toHaveLength(1);
});

it('never changes its data', () => {
  expect(messages(strategy.validateUpdate!(revision({ revision: 2 }), revision(), context()))).toEqual([]);
  expect(messages(strategy.validateUpdate!(revision({ data: {} }), revision(), context()))).toEqual([
    'data: Invalid value: {}: field is immutable',
  ]);
});

it('prints its controller', () => {
  const owner = { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'db', uid: 'u', controller: true };
  const object = revision({ metadata: { name: 'db-1', ownerReferences: [owner] } });
  expect(printer!.cells(object, 0)).toEqual(['db-1', 'statefulset.apps/db', 1, '<unknown>']);
  const ofCore = revision({ metadata: { ownerReferences: [{ ...owner, apiVersion: 'v1', kind: 'Node' }] } });
  expect(printer!.cells(ofCore, 0)[1]).toBe('node/db');
  expect(printer!.cells({}, 0)).toEqual(['', '<none>', 0, '<unknown>']);
});
