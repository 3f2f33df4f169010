import { describe, expect, it } from 'vitest';
import type { Stored } from '../../apis/object.ts';
import { SliceTracker } from './tracker.ts';

const slice = (name: string, version: number): Stored => ({
  metadata: { name, resourceVersion: String(version) },
});
const shown = (...slices: Stored[]): Map<string, Stored> =>
  new Map(slices.map((one) => [one.metadata.name!, one]));

describe('SliceTracker', () => {
  it('waits until its writes are seen', () => {
    const tracker = new SliceTracker();
    tracker.expect('ns/web', slice('a', 5), 0);
    expect(tracker.isStale('ns/web', shown(), 1)).toBe(true);
    expect(tracker.isStale('ns/web', shown(slice('a', 4)), 1)).toBe(true);
    expect(tracker.isStale('ns/other', shown(), 1)).toBe(false);
    expect(tracker.isStale('ns/web', shown(slice('a', 6)), 1)).toBe(false);
    expect(tracker.isStale('ns/web', shown(), 1)).toBe(false);
  });

  it('waits until its deletions are seen', () => {
    const tracker = new SliceTracker();
    tracker.expectDeletion('ns/web', 'a', 0);
    expect(tracker.isStale('ns/web', shown(slice('a', 4)), 1)).toBe(true);
    expect(tracker.isStale('ns/web', shown(), 1)).toBe(false);
  });

  it('does not wait for ever', () => {
    const tracker = new SliceTracker();
    tracker.expect('ns/web', slice('a', 5), 0);
    expect(tracker.isStale('ns/web', shown(), 6000)).toBe(false);
  });

  it('knows its own writes', () => {
    const tracker = new SliceTracker();
    tracker.expect('ns/web', slice('a', 5), 0);
    tracker.expectDeletion('ns/web', 'b', 0);
    expect(tracker.isOwn('ns/web', 'a', slice('a', 5))).toBe(true);
    expect(tracker.isOwn('ns/web', 'a', slice('a', 6))).toBe(false);
    expect(tracker.isOwn('ns/web', 'a', undefined)).toBe(false);
    expect(tracker.isOwn('ns/web', 'b', undefined)).toBe(true);
    tracker.forget('ns/web');
    expect(tracker.isOwn('ns/web', 'a', slice('a', 5))).toBe(false);
  });
});
