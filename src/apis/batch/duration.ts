/** Go's duration texts. Source: Go's time.ParseDuration. */
import { goQuote } from '../../apimachinery/go-quote.ts';

/** Units in nanoseconds. */
const UNITS: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
};
const MAX_NANOSECONDS = 2 ** 63;

/**
 * Parses a duration such as `1h30m` or `-1.5s`.
 * @returns milliseconds.
 * @throws Error with Go's text.
 */
export function parseGoDuration(text: string): number {
  const fail = (reason: string): Error => new Error(`time: ${reason} ${goQuote(text)}`);
  const negative = text.startsWith('-');
  let rest = /^[-+]/.test(text) ? text.slice(1) : text;
  if (rest === '0') return 0;
  if (rest === '') throw fail('invalid duration');
  let total = 0;
  while (rest !== '') {
    const number = /^(\d+\.?\d*|\.\d+)/.exec(rest)?.[0];
    if (number === undefined) throw fail('invalid duration');
    rest = rest.slice(number.length);
    const unit = /^[^.\d]*/.exec(rest)![0];
    if (unit === '') throw fail('missing unit in duration');
    if (!Object.hasOwn(UNITS, unit)) throw fail(`unknown unit ${goQuote(unit)} in duration`);
    rest = rest.slice(unit.length);
    total += Number(number) * UNITS[unit]!;
    if (total >= MAX_NANOSECONDS) throw fail('invalid duration');
  }
  return (negative ? -total : total) / 1e6;
}
