import { describe, expect, it } from 'vitest';
import { type ConditionLike, findCondition, removeCondition, setCondition } from './conditions.ts';

const now = '2024-05-01T12:00:00Z';
const before = '2024-05-01T11:00:00Z';
const ready: ConditionLike = {
  type: 'Ready',
  status: 'False',
  reason: 'Starting',
  lastTransitionTime: before,
};
const other: ConditionLike = { type: 'Other', status: 'Unknown', lastTransitionTime: before };

describe('setCondition', () => {
  it('appends a new one, transitioned now unless it says when', () => {
    expect(setCondition(undefined, { type: 'Ready', status: 'True' }, now)).toEqual([
      { type: 'Ready', status: 'True', lastTransitionTime: now },
    ]);
    expect(setCondition([other], ready, now)).toEqual([other, ready]);
  });

  it('moves the transition time only with the status', () => {
    expect(setCondition([ready, other], { type: 'Ready', status: 'False', reason: 'Waiting' }, now)).toEqual([
      { ...ready, reason: 'Waiting' },
      other,
    ]);
    expect(setCondition([ready], { ...ready, reason: 'Waiting', lastTransitionTime: now }, now)).toEqual([
      { ...ready, reason: 'Waiting' },
    ]);
    expect(setCondition([ready], { type: 'Ready', status: 'True', reason: 'Up' }, now)).toEqual([
      { type: 'Ready', status: 'True', reason: 'Up', lastTransitionTime: now },
    ]);
    const given = '2024-05-01T11:59:00Z';
    expect(
      setCondition([ready], { type: 'Ready', status: 'True', lastTransitionTime: given }, now)[0]!
        .lastTransitionTime,
    ).toBe(given);
  });

  it('returns the same list when nothing changes, and never changes one', () => {
    const list = Object.freeze([Object.freeze({ ...ready })]);
    expect(setCondition(list, { type: 'Ready', status: 'False', reason: 'Starting' }, now)).toBe(list);
    expect(setCondition(list, { type: 'Ready', status: 'True' }, now)).not.toBe(list);
    expect(list).toEqual([ready]);
  });

  it('sees a change of the observed generation', () => {
    const list = [{ ...ready, observedGeneration: 1 }];
    expect(setCondition(list, { ...ready, observedGeneration: 2 }, now)).toEqual([
      { ...ready, observedGeneration: 2 },
    ]);
  });
});

describe('looking', () => {
  it('finds by type', () => {
    expect(findCondition([other, ready], 'Ready')).toBe(ready);
    expect(findCondition(undefined, 'Ready')).toBeUndefined();
  });
});

describe('removeCondition', () => {
  it('leaves the others', () => {
    expect(removeCondition([ready, other], 'Ready')).toEqual([other]);
    const list = [other];
    expect(removeCondition(list, 'Ready')).toBe(list);
    expect(removeCondition(null, 'Ready')).toEqual([]);
  });
});
