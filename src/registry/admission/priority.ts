/** From the class of a pod to its priority; one default class. Source: kubernetes plugin/pkg/admission/priority. */
import type { Pod, PodSpec } from '../../apimachinery/types/core.v1.gen.ts';
import type { PriorityClass } from '../../apimachinery/types/scheduling.v1.gen.ts';
import type { Stored } from '../../apis/object.ts';
import type { ReadSet } from '../cache.ts';
import { type AdmissionAttributes, type AdmissionPlugin, isFor, refuse } from './plugin.ts';

const GROUP = 'scheduling.k8s.io';
const RESOURCE = 'priorityclasses';

export const priority: AdmissionPlugin = {
  name: 'Priority',
  handles: (attributes) =>
    attributes.operation !== 'DELETE' &&
    (isFor(attributes, '', 'pods') || isFor(attributes, GROUP, RESOURCE)),
  async admit(attributes) {
    if (attributes.definition.resource !== 'pods') return;
    const { spec } = attributes.object as Pod;
    if (!spec) return;
    if (attributes.operation === 'CREATE') await resolve(attributes, spec);
    else keep(spec, (attributes.old as Pod).spec);
  },
  async validate(attributes) {
    if (attributes.definition.resource !== RESOURCE) return;
    const { metadata, globalDefault } = attributes.object as Stored<PriorityClass>;
    if (!globalDefault) return;
    const other = await defaultClass(attributes.reads);
    if (other && (attributes.operation === 'CREATE' || other.metadata.name !== metadata.name)) {
      throw refuse(
        attributes,
        `PriorityClass ${other.metadata.name} is already marked as default. Only one default can exist`,
      );
    }
  },
};

async function resolve(attributes: AdmissionAttributes, spec: PodSpec): Promise<void> {
  const { reads } = attributes;
  const name = spec.priorityClassName;
  const found = name ? await reads.get<PriorityClass>(GROUP, RESOURCE, '', name) : await defaultClass(reads);
  if (name && !found) throw refuse(attributes, `no PriorityClass with name ${name} was found`);
  if (!name && found) spec.priorityClassName = found.metadata.name!;
  const value = found?.value ?? 0;
  const policy = found ? found.preemptionPolicy : 'PreemptLowerPriority';
  if (spec.priority !== undefined && spec.priority !== value) {
    throw refuse(
      attributes,
      `the integer value of priority (${spec.priority}) must not be provided in pod spec; priority admission controller computed ${value} from the given PriorityClass name`,
    );
  }
  spec.priority = value;
  if (!policy) return;
  if (spec.preemptionPolicy && spec.preemptionPolicy !== policy) {
    throw refuse(
      attributes,
      `the string value of PreemptionPolicy (${spec.preemptionPolicy}) must not be provided in pod spec; priority admission controller computed ${policy} from the given PriorityClass name`,
    );
  }
  spec.preemptionPolicy = policy;
}

/** An update that leaves out what admission set leaves it as it is. */
function keep(spec: PodSpec, old: PodSpec | undefined): void {
  if (spec.priority === undefined && old?.priority !== undefined) spec.priority = old.priority;
  if (!spec.preemptionPolicy && old?.preemptionPolicy) spec.preemptionPolicy = old.preemptionPolicy;
}

/** The default class; of several, that of the lowest value. */
async function defaultClass(reads: ReadSet): Promise<Stored<PriorityClass> | undefined> {
  let lowest: Stored<PriorityClass> | undefined;
  for (const one of await reads.list<PriorityClass>(GROUP, RESOURCE)) {
    if (one.globalDefault && (!lowest || (lowest.value ?? 0) > (one.value ?? 0))) lowest = one;
  }
  return lowest;
}
