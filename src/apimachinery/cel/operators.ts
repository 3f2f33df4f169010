/** The binary operators, and how cel-go refuses operands they do not have. */

import { add, divide, modulo, multiply, subtract } from './arithmetic.ts';
import { compare } from './equality.ts';
import { CelError } from './errors.ts';
import { typeName } from './text.ts';
import type { Value } from './values.ts';

export const OPERATORS: ReadonlyMap<string, (a: Value, b: Value) => Value> = new Map([
  ['_+_', add],
  ['_-_', subtract],
  ['_*_', multiply],
  ['_/_', divide],
  ['_%_', modulo],
  ['_<_', (a, b) => compare(a, b) < 0],
  ['_<=_', (a, b) => compare(a, b) <= 0],
  ['_>_', (a, b) => compare(a, b) > 0],
  ['_>=_', (a, b) => compare(a, b) >= 0],
] as [string, (a: Value, b: Value) => Value][]);

/** Whether cel-go looks at an operand of this type at all before it refuses: it names the operator when not. */
function refuses(name: string, operand: Value): boolean {
  const types = OPERANDS.get(name);
  if (types === undefined) return false;
  const type = typeName(operand);
  return !types.has(type) && !RECEIVERS.has(type);
}

const typeNames = (text: string) => new Set(text.split(' '));
const TIMES = 'google.protobuf.Duration google.protobuf.Timestamp';
const ORDERED_TYPES = typeNames(`bool bytes double int string uint ${TIMES}`);
const OPERANDS: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['_+_', typeNames(`bytes double int list string uint ${TIMES}`)],
  ['_-_', typeNames(`double int uint ${TIMES}`)],
  ['_*_', typeNames('double int uint')],
  ['_/_', typeNames('double int uint')],
  ['_%_', typeNames('int uint')],
  ['_<_', ORDERED_TYPES],
  ['_<=_', ORDERED_TYPES],
  ['_>_', ORDERED_TYPES],
  ['_>=_', ORDERED_TYPES],
  ['-_', typeNames('bool double int google.protobuf.Duration')],
  ['size', typeNames('bytes list map string')],
  ['sort', typeNames('list')],
  ['@sortByAssociatedKeys', typeNames('list')],
]);
/** Types with methods of their own, which are asked before the operator is refused. */
const RECEIVERS = typeNames(`string ${TIMES}`);

/** A refusal names the operator where cel-go's does. */
export function renamed(error: unknown, name: string, operand: Value): unknown {
  const plain = error instanceof CelError && error.message === 'no such overload';
  return plain && refuses(name, operand) ? new CelError(`no such overload: ${name}`) : error;
}
