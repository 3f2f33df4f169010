import { describe, expect, it } from 'vitest';
import type { JSONObject } from '../patch/values.ts';
import { struct as builtIn } from '../schema/table.ts';
import type { StatusError } from '../status.ts';
import type { ManagedFieldsEntry } from '../types/meta.v1.gen.ts';
import { fromPaths } from './field-set.ts';
import { apply, keepTimesOfNoop, updateManagedFields, type Write, withManagedFields } from './manager.ts';
import { thing } from './testing.ts';

const NOW = '2025-01-01T00:00:00Z';
const LATER = '2025-01-02T00:00:00Z';
const VERSION = 'example.com/v1';

const write = (manager: string, extra: Partial<Write> = {}): Write => ({
  schema: thing,
  apiVersion: VERSION,
  kind: 'Thing',
  manager,
  now: NOW,
  ...extra,
});
const object = (fields: JSONObject, metadata: JSONObject = {}): JSONObject => ({
  apiVersion: VERSION,
  kind: 'Thing',
  metadata: { name: 'x', ...metadata },
  ...fields,
});
const entriesOf = (one: JSONObject): ManagedFieldsEntry[] => (one.metadata as any).managedFields ?? [];
/** `manager operation[/subresource][@time]` -> fieldsV1 */
const owners = (entries: readonly ManagedFieldsEntry[] | undefined): Record<string, unknown> =>
  Object.fromEntries(
    (entries ?? []).map(({ manager, operation, subresource, fieldsV1 }) => [
      `${manager} ${operation}${subresource ? `/${subresource}` : ''}`,
      fieldsV1,
    ]),
  );
const ownersOf = (one: JSONObject): Record<string, unknown> => owners(entriesOf(one));
/** The object stored after a write that is no apply. */
const update = (live: JSONObject | undefined, next: JSONObject, one: Write): JSONObject =>
  withManagedFields(next, updateManagedFields(live, next, one));
const fieldsOf = (one: JSONObject): JSONObject => {
  const { apiVersion: _a, kind: _k, metadata: _m, ...fields } = one;
  return fields;
};
function failure(action: () => unknown): StatusError['status'] {
  try {
    action();
  } catch (error) {
    return (error as StatusError).status;
  }
  throw new Error('did not fail');
}

