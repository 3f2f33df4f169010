/**
 * Macros: calls that the parser rewrites into loops and tests (parser/macro.go, ext/comprehensions.go). They see the
 * tree, not values, which is how `all(x, ...)` can bind a variable.
 */

import type { Comprehension, Const, Expr, Ident, Literal } from './ast.ts';

/** The accumulator's name, which no expression can spell. */
export const ACCUMULATOR = '@result';
const UNUSED = '#unused';

export interface Macro {
  readonly name: string;
  readonly args: number;
  readonly member: boolean;
  /**
   * The expression the call stands for; undefined when it is an ordinary call after all. New nodes stand at `at`.
   * Throws a MacroProblem.
   */
  readonly expand: (at: number, target: Expr | undefined, args: readonly Expr[]) => Expr | undefined;
}

/** Wrong arguments of a macro. */
export class MacroProblem {
  readonly at: number;
  readonly message: string;

  constructor(at: number, message: string) {
    this.at = at;
    this.message = message;
  }
}

const literal = (at: number, value: Literal): Const => ({ kind: 'const', at, value });
const ident = (at: number, name: string): Ident => ({ kind: 'ident', at, name });
const call = (at: number, name: string, ...args: Expr[]): Expr => ({
  kind: 'call',
  at,
  name,
  target: undefined,
  args,
});
const memberCall = (at: number, target: Expr, name: string, ...args: Expr[]): Expr => ({
  kind: 'call',
  at,
  name,
  target,
  args,
});
const list = (at: number, ...elements: Expr[]): Expr => ({ kind: 'list', at, elements, optional: new Set() });
const result = (at: number) => ident(at, ACCUMULATOR);

function variableName(arg: Expr, message: string): string {
  if (arg.kind !== 'ident') throw new MacroProblem(arg.at, message);
  return arg.name;
}

function checkNotAccumulator(arg: Expr, name: string): void {
  if (name === ACCUMULATOR || name === '__result__') {
    throw new MacroProblem(arg.at, 'iteration variable overwrites accumulator variable');
  }
}

interface Loop {
  readonly init: Expr;
  readonly condition: Expr;
  readonly step: Expr;
  readonly result: Expr;
}

type Variables = Pick<Comprehension, 'variable' | 'variable2'>;

function loop(at: number, range: Expr, variables: Variables, parts: Loop): Expr {
  return { kind: 'comprehension', at, range, ...variables, accumulator: ACCUMULATOR, ...parts };
}

const all = (at: number, predicate: Expr): Loop => ({
  init: literal(at, true),
  condition: call(at, '@not_strictly_false', result(at)),
  step: call(at, '_&&_', result(at), predicate),
  result: result(at),
});

const exists = (at: number, predicate: Expr): Loop => ({
  init: literal(at, false),
  condition: call(at, '@not_strictly_false', call(at, '!_', result(at))),
  step: call(at, '_||_', result(at), predicate),
  result: result(at),
});

const existsOne = (at: number, predicate: Expr): Loop => ({
  init: literal(at, 0n),
  condition: literal(at, true),
  step: call(at, '_?_:_', predicate, call(at, '_+_', result(at), literal(at, 1n)), result(at)),
  result: call(at, '_==_', result(at), literal(at, 1n)),
});

/** Collects what `step` makes of each element for which `filter` holds. */
function collect(at: number, init: Expr, step: Expr, filter: Expr | undefined): Loop {
  return {
    init,
    condition: literal(at, true),
    step: filter === undefined ? step : call(at, '_?_:_', filter, step, result(at)),
    result: result(at),
  };
}

function mapLoop(at: number, range: Expr, args: readonly Expr[]): Expr {
  const variable = variableName(args[0]!, 'argument is not an identifier');
  checkNotAccumulator(args[0]!, variable);
  const [filter, transform] = args.length === 3 ? [args[1], args[2]!] : [undefined, args[1]!];
  const step = call(at, '_+_', result(at), list(at, transform));
  return loop(at, range, { variable, variable2: undefined }, collect(at, list(at), step, filter));
}

function filterLoop(at: number, range: Expr, args: readonly Expr[]): Expr {
  const variable = variableName(args[0]!, 'argument is not an identifier');
  checkNotAccumulator(args[0]!, variable);
  const step = call(at, '_+_', result(at), list(at, args[0]!));
  return loop(at, range, { variable, variable2: undefined }, collect(at, list(at), step, args[1]));
}

type Quantifier = (at: number, predicate: Expr) => Loop;

function quantify(name: string, quantifier: Quantifier): Macro {
  return {
    name,
    args: 2,
    member: true,
    expand: (at, target, args) => {
      const variable = variableName(args[0]!, 'argument must be a simple name');
      checkNotAccumulator(args[0]!, variable);
      return loop(at, target!, { variable, variable2: undefined }, quantifier(at, args[1]!));
    },
  };
}

/** A local variable: a loop over nothing whose accumulator is the variable, evaluated when it is first read. */
function bind(at: number, name: string, init: Expr, body: Expr): Expr {
  return {
    kind: 'comprehension',
    at,
    range: list(at),
    variable: UNUSED,
    variable2: undefined,
    accumulator: name,
    init,
    condition: literal(at, false),
    step: ident(at, name),
    result: body,
  };
}

