import { describe, expect, it } from 'vitest';
import type { Event as CoreEvent } from '../../apimachinery/types/core.v1.gen.ts';
import { events } from '../core/event.ts';
import type { StrategyContext } from '../definition.ts';
import type { KubeObject } from '../object.ts';
import { eventsV1Events, fromCoreEvent, toCoreEvent } from './event.ts';

const ctx = { now: Date.parse('2026-01-01T00:00:00Z') } as StrategyContext;
const texts = (errors: readonly { field: string; message: string }[]): string[] =>
  errors.map(({ field, message }) => `${field}: ${message}`);

const NEW: KubeObject = {
  apiVersion: 'events.k8s.io/v1',
  kind: 'Event',
  metadata: { name: 'e', namespace: 'shop' },
  eventTime: '2025-12-31T23:59:00.000000Z',
  regarding: { kind: 'Pod', namespace: 'shop', name: 'web' },
  reason: 'Started',
  action: 'Start',
  note: ' Started web ',
  type: 'Normal',
  reportingController: 'kubelet',
  reportingInstance: 'n1',
  deprecatedCount: 2,
  deprecatedSource: { component: 'a' },
  deprecatedFirstTimestamp: 'f',
  deprecatedLastTimestamp: 'l',
};
const CORE: KubeObject = {
  apiVersion: 'v1',
  kind: 'Event',
  metadata: { name: 'e', namespace: 'shop' },
  eventTime: '2025-12-31T23:59:00.000000Z',
  involvedObject: { kind: 'Pod', namespace: 'shop', name: 'web' },
  reason: 'Started',
  action: 'Start',
  message: ' Started web ',
  type: 'Normal',
  reportingComponent: 'kubelet',
  reportingInstance: 'n1',
  count: 2,
  source: { component: 'a' },
  firstTimestamp: 'f',
  lastTimestamp: 'l',
};
const without = (object: KubeObject, ...fields: string[]): KubeObject =>
  Object.fromEntries(Object.entries(object).filter(([field]) => !fields.includes(field)));
const STRICT = without(
  NEW,
  'deprecatedCount',
  'deprecatedSource',
  'deprecatedFirstTimestamp',
  'deprecatedLastTimestamp',
);

it('converts between the two forms', () => {
  expect(toCoreEvent(NEW)).toEqual(CORE);
  expect(fromCoreEvent(CORE)).toEqual(NEW);
  expect(toCoreEvent(CORE)).toEqual(CORE);
});

describe('core/v1', () => {
  const { strategy } = events;
  it.each<[string, KubeObject, string[]]>([
    ['the new form', CORE, []],
    ['the old form', { metadata: { namespace: 'shop' }, involvedObject: { namespace: 'shop' } }, []],
    ['about a node, in default', { metadata: { namespace: 'default' }, involvedObject: {} }, []],
    [
      'about a node, elsewhere',
      { metadata: { namespace: 'shop' }, involvedObject: {} },
      ['involvedObject.namespace: Invalid value: "": does not match event.namespace'],
    ],
    [
      'about an object elsewhere',
      { metadata: { namespace: 'shop' }, involvedObject: { namespace: 'x' } },
      ['involvedObject.namespace: Invalid value: "x": does not match event.namespace'],
    ],
    [
      'the new form, empty',
      { metadata: { namespace: 'default' }, eventTime: 't', message: 'x'.repeat(1025) },
      [
        'reportingComponent: Required value',
        'reportingComponent: Invalid value: "": name part must be non-empty',
        "reportingComponent: Invalid value: \"\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
        'reportingInstance: Required value',
        'action: Required value',
        'reason: Required value',
        'message: Invalid value: "": can have at most 1024 characters',
      ],
    ],
  ])('%s', (_, object, expected) => {
    expect(texts(strategy.validate!(object, ctx))).toEqual(expected);
  });
  it('may be rewritten', () => {
    expect(strategy.validateUpdate!({ ...CORE, message: 'other' }, CORE, ctx)).toEqual([]);
  });
});

describe('events.k8s.io/v1', () => {
  const { strategy } = eventsV1Events;
  it('is strict', () => {
    expect(strategy.validate!(STRICT, ctx)).toEqual([]);
    expect(texts(strategy.validate!({ ...NEW, type: 'X', series: { count: 1 } }, ctx))).toEqual([
      'series.count: Invalid value: "": should be at least 2',
      'series.lastObservedTime: Required value',
      'type: Invalid value: "": has invalid value: X',
      'firstTimestamp: Invalid value: "": needs to be unset',
      'lastTimestamp: Invalid value: "": needs to be unset',
      'count: Invalid value: "": needs to be unset',
      'source: Invalid value: "": needs to be unset',
    ]);
    expect(texts(strategy.validate!(without(STRICT, 'eventTime'), ctx))).toEqual([
      'eventTime: Required value',
    ]);
  });
  it('lets the series change only', () => {
    const series = { count: 2, lastObservedTime: 't' };
    expect(strategy.validateUpdate!({ ...NEW, series }, NEW, ctx)).toEqual([]);
    expect(texts(strategy.validateUpdate!({ ...NEW, note: 'other', reason: 'Other' }, NEW, ctx))).toEqual([
      'reason: Invalid value: "Other": field is immutable',
      'message: Invalid value: "other": field is immutable',
      'reason: Invalid value: "Other": field is immutable',
    ]);
  });
  it('is selected by its own names', () => {
    expect(eventsV1Events.selectableFields!['regarding.name']!(NEW)).toBe('web');
    expect(events.selectableFields!['involvedObject.name']!(CORE)).toBe('web');
    expect(events.selectableFields!.source!(without(CORE, 'source'))).toBe('kubelet');
  });
});

describe('cells', () => {
  const cells = (event: Partial<CoreEvent>): unknown[] => events.printer!.cells(event as KubeObject, ctx.now);
  it('are the same for both', () => {
    const event = without(CORE, 'firstTimestamp', 'lastTimestamp', 'count');
    const expected = ['60s', 'Normal', 'Started', 'pod/web', '', 'a, n1', 'Started web', '60s', 1, 'e'];
    expect(cells(event)).toEqual(expected);
    expect(eventsV1Events.printer!.cells(fromCoreEvent(event), ctx.now)).toEqual(expected);
  });
  it('follow the series', () => {
    const series = { count: 7, lastObservedTime: '2025-12-31T23:59:50Z' };
    const row = cells({ ...(CORE as CoreEvent), firstTimestamp: '2025-12-31T22:00:00Z', series });
    expect([row[0], row[7], row[8]]).toEqual(['10s', '120m', 7]);
  });
  it('never throw', () => {
    expect(cells({})).toEqual(['<unknown>', '', '', '', '', '', '', '<unknown>', 1, '']);
  });
});