describe('updateManagedFields', () => {
  it('gives the creator everything it set, but what every write sets', () => {
    const created = object(
      { text: 'x', labels: { a: '1' } },
      { uid: 'u', resourceVersion: '1', generation: 1, creationTimestamp: NOW, labels: { l: '1' } },
    );
    expect(updateManagedFields(undefined, created, write('kubectl-create'))).toEqual([
      {
        manager: 'kubectl-create',
        operation: 'Update',
        apiVersion: VERSION,
        time: NOW,
        fieldsType: 'FieldsV1',
        fieldsV1: {
          'f:labels': { '.': {}, 'f:a': {} },
          'f:metadata': { 'f:labels': { '.': {}, 'f:l': {} } },
          'f:text': {},
        },
      },
    ]);
  });

  it('keeps the order of keys of the wire', () => {
    const [entry] = updateManagedFields(
      undefined,
      object({ text: 'x' }),
      write('a', { subresource: 'status' }),
    )!;
    expect(Object.keys(entry!)).toEqual([
      'manager',
      'operation',
      'apiVersion',
      'time',
      'fieldsType',
      'fieldsV1',
      'subresource',
    ]);
  });

  const live = update(undefined, object({ text: 'x', labels: { a: '1', b: '2' } }), write('one'));

  it('gives a writer what it changed, and takes it from the others', () => {
    const next = update(live, { ...live, text: 'y', number: 1 }, write('two', { now: LATER }));
    expect(ownersOf(next)).toEqual({
      'one Update': { 'f:labels': { '.': {}, 'f:a': {}, 'f:b': {} } },
      'two Update': { 'f:number': {}, 'f:text': {} },
    });
    expect(entriesOf(next).map(({ time }) => time)).toEqual([NOW, LATER]);
  });
  it('joins what one writer does at different times, with the last time', () => {
    const next = update(live, { ...live, number: 1 }, write('one', { now: LATER }));
    expect(entriesOf(next)).toEqual([expect.objectContaining({ manager: 'one', time: LATER })]);
    expect(ownersOf(next)).toEqual({
      'one Update': { 'f:labels': { '.': {}, 'f:a': {}, 'f:b': {} }, 'f:number': {}, 'f:text': {} },
    });
  });
  it('takes what is removed from all, and gives the remover nothing', () => {
    const next = update(live, { ...live, text: undefined, labels: { a: '1' } }, write('two', { now: LATER }));
    expect(entriesOf(next)).toEqual([
      expect.objectContaining({
        manager: 'one',
        time: NOW,
        fieldsV1: { 'f:labels': { '.': {}, 'f:a': {} } },
      }),
    ]);
  });
  it('leaves the very entries alone when nothing changes', () => {
    expect(updateManagedFields(live, structuredClone(live), write('two', { now: LATER }))).toBe(
      entriesOf(live),
    );
    const bookkeeping = {
      ...live,
      metadata: { ...(live.metadata as JSONObject), resourceVersion: '7', generation: 2 },
    };
    expect(updateManagedFields(live, bookkeeping, write('two'))).toBe(entriesOf(live));
  });
  it('drops managers that own nothing any more', () => {
    const next = update(live, object({ number: 1 }), write('two'));
    expect(Object.keys(ownersOf(next))).toEqual(['two Update']);
  });
  it('tells subresources apart, and ignores what the endpoint resets', () => {
    const status = fromPaths(['f:status']);
    const spec = fromPaths(['f:text']);
    const created = update(
      undefined,
      object({ text: 'x', status: { phase: 'a' } }),
      write('one', { ignore: status }),
    );
    expect(ownersOf(created)).toEqual({ 'one Update': { 'f:text': {} } });
    const next = update(
      created,
      { ...created, text: 'ignored', status: { phase: 'b' } },
      write('one', { subresource: 'status', ignore: spec }),
    );
    expect(ownersOf(next)).toEqual({
      'one Update': { 'f:text': {} },
      'one Update/status': { 'f:status': { 'f:phase': {} } },
    });
  });
  it('calls a writer without a name unknown', () => {
    expect(updateManagedFields(undefined, object({ text: 'x' }), write(''))![0]!.manager).toBe('unknown');
  });

  describe('entries that a request brings', () => {
    const entry = {
      manager: 'm',
      operation: 'Apply',
      apiVersion: VERSION,
      fieldsType: 'FieldsV1',
      fieldsV1: { 'f:text': {} },
    };
    const sent = (managedFields: unknown, fields: JSONObject = { number: 5 }): JSONObject =>
      update(live, object({ ...fieldsOf(live), ...fields }, { managedFields }), write('two'));
    it('count when they are valid', () => {
      expect(ownersOf(sent([entry]))).toEqual({
        'm Apply': { 'f:text': {} },
        'two Update': { 'f:number': {} },
      });
    });
    it('are forgotten for [] and for [{}], and stay so', () => {
      for (const reset of [[], [{}]]) {
        const forgotten = sent(reset);
        expect(entriesOf(forgotten)).toEqual([]);
        expect(updateManagedFields(forgotten, { ...forgotten, text: 'z' }, write('two'))).toBeUndefined();
      }
    });
    it.each([
      [{ ...entry, operation: 'Bad' }],
      [{ ...entry, apiVersion: '' }],
      [{ ...entry, fieldsType: 'FieldsV2' }],
      [{ ...entry, fieldsV1: { bad: {} } }],
      [{ ...entry, time: 'yesterday' }],
    ])('do not count when one is invalid: %j', (bad) => {
      expect(ownersOf(sent([bad]))).toEqual({ ...ownersOf(live), 'two Update': { 'f:number': {} } });
    });
    it('do not count on a subresource', () => {
      const next = object({ ...fieldsOf(live), number: 5 }, { managedFields: [entry] });
      expect(owners(updateManagedFields(live, next, write('two', { subresource: 'status' })))).toHaveProperty(
        'one Update',
      );
    });
    it('become canonical', () => {
      const fieldsV1 = { 'f:text': { '.': {} }, 'f:labels': {} };
      expect(
        JSON.stringify(entriesOf(sent([{ ...entry, fieldsV1, time: '2025-01-01T01:00:00.5+01:00' }], {}))[0]),
      ).toBe(
        JSON.stringify(
          { ...entry, time: NOW, fieldsType: 'FieldsV1', fieldsV1: { 'f:labels': {}, 'f:text': {} } },
          ['manager', 'operation', 'apiVersion', 'time', 'fieldsType', 'fieldsV1', 'f:labels', 'f:text'],
        ),
      );
    });
  });

  it('keeps the entries when the object does not fit its schema', () => {
    expect(updateManagedFields(live, { ...live, items: [null] }, write('two'))).toBe(entriesOf(live));
  });

  it('keeps ten updates, merging the oldest', () => {
    let one = update(undefined, object({ labels: {} }), write('m00'));
    for (let i = 1; i <= 12; i++) {
      const day = String(i).padStart(2, '0');
      const next = { ...one, labels: { ...(one.labels as JSONObject), [`l${day}`]: 'x' } };
      one = update(one, next, write(`m${day}`, { now: `2025-02-${day}T00:00:00Z` }));
    }
    const entries = entriesOf(one);
    expect(entries.map(({ manager }) => manager)).toEqual([
      'ancient-changes',
      'm04',
      'm05',
      'm06',
      'm07',
      'm08',
      'm09',
      'm10',
      'm11',
      'm12',
    ]);
    expect(entries[0]).toEqual({
      manager: 'ancient-changes',
      operation: 'Update',
      apiVersion: VERSION,
      time: '2025-02-03T00:00:00Z',
      fieldsType: 'FieldsV1',
      fieldsV1: { 'f:labels': { '.': {}, 'f:l01': {}, 'f:l02': {}, 'f:l03': {} } },
    });
  });

  it('writes what a real server writes for a deployment', () => {
    const created = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web', labels: { app: 'web' } },
      spec: {
        replicas: 1,
        selector: { matchLabels: { app: 'web' } },
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
        template: {
          metadata: { labels: { app: 'web' } },
          spec: {
            containers: [
              { name: 'web', image: 'web:1', ports: [{ containerPort: 80, protocol: 'TCP' }], resources: {} },
            ],
            securityContext: {},
          },
        },
      },
      status: {},
    };
    const one = write('kubectl-create', {
      schema: builtIn('apps.v1.Deployment'),
      apiVersion: 'apps/v1',
      kind: 'Deployment',
    });
    expect(JSON.stringify(updateManagedFields(undefined, created, one)![0]!.fieldsV1)).toBe(
      '{"f:metadata":{"f:labels":{".":{},"f:app":{}}},"f:spec":{"f:replicas":{},"f:selector":{},"f:strategy":{"f:rollingUpdate":{".":{},"f:maxSurge":{},"f:maxUnavailable":{}},"f:type":{}},"f:template":{"f:metadata":{"f:labels":{".":{},"f:app":{}}},"f:spec":{"f:containers":{"k:{\\"name\\":\\"web\\"}":{".":{},"f:image":{},"f:name":{},"f:ports":{".":{},"k:{\\"containerPort\\":80,\\"protocol\\":\\"TCP\\"}":{".":{},"f:containerPort":{},"f:protocol":{}}},"f:resources":{}}},"f:securityContext":{}}}}}',
    );
  });
});

