import { describe, expect, it } from 'vitest';
import { countIndexes, firstOutside, formatIndexes, hasIndex, readIndexes, withIndexes } from './indexes.ts';

describe('sets of indexes', () => {
  it.each([
    ['', []],
    ['3', [3]],
    ['0,1', [0, 1]],
    ['0-2', [0, 1, 2]],
    ['1,3-5,7,8', [7, 1, 4, 3, 5, 8]],
  ])('%s', (text, indexes) => {
    const set = withIndexes([], indexes);
    expect(formatIndexes(set)).toBe(text);
    expect(countIndexes(set)).toBe(indexes.length);
    expect(formatIndexes(withIndexes(readIndexes(text, 100), indexes))).toBe(text);
    for (let index = 0; index < 10; index++) expect(hasIndex(set, index)).toBe(indexes.includes(index));
  });

  it('grow together', () => {
    expect(formatIndexes(withIndexes(readIndexes('1-3,7', 100), [4, 6, 5, 0]))).toBe('0-7');
  });

  it('are cut off at the number of completions', () => {
    expect(formatIndexes(readIndexes('1-5,8', 4))).toBe('1-3');
    expect(readIndexes('no set', 4)).toEqual([]);
  });

  it('say what is not in them', () => {
    expect(firstOutside(readIndexes('0,2-3,6', 100), 3, 8)).toEqual([1, 4, 5]);
    expect(firstOutside(readIndexes('0,2-3,6', 100), 9, 8)).toEqual([1, 4, 5, 7]);
    expect(firstOutside([], 2, 8)).toEqual([0, 1]);
    expect(firstOutside(readIndexes('0-7', 100), 2, 8)).toEqual([]);
  });
});
