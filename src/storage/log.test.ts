import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Batch, type LogDatabase, RevisionLogEngine } from './log.ts';
import type { Assumption, CommitResult, Event, Transaction, Write } from './types.ts';

const put = (key: string, expect: number, value = '{}'): Write => ({ key, expect, deleted: false, value });
const remove = (key: string, expect: number, value = '{}'): Write => ({ key, expect, deleted: true, value });
const KEYS = ['core/pods/a/x', 'core/pods/a/y', 'core/pods/b/x', 'core/nodes//n'];
const PREFIXES = ['core/pods/', 'core/pods/a/', 'core/pods/b/', 'core/nodes/', ...KEYS];

/** The rules of migrations/0001_storage.sql, in memory. */
class ModelDatabase {
  readonly rows: Event[] = [];
  readonly newest = new Map<string, number>();
  batches: Batch[] = [];

  append(first: number, writes: readonly Write[], writer: string): void {
    if (first !== this.rows.length + 1) throw new Error('kedge: batch does not follow the head');
    const after = new Map(this.newest);
    const rows: Event[] = [];
    writes.forEach((write, index) => {
      if ((after.get(write.key) ?? 0) !== write.expect) {
        throw new Error('kedge: replaced revision is not the newest');
      }
      if (write.deleted) after.delete(write.key);
      else after.set(write.key, first + index);
      const { key, deleted, value } = write;
      rows.push({ revision: first + index, key, prev: write.expect, deleted, value });
    });
    this.rows.push(...rows);
    this.newest.clear();
    for (const [key, revision] of after) this.newest.set(key, revision);
    // As the table does, it remembers the newest batches only.
    this.batches = [...this.batches, { first, writer }].slice(-3);
  }
}

type Fault = 'none' | 'before' | 'after' | 'late';

interface Hooks {
  /** Each call passes here on its way in and out. */
  pass(label: string): Promise<void>;
  fault(): Fault;
}

function connect(model: ModelDatabase, { pass, fault }: Hooks): LogDatabase {
  const call = async <T>(label: string, work: () => T): Promise<T> => {
    await pass(label);
    const how = fault();
    if (how === 'before') throw new Error('connection lost');
    if (how === 'late') {
      void pass(`${label}, late`).then(() => {
        try {
          work();
        } catch {
          // Refused, and nobody hears of it.
        }
      });
      throw new Error('connection lost');
    }
    const result = work();
    await pass(`${label} answered`);
    if (how === 'after') throw new Error('connection lost');
    return result;
  };
  return {
    readHead: () => call('readHead', () => ({ revision: model.rows.length, batches: [...model.batches] })),
    readRevisions: (keys) =>
      call(
        'readRevisions',
        () => new Map(keys.flatMap((key) => (model.newest.has(key) ? [[key, model.newest.get(key)!]] : []))),
      ),
    append: (first, writes, writer) => call('append', () => model.append(first, writes, writer)),
    isConflict: (error) => String(error).includes('kedge: '),
  };
}

const calm: Hooks = { pass: async () => {}, fault: () => 'none' };
let writers = 0;

function open(model: ModelDatabase, hooks: Hooks = calm, memory?: number) {
  const told: ({ from: number; to: number; events: readonly Event[] } | { missed: number })[] = [];
  const log = new RevisionLogEngine(connect(model, hooks), {
    newWriter: () => `w${writers++}`,
    onCommitted: (events, from, to) => told.push({ from, to, events }),
    onMissed: (to) => told.push({ missed: to }),
    sleep: () => hooks.pass('sleep'),
    ...(memory === undefined ? {} : { memory }),
  });
  return { log, told };
}

