/// <reference types="@cloudflare/vitest-plugin/types" />
import { applyD1Migrations, type D1Migration } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import * as sql from './sql.ts';
import { CompactedError, FutureRevisionError, type Write } from './types.ts';

const { DB, MIGRATIONS } = env as unknown as { DB: D1Database; MIGRATIONS: D1Migration[] };
beforeAll(() => applyD1Migrations(DB, MIGRATIONS));

const put = (key: string, expect: number, value = `{"metadata":{"name":"${key}"}}`): Write => ({
  key,
  expect,
  deleted: false,
  value,
});
const remove = (key: string, expect: number): Write => ({ ...put(key, expect), deleted: true });
const pod = (name: string, namespace = 'a'): string => `core/pods/${namespace}/${name}`;

let clusters = 0;
/** Each test has its own cluster, and sees nothing of the others. */
function cluster() {
  const id = `c${clusters++}`;
  let head = 0;
  let batches = 0;
  return {
    id,
    async append(...writes: Write[]): Promise<void> {
      await sql.appendRevisions(DB, id, head + 1, writes, 1000 + head, `w${batches++}`);
      head += writes.length;
    },
    names: async (prefix: string, options?: Parameters<typeof sql.readPage>[3]) =>
      (await sql.readPage(DB, id, prefix, options)).rows.map(
        ({ key, revision }) => `${key.split('/').at(-1)}@${revision}`,
      ),
  };
}

describe('appendRevisions', () => {
  it('writes the log, the newest revisions and the head', async () => {
    const { id, append } = cluster();
    expect(await sql.readHead(DB, id)).toEqual({ revision: 0, compacted: 0, batches: [] });
    await append(put(pod('x'), 0), put(pod('y'), 0));
    await append(put(pod('x'), 1, '{"metadata":{},"v":2}'), remove(pod('y'), 2));
    expect(await sql.readHead(DB, id)).toEqual({
      revision: 4,
      compacted: 0,
      batches: [
        { first: 1, writer: 'w0' },
        { first: 3, writer: 'w1' },
      ],
    });
    expect(await sql.readNewest(DB, id, pod('x'))).toEqual({
      key: pod('x'),
      revision: 3,
      value: '{"metadata":{},"v":2}',
    });
    expect(await sql.readNewest(DB, id, pod('y'))).toBeNull();
    expect(await sql.readRevisions(DB, id, [pod('x'), pod('y'), pod('z')])).toEqual(new Map([[pod('x'), 3]]));
    expect((await sql.readMany(DB, id, [pod('x'), pod('y')])).map((row) => row.revision)).toEqual([3]);
  });

  it('remembers the newest batches whole, however many there were', async () => {
    const { id, append } = cluster();
    for (let n = 0; n < 120; n++) await append(put(pod('x'), n));
    const { batches } = await sql.readHead(DB, id);
    expect(batches.length).toBeGreaterThan(15);
    expect(batches).toEqual(
      batches.map((_, index) => {
        const n = 120 - batches.length + index;
        return { first: n + 1, writer: `w${n}` };
      }),
    );
  });

  it.each([
    ['replaces an older revision', [put(pod('x'), 1)]],
    ['creates what exists', [put(pod('x'), 0)]],
    ['replaces what does not exist', [put(pod('z'), 1)]],
    ['deletes an older revision', [remove(pod('x'), 1)]],
    ['creates twice', [put(pod('z'), 0), put(pod('z'), 0)]],
  ])('refuses a batch that %s, as a whole', async (_, writes) => {
    const { id, append } = cluster();
    await append(put(pod('x'), 0));
    await append(put(pod('x'), 1));
    const error = await append(put(pod('other'), 0), ...writes).catch((reason) => reason);
    expect(String(error)).toContain('kedge: replaced revision is not the newest');
    expect(sql.isConflict(error)).toBe(true);
    expect(await sql.readNewest(DB, id, pod('other'))).toBeNull();
    expect((await sql.readHead(DB, id)).revision).toBe(2);
  });

  it.each([1, 2, 4])('refuses a batch that begins at %i when the head is 2', async (first) => {
    const { id, append } = cluster();
    await append(put(pod('x'), 0), put(pod('y'), 0));
    const error = await sql
      .appendRevisions(DB, id, first, [put(pod('z'), 0)], 0, 'other')
      .catch((reason) => reason);
    expect(String(error)).toContain('kedge: batch does not follow the head');
    expect(sql.isConflict(error)).toBe(true);
    expect(await sql.readNewest(DB, id, pod('z'))).toBeNull();
  });

  it('takes values of any size and text, also many of them', async () => {
    const { id, append } = cluster();
    const values = [
      `{"metadata":{},"data":"${'a'.repeat(1_500_000)}"}`,
      `{"metadata":{},"data":"${'"\\\\'.repeat(10_000)}"}`,
      `{"metadata":{},"data":"${'世'.repeat(290_000)}\u{1F600}\\u0000\u2028"}`,
      ...Array.from({ length: 40 }, (_, n) => `{"metadata":{},"data":"${String(n).repeat(30_000)}"}`),
    ];
    await append(...values.map((value, n) => put(pod(String(n)), 0, value)));
    for (const [n, value] of values.entries()) {
      expect((await sql.readNewest(DB, id, pod(String(n))))?.value === value).toBe(true);
    }
  });

  it('keeps clusters apart', async () => {
    const [one, other] = [cluster(), cluster()];
    await one.append(put(pod('x'), 0));
    await other.append(put(pod('x'), 0, '{"metadata":{},"other":true}'));
    expect((await sql.readNewest(DB, one.id, pod('x')))?.value).not.toContain('other');
    while (await sql.erase(DB, one.id, 2));
    expect((await sql.readHead(DB, other.id)).revision).toBe(1);
    expect(await other.names('core/pods/')).toEqual(['x@1']);
  });
});

