/** The tree of an expression. The checker writes types and resolutions into it, the interpreter reads them. */

import type { Overload } from './environment.ts';
import type { CelType } from './types.ts';
import type { Uint } from './values.ts';

export type Literal = null | boolean | bigint | number | string | Uint8Array | Uint;

interface Node {
  /** Where it stands: index into the source (UTF-16), or -1. */
  readonly at: number;
  /** Set by the checker. */
  type?: CelType;
}

export interface Const extends Node {
  readonly kind: 'const';
  readonly value: Literal;
}

export interface Ident extends Node {
  readonly kind: 'ident';
  readonly name: string;
}

export interface Select extends Node {
  readonly kind: 'select';
  readonly operand: Expr;
  readonly field: string;
  /** `has(operand.field)`. */
  readonly test: boolean;
  /** Set by the checker when the whole path is the name of one variable or type. */
  variable?: string;
}

export interface Call extends Node {
  readonly kind: 'call';
  /** The checker replaces it by the full name. */
  name: string;
  /** The checker removes it when it is part of the name: `math.greatest(...)`. */
  target: Expr | undefined;
  readonly args: readonly Expr[];
  /** Set by the checker: those that may apply. One means that the types decided. */
  overloads?: readonly Overload[];
}

export interface ListExpr extends Node {
  readonly kind: 'list';
  readonly elements: readonly Expr[];
  /** Elements written `?e`. */
  readonly optional: ReadonlySet<number>;
}

export interface Entry {
  readonly at: number;
  readonly key: Expr;
  readonly value: Expr;
  readonly optional: boolean;
}

export interface MapExpr extends Node {
  readonly kind: 'map';
  readonly entries: readonly Entry[];
}

export interface FieldInit {
  readonly at: number;
  readonly name: string;
  readonly value: Expr;
  readonly optional: boolean;
}

export interface StructExpr extends Node {
  readonly kind: 'struct';
  /** The checker replaces it by the full name. */
  name: string;
  readonly fields: readonly FieldInit[];
}

/** A loop: every macro over lists and maps becomes one. */
export interface Comprehension extends Node {
  readonly kind: 'comprehension';
  readonly range: Expr;
  readonly variable: string;
  /** With a second variable the first is index or key, and this the value. */
  readonly variable2: string | undefined;
  readonly accumulator: string;
  readonly init: Expr;
  readonly condition: Expr;
  readonly step: Expr;
  readonly result: Expr;
}

export type Expr = Const | Ident | Select | Call | ListExpr | MapExpr | StructExpr | Comprehension;

/** The path a chain of selections spells, `a.b.c`; undefined for anything else. */
export function qualifiedName(expr: Expr): string | undefined {
  if (expr.kind === 'ident') return expr.name;
  if (expr.kind !== 'select' || expr.test) return undefined;
  const prefix = qualifiedName(expr.operand);
  return prefix === undefined ? undefined : `${prefix}.${expr.field}`;
}
