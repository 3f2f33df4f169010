import { describe, expect, it } from 'vitest';
import { resourceNamed } from '../apis/resources.ts';
import { toValue } from './commit.ts';

describe('toValue', () => {
  const configMaps = resourceNamed('', 'configmaps');
  const value = (text: string): string => toValue(configMaps, { metadata: { name: 'a' }, data: { text } });

  it('counts bytes, not characters: the database takes no larger value', () => {
    expect(value('x'.repeat(1_500_000))).toHaveLength(1_500_044);
    expect(value('字'.repeat(500_000))).toHaveLength(500_044);
    expect(() => value('x'.repeat(1_572_900))).toThrow('etcdserver: request is too large');
    expect(() => value('字'.repeat(600_000))).toThrow('etcdserver: request is too large');
  });
});
