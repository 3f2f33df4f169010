/** Short forms for declaring functions. */

import type { FunctionDeclaration, Implementation, Overload } from '../environment.ts';
import { type CelType, listType, mapType, paramType } from '../types.ts';
import type { Value } from '../values.ts';

export const A = paramType('A');
export const B = paramType('B');
export const T = paramType('T');
export const listOfA = listType(A);
export const listOfT = listType(T);
export const mapOfAB = mapType(A, B);

/** `name(args...)`. */
export const overload = (
  id: string,
  args: readonly CelType[],
  result: CelType,
  call?: Implementation,
): Overload => ({ id, args, result, ...(call && { call }) });

/** `args[0].name(args...)`. */
export const member = (
  id: string,
  args: readonly CelType[],
  result: CelType,
  call?: Implementation,
): Overload => ({ id, member: true, args, result, ...(call && { call }) });

export const fn = (name: string, ...overloads: Overload[]): FunctionDeclaration => ({ name, overloads });

/** A function whose implementation tells the types apart itself. */
export const singleton = (
  name: string,
  implementation: Implementation,
  ...overloads: Overload[]
): FunctionDeclaration => ({ name, overloads, singleton: implementation });

/** An implementation of one argument. */
export const unary =
  <X extends Value>(call: (x: X) => Value): Implementation =>
  (args) =>
    call(args[0] as X);

export const binary =
  <X extends Value, Y extends Value>(call: (x: X, y: Y) => Value): Implementation =>
  (args) =>
    call(args[0] as X, args[1] as Y);

export const ternary =
  <X extends Value, Y extends Value, Z extends Value>(call: (x: X, y: Y, z: Z) => Value): Implementation =>
  (args) =>
    call(args[0] as X, args[1] as Y, args[2] as Z);