describe('RevisionLogEngine', () => {
  it('numbers what has queued in one batch', async () => {
    const model = new ModelDatabase();
    const { log, told } = open(model);
    const results = await Promise.all(KEYS.map((key) => log.commit({ writes: [put(key, 0)] })));
    expect(results).toEqual(KEYS.map((_, index) => ({ ok: true, revisions: [index + 1] })));
    expect(model.batches).toHaveLength(1);
    expect(told).toMatchObject([{ from: 0, to: 4, events: model.rows }]);
  });

  it('refuses one transaction of a batch and commits the others', async () => {
    const model = new ModelDatabase();
    const { log } = open(model);
    const [x, y, z] = KEYS as [string, string, string];
    expect(
      await Promise.all([
        log.commit({ writes: [put(x, 0)] }),
        log.commit({ writes: [put(z, 0), put(x, 0)] }),
        log.commit({ writes: [put(y, 0)], assumptions: [{ prefix: 'core/pods/', revision: 0 }] }),
        log.commit({ writes: [put(y, 0)], assumptions: [{ prefix: 'core/nodes/', revision: 0 }] }),
      ]),
    ).toEqual([
      { ok: true, revisions: [1] },
      { ok: false, reason: 'conflict', index: 1 },
      { ok: false, reason: 'stale', prefix: 'core/pods/' },
      { ok: true, revisions: [2] },
    ]);
  });

  it('learns from the database what it does not know, and tells what it missed', async () => {
    const model = new ModelDatabase();
    const [x, y] = KEYS as [string, string];
    const one = open(model);
    await one.log.commit({ writes: [put(x, 0)] });
    const other = open(model);
    await other.log.commit({ writes: [put(x, 1), put(y, 0)] });
    expect(
      await Promise.all([one.log.commit({ writes: [put(x, 1)] }), one.log.commit({ writes: [put(y, 3)] })]),
    ).toEqual([
      { ok: false, reason: 'conflict', index: 0 },
      { ok: true, revisions: [4] },
    ]);
    expect(one.told).toMatchObject([{ from: 0, to: 1 }, { missed: 3 }, { from: 3, to: 4 }]);
  });

  it('finds its batch under those that came after', async () => {
    const model = new ModelDatabase();
    const other = open(model);
    let appends = 0;
    const one = open(model, {
      // The answer of its first call to append is lost, and another log deletes the key meanwhile.
      pass: async (label) => {
        if (label !== 'append answered' || appends++ > 0) return;
        await other.log.commit({ writes: [remove(KEYS[0]!, 1)] });
        throw new Error('connection lost');
      },
      fault: () => 'none',
    });
    expect(await one.log.commit({ writes: [put(KEYS[0]!, 0)] })).toEqual({ ok: true, revisions: [1] });
    expect(model.rows).toHaveLength(2);
  });

  it('does not know what became of a batch whose trace is gone', async () => {
    const model = new ModelDatabase();
    const other = open(model);
    const one = open(model, {
      pass: async (label) => {
        if (label !== 'append answered') return;
        for (let n = 0; n < 4; n++) await other.log.commit({ writes: [put(KEYS[1]!, n === 0 ? 0 : n + 1)] });
        throw new Error('connection lost');
      },
      fault: () => 'none',
    });
    expect(await one.log.commit({ writes: [put(KEYS[0]!, 0)] })).toMatchObject({ reason: 'unavailable' });
  });

  it('refuses an assumption of a transaction without writes when another log has written', async () => {
    const model = new ModelDatabase();
    const { log } = open(model);
    expect(await log.head()).toBe(0);
    await open(model).log.commit({ writes: [put(KEYS[0]!, 0)] });
    expect(
      await log.commit({ writes: [], assumptions: [{ prefix: 'core/pods/', revision: 0 }] }),
    ).toMatchObject({ reason: 'stale' });
    expect(
      await log.commit({ writes: [], assumptions: [{ prefix: 'core/pods/', revision: 1 }] }),
    ).toMatchObject({ ok: true });
  });

  it('refuses rather than guesses what it has forgotten', async () => {
    const model = new ModelDatabase();
    const { log } = open(model, calm, 3);
    await log.commit({ writes: [put(KEYS[0]!, 0)] });
    await log.commit({ writes: [put(KEYS[3]!, 0)] });
    const assume = (prefix: string, revision: number) =>
      log.commit({ writes: [], assumptions: [{ prefix, revision }] });
    expect(await assume('core/pods/', 0)).toMatchObject({ reason: 'stale' });
    expect(await assume('core/pods/', 1)).toMatchObject({ ok: true });
  });

  it('splits batches that are too large, but never a transaction', async () => {
    const model = new ModelDatabase();
    const { log } = open(model);
    const many = (prefix: string, count: number): Transaction => ({
      writes: Array.from({ length: count }, (_, n) => put(`${prefix}/${n}`, 0)),
    });
    const results = await Promise.all([
      log.commit(many('core/pods/a', 600)),
      log.commit(many('core/pods/b', 600)),
      log.commit(many('core/pods/c', 2000)),
    ]);
    expect(results.every((result) => result.ok)).toBe(true);
    expect(model.batches.map((batch) => batch.first)).toEqual([1, 601, 1201]);
  });

  it('answers everything when the database is gone, and tells what was committed when it is back', async () => {
    const model = new ModelDatabase();
    let down = false;
    const { log, told } = open(model, {
      pass: async (label) => {
        if (down && (label === 'append answered' || label === 'readHead')) throw new Error('gone');
        if (label === 'sleep' && model.rows.length > 1) down = attempts++ < 8;
      },
      fault: () => 'none',
    });
    let attempts = 0;
    await log.commit({ writes: [put(KEYS[0]!, 0)] });
    down = true;
    expect(await log.commit({ writes: [put(KEYS[1]!, 0)] })).toMatchObject({ reason: 'unavailable' });
    await expect.poll(() => told).toMatchObject([{ from: 0, to: 1 }, { missed: 2 }]);
  });
});

interface Step {
  log: 0 | 1;
  writes: { key: number; deleted: boolean; staleBy: number }[];
  assume: number | undefined;
  assumeStaleBy: number;
}

