import { expect, it } from 'vitest';
import { mergeTolerations } from './tolerations.ts';

const exists = (key: string, more = {}) => ({ key, operator: 'Exists', ...more });
const equal = (key: string, value: string, more = {}) => ({ key, operator: 'Equal', value, ...more });
const seconds = (tolerationSeconds?: number) =>
  exists('a', { effect: 'NoExecute', ...(tolerationSeconds === undefined ? {} : { tolerationSeconds }) });

it.each([
  ['the same twice', [exists('a')], [exists('a')], [exists('a')]],
  ['a value and any value', [equal('a', '1')], [exists('a')], [exists('a')]],
  ['any value and a value', [exists('a')], [equal('a', '1')], [exists('a')]],
  ['two values', [equal('a', '1')], [equal('a', '2')], [equal('a', '1'), equal('a', '2')]],
  ['one effect and all', [exists('a', { effect: 'NoSchedule' })], [exists('a')], [exists('a')]],
  ['everything', [exists('a'), equal('b', '1')], [{ operator: 'Exists' }], [{ operator: 'Exists' }]],
  ['a longer time', [seconds(10)], [seconds(20)], [seconds(20)]],
  ['a time and for ever', [seconds(10)], [seconds()], [seconds()]],
])('merges %s', (_, first, second, merged) => {
  expect(mergeTolerations(first, second)).toEqual(merged);
});
