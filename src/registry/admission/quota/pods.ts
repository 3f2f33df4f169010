/** What pods use. Source: kubernetes pkg/quota/v1/evaluator/core/pods.go. */
import type {
  Container,
  Pod,
  PodAffinityTerm,
  WeightedPodAffinityTerm,
} from '../../../apimachinery/types/core.v1.gen.ts';
import { parseTime } from '../../../apimachinery/time.ts';
import { podQOS } from '../../../apis/core/pod-qos.ts';
import { isPodLevelResourcesSet, podLimits, podRequests } from '../../../apis/core/pod-resources.ts';
import { isPodTerminal } from '../../../apis/core/pod-util.ts';
import { isHugePageResource, isNativeResource, type Resources } from '../../../apis/core/resource-list.ts';
import { countName, type Evaluator, ONE, selects } from './evaluator.ts';

const COUNT = countName('', 'pods');
const REQUESTS = 'requests.';
/** By the name of a resource: what its requests and its limits count as. */
const COMPUTE = ['cpu', 'memory', 'ephemeral-storage'];
const NAMES = new Set([
  COUNT,
  'pods',
  ...COMPUTE.flatMap((name) => [name, `requests.${name}`, `limits.${name}`]),
]);
/** What every container must say when a quota limits it. */
const MUST_SAY = new Set(['cpu', 'memory', 'requests.cpu', 'requests.memory', 'limits.cpu', 'limits.memory']);
const WITH_STATUS = { useStatusResources: true };

/** Names of containers' resources that a quota limits as `requests.<name>` only. */
const isExtended = (name: string): boolean => !isNativeResource(name) && !name.startsWith(REQUESTS);

export const podEvaluator: Evaluator = {
  group: '',
  resource: 'pods',
  handles({ operation, subresource, object, old }) {
    if (subresource) return subresource === 'resize' && operation === 'UPDATE';
    if (operation === 'CREATE') return true;
    return operation === 'UPDATE' && hasDeadline(object as Pod) !== hasDeadline(old as Pod);
  },
  matching: (names) =>
    names.filter(
      (name) =>
        NAMES.has(name) ||
        isHugePageResource(name) ||
        (name.startsWith(REQUESTS) && (isHugePageResource(name.slice(9)) || !isNativeResource(name))),
    ),
  inScope(object, selector) {
    const pod = object as Pod;
    switch (selector.scopeName) {
      case 'Terminating':
        return hasDeadline(pod);
      case 'NotTerminating':
        return !hasDeadline(pod);
      case 'BestEffort':
        return podQOS(pod) === 'BestEffort';
      case 'NotBestEffort':
        return podQOS(pod) !== 'BestEffort';
      case 'PriorityClass': {
        const name = pod.spec?.priorityClassName;
        return selects(selector, name ? [name] : []);
      }
      case 'CrossNamespacePodAffinity':
        return looksAcrossNamespaces(pod);
      default:
        return false;
    }
  },
  broken(object, limited) {
    const pod = object as Pod;
    const required = limited.filter((name) => MUST_SAY.has(name)).sort();
    if (required.length === 0 || isPodLevelResourcesSet(pod)) return undefined;
    const containers = [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? [])];
    const texts = required.flatMap((name) => {
      const silent = containers
        .filter((container) => !says(container, name))
        .map((container) => container.name);
      return silent.length > 0 ? [`${name} for: ${[...new Set(silent)].sort().join(',')}`] : [];
    });
    return texts.length > 0 ? `must specify ${texts.join('; ')}` : undefined;
  },
  usage(object, now) {
    const pod = object as Pod;
    if (!isCharged(pod, now)) return { [COUNT]: ONE };
    const used: Resources = { [COUNT]: ONE, pods: ONE };
    for (const [name, value] of Object.entries(podRequests(pod, WITH_STATUS))) {
      if (COMPUTE.includes(name) || isHugePageResource(name)) used[name] = value;
      if (COMPUTE.includes(name) || isHugePageResource(name) || isExtended(name))
        used[REQUESTS + name] = value;
    }
    for (const [name, value] of Object.entries(podLimits(pod, WITH_STATUS))) {
      if (COMPUTE.includes(name)) used[`limits.${name}`] = value;
    }
    return used;
  },
};

const hasDeadline = ({ spec }: Pod): boolean => (spec?.activeDeadlineSeconds ?? -1) >= 0;

function says({ resources }: Container, limited: string): boolean {
  const list = limited.startsWith('limits.') ? resources?.limits : resources?.requests;
  return list?.[limited.replace(/^(limits|requests)\./, '')] !== undefined;
}

/** Pods that have ended, or should have by now, use nothing of a node. */
function isCharged(pod: Pod, now: number): boolean {
  if (isPodTerminal(pod)) return false;
  const { deletionTimestamp, deletionGracePeriodSeconds } = pod.metadata ?? {};
  if (!deletionTimestamp || deletionGracePeriodSeconds === undefined) return true;
  return now <= parseTime(deletionTimestamp) + Number(deletionGracePeriodSeconds) * 1000;
}

function looksAcrossNamespaces({ spec }: Pod): boolean {
  const { podAffinity, podAntiAffinity } = spec?.affinity ?? {};
  return [podAffinity, podAntiAffinity].some(
    (affinity) =>
      affinity?.requiredDuringSchedulingIgnoredDuringExecution?.some(isAcross) ||
      affinity?.preferredDuringSchedulingIgnoredDuringExecution?.some(
        ({ podAffinityTerm }: WeightedPodAffinityTerm) => isAcross(podAffinityTerm),
      ),
  );
}

const isAcross = (term: PodAffinityTerm | undefined): boolean =>
  (term?.namespaces?.length ?? 0) > 0 || term?.namespaceSelector !== undefined;
