import { describe, expect, it } from 'vitest';
import { HubFeed } from './hub-feed.ts';
import type { Event, EventBatch } from './types.ts';

const event = (revision: number): Event => ({
  revision,
  key: 'core/pods/a/x',
  prev: 0,
  deleted: false,
  value: '{}',
});

function open(
  acked: number | 'level',
  options: { failures?: number; limit?: number; pushLimit?: number } = {},
) {
  const state = { failures: options.failures ?? 0, active: true, inactive: 0 };
  const pushed: EventBatch[] = [];
  const feed: HubFeed = new HubFeed(acked, {
    ...options,
    push: async (batch) => {
      if (state.failures-- > 0) throw new Error('not now');
      pushed.push(batch);
      return { active: state.active };
    },
    onInactive: () => state.inactive++,
    sleep: async () => {},
  });
  const revisions = () => pushed.map(({ from, to, events }) => [from, to, events.map((e) => e.revision)]);
  return { feed, state, revisions };
}

describe('HubFeed', () => {
  it('pushes what concerns the hub, and no call is made for what does not', async () => {
    const { feed, revisions } = open(3);
    feed.put([event(4), event(5)], 3, 5);
    feed.put([event(6)], 5, 6);
    await feed.idle();
    feed.put([], 6, 20);
    await feed.idle();
    feed.put([event(21)], 20, 21);
    await feed.idle();
    // The second batch goes on where the hub is, not where the log is, or the hub would take it for a gap.
    expect(revisions()).toEqual([
      [3, 6, [4, 5, 6]],
      [6, 21, [21]],
    ]);
  });

  it('has the hub read the database after a gap, a failure, or too much', async () => {
    const gap = open(3);
    gap.feed.put([event(6)], 5, 6);
    await gap.feed.idle();
    expect(gap.revisions()).toEqual([[-1, 6, []]]);

    const failed = open(3, { failures: 1 });
    failed.feed.put([event(4)], 3, 4);
    await failed.feed.idle();
    expect(failed.revisions()).toEqual([[-1, 4, []]]);

    const much = open(0, { limit: 50 });
    for (let n = 1; n <= 10; n++) much.feed.put([event(n)], n - 1, n);
    await much.feed.idle();
    expect(much.revisions()).toEqual([[-1, 10, []]]);
  });

  it('splits what is large', async () => {
    const { feed, revisions } = open(0, { pushLimit: 10 });
    feed.put([event(1), event(2)], 0, 5);
    await feed.idle();
    expect(revisions()).toEqual([
      [0, 1, [1]],
      [1, 5, [2]],
    ]);
  });

  it('says what the hub has seen only when it is sure', async () => {
    const { feed, revisions } = open(3);
    // The hub does not remember, and was never pushed anything.
    expect(feed.seen(-1)).toBe(-1);
    expect(feed.seen(3)).toBe(3);
    feed.put([], 3, 7);
    expect(feed.seen(3)).toBe(7);
    feed.put([event(8)], 7, 8);
    expect(feed.seen(7)).toBe(-1);
    await feed.idle();
    expect(feed.seen(-1)).toBe(8);
    // It missed the answer that said where it begins.
    const other = open(3).feed;
    expect(other.seen(2)).toBe(-1);
    await other.idle();
    expect(other.seen(3)).toBe(3);
    expect(revisions()).toEqual([[3, 8, [8]]]);
  });

  it('forgets a hub with nobody to tell, unless somebody came meanwhile', async () => {
    const { feed, state } = open(0);
    state.active = false;
    feed.put([event(1)], 0, 1);
    await Promise.resolve();
    feed.attached();
    await feed.idle();
    expect(state.inactive).toBe(0);
    feed.put([event(2)], 1, 2);
    await feed.idle();
    expect(state.inactive).toBe(1);
  });

  it('goes on where a log that lost its memory had told everything, without a gap', async () => {
    const { feed, revisions } = open('level');
    feed.put([event(8)], 7, 8);
    await feed.idle();
    expect(revisions()).toEqual([[7, 8, [8]]]);

    // A hub that lost its memory as well learns where it was.
    const hub = open('level');
    hub.feed.beginsAt(7);
    expect(hub.feed.seen(-1)).toBe(7);
    expect(hub.revisions()).toEqual([]);

    // What others wrote meanwhile is a gap all the same.
    const foreign = open('level');
    foreign.feed.missed(9);
    await foreign.feed.idle();
    expect(foreign.revisions()).toEqual([[-1, 9, []]]);
  });
});
