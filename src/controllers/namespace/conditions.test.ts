import { describe, expect, it } from 'vitest';
import { deletionConditions, type Remainder } from './conditions.ts';

const NOTHING: Remainder = { resources: new Map(), finalizers: new Map(), errors: [] };
const texts = (conditions: ReturnType<typeof deletionConditions>): string[] =>
  conditions.map(({ type, status, reason, message }) => `${type}=${status} ${reason}: ${message}`);

describe('deletionConditions', () => {
  it('says that all is well', () => {
    expect(texts(deletionConditions(undefined, NOTHING, 'T1'))).toEqual([
      'NamespaceDeletionDiscoveryFailure=False ResourcesDiscovered: All resources successfully discovered',
      'NamespaceDeletionGroupVersionParsingFailure=False ParsedGroupVersions: All legacy kube types successfully parsed',
      'NamespaceDeletionContentFailure=False ContentDeleted: All content successfully deleted, may be waiting on finalization',
      'NamespaceContentRemaining=False ContentRemoved: All content successfully removed',
      'NamespaceFinalizersRemaining=False ContentRemoved: All content successfully removed',
    ]);
  });

  it('names what remains, sorted, as upstream', () => {
    const remainder: Remainder = {
      resources: new Map([
        ['pods.', 2],
        ['deployments.apps', 1],
      ]),
      finalizers: new Map([['example.com/hold', 2]]),
      errors: ['b', 'a'],
    };
    expect(texts(deletionConditions([], remainder, 'T1')).slice(2)).toEqual([
      'NamespaceDeletionContentFailure=True ContentDeletionFailed: Failed to delete all resource types, 2 remaining: a, b',
      'NamespaceContentRemaining=True SomeResourcesRemain: Some resources are remaining: deployments.apps has 1 resource instances, pods. has 2 resource instances',
      'NamespaceFinalizersRemaining=True SomeFinalizerRemain: Some finalizers are remaining: example.com/hold in 2 resource instances',
    ]);
  });

  it('keeps the list when nothing changes, and the time when the status does not', () => {
    const first = deletionConditions([], NOTHING, 'T1');
    expect(deletionConditions(first, NOTHING, 'T2')).toBe(first);
    const later = deletionConditions(first, { ...NOTHING, resources: new Map([['pods.', 1]]) }, 'T2');
    expect(later.map(({ lastTransitionTime }) => lastTransitionTime)).toEqual(['T1', 'T1', 'T1', 'T2', 'T1']);
  });
});
