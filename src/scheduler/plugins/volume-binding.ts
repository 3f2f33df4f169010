/**
 * The pod's claims must exist and be bound (or wait for their first consumer), and bound volumes must be reachable
 * from the node. A claim that waits is told its node before the pod is bound; volumes are bound or provisioned by
 * the volume controller, and the node waits for that.
 * Upstream: plugins/volumebinding (which itself picks existing volumes for waiting claims, and waits for the binding).
 */
import type { PersistentVolume, PersistentVolumeClaim } from '../../apimachinery/types/core.v1.gen.ts';
import type { StorageClass } from '../../apimachinery/types/storage.v1.gen.ts';
import { Action, ANY_UPDATE } from '../events.ts';
import { type Plugin, type PreBindWrite, type PreFilterResult, status } from '../framework.ts';
import type { PodInfo } from '../pod-info.ts';
import { compileNodeSelector, compileNodeSelectorTerm, type NodeMatcher } from '../selector.ts';
import type { ObjectStore } from '../store.ts';

const NAME = 'VolumeBinding';
const SKIP = status('Skip', NAME);
const NODE_CONFLICT = status(
  'UnschedulableAndUnresolvable',
  NAME,
  "node(s) didn't match PersistentVolume's node affinity",
);
const TOPOLOGY_CONFLICT = status(
  'UnschedulableAndUnresolvable',
  NAME,
  "node(s) didn't find available persistent volumes to bind",
);
const SELECTED_NODE = 'volume.kubernetes.io/selected-node';
const BIND_COMPLETED = 'pv.kubernetes.io/bind-completed';

interface Claims {
  /** Where each bound volume can be used. */
  readonly bound: readonly NodeMatcher[];
  /** Where the classes of waiting claims can provision. */
  readonly allowed: readonly NodeMatcher[];
  /** Claims that wait for their first consumer. */
  readonly waiting: readonly PersistentVolumeClaim[];
}

function unresolvable(reason: string): PreFilterResult {
  return { status: status('UnschedulableAndUnresolvable', NAME, reason) };
}

/** The names of the pod's claims; a generic ephemeral volume has one of its own. */
export function claimNames({ pod, name }: PodInfo): { name: string; ephemeral: boolean }[] {
  const names: { name: string; ephemeral: boolean }[] = [];
  for (const volume of pod.spec?.volumes ?? []) {
    if (volume.persistentVolumeClaim)
      names.push({ name: volume.persistentVolumeClaim.claimName, ephemeral: false });
    else if (volume.ephemeral) names.push({ name: `${name}-${volume.name}`, ephemeral: true });
  }
  return names;
}

function isBound(claim: PersistentVolumeClaim): boolean {
  return Boolean(claim.spec?.volumeName) && claim.metadata?.annotations?.[BIND_COMPLETED] !== undefined;
}

function allowedNodes(storageClass: StorageClass): NodeMatcher | undefined {
  const terms = storageClass.allowedTopologies ?? [];
  if (terms.length === 0) return undefined;
  const matchers = terms.map((term) =>
    compileNodeSelectorTerm({
      matchExpressions: (term.matchLabelExpressions ?? []).map(({ key, values }) => ({
        key,
        operator: 'In',
        values: values ?? [],
      })),
    }),
  );
  return (node) => matchers.some((matcher) => matcher(node));
}

export function volumeBinding(store: ObjectStore): Plugin {
  return {
    name: NAME,
    events: [
      { resource: 'PersistentVolumeClaim', actions: Action.Add | ANY_UPDATE, hint: concernsClaim },
      { resource: 'PersistentVolume', actions: Action.Add | ANY_UPDATE },
      { resource: 'StorageClass', actions: Action.Add | ANY_UPDATE },
      { resource: 'Node', actions: Action.Add | Action.UpdateNodeLabel },
    ],
    preFilter(state, pod) {
      const names = claimNames(pod);
      if (names.length === 0) return { status: SKIP };
      const bound: NodeMatcher[] = [];
      const allowed: NodeMatcher[] = [];
      const waiting: PersistentVolumeClaim[] = [];
      for (const { name, ephemeral } of names) {
        const claim = store.get<PersistentVolumeClaim>('PersistentVolumeClaim', pod.namespace, name);
        if (!claim) {
          return unresolvable(
            ephemeral
              ? `waiting for ephemeral volume controller to create the persistentvolumeclaim "${name}"`
              : `persistentvolumeclaim "${name}" not found`,
          );
        }
        const volumeName = claim.spec?.volumeName;
        if (claim.status?.phase === 'Lost') {
          return unresolvable(
            `persistentvolumeclaim "${name}" bound to non-existent persistentvolume "${volumeName}"`,
          );
        }
        if (claim.metadata?.deletionTimestamp)
          return unresolvable(`persistentvolumeclaim "${name}" is being deleted`);
        if (isBound(claim)) {
          const volume = store.get<PersistentVolume>('PersistentVolume', '', volumeName!);
          if (!volume) return unresolvable(`PersistentVolume "${volumeName}" not found`);
          const required = volume.spec?.nodeAffinity?.required;
          if (required) bound.push(compileNodeSelector(required));
          continue;
        }
        const storageClass = store.get<StorageClass>('StorageClass', '', claim.spec?.storageClassName ?? '');
        if (storageClass?.volumeBindingMode !== 'WaitForFirstConsumer' || volumeName) {
          return unresolvable('pod has unbound immediate PersistentVolumeClaims');
        }
        const matcher = allowedNodes(storageClass);
        if (matcher) allowed.push(matcher);
        waiting.push(claim);
      }
      state.write(NAME, { bound, allowed, waiting } as Claims);
      return undefined;
    },
    filter(state, _pod, node) {
      const { bound, allowed } = state.read<Claims>(NAME)!;
      for (const matcher of bound) if (!matcher(node)) return NODE_CONFLICT;
      for (const matcher of allowed) if (!matcher(node)) return TOPOLOGY_CONFLICT;
      return undefined;
    },
    preBind(state, _pod, nodeName) {
      const waiting = state.read<Claims>(NAME)?.waiting ?? [];
      return waiting
        .filter((claim) => claim.metadata?.annotations?.[SELECTED_NODE] !== nodeName)
        .map(
          ({ metadata }): PreBindWrite => ({
            apiVersion: 'v1',
            resource: 'persistentvolumeclaims',
            namespace: metadata?.namespace ?? '',
            name: metadata?.name ?? '',
            patch: { metadata: { annotations: { [SELECTED_NODE]: nodeName } } },
          }),
        );
    },
  };
}

function concernsClaim(
  pod: PodInfo,
  { next }: { next?: { metadata?: { name?: string; namespace?: string } } },
): boolean {
  if (next?.metadata?.namespace !== pod.namespace) return false;
  return claimNames(pod).some(({ name }) => name === next.metadata?.name);
}
