/** Conditions: `?:`, `&&`, `||`, and what loops go on by. */

import { noSuchOverload } from './equality.ts';
import { CelError } from './errors.ts';
import { attempt, type Eval, type Node, path } from './frame.ts';

/** `condition ? yes : no`. It is a path: `(a ? b : c).d` selects of what was chosen. */
export function conditional(condition: Node, yes: Node, no: Node): Node {
  const whenTrue = yes.resolve ?? yes.eval;
  const whenFalse = no.resolve ?? no.eval;
  return path((frame) => {
    const value = condition.eval(frame);
    if (typeof value !== 'boolean') throw noSuchOverload();
    return value ? whenTrue(frame) : whenFalse(frame);
  }, true);
}

/** `&&` (false decides) and `||` (true decides): one operand that decides is enough, even beside one that fails. */
export function logical(left: Eval, right: Eval, deciding: boolean): Node {
  return {
    eval: (frame) => {
      const a = attempt(left, frame);
      if (a === deciding) return deciding;
      const b = attempt(right, frame);
      if (b === deciding) return deciding;
      if (typeof a !== 'boolean') throw a instanceof CelError ? a : noSuchOverload();
      if (typeof b !== 'boolean') throw b instanceof CelError ? b : noSuchOverload();
      return !deciding;
    },
  };
}

/** Whether a loop goes on: it does when its condition fails. */
export function notStrictlyFalse(arg: Eval): Node {
  return {
    eval: (frame) => {
      const value = attempt(arg, frame);
      frame.charge(1);
      return value !== false;
    },
  };
}
