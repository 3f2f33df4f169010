import { describe, expect, it } from 'vitest';
import type { ManagedFieldsEntry } from '../types/meta.v1.gen.ts';
import { managedFieldsFromScale, managedFieldsOfScale } from './scale.ts';

const PATHS = { 'apps/v1': ['f:spec', 'f:replicas'], 'example.com/v1': ['f:spec', 'f:size'] };
const NOW = '2025-01-01T00:00:00Z';
const REPLICAS = { 'f:spec': { 'f:replicas': {} } };

const entry = (
  manager: string,
  operation: string,
  fieldsV1: unknown,
  extra: Partial<ManagedFieldsEntry> = {},
): ManagedFieldsEntry => ({
  manager,
  operation,
  apiVersion: 'apps/v1',
  fieldsType: 'FieldsV1',
  fieldsV1,
  ...extra,
});
const scaled = (
  manager: string,
  operation: string,
  extra: Partial<ManagedFieldsEntry> = {},
): ManagedFieldsEntry => entry(manager, operation, REPLICAS, { apiVersion: 'autoscaling/v1', ...extra });

describe('the Scale', () => {
  it('has the owners of the replicas', () => {
    const parent = [
      entry('a', 'Apply', REPLICAS, { time: NOW }),
      entry('b', 'Update', { 'f:spec': { 'f:paused': {} } }),
      entry('c', 'Update', { 'f:spec': { 'f:size': {} } }, { apiVersion: 'example.com/v1' }),
      entry('d', 'Update', REPLICAS, { apiVersion: 'apps/v2' }),
    ];
    expect(managedFieldsOfScale(parent, PATHS)).toEqual([
      scaled('a', 'Apply', { time: NOW }),
      scaled('c', 'Update'),
    ]);
    expect(managedFieldsOfScale(undefined, PATHS)).toBeUndefined();
  });
});

describe('the parent', () => {
  const both = { 'f:spec': { 'f:paused': {}, 'f:replicas': {} } };
  const rest = { 'f:spec': { 'f:paused': {} } };
  const scale = { subresource: 'scale' };
  it.each<[string, ManagedFieldsEntry[], ManagedFieldsEntry[], ManagedFieldsEntry[]]>([
    [
      'loses the replicas to who scaled',
      [entry('a', 'Apply', both)],
      [scaled('s', 'Update', { ...scale, time: NOW })],
      [entry('a', 'Apply', rest), entry('s', 'Update', REPLICAS, scale)],
    ],
    [
      'tells a manager from itself on the subresource',
      [entry('a', 'Update', both)],
      [scaled('a', 'Update', scale)],
      [entry('a', 'Update', rest), entry('a', 'Update', REPLICAS, scale)],
    ],
    [
      'keeps who still owns them',
      [entry('a', 'Update', both, { time: NOW })],
      [scaled('a', 'Update', { time: NOW })],
      [entry('a', 'Update', both, { time: NOW })],
    ],
    [
      'drops who owned nothing else',
      [entry('a', 'Apply', REPLICAS)],
      [scaled('s', 'Update', scale)],
      [entry('s', 'Update', REPLICAS, scale)],
    ],
    [
      'keeps who owns other fields',
      [entry('b', 'Update', rest)],
      [scaled('s', 'Apply', scale)],
      [entry('s', 'Apply', REPLICAS, scale), entry('b', 'Update', rest)],
    ],
  ])('%s', (_, parent, entries, expected) => {
    expect(managedFieldsFromScale(parent, entries, 'apps/v1', PATHS)).toEqual(expected);
  });
});
