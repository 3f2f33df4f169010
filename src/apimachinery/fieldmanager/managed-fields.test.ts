import { describe, expect, it } from 'vitest';
import { capUpdateManagers, decodeManagedFields, encodeManagedFields } from './managed-fields.ts';

const NOW = '2025-01-01T00:00:00Z';
const LATER = '2025-01-02T00:00:00Z';
const entry = { manager: 'm', operation: 'Update', apiVersion: 'v1', fieldsType: 'FieldsV1', fieldsV1: {} };

describe('entries', () => {
  it('are sorted: appliers first, then by time, name, version and subresource', () => {
    const sorted = [
      { ...entry, operation: 'Apply', time: LATER },
      { ...entry, manager: 'z' },
      { ...entry, manager: 'b', time: NOW },
      { ...entry, manager: 'c', time: NOW },
      { ...entry, manager: 'c', time: NOW, subresource: 'status' },
      { ...entry, manager: 'c', apiVersion: 'v2', time: NOW },
      { ...entry, manager: 'a', time: LATER },
    ];
    expect(encodeManagedFields(decodeManagedFields(sorted.toReversed()))).toEqual(sorted);
  });
  it.each<[object, string]>([
    [{}, 'operation must be `Apply` or `Update`'],
    [{ ...entry, apiVersion: undefined }, 'apiVersion must not be empty'],
    [{ ...entry, fieldsType: undefined }, 'missing fieldsType in managed fields entry 1'],
    [{ ...entry, fieldsType: 'x' }, 'invalid fieldsType "x" in managed fields entry 1'],
  ])('are refused: %j', (bad, message) => expect(() => decodeManagedFields([entry, bad])).toThrow(message));
});

describe('thousands of managers', () => {
  const entries = Array.from({ length: 30_000 }, (_, n) => ({
    manager: `m${String(n).padStart(5, '0')}`,
    operation: 'Update',
    apiVersion: n % 2 ? 'v1' : 'v2',
    time: '2026-01-01T00:00:00Z',
    fieldsType: 'FieldsV1',
    fieldsV1: { 'f:data': { [`f:k${n}`]: {} } },
  }));

  it('are decoded, and become ten, in a time that is not the square of how many they are', () => {
    const managers = decodeManagedFields(entries);
    expect(managers).toHaveLength(30_000);
    const capped = capUpdateManagers(managers);
    expect(capped.map(({ manager, apiVersion }) => `${manager} ${apiVersion}`).sort()).toEqual([
      ...['ancient-changes v1', 'ancient-changes v2'],
      ...entries.slice(-8).map(({ manager, apiVersion }) => `${manager} ${apiVersion}`),
    ]);
    const owned = capped.flatMap(({ fields }) => Object.keys((fields as any)['f:data']));
    expect(new Set(owned).size).toBe(30_000);
  });
});
