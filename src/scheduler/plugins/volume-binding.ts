/**
 * The pod's claims must exist and be bound or wait for their first consumer. Bound volumes must be reachable from the
 * node; for claims that wait there must be volumes that are, or somebody who can make them. What is chosen is written
 * before the pod is bound, and the pod waits until the volume controller has bound its claims.
 * Upstream: plugins/volumebinding (volume_binding.go, binder.go).
 */
import { cmp, parseQuantity } from '../../apimachinery/quantity.ts';
import type { PersistentVolume, PersistentVolumeClaim } from '../../apimachinery/types/core.v1.gen.ts';
import type { StorageClass } from '../../apimachinery/types/storage.v1.gen.ts';
import {
  BIND_COMPLETED,
  boundTo,
  type Claim,
  findVolume,
  NO_PROVISIONER,
  SELECTED_NODE,
  type Volume,
  waitsForFirstConsumer,
} from '../../apis/core/volume-binding.ts';
import { storageClassOf } from '../../apis/core/volume-printing.ts';
import { Action, ANY_UPDATE } from '../events.ts';
import {
  type CycleState,
  type Plugin,
  type PreBindWrite,
  type PreFilterResult,
  type Snapshot,
  type Status,
  status,
} from '../framework.ts';
import type { NodeInfo } from '../node-info.ts';
import type { PodInfo } from '../pod-info.ts';
import { compileNodeSelector, compileNodeSelectorTerm, type NodeMatcher } from '../selector.ts';
import type { ObjectStore } from '../store.ts';

const NAME = 'VolumeBinding';
const SKIP = status('Skip', NAME);
const WAIT = status('Pending', NAME);
const conflict = (reason: string): Status => status('UnschedulableAndUnresolvable', NAME, reason);
const NODE_CONFLICT = conflict("node(s) didn't match PersistentVolume's node affinity");
const BIND_CONFLICT = conflict("node(s) didn't find available persistent volumes to bind");
const VOLUME_MISSING = conflict('node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)');

/** What is chosen for the claims that wait, on one node. */
interface Plan {
  readonly node: string;
  readonly bindings: readonly { readonly volume: Volume; readonly claim: Claim }[];
  readonly provisions: readonly Claim[];
  /** Claims that have been seen to be waiting for their volume on the node. */
  readonly seen: Set<string>;
}

interface Claims {
  /** Where each bound volume can be used. */
  readonly bound: readonly NodeMatcher[];
  /** A claim is bound to a volume that there is not. */
  readonly isVolumeMissing: boolean;
  /** Claims that wait for their first consumer, the smallest first. */
  readonly waiting: readonly Claim[];
  /** Volumes that may be bound to them. */
  readonly volumes: readonly Volume[];
  plan?: Plan;
}

const unresolvable = (reason: string): PreFilterResult => ({ status: conflict(reason) });

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

const isBound = (claim: PersistentVolumeClaim): boolean =>
  Boolean(claim.spec?.volumeName) && claim.metadata?.annotations?.[BIND_COMPLETED] !== undefined;

const keyOf = ({ metadata }: Claim): string => `${metadata.namespace}/${metadata.name}`;

const bySize = (a: Claim, b: Claim): number =>
  cmp(
    parseQuantity(a.spec?.resources?.requests?.storage ?? '0'),
    parseQuantity(b.spec?.resources?.requests?.storage ?? '0'),
  );

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

const anywhere: NodeMatcher = () => true;
/** Selectors of volumes, compiled once. */
const reachable = new WeakMap<PersistentVolume, NodeMatcher>();

/** From where a volume can be used. */
function matcherOf(volume: PersistentVolume): NodeMatcher {
  let matcher = reachable.get(volume);
  if (!matcher) {
    const required = volume.spec?.nodeAffinity?.required;
    matcher = required ? compileNodeSelector(required) : anywhere;
    reachable.set(volume, matcher);
  }
  return matcher;
}

