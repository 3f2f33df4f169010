import { describe, expect, it } from 'vitest';
import { fakeClock, skewedClock, systemClock } from './clock.ts';

describe('clocks', () => {
  it('tells the machine time', () => {
    const before = Date.now();
    expect(systemClock.now()).toBeGreaterThanOrEqual(before);
  });

  it('stands still until moved', () => {
    const clock = fakeClock(100);
    expect(clock.now()).toBe(100);
    clock.advance(50);
    expect(clock.now()).toBe(150);
    clock.set(7);
    expect(clock.now()).toBe(7);
  });

  it('runs at its own rate from its own offset', () => {
    const base = fakeClock(1000);
    const clock = skewedClock(base, { rate: 60, offset: 500, since: 1000 });
    expect(clock.now()).toBe(1500);
    base.advance(10);
    expect(clock.now()).toBe(2100);
    expect(clock.toBase(2100)).toBe(1010);
  });

  it('is the base clock without a skew', () => {
    expect(skewedClock(fakeClock(42)).now()).toBe(42);
  });

  it('says that a stopped clock never reaches a later time', () => {
    const clock = skewedClock(fakeClock(9000), { rate: 0, since: 1000 });
    expect(clock.now()).toBe(1000);
    expect(clock.toBase(1000)).toBe(1000);
    expect(clock.toBase(1001)).toBe(Number.POSITIVE_INFINITY);
  });
});
