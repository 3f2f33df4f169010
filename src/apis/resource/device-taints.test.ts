import { expect, it } from 'vitest';
import type { DeviceTaintSelector, DeviceToleration } from '../../apimachinery/types/resource.v1.gen.ts';
import { taintsDevice, tolerates } from './device-taints.ts';

const taint = { key: 'broken', value: 'yes', effect: 'NoExecute' };

it.each<[DeviceToleration, boolean]>([
  [{ operator: 'Exists' }, true],
  [{ key: 'broken', operator: 'Exists' }, true],
  [{ key: 'other', operator: 'Exists' }, false],
  [{ key: 'broken', operator: 'Equal', value: 'yes' }, true],
  [{ key: 'broken', value: 'yes', effect: 'NoExecute' }, true],
  [{ key: 'broken', operator: 'Equal', value: 'no' }, false],
  [{ key: 'broken', operator: 'Exists', effect: 'NoSchedule' }, false],
])('%j tolerates the taint: %s', (toleration, expected) => {
  expect(tolerates(toleration, taint)).toBe(expected);
});

it.each<[DeviceTaintSelector | undefined, boolean]>([
  [undefined, false],
  [{}, true],
  [{ driver: 'd.com' }, true],
  [{ driver: 'e.com' }, false],
  [{ driver: 'd.com', pool: 'p', device: 'a' }, true],
  [{ device: 'b' }, false],
])('a rule for %j taints the device: %s', (deviceSelector, expected) => {
  const rule = { spec: { taint, ...(deviceSelector ? { deviceSelector } : {}) } };
  expect(taintsDevice(rule, 'd.com', 'p', 'a')).toBe(expected);
});
