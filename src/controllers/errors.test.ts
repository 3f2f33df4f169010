import { describe, expect, it } from 'vitest';
import { alreadyExists, conflict, forbidden, notFound } from '../apimachinery/status.ts';
import {
  forEachParallel,
  ignoring,
  isAlreadyExists,
  isConflict,
  isNamespaceTerminating,
  isNotFound,
} from './errors.ts';

const PODS = { group: '', resource: 'pods' };

describe('errors', () => {
  it('tells the two kinds of 409 apart', () => {
    expect([isConflict, isAlreadyExists, isNotFound].map((test) => test(conflict(PODS, 'a', 'x')))).toEqual([
      true,
      false,
      false,
    ]);
    expect([isConflict, isAlreadyExists, isNotFound].map((test) => test(alreadyExists(PODS, 'a')))).toEqual([
      false,
      true,
      false,
    ]);
    expect(isNotFound(notFound(PODS, 'a'))).toBe(true);
  });

  it('knows a terminating namespace by its cause', () => {
    expect(isNamespaceTerminating(forbidden(PODS, 'a', 'x', [{ reason: 'NamespaceTerminating' }]))).toBe(
      true,
    );
    expect(isNamespaceTerminating(forbidden(PODS, 'a', 'x'))).toBe(false);
  });

  it('ignores what is expected and nothing else', async () => {
    expect(await ignoring(Promise.reject(notFound(PODS, 'a')), isNotFound)).toBeUndefined();
    await expect(ignoring(Promise.reject(new Error('x')), isNotFound)).rejects.toThrow('x');
    expect(await ignoring(Promise.resolve(1), isNotFound)).toBe(1);
  });

  it('runs everything with bounded parallelism, also when one fails', async () => {
    let running = 0;
    let most = 0;
    const done: number[] = [];
    const all = forEachParallel([1, 2, 3, 4, 5], 2, async (item) => {
      most = Math.max(most, ++running);
      await Promise.resolve();
      running--;
      if (item === 2) throw new Error('two');
      done.push(item);
    });
    await expect(all).rejects.toThrow('two');
    expect(most).toBe(2);
    expect(done).toEqual([1, 3, 4, 5]);
  });
});