export function volumeBinding(snapshot: Snapshot, store: ObjectStore): Plugin {
  const binder = new Binder(store);
  return {
    name: NAME,
    events: [
      { resource: 'PersistentVolumeClaim', actions: Action.Add | ANY_UPDATE, hint: concernsClaim },
      { resource: 'PersistentVolume', actions: Action.Add | ANY_UPDATE },
      { resource: 'StorageClass', actions: Action.Add | ANY_UPDATE },
      { resource: 'Node', actions: Action.Add | Action.UpdateNodeLabel },
    ],
    preFilter: (state, pod) => binder.claimsOf(state, pod),
    filter: (state, _pod, node) => binder.planFor(state.read<Claims>(NAME)!, node).conflict,
    reserve(state, _pod, nodeName) {
      binder.reserve(state.read<Claims>(NAME), snapshot.get(nodeName));
      return undefined;
    },
    unreserve(state) {
      binder.unreserve(state.read<Claims>(NAME)?.plan);
    },
    preBind: (state) => binder.writes(state.read<Claims>(NAME)?.plan),
    preBound: (state) => binder.progress(state.read<Claims>(NAME)?.plan),
  };
}

class Binder {
  readonly #store: ObjectStore;
  /** Volumes chosen for a claim, until their objects say so. */
  readonly #assumed = new Map<string, string>();

  constructor(store: ObjectStore) {
    this.#store = store;
  }

  claimsOf(state: CycleState, pod: PodInfo): PreFilterResult | undefined {
    const names = claimNames(pod);
    if (names.length === 0) return { status: SKIP };
    const bound: NodeMatcher[] = [];
    const waiting: Claim[] = [];
    let isVolumeMissing = false;
    for (const { name, ephemeral } of names) {
      const claim = this.#store.get<Claim>('PersistentVolumeClaim', pod.namespace, name);
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
      if (claim.metadata.deletionTimestamp)
        return unresolvable(`persistentvolumeclaim "${name}" is being deleted`);
      if (isBound(claim)) {
        const volume = this.#store.get<PersistentVolume>('PersistentVolume', '', volumeName!);
        if (volume) bound.push(matcherOf(volume));
        else isVolumeMissing = true;
      } else if (!volumeName && waitsForFirstConsumer(this.#classOf(claim))) {
        waiting.push(claim);
      } else {
        return unresolvable('pod has unbound immediate PersistentVolumeClaims');
      }
    }
    const volumes = waiting.length > 0 ? this.#free(new Set(waiting.map(storageClassOf))) : [];
    state.write(NAME, { bound, isVolumeMissing, waiting: waiting.sort(bySize), volumes } satisfies Claims);
    return undefined;
  }

  #classOf(claim: Claim): StorageClass | undefined {
    return this.#store.get<StorageClass>('StorageClass', '', storageClassOf(claim));
  }

  /** The volumes of these classes that nobody was chosen for a moment ago. */
  #free(classes: ReadonlySet<string>): Volume[] {
    const free: Volume[] = [];
    for (const volume of this.#store.list<Volume>('PersistentVolume')) {
      if (!classes.has(storageClassOf(volume))) continue;
      const name = volume.metadata.name!;
      if (volume.spec?.claimRef?.uid) this.#assumed.delete(name);
      else if (this.#assumed.has(name)) continue;
      free.push(volume);
    }
    return free;
  }

  /** What would be chosen on the node, or why nothing can be. */
  planFor(claims: Claims, node: NodeInfo): { plan: Plan; conflict?: undefined } | { conflict: Status } {
    for (const matcher of claims.bound) if (!matcher(node)) return { conflict: NODE_CONFLICT };
    if (claims.isVolumeMissing) return { conflict: VOLUME_MISSING };
    const bindings: { volume: Volume; claim: Claim }[] = [];
    const provisions: Claim[] = [];
    const chosen = new Set<Volume>();
    for (const claim of claims.waiting) {
      const selected = claim.metadata.annotations?.[SELECTED_NODE];
      if (selected !== undefined && selected !== node.name) return { conflict: BIND_CONFLICT };
      const className = storageClassOf(claim);
      const volume =
        selected === undefined
          ? findVolume(
              claim,
              claims.volumes.filter((one) => !chosen.has(one) && storageClassOf(one) === className),
              { reaches: (one) => matcherOf(one)(node) },
            )
          : undefined;
      if (volume) {
        chosen.add(volume);
        bindings.push({ volume, claim });
      } else if (this.#canProvision(claim, node)) provisions.push(claim);
      else return { conflict: BIND_CONFLICT };
    }
    return { plan: { node: node.name, bindings, provisions, seen: new Set() } };
  }

  #canProvision(claim: Claim, node: NodeInfo): boolean {
    const storageClass = this.#classOf(claim);
    if (!storageClass?.provisioner || storageClass.provisioner === NO_PROVISIONER) return false;
    return allowedNodes(storageClass)?.(node) ?? true;
  }

