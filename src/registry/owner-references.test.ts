import { expect, it } from 'vitest';
import type { OwnerReference } from '../apimachinery/types/meta.v1.gen.ts';
import { dropDuplicateOwners } from './owner-references.ts';

const owner = (uid: string, more: Partial<OwnerReference> = {}): OwnerReference => ({
  ...{ apiVersion: 'v1', kind: 'Pod', name: 'p', uid },
  ...more,
});

it('drops owners that are equal, and names their uids', () => {
  const kept = [owner('a'), owner('a', { controller: false }), owner('a', { name: 'q' }), owner('b')];
  const meta = { ownerReferences: [...kept, owner('a'), owner('b')] };
  const warnings: string[] = [];
  dropDuplicateOwners(meta, warnings, false);
  expect(meta.ownerReferences).toEqual(kept);
  expect(warnings).toEqual([
    '.metadata.ownerReferences contains duplicate entries; API server dedups owner references in 1.20+, and may reject such requests as early as 1.24; please fix your requests; duplicate UID(s) observed: a, b',
  ]);
});

it('takes no longer for each of many', () => {
  const ownerReferences = Array.from({ length: 30_000 }, (_, n) => owner(`u${n}`));
  const warnings: string[] = [];
  dropDuplicateOwners({ ownerReferences }, warnings, false);
  expect(warnings).toEqual([]);
});
