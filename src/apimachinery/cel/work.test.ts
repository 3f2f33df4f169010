import { describe, expect, it } from 'vitest';
import { compile, kubernetesEnvironment } from './cel.ts';
import { dynType } from './types.ts';
import { Allowance } from './work.ts';

const keys = Object.fromEntries(Array.from({ length: 1000 }, (_, n) => [`k${n}`, 'v']));

/** Walks a map of a thousand entries. */
function heavy() {
  const environment = kubernetesEnvironment().extend({ variables: { a: dynType } });
  const result = compile('a.all(k, k != a[k])', environment);
  if (!result.ok) throw new Error(result.text);
  return result.program;
}

describe('an allowance', () => {
  it('bounds what many evaluations do together, each of which is within its own bounds', () => {
    const program = heavy();
    const allowance = new Allowance(50_000);
    const outcomes = Array.from({ length: 20 }, () => program.evaluate({ a: keys }, { allowance }));
    expect(outcomes[0]).toMatchObject({ ok: true });
    expect(outcomes.at(-1)).toMatchObject({
      ok: false,
      cost: 0,
      error: { message: 'operation cancelled: too much work' },
    });
    expect(program.evaluate({ a: keys })).toMatchObject({ ok: true });
    expect(program.evaluate({ a: keys }, { allowance: new Allowance() })).toMatchObject({ ok: true });
  });

  it('counts what evaluations cost as well', () => {
    const allowance = new Allowance();
    const before = allowance.left;
    const { cost } = heavy().evaluate({ a: { x: 1 } }, { allowance });
    expect(before - allowance.left).toBeGreaterThan(cost);
  });
});

describe('what an expression builds', () => {
  it.each(['a + a', 'b + b'])('is bounded where it costs nothing: %s', (source) => {
    const environment = kubernetesEnvironment().extend({ variables: { a: dynType, b: dynType } });
    const result = compile(source, environment);
    if (!result.ok) throw new Error(result.text);
    const evaluate = (length: number) =>
      result.program.evaluate({ a: 'x'.repeat(length), b: new Uint8Array(length) });
    expect(evaluate(100)).toMatchObject({ ok: true });
    expect(evaluate(9_000_000)).toMatchObject({
      ok: false,
      error: { message: 'operation cancelled: string is too long' },
    });
  });
});
