import { describe, expect, it } from 'vitest';
import { scaleAccessOf, selectableFieldsOf, validateScalePaths } from './scale.ts';

const scale = {
  specReplicasPath: '.spec.size.wanted',
  statusReplicasPath: '.status.replicas',
  labelSelectorPath: '.status.selector',
};

describe('scale', () => {
  const access = scaleAccessOf(scale);
  it('reads what is there', () => {
    const object = { spec: { size: { wanted: 3 } }, status: { replicas: 2, selector: 'a=b' } };
    expect([access.getReplicas(object), access.statusReplicas(object), access.selector(object)]).toEqual([
      3,
      2,
      'a=b',
    ]);
    expect([access.getReplicas({}), access.statusReplicas({}), access.selector({})]).toEqual([0, 0, '']);
  });
  it('says what keeps it from being read', () => {
    const wanted = { spec: { size: { wanted: 3 } } };
    expect(access.obstacle(wanted)).toBeUndefined();
    expect(access.obstacle({ spec: {} })).toEqual({ missing: '.spec.size.wanted' });
    expect(access.obstacle({ ...wanted, status: { selector: 1 } })).toEqual({
      wrong: '.status.selector accessor error: 1 is of the type int64, expected string',
    });
  });
  it('writes where nothing was', () => {
    const object = { spec: { a: 1 } };
    access.setReplicas(object, 5);
    expect(object).toEqual({ spec: { a: 1, size: { wanted: 5 } } });
  });
  it.each<[Record<string, unknown>, string[]]>([
    [{}, []],
    [
      { spec: { size: { wanted: -1 } } },
      ['.spec.size.wanted: Invalid value: -1: should be a non-negative integer'],
    ],
    [
      { spec: { size: { wanted: 2 ** 31 } } },
      ['.spec.size.wanted: Invalid value: 2147483648: should be less than or equal to 2147483647'],
    ],
    [
      { spec: { size: 'x' }, status: { replicas: 'y', selector: 1 } },
      [
        '.spec.size.wanted: Invalid value: 0: .spec.size.wanted accessor error: x is of the type string, expected map[string]interface{}',
        '.status.replicas: Invalid value: 0: .status.replicas accessor error: y is of the type string, expected int64',
        '.status.selector: Invalid value: "": .status.selector accessor error: 1 is of the type int64, expected string',
      ],
    ],
  ])('is valid: %j', (object, errors) => {
    const texts = validateScalePaths(object, scale).map((error) => `${error.field}: ${error.message}`);
    expect(texts).toEqual(errors);
  });
  it('leaves the spec to others when the status is written', () => {
    expect(validateScalePaths({ spec: { size: { wanted: -1 } } }, scale, { spec: false })).toEqual([]);
  });
});

it('selects by text', () => {
  const fields = selectableFieldsOf({
    selectableFields: [{ jsonPath: '.spec.color' }, { jsonPath: '.spec.n' }],
  });
  expect(Object.keys(fields)).toEqual(['spec.color', 'spec.n']);
  expect(fields['spec.color']!({ spec: { color: 'red' } })).toBe('red');
  expect(fields['spec.n']!({ spec: { n: 3 } })).toBe('3');
  expect(fields['spec.color']!({})).toBe('');
});
