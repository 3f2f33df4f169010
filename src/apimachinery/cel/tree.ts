/** Makes the nodes of a tree while it is parsed: expands macros, and keeps the tree shallow enough to walk. */

import type { Expr } from './ast.ts';
import { type Macro, MacroProblem } from './macros.ts';
import type { Problem } from './token-stream.ts';

/** Deepest nesting and deepest tree of cel-go's parser. */
const MAX_DEPTH = 250;

/** The expression is deeper than anyone needs. */
export class TooDeep {
  readonly message: string;

  constructor(message: string) {
    this.message = message;
  }
}

export class TreeBuilder {
  readonly #macros: ReadonlyMap<string, Macro>;
  readonly #problems: Problem[];
  /** Depth of a tree as cel-go counts it: through selections, calls of members, and binary operators. */
  readonly #depths = new WeakMap<Expr, number>();
  #nesting = 0;

  constructor(macros: ReadonlyMap<string, Macro>, problems: Problem[]) {
    this.#macros = macros;
    this.#problems = problems;
  }

  /** Parses an expression within another. */
  nested(parse: () => Expr): Expr {
    if (++this.#nesting > MAX_DEPTH) throw new TooDeep(`expression recursion limit exceeded: ${MAX_DEPTH}`);
    const expr = parse();
    this.#nesting--;
    return expr;
  }

  #depthOf(parts: readonly Expr[]): number {
    let depth = 0;
    for (const part of parts) depth = Math.max(depth, this.#depths.get(part) ?? 0);
    return depth;
  }

  /** Notes that a node is one deeper than its parts. */
  deep(expr: Expr, ...parts: readonly Expr[]): Expr {
    const depth = 1 + this.#depthOf(parts);
    if (depth > MAX_DEPTH) throw new TooDeep('max recursion depth exceeded');
    this.#depths.set(expr, depth);
    return expr;
  }

  /** Notes that a node is as deep as its parts. */
  flat(expr: Expr, parts: readonly Expr[]): Expr {
    const depth = this.#depthOf(parts);
    if (depth > 0) this.#depths.set(expr, depth);
    return expr;
  }

  /** A call, or what the macro of its name makes of it. */
  call(at: number, name: string, target: Expr | undefined, args: readonly Expr[]): Expr {
    const macro = this.#macros.get(`${name}:${args.length}:${target !== undefined}`);
    if (macro !== undefined) {
      try {
        const expanded = macro.expand(at, target, args);
        if (expanded !== undefined) return expanded;
      } catch (problem) {
        if (!(problem instanceof MacroProblem)) throw problem;
        return this.problem(problem.at, problem.message);
      }
    }
    return { kind: 'call', at, name, target, args };
  }

  /** Reports what is wrong with the meaning, and stands in for it. */
  problem(at: number, message: string): Expr {
    this.#problems.push({ at, message });
    return this.nothing(at);
  }

  /** Stands where nothing could be parsed. */
  nothing(at: number): Expr {
    return { kind: 'const', at, value: null };
  }

  /** A chain of one logical operator becomes a balanced tree, so that long chains stay shallow. */
  balanced(name: string, terms: readonly Expr[], operators: readonly { readonly at: number }[]): Expr {
    if (operators.length === 0) return terms[0]!;
    const tree = (low: number, high: number): Expr => {
      const middle = (low + high + 1) >> 1;
      const left = middle === low ? terms[middle]! : tree(low, middle - 1);
      const right = middle === high ? terms[middle + 1]! : tree(middle + 1, high);
      return { kind: 'call', at: operators[middle]!.at, name, target: undefined, args: [left, right] };
    };
    return this.flat(tree(0, operators.length - 1), terms);
  }
}