describe('apply', () => {
  it('creates', () => {
    const created = apply(undefined, object({ text: 'x', items: [{ name: 'a' }] }), write('one'));
    expect(created).toEqual(
      object(
        { text: 'x', items: [{ name: 'a' }] },
        {
          managedFields: [
            {
              manager: 'one',
              operation: 'Apply',
              apiVersion: VERSION,
              time: NOW,
              fieldsType: 'FieldsV1',
              fieldsV1: { 'f:items': { 'k:{"name":"a"}': { '.': {}, 'f:name': {} } }, 'f:text': {} },
            },
          ],
        },
      ),
    );
  });

  const one = apply(undefined, object({ text: 'x', labels: { a: '1' } }), write('one'));

  it('shares what two appliers agree on', () => {
    const both = apply(one, object({ text: 'x', number: 2 }), write('two'));
    expect(ownersOf(both)).toEqual({
      'one Apply': { 'f:labels': { 'f:a': {} }, 'f:text': {} },
      'two Apply': { 'f:number': {}, 'f:text': {} },
    });
    expect(fieldsOf(both)).toEqual({ text: 'x', labels: { a: '1' }, number: 2 });
  });
  it('removes what its manager no longer applies and nobody else owns', () => {
    const both = apply(one, object({ text: 'x' }), write('two'));
    const next = apply(both, object({ number: 1 }), write('one'));
    expect(fieldsOf(next)).toEqual({ text: 'x', number: 1 });
    expect(ownersOf(next)).toEqual({ 'one Apply': { 'f:number': {} }, 'two Apply': { 'f:text': {} } });
  });
  it('keeps what an update has changed since', () => {
    const touched = update(one, { ...one, labels: { a: '2' } }, write('editor'));
    const next = apply(touched, object({ text: 'x' }), write('one'));
    expect(fieldsOf(next)).toEqual({ text: 'x', labels: { a: '2' } });
  });
  it('removes items with all that is in them, and keeps those that another applier has too', () => {
    const two = apply(undefined, object({ items: [{ name: 'a', value: 1 }, { name: 'b' }] }), write('one'));
    const shared = apply(two, object({ items: [{ name: 'b', tags: ['e'] }] }), write('two'));
    const items = [
      { name: 'a', value: 1, tags: ['d'] },
      { name: 'b', tags: ['e'] },
    ];
    const touched = update(shared, { ...shared, items }, write('editor'));
    expect(fieldsOf(apply(touched, object({ items: [{ name: 'c' }] }), write('one')))).toEqual({
      items: [{ name: 'b', tags: ['e'] }, { name: 'c' }],
    });
  });
  it('removes a field that one applier leaves out and that nobody else has', () => {
    const two = apply(undefined, object({ nested: { a: '1', b: { c: 'x', d: 'y' } } }), write('one'));
    expect(fieldsOf(apply(two, object({ nested: { b: { c: 'x' } } }), write('one')))).toEqual({
      nested: { b: { c: 'x' } },
    });
    expect(fieldsOf(apply(two, object({}), write('one')))).toEqual({});
  });
  it('gives up an object that it applies nothing of', () => {
    expect(entriesOf(apply(one, object({}), write('one')))).toEqual([]);
  });
  it('keeps the time when nothing changes, and lists new owners without one', () => {
    expect(apply(one, object({ text: 'x', labels: { a: '1' } }), write('one', { now: LATER }))).toEqual(one);
    const shared = apply(one, object({ text: 'x' }), write('two', { now: LATER }));
    expect(entriesOf(shared).map(({ manager, time }) => [manager, time])).toEqual([
      ['two', undefined],
      ['one', NOW],
    ]);
  });
  it('does not own what the endpoint resets', () => {
    const next = apply(
      undefined,
      object({ text: 'x', status: { phase: 'a' } }),
      write('one', { ignore: fromPaths(['f:status']) }),
    );
    expect(ownersOf(next)).toEqual({ 'one Apply': { 'f:text': {} } });
  });
  it('takes an object that nobody is recorded for as written before the first apply', () => {
    const next = apply(object({ text: 'x', number: 1 }, { uid: 'u' }), object({ number: 1 }), write('one'));
    expect(ownersOf(next)).toEqual({
      'before-first-apply Update': { 'f:number': {}, 'f:text': {} },
      'one Apply': { 'f:number': {} },
    });
    expect(
      failure(() => apply(object({ text: 'x' }, { uid: 'u' }), object({ text: 'y' }), write('one'))).message,
    ).toBe(`Apply failed with 1 conflict: conflict with "before-first-apply" using ${VERSION}: .text`);
  });
  it('deduces objects without a schema: maps granular, lists atomic', () => {
    const deduced = write('one', { schema: undefined });
    const live = apply(undefined, object({ spec: { a: { b: 1 }, list: [{ name: 'a' }] } }), deduced);
    const next = apply(
      live,
      object({ spec: { c: 1, list: [{ name: 'b' }] } }),
      { ...deduced, manager: 'two' },
      true,
    );
    expect(fieldsOf(next)).toEqual({ spec: { a: { b: 1 }, list: [{ name: 'b' }], c: 1 } });
    expect(ownersOf(next)).toEqual({
      'one Apply': { 'f:spec': { '.': {}, 'f:a': { '.': {}, 'f:b': {} } } },
      'two Apply': { 'f:spec': { '.': {}, 'f:c': {}, 'f:list': {} } },
    });
  });
  it('mutates neither object', () => {
    const live = structuredClone(one);
    const applied = object({ labels: { b: '2' } });
    apply(live, applied, write('one'));
    expect([live, applied]).toEqual([one, object({ labels: { b: '2' } })]);
  });

  describe('conflicts', () => {
    const live = update(one, { ...one, number: 3, nested: { a: '1' } }, write('editor'));
    it("has one, with upstream's words", () => {
      expect(failure(() => apply(live, object({ number: 4 }), write('two')))).toEqual({
        kind: 'Status',
        apiVersion: 'v1',
        metadata: {},
        status: 'Failure',
        message: `Apply failed with 1 conflict: conflict with "editor" using ${VERSION}: .number`,
        reason: 'Conflict',
        details: {
          causes: [
            {
              reason: 'FieldManagerConflict',
              message: `conflict with "editor" using ${VERSION}`,
              field: '.number',
            },
          ],
        },
        code: 409,
      });
    });
    it('has several, by manager', () => {
      const status = failure(() =>
        apply(live, object({ text: 'y', number: 4, nested: { a: '2' } }), write('two')),
      );
      expect(status.message).toBe(
        `Apply failed with 3 conflicts: conflicts with "editor" using ${VERSION}:\n- .number\n- .nested.a\nconflicts with "one":\n- .text`,
      );
      expect(status.details!.causes!.map(({ field }) => field)).toEqual(['.number', '.nested.a', '.text']);
    });
    it('names the subresource', () => {
      const scaled = update(one, { ...one, number: 3 }, write('hpa', { subresource: 'scale' }));
      expect(failure(() => apply(scaled, object({ number: 4 }), write('two'))).message).toBe(
        `Apply failed with 1 conflict: conflict with "hpa" with subresource "scale" using ${VERSION}: .number`,
      );
    });
    it('has none by force, and the others lose the fields', () => {
      const next = apply(live, object({ text: 'y', number: 4 }), write('two'), true);
      expect(ownersOf(next)).toEqual({
        'one Apply': { 'f:labels': { 'f:a': {} } },
        'two Apply': { 'f:number': {}, 'f:text': {} },
        'editor Update': { 'f:nested': { '.': {}, 'f:a': {} } },
      });
    });
    it('has none with itself', () => {
      expect(fieldsOf(apply(one, object({ text: 'y' }), write('one')))).toEqual({ text: 'y' });
    });
    it('has one with its own updates', () => {
      expect(failure(() => apply(live, object({ number: 4 }), write('editor'))).code).toBe(409);
    });
  });

  describe('from client-side apply', () => {
    const ANNOTATION = 'kubectl.kubernetes.io/last-applied-configuration';
    const config = object({ text: 'x', number: 1 });
    const live = update(
      undefined,
      object({ text: 'x', number: 1 }, { annotations: { [ANNOTATION]: JSON.stringify(config) } }),
      write('kubectl-client-side-apply'),
    );
    it('lets kubectl take over what was applied, and keeps the annotation up to date', () => {
      const next = apply(live, object({ text: 'y', number: 1, labels: { a: '<' } }), write('kubectl'));
      expect(fieldsOf(next)).toEqual({ text: 'y', number: 1, labels: { a: '<' } });
      expect((next.metadata as any).annotations[ANNOTATION]).toBe(
        `{"apiVersion":"${VERSION}","kind":"Thing","labels":{"a":"\\u003c"},"metadata":{"name":"x"},"number":1,"text":"y"}\n`,
      );
    });
    it('is for kubectl alone', () => {
      expect(failure(() => apply(live, object({ text: 'y' }), write('other'))).code).toBe(409);
    });
    it('does not cover what has changed since', () => {
      const touched = update(live, { ...live, number: 2 }, write('editor'));
      expect(failure(() => apply(touched, object({ text: 'y', number: 3 }), write('kubectl'))).message).toBe(
        `Apply failed with 1 conflict: conflict with "editor" using ${VERSION}: .number`,
      );
    });
    it.each(['', '{', '[]', '{"apiVersion":"other/v1"}', `{"apiVersion":"${VERSION}","text":1}`])(
      'needs a usable annotation: %s',
      (text) => {
        const broken = update(
          undefined,
          object({ text: 'x' }, { annotations: { [ANNOTATION]: text } }),
          write('kubectl-client-side-apply'),
        );
        expect(failure(() => apply(broken, object({ text: 'y' }), write('kubectl'))).code).toBe(409);
      },
    );
    it('drops an annotation that would be too large', () => {
      const next = apply(live, object({ text: 'y'.repeat(256 * 1024), number: 1 }), write('kubectl'));
      expect((next.metadata as any).annotations).toEqual({});
    });
  });

  describe('other versions', () => {
    // v2 calls `text` `title`.
    const v2 = 'example.com/v2';
    const rename = (from: string, to: string, one: JSONObject): JSONObject =>
      Object.fromEntries(Object.entries(one).map(([key, value]) => [key === from ? to : key, value]));
    const open = { ...thing, preserveUnknownFields: true };
    const served = {
      schema: (version: string) => (version === v2 || version === VERSION ? open : undefined),
      convert: (one: JSONObject, _from: string, to: string) => ({
        ...(to === v2 ? rename('text', 'title', one) : rename('title', 'text', one)),
        apiVersion: to,
      }),
    };
    const live = apply(
      undefined,
      { ...object({ title: 'x', number: 1 }), apiVersion: v2 },
      write('one', { schema: open, apiVersion: v2, versions: served }),
    );
    const stored = { ...rename('title', 'text', live), apiVersion: VERSION };
    it('compares with each owner in its version', () => {
      const status = failure(() =>
        apply(stored, object({ text: 'y' }), write('two', { schema: open, versions: served })),
      );
      expect(status.message).toBe('Apply failed with 1 conflict: conflict with "one": .title');
    });
    it('removes what was applied in another version', () => {
      const next = apply(stored, object({ number: 1 }), write('one', { schema: open, versions: served }));
      expect(fieldsOf(next)).toEqual({ number: 1 });
      expect(ownersOf(next)).toEqual({ 'one Apply': { 'f:number': {} } });
    });
    it('forgets managers of versions that are not served', () => {
      expect(ownersOf(update(stored, { ...stored, number: 2 }, write('two')))).toEqual({
        'two Update': { 'f:number': {} },
      });
    });
  });

  it.each<[string, JSONObject, number, string, string]>([
    [
      'another kind',
      { ...object({}), kind: 'Other' },
      400,
      'BadRequest',
      `invalid object type: ${VERSION}, Kind=Other`,
    ],
    [
      'another version',
      { ...object({}), apiVersion: 'v1' },
      400,
      'BadRequest',
      'invalid object type: /v1, Kind=Thing',
    ],
    [
      'managedFields',
      object({}, { managedFields: [] }),
      400,
      'BadRequest',
      'metadata.managedFields must be nil',
    ],
    [
      'an undeclared field',
      object({ bad: 1 }, { namespace: 'n' }),
      500,
      '',
      `failed to create typed patch object (n/x; ${VERSION}, Kind=Thing): .bad: field not declared in schema`,
    ],
  ])('refuses %s', (_, applied, code, reason, message) => {
    const status = failure(() => apply(undefined, applied, write('one')));
    expect([status.code, status.reason ?? '', status.message]).toEqual([code, reason, message]);
  });
});

describe('keepTimesOfNoop', () => {
  const live = update(undefined, object({ text: 'x' }), write('one'));
  const later = entriesOf(live).map((entry) => ({ ...entry, time: LATER }));
  it('keeps the times when only they differ', () => {
    expect(keepTimesOfNoop(live, withManagedFields(structuredClone(live), later))).toEqual(live);
  });
  it('does not when the object or the owners differ', () => {
    for (const next of [
      withManagedFields({ ...live, text: 'y' }, later),
      withManagedFields(live, [...later, { ...later[0]!, manager: 'two' }]),
      withManagedFields(live, [{ ...later[0]!, fieldsV1: {} }]),
    ]) {
      expect(keepTimesOfNoop(live, next)).toBe(next);
    }
  });
});
