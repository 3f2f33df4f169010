/**
 * Where the pods of a DaemonSet belong, and what a pod for a node looks like.
 * Source: kubernetes pkg/controller/daemon/daemon_controller.go (NodeShouldRunDaemonPod), daemon/util/daemonset_util.go.
 */
import type { DaemonSet } from '../../apimachinery/types/apps.v1.gen.ts';
import type {
  Affinity,
  Node,
  Pod,
  PodSpec,
  PodTemplateSpec,
  Taint,
  Toleration,
} from '../../apimachinery/types/core.v1.gen.ts';
import { matchesNodeAffinity } from '../../apis/core/node-affinity.ts';
import { tolerates } from '../../apis/core/tolerations.ts';
import { REVISION_HASH } from '../history.ts';

export const TEMPLATE_GENERATION = 'pod-template-generation';
const TEMPLATE_GENERATION_ANNOTATION = 'deprecated.daemonset.template.generation';

const exists = (key: string, effect: string): Toleration => ({ key, operator: 'Exists', effect });

/** What a daemon has to bear: its node may be in any state. */
const TOLERATIONS: readonly Toleration[] = [
  exists('node.kubernetes.io/not-ready', 'NoExecute'),
  exists('node.kubernetes.io/unreachable', 'NoExecute'),
  exists('node.kubernetes.io/disk-pressure', 'NoSchedule'),
  exists('node.kubernetes.io/memory-pressure', 'NoSchedule'),
  exists('node.kubernetes.io/pid-pressure', 'NoSchedule'),
  exists('node.kubernetes.io/unschedulable', 'NoSchedule'),
];
const NO_NETWORK = exists('node.kubernetes.io/network-unavailable', 'NoSchedule');

const same = (a: Toleration, b: Toleration): boolean =>
  a.key === b.key && a.effect === b.effect && (a.operator || 'Equal') === b.operator && !a.value;

function withTolerations({ tolerations = [], hostNetwork }: PodSpec): Toleration[] {
  const added = hostNetwork ? [...TOLERATIONS, NO_NETWORK] : TOLERATIONS;
  return [...tolerations, ...added.filter((one) => !tolerations.some((present) => same(present, one)))];
}

export interface Placement {
  /** A pod should be started there. */
  readonly shouldRun: boolean;
  /** A pod that is there may stay. */
  readonly shouldContinue: boolean;
}

/** What the DaemonSet wants of a node. */
export function placementOn(daemonSet: DaemonSet, node: Node): Placement {
  const spec = daemonSet.spec!.template.spec!;
  const named = !spec.nodeName || spec.nodeName === node.metadata?.name;
  if (!named || !matchesNodeAffinity(spec, node)) return { shouldRun: false, shouldContinue: false };
  const tolerations = withTolerations(spec);
  const repels = (taint: Taint, ...effects: string[]): boolean =>
    effects.includes(taint.effect) && !tolerations.some((toleration) => tolerates(toleration, taint));
  const taints = node.spec?.taints ?? [];
  return {
    shouldRun: !taints.some((taint) => repels(taint, 'NoSchedule', 'NoExecute')),
    shouldContinue: !taints.some((taint) => repels(taint, 'NoExecute')),
  };
}

/** The number of the template, which older versions told revisions by. */
export const templateGeneration = ({ metadata }: DaemonSet): string | undefined =>
  metadata?.annotations?.[TEMPLATE_GENERATION_ANNOTATION];

/** The template of a pod for one node: the scheduler can put it nowhere else. */
export function templateFor(daemonSet: DaemonSet, hash: string, node: string): PodTemplateSpec {
  const { template } = daemonSet.spec!;
  const generation = templateGeneration(daemonSet);
  const spec = template.spec!;
  return {
    metadata: {
      ...template.metadata,
      labels: {
        ...template.metadata?.labels,
        ...(generation === undefined ? {} : { [TEMPLATE_GENERATION]: generation }),
        [REVISION_HASH]: hash,
      },
    },
    spec: { ...spec, affinity: onNode(spec.affinity, node), tolerations: withTolerations(spec) },
  };
}

/** The affinity with the node's name in the place of what was required of nodes. */
function onNode(affinity: Affinity | undefined, node: string): Affinity {
  const term = { matchFields: [{ key: 'metadata.name', operator: 'In', values: [node] }] };
  return {
    ...affinity,
    nodeAffinity: {
      ...affinity?.nodeAffinity,
      requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [term] },
    },
  };
}

/** The node a daemon's pod is on or is meant for; undefined when it says neither. */
export function targetNode({ spec }: Pod): string | undefined {
  if (spec?.nodeName) return spec.nodeName;
  const terms =
    spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  for (const { matchFields = [] } of terms) {
    for (const { key, operator, values = [] } of matchFields) {
      if (key === 'metadata.name' && operator === 'In' && values.length === 1) return values[0];
    }
  }
  return undefined;
}

/** Whether the pod is of the newest template. */
export function isUpdated(daemonSet: DaemonSet, { metadata }: Pod, hash: string): boolean {
  const generation = templateGeneration(daemonSet);
  const labels = metadata?.labels ?? {};
  return (
    labels[REVISION_HASH] === hash || (generation !== undefined && labels[TEMPLATE_GENERATION] === generation)
  );
}