const step: fc.Arbitrary<Step | 'restart'> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      log: fc.constantFrom(0 as const, 1 as const),
      writes: fc.array(
        fc.record({
          key: fc.nat(KEYS.length - 1),
          deleted: fc.boolean(),
          staleBy: fc.oneof(
            { weight: 5, arbitrary: fc.constant(0) },
            { weight: 1, arbitrary: fc.constant(1) },
          ),
        }),
        { maxLength: 2 },
      ),
      assume: fc.option(fc.nat(PREFIXES.length - 1), { nil: undefined }),
      assumeStaleBy: fc.nat(2),
    }),
  },
  { weight: 1, arbitrary: fc.constant('restart' as const) },
);

interface Answered {
  readonly transaction: Transaction;
  /** Whether the log that was asked was still alive at the end. */
  alive: () => boolean;
  result?: CommitResult;
}

describe('RevisionLogEngine with any order of events, two logs alive and a database that fails', () => {
  it('keeps every promise', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(fc.array(step, { maxLength: 6 }), { minLength: 1, maxLength: 4 }),
        fc.infiniteStream(
          fc.oneof(
            { weight: 12, arbitrary: fc.constant<Fault>('none') },
            { weight: 3, arbitrary: fc.constantFrom<Fault>('before', 'after', 'late') },
          ),
        ),
        fc.constantFrom(4, 60_000),
        async (s, scripts, faults, memory) => {
          const model = new ModelDatabase();
          let calls = 0;
          const hooks: Hooks = {
            pass: (label) => s.schedule(Promise.resolve(), label).then(() => {}),
            // After a while the database recovers, so that everything ends.
            fault: () => (calls++ > 60 ? 'none' : faults.next().value!),
          };
          const logs = [open(model, hooks, memory), open(model, hooks, memory)];
          const all = [...logs];
          const asked: Answered[] = [];
          let tag = 0;

          const act = async (one: Step | 'restart', index: number): Promise<void> => {
            await s.schedule(Promise.resolve(), `writer ${index}`);
            if (one === 'restart') {
              logs[index % 2] = open(model, hooks, memory);
              all.push(logs[index % 2]!);
              return;
            }
            const writes = one.writes.map(({ key, deleted, staleBy }): Write => {
              const newest = model.newest.get(KEYS[key]!) ?? 0;
              const wanted = Math.max(newest - staleBy, 0);
              return { key: KEYS[key]!, expect: wanted, deleted: deleted && wanted > 0, value: `#${tag++}` };
            });
            const assumptions: Assumption[] =
              one.assume === undefined
                ? []
                : [
                    {
                      prefix: PREFIXES[one.assume]!,
                      revision: Math.max(model.rows.length - one.assumeStaleBy, 0),
                    },
                  ];
            const transaction = { writes, assumptions };
            const { log } = logs[one.log]!;
            const before = writes.map((write) => model.newest.get(write.key) ?? 0);
            const entry: Answered = { transaction, alive: () => true };
            asked.push(entry);
            entry.result = await log.commit(transaction);
            if (!entry.result.ok && entry.result.reason === 'conflict') {
              // A conflict is never made up: the key was elsewhere when asked, or is now.
              const { index: at } = entry.result;
              const write = writes[at]!;
              const twice = writes.filter((other) => other.key === write.key).length > 1;
              const now = model.newest.get(write.key) ?? 0;
              const steady = before[at] === write.expect && now === write.expect && write.expect > 0;
              expect(steady && !twice).toBe(false);
            }
          };
          const running = scripts.map(async (script, index) => {
            for (const one of script) await act(one, index);
          });
          await s.waitFor(Promise.all(running));
          // Whatever is late arrives.
          await s.waitIdle();

          for (const { transaction, result } of asked) {
            expect(result).toBeDefined();
            const found = transaction.writes.map((write) =>
              model.rows.filter((row) => row.value === write.value),
            );
            const revisions = found.map((rows) => rows[0]?.revision);
            // Never twice, and all or nothing, in one piece.
            for (const rows of found) expect(rows.length).toBeLessThanOrEqual(1);
            const committed = revisions[0] !== undefined;
            revisions.forEach((revision, index) => {
              expect(revision).toBe(committed ? revisions[0]! + index : undefined);
            });
            if (result!.ok) expect(revisions).toEqual([...result!.revisions]);
            else if (result!.reason !== 'unavailable') expect(committed).toBe(false);
            if (committed) {
              for (const { prefix, revision } of transaction.assumptions ?? []) {
                const broken = model.rows.filter(
                  (row) =>
                    row.revision > revision && row.revision < revisions[0]! && row.key.startsWith(prefix),
                );
                expect(broken).toEqual([]);
              }
            }
          }
          for (const { told } of all) {
            let position: number | undefined;
            for (const one of told) {
              if ('missed' in one) {
                expect(one.missed).toBeGreaterThan(position ?? 0);
                position = one.missed;
                continue;
              }
              if (position !== undefined) expect(one.from).toBe(position);
              position = one.to;
              expect(one.events).toEqual(model.rows.slice(one.from, one.to));
            }
          }
        },
      ),
      { numRuns: 1500 },
    );
  });
});
