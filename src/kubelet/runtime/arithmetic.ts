/** Whole numbers as shells count them: `$((…))`. Source: POSIX.1-2024, Arithmetic Expansion. */
import { Beyond } from './shell-syntax.ts';

type Operator = readonly [precedence: number, apply: (a: number, b: number) => number];

const truth = (value: boolean): number => (value ? 1 : 0);
const divisor = (value: number): number => {
  if (value === 0) throw new Beyond('division by zero');
  return value;
};
/** `a % b` and `a / b` as C has them. */
const OPERATORS: Readonly<Record<string, Operator>> = {
  '||': [1, (a, b) => truth(a !== 0 || b !== 0)],
  '&&': [2, (a, b) => truth(a !== 0 && b !== 0)],
  '==': [3, (a, b) => truth(a === b)],
  '!=': [3, (a, b) => truth(a !== b)],
  '<=': [4, (a, b) => truth(a <= b)],
  '>=': [4, (a, b) => truth(a >= b)],
  '<': [4, (a, b) => truth(a < b)],
  '>': [4, (a, b) => truth(a > b)],
  '+': [5, (a, b) => a + b],
  '-': [5, (a, b) => a - b],
  '*': [6, (a, b) => a * b],
  '/': [6, (a, b) => Math.trunc(a / divisor(b))],
  '%': [6, (a, b) => a % divisor(b)],
};

/** Longer expressions could nest too deep. */
const MAX_LENGTH = 1000;

/** The value of an expression. @throws Beyond */
export function evaluate(text: string, variable: (name: string) => string): number {
  if (text.length > MAX_LENGTH) throw new Beyond('too long');
  const tokens = text.match(/\d+|[A-Za-z_]\w*|\|\||&&|[=!<>]=|[-+*/%<>()$!]|\S/g) ?? [];
  let at = 0;
  const primary = (): number => {
    let token = tokens[at++] ?? '';
    if (token === '-') return -primary();
    if (token === '+') return primary();
    if (token === '!') return truth(primary() === 0);
    if (token === '(') {
      const value = expression(1);
      if (tokens[at++] !== ')') throw new Beyond('(');
      return value;
    }
    if (token === '$') token = tokens[at++] ?? '';
    return /^[A-Za-z_]/.test(token) ? integer(variable(token) || '0') : integer(token);
  };
  const expression = (lowest: number): number => {
    let left = primary();
    for (;;) {
      const operator = OPERATORS[tokens[at] ?? ''];
      if (!operator || operator[0] < lowest) return left;
      at++;
      left = integer(String(operator[1](left, expression(operator[0] + 1))));
    }
  };
  const value = expression(1);
  if (at < tokens.length) throw new Beyond(text);
  return value;
}

/** A whole number in decimal. @throws Beyond for anything else, and beyond what a double holds. */
export function integer(text: string): number {
  const value = /^[-+]?(?:0|[1-9]\d*)$/.test(text.trim()) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(value)) throw new Beyond(text);
  return value === 0 ? 0 : value;
}