describe('readPage', () => {
  it('ends a page before large values are too many, now and at a revision', async () => {
    const { id, append } = cluster();
    const large = `{"metadata":{},"v":"${'x'.repeat(1000)}"}`;
    await append(put(pod('x'), 0, large), put(pod('y'), 0, large), put(pod('z'), 0, large));
    await append(put(pod('z'), 3, '{"metadata":{}}'));
    const page = async (options: Parameters<typeof sql.readPage>[3]) => {
      const { rows, more } = await sql.readPage(DB, id, 'core/pods/', options, 1500);
      return [rows.map(({ key, revision }) => `${key.at(-1)}@${revision}`).join(' '), more];
    };
    expect(await page({})).toEqual(['x@1 y@2', true]);
    expect(await page({ after: pod('y') })).toEqual(['z@4', false]);
    expect(await page({ revision: 3 })).toEqual(['x@1 y@2', true]);
    expect(await page({ after: pod('y'), revision: 3 })).toEqual(['z@3', false]);
  });

  it('lists in key order, below a prefix alone', async () => {
    const { append, names } = cluster();
    await append(
      put(pod('b'), 0),
      put(pod('a', 'z'), 0),
      put(pod('a-b'), 0),
      put(pod('a'), 0),
      put('core/podtemplates/a/t', 0),
      put(pod('x', 'a-b'), 0),
    );
    expect(await names('core/pods/')).toEqual(['x@6', 'a@4', 'a-b@3', 'b@1', 'a@2']);
    expect(await names('core/pods/a/')).toEqual(['a@4', 'a-b@3', 'b@1']);
  });

  it('reads every page as of the revision of the first', async () => {
    const { id, append, names } = cluster();
    await append(...['a', 'b', 'c', 'd', 'e'].map((name) => put(pod(name), 0)));
    const first = await sql.readPage(DB, id, 'core/pods/', { limit: 2, countRemaining: true });
    expect(first).toMatchObject({ revision: 5, more: true, remaining: 3 });
    await append(remove(pod('c'), 3), put(pod('d'), 4), put(pod('bb'), 0));
    await append(put(pod('c'), 0), put(pod('d'), 7));
    const at = { revision: 5, limit: 2 };
    expect(await names('core/pods/', at)).toEqual(['a@1', 'b@2']);
    expect(await names('core/pods/', { ...at, after: pod('b') })).toEqual(['c@3', 'd@4']);
    expect(await names('core/pods/', { ...at, after: pod('d') })).toEqual(['e@5']);
    expect(await names('core/pods/', { revision: 7 })).toEqual(['a@1', 'b@2', 'd@7', 'e@5']);
    expect(await names('core/pods/')).toEqual(['a@1', 'b@2', 'bb@8', 'c@9', 'd@10', 'e@5']);
    await expect(names('core/pods/', { revision: 11 })).rejects.toThrow(FutureRevisionError);
  });

  it('reads the pods of one node, page by page, now and at a revision', async () => {
    const { append, names } = cluster();
    const on = (node: string): string => `{"metadata":{},"spec":{"nodeName":"${node}"}}`;
    await append(
      put(pod('a'), 0, on('n1')),
      put(pod('b'), 0, on('n2')),
      put(pod('c'), 0),
      put(pod('d'), 0, `${on('n1')} `),
      put(pod('e'), 0, on('n1')),
    );
    const node = 'n1';
    expect(await names('core/pods/', { node })).toEqual(['a@1', 'd@4', 'e@5']);
    expect(await names('core/pods/', { node, limit: 2 })).toEqual(['a@1', 'd@4']);
    expect(await names('core/pods/', { node, limit: 2, after: pod('d') })).toEqual(['e@5']);
    await append(put(pod('c'), 3, on('n1')), remove(pod('d'), 4));
    expect(await names('core/pods/', { node })).toEqual(['a@1', 'c@6', 'e@5']);
    expect(await names('core/pods/', { node, revision: 5 })).toEqual(['a@1', 'd@4', 'e@5']);
    expect(await names('core/pods/', { node: 'n3' })).toEqual([]);
  });
});

