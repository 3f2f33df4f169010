import { describe, expect, it } from 'vitest';
import { fakeClock } from '../apimachinery/clock.ts';
import { WorkQueue } from './work-queue.ts';

const setup = () => {
  const clock = fakeClock(1000);
  return { clock, queue: new WorkQueue({ clock }) };
};

describe('WorkQueue', () => {
  it('hands out keys in the order they came, each once', () => {
    const { queue } = setup();
    for (const key of ['a', 'b', 'a', 'c', 'b']) queue.add(key);
    expect([queue.take(), queue.take(), queue.take(), queue.take()]).toEqual(['a', 'b', 'c', undefined]);
  });

  it('gives a key that is added while it is worked on again, but only when it is done', () => {
    const { queue } = setup();
    queue.add('a');
    expect(queue.take()).toBe('a');
    queue.add('a');
    queue.add('a');
    expect(queue.take()).toBeUndefined();
    queue.done('a');
    expect(queue.length).toBe(1);
    expect(queue.take()).toBe('a');
    queue.done('a');
    expect(queue.length).toBe(0);
  });

  it('holds delayed keys back until they are due; the earlier of two times counts', () => {
    const { queue, clock } = setup();
    queue.addAfter('late', 5000);
    queue.addAfter('a', 2000);
    queue.addAfter('a', 1000);
    queue.addAfter('a', 3000);
    expect(queue.nextDue).toBe(2000);
    clock.advance(999);
    queue.promote();
    expect(queue.take()).toBeUndefined();
    clock.advance(1);
    queue.promote();
    expect(queue.take()).toBe('a');
    expect(queue.nextDue).toBe(6000);
    clock.advance(10_000);
    queue.promote();
    expect(queue.take()).toBe('late');
    expect(queue.nextDue).toBeUndefined();
  });

  it('does not hand a delayed key out while it is worked on', () => {
    const { queue, clock } = setup();
    queue.add('a');
    queue.take();
    queue.addAfter('a', 10);
    clock.advance(10);
    queue.promote();
    expect(queue.take()).toBeUndefined();
    queue.done('a');
    expect(queue.take()).toBe('a');
  });

  it('adds at once what is delayed by nothing', () => {
    const { queue } = setup();
    queue.addAfter('a', 0);
    expect(queue.take()).toBe('a');
  });

  it('waits 5 ms after the first failure, twice as long after each further one, at most a minute', () => {
    const { queue, clock } = setup();
    const waits: number[] = [];
    for (let failure = 0; failure < 16; failure++) {
      queue.addRateLimited('a');
      waits.push(queue.nextDue! - clock.now());
      clock.set(queue.nextDue!);
      queue.promote();
      queue.take();
      queue.done('a');
    }
    expect(waits.slice(0, 5)).toEqual([5, 10, 20, 40, 80]);
    expect(waits.slice(-2)).toEqual([60_000, 60_000]);
    expect(queue.numRequeues('a')).toBe(16);
    queue.forget('a');
    queue.addRateLimited('a');
    expect(queue.nextDue! - clock.now()).toBe(5);
  });

  it('lets each reconcile say anew when its key is wanted again', () => {
    const { queue, clock } = setup();
    queue.addAfter('a', 9000);
    queue.setAgain('a', 5000);
    expect(queue.nextDue).toBe(6000);
    queue.setAgain('a', 7000);
    expect(queue.nextDue).toBe(8000);
    queue.setAgain('a', undefined);
    expect(queue.nextDue).toBe(10_000);
    clock.set(8000);
    queue.promote();
    expect(queue.length).toBe(0);
    clock.set(10_000);
    queue.promote();
    expect(queue.length).toBe(1);
    queue.setAgain('b', 0);
    expect(queue.length).toBe(2);
    expect(queue.nextDue).toBeUndefined();
  });
});