  reserve(claims: Claims | undefined, node: NodeInfo | undefined): void {
    if (!claims || !node || claims.waiting.length === 0) return;
    const { plan } = this.planFor(claims, node) as { plan?: Plan };
    if (!plan) return;
    claims.plan = plan;
    for (const { volume, claim } of plan.bindings) this.#assumed.set(volume.metadata.name!, keyOf(claim));
  }

  unreserve(plan: Plan | undefined): void {
    for (const { volume } of plan?.bindings ?? []) this.#assumed.delete(volume.metadata.name!);
  }

  writes(plan: Plan | undefined): PreBindWrite[] {
    if (!plan) return [];
    const { node, bindings, provisions } = plan;
    const volumes = bindings.map(({ volume, claim }): PreBindWrite => {
      const { metadata, spec } = boundTo(volume, claim);
      const { name = '', resourceVersion, annotations } = metadata;
      // Only if it is still the one that was looked at.
      const patch = {
        metadata: { resourceVersion, ...(annotations ? { annotations } : {}) },
        spec: { claimRef: spec?.claimRef },
      };
      return { apiVersion: 'v1', resource: 'persistentvolumes', name, patch };
    });
    const claims = provisions
      .filter(({ metadata }) => metadata.annotations?.[SELECTED_NODE] !== node)
      .map(
        ({ metadata }): PreBindWrite => ({
          apiVersion: 'v1',
          resource: 'persistentvolumeclaims',
          namespace: metadata.namespace ?? '',
          name: metadata.name ?? '',
          patch: { metadata: { annotations: { [SELECTED_NODE]: node } } },
        }),
      );
    return [...volumes, ...claims];
  }

  /** Whether the claims have been bound by now. */
  progress(plan: Plan | undefined): Status | undefined {
    if (!plan) return undefined;
    let isDone = true;
    for (const { claim, volume } of plan.bindings) {
      const name = volume.metadata.name!;
      const now = this.#store.get<Volume>('PersistentVolume', '', name);
      if (!now)
        return status('Error', NAME, `failed to check binding: could not find v1.PersistentVolume "${name}"`);
      if (now.spec?.claimRef?.uid) plan.seen.add(name);
      else if (plan.seen.has(name)) return status('Error', NAME, `ClaimRef got reset for pv "${name}"`);
      if (!this.#isFullyBound(claim)) isDone = false;
    }
    for (const claim of plan.provisions) {
      const key = keyOf(claim);
      const now = this.#store.get<Claim>(
        'PersistentVolumeClaim',
        claim.metadata.namespace!,
        claim.metadata.name!,
      );
      if (now?.metadata.annotations?.[SELECTED_NODE] === plan.node) plan.seen.add(key);
      else if (!now || plan.seen.has(key)) {
        return status('Error', NAME, `provisioning failed for PVC "${claim.metadata.name}"`);
      }
      if (!this.#isFullyBound(claim)) isDone = false;
    }
    return isDone ? undefined : WAIT;
  }

  #isFullyBound({ metadata }: Claim): boolean {
    const claim = this.#store.get<Claim>('PersistentVolumeClaim', metadata.namespace!, metadata.name!);
    return claim !== undefined && isBound(claim);
  }
}

function concernsClaim(
  pod: PodInfo,
  { next }: { next?: { metadata?: { name?: string; namespace?: string } } },
): boolean {
  if (next?.metadata?.namespace !== pod.namespace) return false;
  return claimNames(pod).some(({ name }) => name === next.metadata?.name);
}
