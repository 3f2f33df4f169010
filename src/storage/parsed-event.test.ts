import { describe, expect, it } from 'vitest';
import { ParsedEvent } from './parsed-event.ts';

const event = (object: unknown, previous?: unknown): ParsedEvent =>
  new ParsedEvent({
    revision: 2,
    key: 'core/pods/a/x',
    prev: previous === undefined ? 0 : 1,
    deleted: false,
    value: JSON.stringify(object),
    ...(previous === undefined ? {} : { prevValue: JSON.stringify(previous) }),
  });

describe('ParsedEvent', () => {
  it('tells from the text whose pod it is or was', () => {
    const moved = event({ spec: { nodeName: 'b' } }, { spec: { nodeName: 'a' } });
    expect(['a', 'b', 'c'].map((node) => moved.mayConcern(node))).toEqual([true, true, false]);
    expect(event({ spec: {} }, { spec: {} }).mayConcern('')).toBe(false);
    moved.forget();
    expect(moved.mayConcern('a')).toBe(true);
  });

  it('is not taken in by what a string says', () => {
    expect(event({ metadata: { annotations: { last: '{"spec":{"nodeName":"a"}}' } } }).mayConcern('a')).toBe(
      false,
    );
    expect(event({ metadata: { labels: { nodeName: 'b' } }, spec: { nodeName: 'a' } }).mayConcern('a')).toBe(
      true,
    );
  });
});