describe('readEvents', () => {
  it('ends a page before large values are too many, and goes on behind it', async () => {
    const { id, append } = cluster();
    const large = `{"metadata":{},"v":"${'x'.repeat(1000)}"}`;
    await append(put(pod('x'), 0, large), put(pod('x'), 1, large), put(pod('x'), 2, large), put(pod('y'), 0));
    // The second event also carries the value it replaced.
    const first = await sql.readEvents(DB, id, 0, 10, {}, 2500);
    expect(first).toMatchObject({ to: 2, events: [{ revision: 1 }, { revision: 2, prevValue: large }] });
    expect(await sql.readEvents(DB, id, 2, 10, {}, 1)).toMatchObject({ to: 3, events: [{ revision: 3 }] });
    expect(await sql.readEvents(DB, id, 3, 10, {}, 2500)).toMatchObject({ to: 4, events: [{ revision: 4 }] });
    expect(await sql.readEvents(DB, id, 4, 10, {}, 2500)).toMatchObject({ to: 4, events: [] });
  });

  it('reads what was written after a revision, with the values it replaced', async () => {
    const { id, append } = cluster();
    await append(put(pod('x'), 0, '{"metadata":{},"v":1}'), put('core/nodes//n', 0));
    await append(put(pod('x'), 1, '{"metadata":{},"v":2}'), remove(pod('x'), 3));
    const page = await sql.readEvents(DB, id, 2, 10);
    expect(page).toMatchObject({
      to: 4,
      head: 4,
      events: [
        {
          revision: 3,
          prev: 1,
          deleted: false,
          value: '{"metadata":{},"v":2}',
          prevValue: '{"metadata":{},"v":1}',
        },
        { revision: 4, prev: 3, deleted: true, prevValue: '{"metadata":{},"v":2}' },
      ],
    });
    expect(await sql.readEvents(DB, id, 0, 1)).toMatchObject({ to: 1, events: [{ revision: 1 }] });
    expect((await sql.readEvents(DB, id, 0, 1)).events[0]).not.toHaveProperty('prevValue');
    const revisions = async (filter: sql.EventFilter) =>
      (await sql.readEvents(DB, id, 0, 10, filter)).events.map((event) => event.revision);
    expect(await revisions({ prefix: 'core/pods/a/' })).toEqual([1, 3, 4]);
    expect(await revisions({ prefix: 'core/nodes//n' })).toEqual([2]);
    expect(await revisions({ contains: '//' })).toEqual([2]);
    expect(await revisions({ contains: '/a/' })).toEqual([1, 3, 4]);
  });
});

