/**
 * How the deletion of a namespace goes, as the conditions of its status.
 * Source: kubernetes pkg/controller/namespace/deletion/status_condition_utils.go.
 */
import { setCondition } from '../../apimachinery/conditions.ts';
import type { NamespaceCondition } from '../../apimachinery/types/core.v1.gen.ts';

/** What is left of a namespace after a round of deletion. */
export interface Remainder {
  /** `resource.group` -> how many objects are left. */
  readonly resources: ReadonlyMap<string, number>;
  /** Finalizer -> how many objects have it. */
  readonly finalizers: ReadonlyMap<string, number>;
  /** Messages of what went wrong. */
  readonly errors: readonly string[];
}

interface Finding {
  readonly reason: string;
  readonly message: string;
}

const CONDITIONS: readonly {
  readonly type: string;
  readonly good: Finding;
  readonly bad: (remainder: Remainder) => Finding | undefined;
}[] = [
  {
    type: 'NamespaceDeletionDiscoveryFailure',
    good: { reason: 'ResourcesDiscovered', message: 'All resources successfully discovered' },
    // The resources are a table of this server: discovery cannot fail.
    bad: () => undefined,
  },
  {
    type: 'NamespaceDeletionGroupVersionParsingFailure',
    good: { reason: 'ParsedGroupVersions', message: 'All legacy kube types successfully parsed' },
    bad: () => undefined,
  },
  {
    type: 'NamespaceDeletionContentFailure',
    good: {
      reason: 'ContentDeleted',
      message: 'All content successfully deleted, may be waiting on finalization',
    },
    bad: ({ errors }) =>
      errors.length === 0
        ? undefined
        : {
            reason: 'ContentDeletionFailed',
            message: `Failed to delete all resource types, ${errors.length} remaining: ${[...errors].sort().join(', ')}`,
          },
  },
  {
    type: 'NamespaceContentRemaining',
    good: { reason: 'ContentRemoved', message: 'All content successfully removed' },
    bad: ({ resources }) =>
      resources.size === 0
        ? undefined
        : {
            reason: 'SomeResourcesRemain',
            message: `Some resources are remaining: ${listed(resources, (name, count) => `${name} has ${count} resource instances`)}`,
          },
  },
  {
    type: 'NamespaceFinalizersRemaining',
    good: { reason: 'ContentRemoved', message: 'All content successfully removed' },
    bad: ({ finalizers }) =>
      finalizers.size === 0
        ? undefined
        : {
            reason: 'SomeFinalizerRemain',
            message: `Some finalizers are remaining: ${listed(finalizers, (name, count) => `${name} in ${count} resource instances`)}`,
          },
  },
];

const listed = (counts: ReadonlyMap<string, number>, text: (name: string, count: number) => string): string =>
  [...counts]
    .map(([name, count]) => text(name, count))
    .sort()
    .join(', ');

/** The conditions with the five of the deletion set; the same list when nothing changes. `now` is RFC 3339. */
export function deletionConditions(
  old: readonly NamespaceCondition[] | undefined,
  remainder: Remainder,
  now: string,
): NamespaceCondition[] {
  let conditions = (old ?? []) as NamespaceCondition[];
  for (const { type, good, bad } of CONDITIONS) {
    const finding = bad(remainder);
    conditions = setCondition(
      conditions,
      { type, status: finding ? 'True' : 'False', ...(finding ?? good) },
      now,
    ) as NamespaceCondition[];
  }
  return conditions;
}
