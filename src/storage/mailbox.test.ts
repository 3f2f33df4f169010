import { describe, expect, it } from 'vitest';
import { Mailbox, type Subscriber } from './mailbox.ts';
import { ParsedEvent } from './parsed-event.ts';
import type { EventBatch } from './types.ts';

const subscriber: Subscriber = { name: 'NODE:c/n', prefixes: ['core/pods/', 'core/secrets/'], node: 'n' };

const event = (revision: number, key: string, node?: string, previous?: string): ParsedEvent =>
  new ParsedEvent({
    revision,
    key,
    prev: previous === undefined ? 0 : revision - 1,
    deleted: false,
    value: JSON.stringify({ spec: { nodeName: node } }),
    ...(previous === undefined ? {} : { prevValue: JSON.stringify({ spec: { nodeName: previous } }) }),
  });

function open(options: { failures?: number; limit?: number; deliveryLimit?: number } = {}) {
  let failures = options.failures ?? 0;
  const got: EventBatch[] = [];
  const waits: number[] = [];
  const busy: boolean[] = [];
  const mailbox = new Mailbox(subscriber, {
    ...options,
    deliver: async (_, batch) => {
      if (failures-- > 0) throw new Error('not now');
      got.push(batch);
    },
    sleep: async (ms) => {
      waits.push(ms);
    },
    onBusy: (now) => busy.push(now),
  });
  const revisions = () => got.map(({ from, to, events }) => [from, to, events.map((e) => e.revision)]);
  return { mailbox, waits, busy, revisions };
}

describe('Mailbox', () => {
  it('delivers what is wanted, what came in one turn together', async () => {
    const { mailbox, revisions, busy } = open();
    mailbox.put(
      [
        event(1, 'core/pods/a/mine', 'n'),
        event(2, 'core/pods/a/other', 'm'),
        event(3, 'core/pods/a/left', 'm', 'n'),
        event(4, 'core/secrets/a/s'),
        event(5, 'apps/deployments/a/d', 'n'),
      ],
      0,
      5,
    );
    mailbox.put([], 5, 7);
    await mailbox.idle();
    expect(revisions()).toEqual([[0, 7, [1, 3, 4]]]);
    mailbox.put([event(8, 'core/pods/a/other', 'm')], 7, 8);
    mailbox.put([event(9, 'core/pods/a/mine', 'n')], 8, 9);
    await mailbox.idle();
    expect(revisions().at(-1)).toEqual([7, 9, [9]]);
    expect(busy).toEqual([true, false, true, false]);
  });

  it('splits what is large, and drops what is too much', async () => {
    const { mailbox, revisions } = open({ deliveryLimit: 10, limit: 400 });
    const secrets = (from: number, count: number) =>
      Array.from({ length: count }, (_, n) => event(from + n, 'core/secrets/a/s'));
    mailbox.put(secrets(1, 3), 0, 5);
    await mailbox.idle();
    expect(revisions()).toEqual([
      [0, 1, [1]],
      [1, 2, [2]],
      [2, 5, [3]],
    ]);
    mailbox.put(secrets(6, 100), 5, 105);
    mailbox.put(secrets(106, 1), 105, 106);
    await mailbox.idle();
    expect(revisions().slice(3)).toEqual([[-1, 106, [106]]]);
  });

  it('tries again, waiting longer each time, and then has the subscriber list', async () => {
    const few = open({ failures: 3 });
    few.mailbox.put([event(1, 'core/secrets/a/s')], 0, 1);
    await few.mailbox.idle();
    expect(few.revisions()).toEqual([[0, 1, [1]]]);
    expect(few.waits).toEqual([100, 200, 400]);
    const many = open({ failures: 6 });
    many.mailbox.put([event(1, 'core/secrets/a/s')], 0, 1);
    await many.mailbox.idle();
    expect(many.revisions()).toEqual([[-1, 1, []]]);
    many.mailbox.put([event(2, 'core/secrets/a/s')], 1, 2);
    await many.mailbox.idle();
    expect(many.revisions().at(-1)).toEqual([1, 2, [2]]);
  });

  it('gives up in the end, and has the subscriber list with whatever comes next', async () => {
    const { mailbox, revisions, waits } = open({ failures: 25 });
    mailbox.put([event(1, 'core/secrets/a/s')], 0, 1);
    await mailbox.idle();
    expect(revisions()).toEqual([]);
    expect(waits).toHaveLength(24);
    mailbox.put([event(2, 'core/secrets/a/s')], 1, 2);
    await mailbox.idle();
    expect(revisions()).toEqual([[-1, 2, [2]]]);
  });

  it('has one that lost something list even if nothing happens any more', async () => {
    const { mailbox, revisions } = open();
    mailbox.lost(-1);
    await mailbox.idle();
    expect(revisions()).toEqual([[-1, -1, []]]);
    // The position of what comes next is the hub's to say.
    mailbox.put([event(8, 'core/secrets/a/s')], 7, 8);
    await mailbox.idle();
    expect(revisions().at(-1)).toEqual([7, 8, [8]]);
  });
});
