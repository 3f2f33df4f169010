import { describe, expect, it } from 'vitest';
import { decodeManagedFields, encodeManagedFields } from './managed-fields.ts';

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
