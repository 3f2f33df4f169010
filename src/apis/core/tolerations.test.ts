import { expect, it } from 'vitest';
import type { Toleration } from '../../apimachinery/types/core.v1.gen.ts';
import { tolerates } from './tolerations.ts';

it.each<[Toleration, boolean]>([
  [{ operator: 'Exists' }, true],
  [{ key: 'k', operator: 'Exists' }, true],
  [{ key: 'k', operator: 'Exists', effect: 'NoSchedule' }, false],
  [{ key: 'other', operator: 'Exists' }, false],
  [{ key: 'k', value: 'v', effect: 'NoExecute' }, true],
  [{ key: 'k', operator: 'Equal', value: 'v' }, true],
  [{ key: 'k', operator: 'Equal', value: 'w' }, false],
  [{ key: 'k', operator: 'Gt', value: 'v' }, false],
])('%j: %j', (toleration, expected) => {
  expect(tolerates(toleration, { key: 'k', value: 'v', effect: 'NoExecute' })).toBe(expected);
});