export const standardMacros: readonly Macro[] = [
  {
    name: 'has',
    args: 1,
    member: false,
    expand: (at, _target, args) => {
      const arg = args[0]!;
      if (arg.kind !== 'select') throw new MacroProblem(arg.at, 'invalid argument to has() macro');
      return { kind: 'select', at, operand: arg.operand, field: arg.field, test: true };
    },
  },
  quantify('all', all),
  quantify('exists', exists),
  quantify('exists_one', existsOne),
  quantify('existsOne', existsOne),
  { name: 'map', args: 2, member: true, expand: (at, target, args) => mapLoop(at, target!, args) },
  { name: 'map', args: 3, member: true, expand: (at, target, args) => mapLoop(at, target!, args) },
  { name: 'filter', args: 2, member: true, expand: (at, target, args) => filterLoop(at, target!, args) },
];

function twoVariables(args: readonly Expr[]): Variables {
  const [first, second] = [args[0]!, args[1]!];
  const variable = variableName(first, 'argument must be a simple name');
  const variable2 = variableName(second, 'argument must be a simple name');
  if (variable === variable2) throw new MacroProblem(second.at, `duplicate variable name: ${variable}`);
  checkNotAccumulator(first, variable);
  checkNotAccumulator(second, variable2);
  return { variable, variable2 };
}

function quantifyTwo(name: string, quantifier: Quantifier): Macro {
  return {
    name,
    args: 3,
    member: true,
    expand: (at, target, args) => loop(at, target!, twoVariables(args), quantifier(at, args[2]!)),
  };
}

type Step = (at: number, variables: Variables, transform: Expr) => Expr;

/** `name(k, v, transform)` and `name(k, v, filter, transform)`. */
function transformTwo(name: string, init: (at: number) => Expr, step: Step): Macro[] {
  return [3, 4].map((count) => ({
    name,
    args: count,
    member: true,
    expand: (at: number, target: Expr | undefined, args: readonly Expr[]) => {
      const variables = twoVariables(args);
      const [filter, transform] = count === 4 ? [args[2], args[3]!] : [undefined, args[2]!];
      return loop(at, target!, variables, collect(at, init(at), step(at, variables, transform), filter));
    },
  }));
}

const emptyMap = (at: number): Expr => ({ kind: 'map', at, entries: [] });

export const twoVariableMacros: readonly Macro[] = [
  quantifyTwo('all', all),
  quantifyTwo('exists', exists),
  quantifyTwo('existsOne', existsOne),
  quantifyTwo('exists_one', existsOne),
  ...transformTwo(
    'transformList',
    (at) => list(at),
    (at, _variables, transform) => call(at, '_+_', result(at), list(at, transform)),
  ),
  ...transformTwo('transformMap', emptyMap, (at, variables, transform) =>
    call(at, 'cel.@mapInsert', result(at), ident(at, variables.variable), transform),
  ),
  ...transformTwo('transformMapEntry', emptyMap, (at, _variables, transform) =>
    call(at, 'cel.@mapInsert', result(at), transform),
  ),
];

function optionalMap(name: string, wrap: (at: number, body: Expr) => Expr): Macro {
  return {
    name,
    args: 2,
    member: true,
    expand: (at, target, args) => {
      const variable = variableName(args[0]!, `${name}() variable name must be a simple identifier`);
      const body = bind(at, variable, memberCall(at, target!, 'value'), args[1]!);
      return call(
        at,
        '_?_:_',
        memberCall(at, target!, 'hasValue'),
        wrap(at, body),
        call(at, 'optional.none'),
      );
    },
  };
}

export const optionalMacros: readonly Macro[] = [
  optionalMap('optMap', (at, body) => call(at, 'optional.of', body)),
  optionalMap('optFlatMap', (_at, body) => body),
];

/** `cel.bind(name, value, body)`. */
export const bindMacro: Macro = {
  name: 'bind',
  args: 3,
  member: true,
  expand: (at, target, args) => {
    if (target?.kind !== 'ident' || target.name !== 'cel') return undefined;
    const name = variableName(args[0]!, 'cel.bind() variable names must be simple identifiers');
    return bind(at, name, args[1]!, args[2]!);
  },
};

const SORT_INPUT = '@__sortBy_input__';

/** `list.sortBy(x, key)`. */
export const sortByMacro: Macro = {
  name: 'sortBy',
  args: 2,
  member: true,
  expand: (at, target, args) => {
    if (!['list', 'select', 'ident', 'comprehension', 'call'].includes(target!.kind)) {
      throw new MacroProblem(
        target!.at,
        'sortBy can only be applied to a list, identifier, comprehension, call or select expression',
      );
    }
    const keys = mapLoop(at, ident(at, SORT_INPUT), args);
    const sorted = memberCall(at, ident(at, SORT_INPUT), '@sortByAssociatedKeys', keys);
    return bind(at, SORT_INPUT, target!, sorted);
  },
};
