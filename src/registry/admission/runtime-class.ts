/** What a runtime class adds to its pods: overhead, node selector, tolerations. Source: kubernetes plugin/pkg/admission/runtimeclass. */
import { goQuote } from '../../apimachinery/go-quote.ts';
import { cmp, parseQuantity } from '../../apimachinery/quantity.ts';
import type { Pod, PodSpec } from '../../apimachinery/types/core.v1.gen.ts';
import type { RuntimeClass, Scheduling } from '../../apimachinery/types/node.v1.gen.ts';
import type { Stored } from '../../apis/object.ts';
import { type AdmissionAttributes, type AdmissionPlugin, isFor, refuse } from './plugin.ts';
import { mergeTolerations } from './tolerations.ts';

const DIFFERS = "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead";

export const runtimeClass: AdmissionPlugin = {
  name: 'RuntimeClass',
  handles: (attributes) => attributes.operation === 'CREATE' && isFor(attributes, '', 'pods'),
  async admit(attributes) {
    const { spec } = attributes.object as Pod;
    if (!spec?.runtimeClassName) return;
    const { overhead, scheduling } = await classOf(attributes, spec.runtimeClassName);
    if (overhead) {
      if (spec.overhead && !sameResources(overhead.podFixed, spec.overhead))
        throw refuse(attributes, DIFFERS);
      if (overhead.podFixed) spec.overhead = { ...overhead.podFixed };
    }
    if (scheduling) schedule(attributes, spec, scheduling);
  },
  async validate(attributes) {
    const spec = (attributes.object as Pod).spec!;
    const found = spec.runtimeClassName ? await classOf(attributes, spec.runtimeClassName) : undefined;
    if (found?.overhead) {
      if (!sameResources(found.overhead.podFixed, spec.overhead)) throw refuse(attributes, DIFFERS);
    } else if (spec.overhead) {
      throw refuse(
        attributes,
        'pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead',
      );
    }
  },
};

async function classOf(attributes: AdmissionAttributes, name: string): Promise<Stored<RuntimeClass>> {
  const found = await attributes.reads.get<RuntimeClass>('node.k8s.io', 'runtimeclasses', '', name);
  if (!found) throw refuse(attributes, `pod rejected: RuntimeClass ${goQuote(name)} not found`);
  return found;
}

function schedule(
  attributes: AdmissionAttributes,
  spec: PodSpec,
  { nodeSelector, tolerations }: Scheduling,
): void {
  for (const [key, value] of Object.entries(nodeSelector ?? {})) {
    const own = spec.nodeSelector?.[key];
    if (own === undefined || own === value) continue;
    throw refuse(
      attributes,
      `conflict: runtimeClass.scheduling.nodeSelector[${key}] = ${value}; pod.spec.nodeSelector[${key}] = ${own}`,
    );
  }
  if (nodeSelector) spec.nodeSelector = { ...spec.nodeSelector, ...nodeSelector };
  if (tolerations?.length) spec.tolerations = mergeTolerations(spec.tolerations ?? [], tolerations);
}

function sameResources(
  a: Readonly<Record<string, string>> = {},
  b: Readonly<Record<string, string>> = {},
): boolean {
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => b[name] !== undefined && cmp(parseQuantity(a[name]!), parseQuantity(b[name])) === 0)
  );
}
