/** Pod. Source: kubernetes pkg/registry/core/pod/strategy.go. */
import type { Pod, PodCondition, PodStatus } from '../../apimachinery/types/core.v1.gen.ts';
import { isDNS1123Label } from '../../apimachinery/validation/content.ts';
import { ALL_VERBS, define, type Subresource, statusOf } from '../definition.ts';
import { keepStatus } from '../strategy.ts';
import { prepareAppArmor } from './pod-apparmor.ts';
import { dropDisabledPodFields, dropDisabledPodStatusFields } from './pod-disabled-fields.ts';
import { defaultPod, mirrorServiceAccount } from './pod-defaults.ts';
import { mergeMatchLabelKeys } from './pod-match-label-keys.ts';
import { podPrinter } from './pod-printer.ts';
import { podQOS } from './pod-qos.ts';
import { isPodTerminal } from './pod-util.ts';
import { validatePod, validatePodStatusUpdate, validatePodUpdate } from './pod-validation.ts';
import { podAppArmorWarnings, podStatusWarnings, podWarnings } from './pod-warnings.ts';

const connect = (name: string, kind: string, verbs: readonly string[] = ['create', 'get']): Subresource => ({
  name,
  verbs,
  kind,
});

const subresources: readonly Subresource[] = [
  connect('attach', 'PodAttachOptions'),
  { name: 'binding', verbs: ['create'], kind: 'Binding' },
  { name: 'ephemeralcontainers', verbs: ['get', 'patch', 'update'], kind: 'Pod' },
  { name: 'eviction', verbs: ['create'], kind: 'Eviction', group: 'policy', version: 'v1' },
  connect('exec', 'PodExecOptions'),
  { name: 'log', verbs: ['get'], kind: 'Pod' },
  connect('portforward', 'PodPortForwardOptions'),
  connect('proxy', 'PodProxyOptions', ['create', 'delete', 'get', 'patch', 'update']),
  { name: 'resize', verbs: ['get', 'patch', 'update'], kind: 'Pod' },
  statusOf('Pod'),
];

export const pods = define<Pod>({
  group: '',
  version: 'v1',
  resource: 'pods',
  singular: 'pod',
  kind: 'Pod',
  namespaced: true,
  verbs: ALL_VERBS,
  shortNames: ['po'],
  categories: ['all'],
  typeName: 'core.v1.Pod',
  subresources,
  printer: podPrinter,
  selectableFields: {
    'spec.host': (pod) => pod.spec?.nodeName ?? '',
    'spec.hostNetwork': (pod) => String(pod.spec?.hostNetwork ?? false),
    'spec.nodeName': (pod) => pod.spec?.nodeName ?? '',
    'spec.restartPolicy': (pod) => pod.spec?.restartPolicy ?? '',
    'spec.schedulerName': (pod) => pod.spec?.schedulerName ?? '',
    'spec.serviceAccountName': (pod) => pod.spec?.serviceAccountName ?? '',
    'status.nominatedNodeName': (pod) => pod.status?.nominatedNodeName ?? '',
    'status.phase': (pod) => pod.status?.phase ?? '',
    'status.podIP': (pod) => pod.status?.podIPs?.[0]?.ip ?? '',
    // Accepted upstream, but never filled in: only the empty value selects.
    'status.podIPs': () => '',
  },
  strategy: {
    default: defaultPod,
    prepareForCreate(pod, { now }) {
      pod.status = initialStatus(pod, now);
      dropDisabledPodFields(pod.spec);
      mergeMatchLabelKeys(pod);
      prepareAppArmor(pod);
    },
    prepareForUpdate(pod, old) {
      keepStatus(pod, old);
      dropDisabledPodFields(pod.spec, old.spec);
    },
    validate: validatePod,
    validateUpdate: validatePodUpdate,
    warningsOnPrepare: podAppArmorWarnings,
    warningsOnCreate: (pod) => [...hostnameWarnings(pod), ...podWarnings(pod)],
    // Admission sets the name only: what is stored has both.
    canonicalize(pod) {
      if (pod.spec) mirrorServiceAccount(pod.spec);
    },
    status: {
      keptMetadata: ['deletionTimestamp', 'ownerReferences'],
      prepareForUpdate: prepareStatusUpdate,
      validateUpdate: validatePodStatusUpdate,
      warningsOnUpdate: podStatusWarnings,
    },
    gracePeriod,
  },
});

function initialStatus(pod: Pod, now: number): PodStatus {
  const status: PodStatus = { phase: 'Pending', qosClass: podQOS(pod) };
  if (!pod.spec?.schedulingGates?.length) return status;
  status.conditions = [
    {
      type: 'PodScheduled',
      status: 'False',
      lastTransitionTime: new Date(now).toISOString().replace(/\.\d+Z$/, 'Z'),
      reason: 'SchedulingGated',
      message: 'Scheduling is blocked due to non-empty scheduling gates',
    },
  ];
  return status;
}

function hostnameWarnings(pod: Pod): string[] {
  const messages = isDNS1123Label(pod.metadata?.name ?? '');
  if (messages.length === 0) return [];
  return [
    `metadata.name: this is used in the Pod's hostname, which can result in surprising behavior; a DNS label is recommended: [${messages.join(' ')}]`,
  ];
}

/**
 * Seconds a pod may take to end: what was asked for or what the pod says, 1 for a negative number, and 0 for a pod
 * that no node has or that has finished.
 */
function gracePeriod(pod: Pod, requested: number | bigint | undefined): number | bigint {
  if (!pod.spec?.nodeName || isPodTerminal(pod)) return 0;
  const period = requested ?? pod.spec.terminationGracePeriodSeconds ?? 0;
  return period < 0 ? 1 : period;
}

/** What an update of the status must not touch besides the spec. */
function prepareStatusUpdate(pod: Pod, old: Pod): void {
  pod.status ??= {};
  const { status } = pod;
  status.qosClass ||= old.status?.qosClass;
  if (status.qosClass === undefined) delete status.qosClass;
  keepObservedGenerations(status, old.status ?? {});
  dropDisabledPodStatusFields(status, old.status);
}

/** A client that knows nothing of observedGeneration does not clear it. */
function keepObservedGenerations(status: PodStatus, old: PodStatus): void {
  if (!status.observedGeneration && old.observedGeneration)
    status.observedGeneration = old.observedGeneration;
  // Conditions of one type are matched in their order: a type may occur more than once.
  const known = new Map<string, PodCondition[]>();
  for (const condition of old.conditions ?? []) {
    const list = known.get(condition.type);
    if (list) list.push(condition);
    else known.set(condition.type, [condition]);
  }
  for (const condition of status.conditions ?? []) {
    const generation = known.get(condition.type)?.shift()?.observedGeneration;
    if (!condition.observedGeneration && generation) condition.observedGeneration = generation;
  }
}
