import { expect, it } from 'vitest';
import { conditionForm, labelSelectorForm, objectMetaForm } from './meta-forms.ts';

const text = (form: unknown): string => JSON.stringify(form);

it('writes selectors as Go does', () => {
  expect(labelSelectorForm(undefined)).toBeNull();
  expect(text(labelSelectorForm({ matchLabels: {}, matchExpressions: [] }))).toBe('{}');
  const matchExpressions = [{ values: ['x'], operator: 'In', key: 'a' }, { operator: 'Exists' } as never];
  expect(text(labelSelectorForm({ matchExpressions, matchLabels: { b: '1', a: '2' } }))).toBe(
    '{"matchLabels":{"a":"2","b":"1"},"matchExpressions":[{"key":"a","operator":"In","values":["x"]},{"key":"","operator":"Exists"}]}',
  );
});

it('writes metadata and conditions as Go does', () => {
  const metadata = { labels: { b: '1', a: '2' }, generation: 0, finalizers: [], name: 'x' };
  expect(text(objectMetaForm(metadata))).toBe('{"name":"x","labels":{"a":"2","b":"1"}}');
  expect(text(conditionForm({ message: 'm', type: 'Ready', observedGeneration: 2 }))).toBe(
    '{"type":"Ready","status":"","observedGeneration":2,"lastTransitionTime":null,"reason":"","message":"m"}',
  );
});
