/**
 * One requirement of a label selector: what makes it valid, when it holds, how it reads.
 * Source: kubernetes/apimachinery pkg/labels/selector.go.
 */
import { aggregate, at, type FieldError, invalid } from './field-error.ts';
import { badRequest } from './status.ts';
import { isQualifiedName, isValidLabelValue } from './validation/content.ts';

export type Labels = Readonly<Record<string, string>>;
export type LabelOperator = '=' | '==' | '!=' | 'in' | 'notin' | 'exists' | '!' | 'gt' | 'lt';

export interface Requirement {
  readonly key: string;
  readonly operator: LabelOperator;
  readonly values: readonly string[];
}

const INTEGER = /^[+-]?\d+$/;
/** The value as Go's 64-bit integer, or undefined. */
function integer(text: string): bigint | undefined {
  if (!INTEGER.test(text) || text.length > 64) return undefined;
  const value = BigInt(text.startsWith('+') ? text.slice(1) : text);
  return BigInt.asIntN(64, value) === value ? value : undefined;
}

/** Whether one requirement holds for the labels. */
export function holds({ key, operator, values }: Requirement, labels: Labels): boolean {
  // Own properties only: `constructor` is a legal key.
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
  switch (operator) {
    case '=':
    case '==':
    case 'in':
      return value !== undefined && values.includes(value);
    case '!=':
    case 'notin':
      return value === undefined || !values.includes(value);
    case 'exists':
      return value !== undefined;
    case '!':
      return value === undefined;
    case 'gt':
    case 'lt': {
      if (value === undefined) return false;
      const [left, right] = [integer(value), integer(values[0]!)];
      if (left === undefined || right === undefined) return false;
      return operator === 'gt' ? left > right : left < right;
    }
  }
}

const infix: Record<LabelOperator, string> = {
  '=': '=',
  '==': '==',
  '!=': '!=',
  in: ' in ',
  notin: ' notin ',
  gt: '>',
  lt: '<',
  exists: '',
  '!': '',
};

/** The requirement in its text form. */
export function formatRequirement({ key, operator, values }: Requirement): string {
  if (operator === 'exists') return key;
  if (operator === '!') return `!${key}`;
  const text = values.length === 1 ? values[0]! : [...values].sort().join(',');
  return key + infix[operator] + (operator === 'in' || operator === 'notin' ? `(${text})` : text);
}

/** Order of requirements in a selector. */
export const byKey = (a: Requirement, b: Requirement): number => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0);

/** What is wrong with the key, if anything. */
export function keyError(path: string, key: string): FieldError | undefined {
  const messages = isQualifiedName(key);
  return messages.length ? invalid(path, key, messages.join('; ')) : undefined;
}

/** What the values of an operator must be besides being label values. */
function valuesError(operator: LabelOperator, values: readonly string[]): string | undefined {
  switch (operator) {
    case 'in':
    case 'notin':
      return values.length === 0 ? "for 'in', 'notin' operators, values set can't be empty" : undefined;
    case '=':
    case '==':
    case '!=':
      return values.length === 1 ? undefined : 'exact-match compatibility requires one single value';
    case 'exists':
    case '!':
      return values.length === 0 ? undefined : 'values set must be empty for exists and does not exist';
    case 'gt':
    case 'lt':
      return values.length === 1 ? undefined : "for 'Gt', 'Lt' operators, exactly one value is required";
  }
}

/** A requirement that has been checked. Throws 400 with upstream's text when it is not valid. */
export function requirement(key: string, operator: LabelOperator, values: readonly string[]): Requirement {
  const errors: FieldError[] = [];
  const badKey = keyError('key', key);
  if (badKey) errors.push(badKey);
  const badValues = valuesError(operator, values);
  // Go's empty list is nil there.
  if (badValues) errors.push(invalid('values', values.length ? values : null, badValues));
  if (operator === 'gt' || operator === 'lt') {
    values.forEach((value, i) => {
      if (integer(value) !== undefined) return;
      errors.push(invalid(at('values', i), value, "for 'Gt', 'Lt' operators, the value must be an integer"));
    });
  }
  values.forEach((value, i) => {
    const messages = isValidLabelValue(value);
    if (messages.length) errors.push(invalid(at(at('values', i), key), value, messages.join('; ')));
  });
  if (errors.length) throw badRequest(aggregate(errors));
  return { key, operator, values };
}
