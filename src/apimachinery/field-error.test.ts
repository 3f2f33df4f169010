import { describe, expect, it } from 'vitest';
import { aggregate, invalid, notSupported, told } from './field-error.ts';
import { invalid as refusal } from './status.ts';

describe('a field error', () => {
  it('shows its value as Go does', () => {
    expect(invalid('a', 'x\n', 'no').message).toBe('Invalid value: "x\\n": no');
    expect(invalid('a', { b: '<' }).message).toBe('Invalid value: {"b":"\\u003c"}');
    expect(invalid('a', undefined).message).toBe('Invalid value: null');
    expect(notSupported('a', 1, ['c', 'b']).message).toBe('Unsupported value: 1: supported values: "b", "c"');
  });

  it('shows a large value whole, and the beginning of one that no object could have', () => {
    const large = 'x'.repeat(900_000);
    expect(invalid('a', large, 'no').message).toBe(`Invalid value: "${large}": no`);
    for (const value of ['x'.repeat(3_000_000), { a: 'x'.repeat(3_000_000) }, '\u0000'.repeat(900_000)]) {
      const { message } = invalid('a', value, 'no');
      expect(message.length).toBeLessThan(1_000_100);
      expect(message.endsWith('…: no')).toBe(true);
    }
  });

  it('shows a value that has changed as it is then', async () => {
    const value = ['a'.repeat(20_000)];
    expect(invalid('x', value).message).toHaveLength(20_000 + 'Invalid value: [""]'.length);
    await Promise.resolve();
    value.push('b');
    expect(invalid('x', value).message.endsWith('a","b"]')).toBe(true);
  });
});

describe('many field errors', () => {
  it('are told one by one, up to what somebody may want to read', () => {
    const few = [invalid('a', 1), invalid('b', 2)];
    expect(told(few)).toBe(few);
    expect(aggregate(few)).toBe('[a: Invalid value: 1, b: Invalid value: 2]');
    // Each shows the whole list, of some 300,000 characters; together they would be 6 GB.
    const list = Array.from({ length: 20_000 }, (_, n) => `item ${n}`);
    const many = list.map((_, n) => invalid(`list[${n}]`, list));
    expect(aggregate(many).length).toBeLessThan(1_000_100);
    expect(aggregate(many)).toMatch(/, <nil>: Forbidden: 199\d\d more errors\]$/);
    expect(refusal({ group: '', kind: 'Pod' }, 'p', many).status.details!.causes!.length).toBeLessThan(10);
  });
});
