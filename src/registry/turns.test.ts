import { afterEach, describe, expect, it, vi } from 'vitest';
import { Turns } from './turns.ts';

afterEach(() => {
  vi.useRealTimers();
});

describe('Turns', () => {
  it('lets one after another go, in order', async () => {
    const turns = new Turns();
    const order: string[] = [];
    const run = async (name: string): Promise<void> => {
      const end = await turns.take('k');
      order.push(`${name} begins`);
      await Promise.resolve();
      order.push(`${name} ends`);
      end();
    };
    await Promise.all(['a', 'b', 'c'].map(run));
    expect(order).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
  });

  it('keeps keys apart', async () => {
    const turns = new Turns();
    await turns.take('a');
    await turns.take('b');
  });

  it('passes over one that does not end', async () => {
    vi.useFakeTimers();
    const turns = new Turns();
    await turns.take('k');
    let taken = false;
    const second = turns.take('k').then(() => {
      taken = true;
    });
    await vi.advanceTimersByTimeAsync(999);
    expect(taken).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    await second;
    expect(taken).toBe(true);
  });
});
