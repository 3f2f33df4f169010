import { describe, expect, it } from 'vitest';
import { compareVersions } from './version-order.ts';

describe('versions', () => {
  it('are ordered by stability, then by number', () => {
    const versions = ['foo10', 'v1', 'v3beta1', 'v12alpha1', 'v10', 'v2', 'v10beta3', 'v11alpha2', 'foo1'];
    expect(versions.sort(compareVersions)).toEqual([
      'v10',
      'v2',
      'v1',
      'v10beta3',
      'v3beta1',
      'v12alpha1',
      'v11alpha2',
      'foo1',
      'foo10',
    ]);
  });
});
