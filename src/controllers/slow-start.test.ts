import { describe, expect, it } from 'vitest';
import { slowStart } from './slow-start.ts';

describe('slowStart', () => {
  it('calls the task for each index', async () => {
    const called: number[] = [];
    expect(await slowStart(30, async (index) => called.push(index))).toEqual({ successes: 30 });
    expect(called).toEqual(Array.from({ length: 30 }, (_, index) => index));
  });

  it('begins with one call and begins nothing after a batch with a failure', async () => {
    let called = 0;
    const error = new Error('quota');
    const failing = (from: number) => async (index: number) => {
      called++;
      if (index >= from) throw error;
    };
    expect(await slowStart(1000, failing(0))).toEqual({ successes: 0, error });
    expect(called).toBe(1);
    called = 0;
    expect(await slowStart(1000, failing(3))).toEqual({ successes: 3, error });
    expect(called).toBe(5);
  });

  it('does nothing for nothing', async () => {
    expect(await slowStart(0, async () => expect.unreachable())).toEqual({ successes: 0 });
  });
});
