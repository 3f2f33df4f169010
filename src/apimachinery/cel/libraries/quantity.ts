/** `quantity('1.5Gi')` (apiserver pkg/cel/library/quantity.go). */

import {
  add,
  cmp,
  formatQuantity,
  parseQuantity,
  type Quantity,
  QuantityError,
  quantity,
  sign,
  sub,
  toFloat,
} from '../../quantity.ts';
import type { Library } from '../environment.ts';
import { noSuchOverload } from '../equality.ts';
import { CelError } from '../errors.ts';
import { type Amount, addAmounts, amountOf, integerOf, negated } from '../quantity-amount.ts';
import { boolType, type CelType, doubleType, intType, stringType } from '../types.ts';
import { OpaqueValue, type Value } from '../values.ts';
import { binary, fn, member, overload, unary } from './declare.ts';

export const quantityType: CelType = { kind: 'struct', name: 'kubernetes.Quantity', params: [] };

/** A quantity; drivers' device attributes are some too. */
export class QuantityValue extends OpaqueValue {
  readonly quantity: Quantity;
  /** Where it is held as an integer and a power of ten. */
  readonly amount: Amount | undefined;

  constructor(value: Quantity, amount: Amount | undefined) {
    super();
    this.quantity = value;
    this.amount = amount;
  }

  get type(): CelType {
    return quantityType;
  }

  equals(other: Value): boolean {
    if (!(other instanceof QuantityValue)) throw noSuchOverload();
    return cmp(this.quantity, other.quantity) === 0;
  }

  override toString(): string {
    return formatQuantity(this.quantity);
  }
}

/** The value of a quantity's text. Throws a CelError. */
export function toQuantity(text: string): QuantityValue {
  try {
    return new QuantityValue(parseQuantity(text), amountOf(text));
  } catch (error) {
    if (error instanceof QuantityError) throw new CelError(error.message);
    throw error;
  }
}

function isQuantity(text: string): boolean {
  try {
    parseQuantity(text);
    return true;
  } catch (error) {
    if (error instanceof QuantityError) return false;
    throw error;
  }
}

const Q = quantityType;
const compare = (accept: (order: number) => Value) =>
  binary<QuantityValue, QuantityValue>((a, b) => accept(cmp(a.quantity, b.quantity)));

const sum = (a: QuantityValue, b: QuantityValue) =>
  new QuantityValue(add(a.quantity, b.quantity), addAmounts(a.amount, b.amount));
const difference = (a: QuantityValue, b: QuantityValue) =>
  new QuantityValue(sub(a.quantity, b.quantity), addAmounts(a.amount, negated(b.amount)));
const ofInt = (value: bigint) => new QuantityValue(quantity(value, 'DecimalExponent'), { value, scale: 0 });

export const quantityLibrary: Library = {
  name: 'kubernetes.quantity',
  types: [quantityType],
  functions: [
    fn('quantity', overload('string_to_quantity', [stringType], Q, unary(toQuantity))),
    fn('isQuantity', overload('is_quantity_string', [stringType], boolType, unary(isQuantity))),
    fn(
      'sign',
      overload(
        'quantity_sign',
        [Q],
        intType,
        unary<QuantityValue>((value) => BigInt(sign(value.quantity))),
      ),
    ),
    fn(
      'isGreaterThan',
      member(
        'quantity_is_greater_than',
        [Q, Q],
        boolType,
        compare((order) => order > 0),
      ),
    ),
    fn(
      'isLessThan',
      member(
        'quantity_is_less_than',
        [Q, Q],
        boolType,
        compare((order) => order < 0),
      ),
    ),
    fn('compareTo', member('quantity_compare_to', [Q, Q], intType, compare(BigInt))),
    fn(
      'asApproximateFloat',
      member(
        'quantity_get_float',
        [Q],
        doubleType,
        unary<QuantityValue>((value) => toFloat(value.quantity)),
      ),
    ),
    fn(
      'asInteger',
      member(
        'quantity_get_int',
        [Q],
        intType,
        unary<QuantityValue>((value) => {
          const number = integerOf(value.amount);
          if (number === undefined) throw new CelError('cannot convert value to integer');
          return number;
        }),
      ),
    ),
    fn(
      'isInteger',
      member(
        'quantity_is_integer',
        [Q],
        boolType,
        unary<QuantityValue>((value) => integerOf(value.amount) !== undefined),
      ),
    ),
    fn(
      'add',
      member('quantity_add', [Q, Q], Q, binary(sum)),
      member(
        'quantity_add_int',
        [Q, intType],
        Q,
        binary<QuantityValue, bigint>((a, b) => sum(a, ofInt(b))),
      ),
    ),
    fn(
      'sub',
      member('quantity_sub', [Q, Q], Q, binary(difference)),
      member(
        'quantity_sub_int',
        [Q, intType],
        Q,
        binary<QuantityValue, bigint>((a, b) => difference(a, ofInt(b))),
      ),
    ),
  ],
};