describe('readRevisionsUnder', () => {
  it('tells the newest revision of each key that exists, and the head', async () => {
    const { id, append } = cluster();
    await append(put(pod('x'), 0), put(pod('y'), 0), put('core/secrets/a/s', 0));
    await append(remove(pod('x'), 1));
    expect(await sql.readRevisionsUnder(DB, id, 'core/pods/')).toEqual({
      keys: new Map([[pod('y'), 2]]),
      revision: 4,
    });
  });
});

describe('readChanged', () => {
  it('tells whether something under a prefix was written after a revision', async () => {
    const { id, append } = cluster();
    await append(put(pod('x'), 0), put('core/secrets/a/s', 0));
    expect(await sql.readChanged(DB, id, 'core/pods/', 1)).toEqual({ changed: false, revision: 2 });
    expect(await sql.readChanged(DB, id, 'core/', 1)).toEqual({ changed: true, revision: 2 });
    await append(remove(pod('x'), 1));
    expect(await sql.readChanged(DB, id, 'core/pods/', 2)).toEqual({ changed: true, revision: 3 });
    expect(await sql.readChanged(DB, id, 'core/pods/', 3)).toEqual({ changed: false, revision: 3 });
  });

  it('counts what cannot be told as changed', async () => {
    const { id, append } = cluster();
    expect(await sql.readChanged(DB, id, 'core/pods/', 0)).toEqual({ changed: true, revision: 0 });
    await append(put(pod('x'), 0), remove(pod('x'), 1), put('core/secrets/a/s', 0));
    await sql.compact(DB, id, 0, 3);
    expect(await sql.readChanged(DB, id, 'core/pods/', 2)).toEqual({ changed: true, revision: 3 });
    expect(await sql.readChanged(DB, id, 'core/pods/', 9)).toEqual({ changed: true, revision: 3 });
  });
});

describe('compact', () => {
  it('keeps what is newest at its revision and everything behind it', async () => {
    const { id, append, names } = cluster();
    await append(put(pod('x'), 0), put(pod('y'), 0), put(pod('z'), 0));
    await append(put(pod('x'), 1), remove(pod('y'), 2), put(pod('x'), 4));
    const at5 = await names('core/pods/', { revision: 5 });
    await sql.compact(DB, id, 0, 2);
    await sql.compact(DB, id, 2, 5);
    expect((await sql.readHead(DB, id)).compacted).toBe(5);
    expect(await names('core/pods/', { revision: 5 })).toEqual(at5);
    expect(await names('core/pods/')).toEqual(['x@6', 'z@3']);
    await expect(names('core/pods/', { revision: 4 })).rejects.toThrow(CompactedError);
    await expect(sql.readEvents(DB, id, 4, 10)).rejects.toThrow(CompactedError);
    // The event behind it still has the value it replaced.
    expect((await sql.readEvents(DB, id, 5, 10)).events).toMatchObject([
      { revision: 6, prevValue: expect.any(String) },
    ]);
    const { results } = await DB.prepare('SELECT revision FROM revisions WHERE cluster = ? ORDER BY revision')
      .bind(id)
      .all();
    expect(results.map((row) => row.revision)).toEqual([3, 4, 6]);
  });

  it('forgets no more when it is repeated, and never goes back', async () => {
    const { id, append, names } = cluster();
    await append(put(pod('x'), 0), put(pod('y'), 0));
    await append(put(pod('x'), 1), put(pod('x'), 3));
    await sql.compact(DB, id, 0, 4);
    await sql.compact(DB, id, 0, 2);
    expect((await sql.readHead(DB, id)).compacted).toBe(4);
    expect(await names('core/pods/')).toEqual(['x@4', 'y@2']);
  });
});

describe('erase', () => {
  it('leaves nothing', async () => {
    const { id, append } = cluster();
    for (let n = 0; n < 5; n++) await append(put(pod(`a${n}`), 0), put(pod(`b${n}`), 0));
    let calls = 1;
    while (await sql.erase(DB, id, 4)) calls++;
    expect(calls).toBe(4);
    for (const table of ['heads', 'objects', 'revisions']) {
      const left = await DB.prepare(`SELECT count(*) AS n FROM ${table} WHERE cluster = ?`)
        .bind(id)
        .first('n');
      expect([table, left]).toEqual([table, 0]);
    }
  });
});
