import { expect, it } from 'vitest';
import { columnsOf } from './columns.ts';

const NOW = Date.parse('2025-01-01T01:00:00Z');
const metadata = { name: 'x', creationTimestamp: '2025-01-01T00:00:00Z' };

it('has name and age when nothing else is asked for', () => {
  const { columns, cells } = columnsOf({});
  expect(columns.map(({ name, type, format }) => [name, type, format])).toEqual([
    ['Name', 'string', 'name'],
    ['Age', 'date', undefined],
  ]);
  expect(cells({ metadata }, NOW)).toEqual(['x', '60m']);
  expect(cells({}, NOW)).toEqual(['', null]);
});

it('shows what paths lead to', () => {
  const column = (type: string, jsonPath: string) => ({ name: type, type, jsonPath });
  const { columns, cells } = columnsOf({
    additionalPrinterColumns: [
      { ...column('string', '.spec.a'), priority: 1, description: 'an a' },
      column('integer', '.spec.n'),
      column('number', '.spec.n'),
      column('boolean', '.spec.b'),
      column('date', '.spec.d'),
      column('string', '.spec.list[?(@.k=="x")].v'),
    ],
  });
  expect(columns[1]).toEqual({ name: 'string', type: 'string', description: 'an a', priority: 1 });
  expect(columns[2]!.description).toBe('Custom resource definition column (in JSONPath format): .spec.n');
  const spec = { a: { z: 1, y: [true] }, n: 1.5, b: true, d: 'x', list: [{ k: 'x', v: 'found' }] };
  expect(cells({ metadata, spec }, NOW)).toEqual([
    'x',
    '{"y":[true],"z":1}',
    1,
    1.5,
    true,
    '<invalid>',
    'found',
  ]);
  expect(cells({ metadata, spec: { a: null, n: 'x', b: 1, d: '', list: 1 } }, NOW)).toEqual([
    'x',
    '<no value>',
    null,
    null,
    null,
    '<unknown>',
    null,
  ]);
});

it('ends before a column that cannot be read', () => {
  const bad = { name: 'b', type: 'string', jsonPath: '.spec[' };
  expect(columnsOf({ additionalPrinterColumns: [bad] }).columns).toHaveLength(1);
});
