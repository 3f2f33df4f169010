import { describe, expect, it } from 'vitest';
import type { Plan } from './wake-up.ts';
import { REST, SAFETY_NET, WakeUp } from './wake-up.ts';

/** A Durable Object's clock, timers and alarm. */
function setup() {
  let now = 1_000_000;
  let plan: Plan = { busy: false, nextDue: undefined };
  let timer: { at: number; ring: () => void } | undefined;
  const state = { alarm: undefined as number | undefined, writes: 0, woken: 0 };
  const wakeUp = new WakeUp({
    now: () => now,
    setTimer(at, ring) {
      timer = { at, ring };
      return () => {
        timer = undefined;
      };
    },
    async setAlarm(at) {
      state.alarm = at;
      state.writes++;
    },
    async deleteAlarm() {
      state.alarm = undefined;
    },
    plan: () => plan,
    wake() {
      state.woken++;
    },
  });
  return {
    state,
    wakeUp,
    timerAt: () => timer?.at,
    follow(next: Plan) {
      plan = next;
      wakeUp.follow(next);
    },
    advance(ms: number) {
      now += ms;
      while (timer && timer.at <= now) {
        const { ring } = timer;
        timer = undefined;
        ring();
      }
    },
    now: () => now,
  };
}

describe('WakeUp', () => {
  it('keeps one alarm ahead while there is work, and none at rest', () => {
    const { state, follow, advance, now } = setup();
    for (let turn = 0; turn < 10; turn++) {
      follow({ busy: true, nextDue: undefined });
      advance(100);
    }
    expect(state.alarm).toBe(1_000_000 + SAFETY_NET);
    expect(state.writes).toBe(1);
    follow({ busy: false, nextDue: undefined });
    advance(REST);
    expect(state.alarm).toBeUndefined();
    expect(now()).toBeLessThan(1_000_000 + SAFETY_NET);
  });

  it('sets a timer for what is due soon, with an alarm behind it', () => {
    const { state, follow, advance, now } = setup();
    const due = now() + 5000;
    follow({ busy: false, nextDue: due });
    expect(state.alarm).toBe(due + SAFETY_NET);
    advance(4999);
    expect(state.woken).toBe(0);
    advance(1);
    expect(state.woken).toBe(1);
  });

  it('sets the alarm for what is due later, once things have calmed down', () => {
    const { state, follow, advance, now, timerAt } = setup();
    const due = now() + 3_600_000;
    follow({ busy: true, nextDue: due });
    follow({ busy: false, nextDue: due });
    advance(REST);
    expect(state.alarm).toBe(due);
    expect(timerAt()).toBeUndefined();
    follow({ busy: false, nextDue: due });
    expect(timerAt()).toBeUndefined();
    expect(state.woken).toBe(0);
  });

  it('sets the next alarm when the last one has rung and there is still work', () => {
    const { state, follow, advance, wakeUp, now } = setup();
    follow({ busy: true, nextDue: undefined });
    advance(SAFETY_NET);
    wakeUp.rang();
    follow({ busy: true, nextDue: undefined });
    expect(state.alarm).toBe(now() + SAFETY_NET);
  });

  it('stops', () => {
    const { follow, advance, wakeUp, state, now } = setup();
    follow({ busy: false, nextDue: now() + 10 });
    wakeUp.stop();
    advance(20);
    expect(state.woken).toBe(0);
  });
});
