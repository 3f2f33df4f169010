/** Owners that are named twice. Source: apiserver pkg/endpoints/handlers/rest.go (dedupOwnerReferencesAndAddWarning). */
import type { ObjectMeta } from '../apimachinery/types/meta.v1.gen.ts';
import { semanticEqual } from '../apis/strategy.ts';

/**
 * Drops repeated owners, in place, and warns.
 * @param admitted whether this is after mutating admission, which the warning tells.
 */
export function dropDuplicateOwners(meta: ObjectMeta, warnings: string[], admitted: boolean): void {
  const { ownerReferences } = meta;
  if (!Array.isArray(ownerReferences) || ownerReferences.length < 2) return;
  const kept: typeof ownerReferences = [];
  const duplicates: string[] = [];
  for (const owner of ownerReferences) {
    if (kept.some((one) => semanticEqual(one, owner))) duplicates.push(owner.uid);
    else kept.push(owner);
  }
  if (duplicates.length === 0) return;
  meta.ownerReferences = kept;
  warnings.push(
    `.metadata.ownerReferences contains duplicate entries${admitted ? ' after mutating admission happens' : ''}; API server dedups owner references in 1.20+, and may reject such requests as early as 1.24; please fix your requests; duplicate UID(s) observed: ${duplicates.join(', ')}`,
  );
}
