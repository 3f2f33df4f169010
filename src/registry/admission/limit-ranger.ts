/** Limit ranges of a namespace: what containers get by default and what is too little or too much. Source: kubernetes plugin/pkg/admission/limitranger. */
import type {
  Container,
  LimitRange,
  LimitRangeItem,
  PersistentVolumeClaim,
  Pod,
} from '../../apimachinery/types/core.v1.gen.ts';
import { podLimits, podRequests } from '../../apis/core/pod-resources.ts';
import { formatResources } from '../../apis/core/resource-list.ts';
import type { Stored } from '../../apis/object.ts';
import { type Demand, maxBroken, maxRequestBroken, minBroken, ratioBroken } from './limit-constraints.ts';
import { type AdmissionAttributes, type AdmissionPlugin, isFor, refuse } from './plugin.ts';

const ANNOTATION = 'kubernetes.io/limit-ranger';

/** Overhead is no part of what the constraints are about. */
const OF_CONTAINERS = { excludeOverhead: true };

export const limitRanger: AdmissionPlugin = {
  name: 'LimitRanger',
  handles(attributes) {
    const { operation, definition, subresource, old } = attributes;
    if (definition.group !== '' || old?.metadata?.deletionTimestamp) return false;
    if (definition.resource === 'pods') {
      return (operation === 'CREATE' && !subresource) || (operation === 'UPDATE' && subresource === 'resize');
    }
    return operation !== 'DELETE' && isFor(attributes, '', 'persistentvolumeclaims');
  },
  async admit(attributes) {
    if (attributes.definition.resource !== 'pods') return;
    const pod = attributes.object as Stored<Pod>;
    for (const { spec } of await rangesOf(attributes)) setDefaults(pod, spec?.limits ?? []);
  },
  async validate(attributes) {
    const broken = attributes.definition.resource === 'pods' ? brokenByPod : brokenByClaim;
    for (const { spec } of await rangesOf(attributes)) {
      const messages = new Set(
        (spec?.limits ?? []).flatMap((limit) => broken(limit, attributes.object as any)),
      );
      if (messages.size === 0) continue;
      const text = [...messages].join(', ');
      throw refuse(attributes, messages.size === 1 ? text : `[${text}]`);
    }
  },
};

const rangesOf = ({ reads, namespace }: AdmissionAttributes): Promise<readonly Stored<LimitRange>[]> =>
  reads.list<LimitRange>('', 'limitranges', namespace);

function setDefaults(pod: Stored<Pod>, items: readonly LimitRangeItem[]): void {
  const requests: Record<string, string> = {};
  const limits: Record<string, string> = {};
  for (const item of items) {
    if (item.type !== 'Container') continue;
    Object.assign(requests, item.defaultRequest);
    Object.assign(limits, item.default);
  }
  const notes: string[] = [];
  const fill = (container: Container, what: string): void => {
    const setLimits = merge(container, 'limits', limits);
    const setRequests = merge(container, 'requests', requests);
    if (setRequests) notes.push(`${setRequests} request for ${what} ${container.name}`);
    if (setLimits) notes.push(`${setLimits} limit for ${what} ${container.name}`);
  };
  for (const container of pod.spec?.containers ?? []) fill(container, 'container');
  for (const container of pod.spec?.initContainers ?? []) fill(container, 'init container');
  if (notes.length === 0) return;
  pod.metadata.annotations ??= {};
  pod.metadata.annotations[ANNOTATION] = `LimitRanger plugin set: ${notes.join('; ')}`;
}

/** Fills in what is missing; answers the names of it. */
function merge(
  container: Container,
  which: 'limits' | 'requests',
  defaults: Readonly<Record<string, string>>,
): string {
  const missing = Object.keys(defaults).filter((name) => container.resources?.[which]?.[name] === undefined);
  if (missing.length === 0) return '';
  container.resources ??= {};
  const list = { ...container.resources[which] };
  for (const name of missing) list[name] = defaults[name]!;
  container.resources[which] = list;
  return missing.sort().join(', ');
}

function brokenByPod(item: LimitRangeItem, pod: Pod): string[] {
  switch (item.type) {
    case 'Container':
      return [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? [])].flatMap(({ resources }) =>
        brokenBy(item, { requests: resources?.requests ?? {}, limits: resources?.limits ?? {} }),
      );
    case 'Pod':
      return brokenBy(item, {
        requests: formatResources(podRequests(pod, OF_CONTAINERS)),
        limits: formatResources(podLimits(pod, OF_CONTAINERS)),
      });
    default:
      return [];
  }
}

const brokenBy = (item: LimitRangeItem, demand: Demand): string[] => [
  ...minBroken(item, demand),
  ...maxBroken(item, demand),
  ...ratioBroken(item, demand),
];

function brokenByClaim(item: LimitRangeItem, { spec }: PersistentVolumeClaim): string[] {
  if (item.type !== 'PersistentVolumeClaim') return [];
  const demand = { requests: spec?.resources?.requests ?? {}, limits: {} };
  return [...minBroken(item, demand), ...maxRequestBroken(item, demand)];
}
