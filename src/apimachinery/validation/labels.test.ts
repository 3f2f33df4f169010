import { describe, expect, it } from 'vitest';
import { validateLabelSelector, validateLabels } from './labels.ts';

const fields = (errors: { type: string; field: string }[]) =>
  errors.map(({ type, field }) => `${type} ${field}`);

describe('validateLabels', () => {
  it('checks keys and values', () => {
    expect(validateLabels({ 'example.com/a': 'b', c: '' }, 'metadata.labels')).toEqual([]);
    expect(validateLabels(undefined, 'metadata.labels')).toEqual([]);
    const errors = validateLabels({ '-a': 'b', c: 'd_' }, 'metadata.labels');
    expect(errors).toHaveLength(2);
    expect(errors[0]).toMatchObject({ field: 'metadata.labels', type: 'FieldValueInvalid' });
    expect(errors[0]!.message).toMatch(/^Invalid value: "-a": name part must consist of/);
    expect(errors[1]!.message).toMatch(/^Invalid value: "d_": a valid label must be/);
  });
});

describe('validateLabelSelector', () => {
  const one = (operator: string, values?: string[]) => ({
    matchExpressions: [{ key: 'a', operator, values }],
  });

  it('accepts what is right', () => {
    expect(validateLabelSelector(undefined, 's')).toEqual([]);
    expect(validateLabelSelector({ matchLabels: { a: 'b' }, ...one('In', ['x', '']) }, 's')).toEqual([]);
    expect(validateLabelSelector(one('Exists'), 's')).toEqual([]);
    expect(validateLabelSelector(one('DoesNotExist', []), 's')).toEqual([]);
  });

  it('refuses what is wrong', () => {
    expect(validateLabelSelector(one('NotIn'), 'spec.selector')).toEqual([
      {
        type: 'FieldValueRequired',
        field: 'spec.selector.matchExpressions[0].values',
        message: "Required value: must be specified when `operator` is 'In' or 'NotIn'",
      },
    ]);
    expect(validateLabelSelector(one('Exists', ['x']), 's')[0]).toMatchObject({
      type: 'FieldValueForbidden',
      message: "Forbidden: may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
    });
    expect(validateLabelSelector(one('Gt', ['1']), 's')[0]).toMatchObject({
      field: 's.matchExpressions[0].operator',
      message: 'Invalid value: "Gt": not a valid selector operator',
    });
    expect(
      fields(
        validateLabelSelector(
          { matchLabels: { a: '-' }, matchExpressions: [{ key: '', operator: 'In', values: ['x', '_'] }] },
          's',
        ),
      ),
    ).toEqual([
      'FieldValueInvalid s.matchLabels',
      'FieldValueInvalid s.matchExpressions[0].key',
      'FieldValueInvalid s.matchExpressions[0].key',
      'FieldValueInvalid s.matchExpressions[0].values[1]',
    ]);
  });

  it('can be told to let old values and new operators pass', () => {
    expect(validateLabelSelector(one('In', ['_']), 's', { allowInvalidLabelValue: true })).toEqual([]);
    expect(validateLabelSelector(one('Gt', ['1']), 's', { allowUnknownOperator: true })).toEqual([]);
  });
});
