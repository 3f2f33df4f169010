/**
 * The default profile: which plug-ins run, in which order, with which weights.
 * Follows kubernetes pkg/scheduler/apis/config/v1/default_plugins.go.
 */
import type { Random } from '../apimachinery/random.ts';
import type { Snapshot, WeightedPlugin } from './framework.ts';
import type { Nominator } from './nominator.ts';
import { balancedAllocation } from './plugins/balanced-allocation.ts';
import { defaultPreemption } from './plugins/default-preemption.ts';
import { dynamicResources } from './plugins/dynamic-resources.ts';
import { imageLocality } from './plugins/image-locality.ts';
import { interPodAffinity } from './plugins/inter-pod-affinity.ts';
import { nodeAffinity } from './plugins/node-affinity.ts';
import { nodeDeclaredFeatures } from './plugins/node-declared-features.ts';
import { nodeName } from './plugins/node-name.ts';
import { nodePorts } from './plugins/node-ports.ts';
import { nodeResourcesFit } from './plugins/node-resources-fit.ts';
import { nodeUnschedulable } from './plugins/node-unschedulable.ts';
import { podTopologySpread } from './plugins/pod-topology-spread.ts';
import { schedulingGates } from './plugins/scheduling-gates.ts';
import { taintToleration } from './plugins/taint-toleration.ts';
import { volumeBinding } from './plugins/volume-binding.ts';
import type { Runtime } from './runtime.ts';
import type { ObjectStore } from './store.ts';

/** What plug-ins may use besides the arguments of their methods. */
export interface Handle {
  readonly snapshot: Snapshot;
  readonly store: ObjectStore;
  readonly nominator: Nominator;
  readonly random: Random;
  /** Pods whose eviction was decided and has not been seen yet, by uid. */
  readonly evicting: { has(uid: string): boolean };
  /** The plug-ins themselves, for preemption's trials. */
  runtime(): Runtime;
}

export function defaultProfile(handle: Handle): WeightedPlugin[] {
  const { snapshot, store } = handle;
  return [
    { plugin: schedulingGates, weight: 0 },
    { plugin: nodeUnschedulable, weight: 0 },
    { plugin: nodeName, weight: 0 },
    { plugin: taintToleration, weight: 3 },
    { plugin: nodeAffinity, weight: 2 },
    { plugin: nodePorts, weight: 0 },
    { plugin: nodeResourcesFit, weight: 1 },
    { plugin: volumeBinding(snapshot, store), weight: 0 },
    { plugin: podTopologySpread(snapshot, store), weight: 2 },
    { plugin: interPodAffinity(snapshot, store), weight: 2 },
    { plugin: dynamicResources(store, handle.random), weight: 2 },
    { plugin: defaultPreemption(handle), weight: 0 },
    { plugin: balancedAllocation, weight: 1 },
    { plugin: imageLocality(snapshot), weight: 1 },
    { plugin: nodeDeclaredFeatures, weight: 0 },
  ];
}
