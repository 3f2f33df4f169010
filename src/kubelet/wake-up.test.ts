import { describe, expect, it } from 'vitest';
import { WakeUp } from './wake-up.ts';

class Bench {
  time = 1_000_000;
  due = Number.POSITIVE_INFINITY;
  isBusy = false;
  alarm: number | null = null;
  timer: { at: number; ring: () => void } | undefined;
  woken = 0;
  readonly wakeUp = new WakeUp({
    now: () => this.time,
    setTimer: (delay, ring) => {
      const timer = { at: this.time + delay, ring };
      this.timer = timer;
      return () => {
        if (this.timer === timer) this.timer = undefined;
      };
    },
    setAlarm: async (at) => {
      this.alarm = at;
    },
    deleteAlarm: async () => {
      this.alarm = null;
    },
    nextDue: () => this.due,
    busy: () => this.isBusy,
    wake: () => {
      this.woken++;
    },
  });

  /** Lets the timer ring. */
  ring(): void {
    const { at, ring } = this.timer!;
    this.timer = undefined;
    this.time = at;
    ring();
  }
}

describe('WakeUp', () => {
  it('sets a timer for what is due soon, with an alarm behind it', () => {
    const bench = new Bench();
    bench.due = bench.time + 5000;
    bench.wakeUp.plan();
    expect(bench.timer?.at).toBe(bench.time + 5000);
    expect(bench.alarm).toBeGreaterThan(bench.time + 5000);
    bench.ring();
    expect(bench.woken).toBe(1);
  });

  it('sets the alarm alone for what is due later', () => {
    const bench = new Bench();
    bench.due = bench.time + 300_000;
    bench.wakeUp.plan();
    bench.ring();
    expect(bench.alarm).toBe(bench.due);
    expect(bench.timer).toBeUndefined();
    expect(bench.woken).toBe(0);
  });

  it('has neither at rest', () => {
    const bench = new Bench();
    bench.isBusy = true;
    bench.wakeUp.plan();
    expect(bench.alarm).not.toBeNull();
    bench.isBusy = false;
    bench.wakeUp.plan();
    bench.ring();
    expect(bench.alarm).toBeNull();
    expect(bench.timer).toBeUndefined();
    bench.wakeUp.plan();
    expect(bench.timer).toBeUndefined();
  });

  it('writes no alarm for each of many pods', () => {
    const bench = new Bench();
    let alarms = 0;
    const { wakeUp } = bench;
    for (let index = 0; index < 100; index++) {
      const before = bench.alarm;
      bench.due = bench.time + 1000 - index;
      wakeUp.plan();
      if (bench.alarm !== before) alarms++;
    }
    expect(alarms).toBe(1);
    expect(bench.timer?.at).toBe(bench.due);
  });

  it('secures again after the alarm has rung', async () => {
    const bench = new Bench();
    await bench.wakeUp.secure();
    bench.alarm = null;
    bench.wakeUp.rang();
    await bench.wakeUp.secure();
    expect(bench.alarm).not.toBeNull();
  });
});
