/** Owners that are named twice. Source: apiserver pkg/endpoints/handlers/rest.go (dedupOwnerReferencesAndAddWarning). */
import type { ObjectMeta, OwnerReference } from '../apimachinery/types/meta.v1.gen.ts';

/** The same for owners that are equal. */
const identityOf = ({
  apiVersion,
  kind,
  name,
  uid,
  controller,
  blockOwnerDeletion,
}: OwnerReference): string =>
  JSON.stringify([apiVersion ?? '', kind ?? '', name ?? '', uid ?? '', controller, blockOwnerDeletion]);

/**
 * Drops repeated owners, in place, and warns.
 * @param admitted whether this is after mutating admission, which the warning tells.
 */
export function dropDuplicateOwners(meta: ObjectMeta, warnings: string[], admitted: boolean): void {
  const { ownerReferences } = meta;
  if (!Array.isArray(ownerReferences) || ownerReferences.length < 2) return;
  const kept: typeof ownerReferences = [];
  const duplicates: string[] = [];
  const seen = new Set<string>();
  for (const owner of ownerReferences) {
    const identity = identityOf(owner);
    if (seen.has(identity)) duplicates.push(owner.uid);
    else kept.push(owner);
    seen.add(identity);
  }
  if (duplicates.length === 0) return;
  meta.ownerReferences = kept;
  warnings.push(
    `.metadata.ownerReferences contains duplicate entries${admitted ? ' after mutating admission happens' : ''}; API server dedups owner references in 1.20+, and may reject such requests as early as 1.24; please fix your requests; duplicate UID(s) observed: ${duplicates.join(', ')}`,
  );
}
