/**
 * Pods keep to the security level that their namespace asks for by its labels; whoever writes a template of pods that would
 * not is warned. There is no audit log, so what would stand in it is not computed.
 * Source: kubernetes plugin/pkg/admission/security/podsecurity, pod-security-admission admission/admission.go.
 */
import { invalid as invalidObject } from '../../../apimachinery/status.ts';
import type { Container, Namespace, Pod, PodTemplateSpec } from '../../../apimachinery/types/core.v1.gen.ts';
import type { KubeObject, Stored } from '../../../apis/object.ts';
import { semanticEqual } from '../../../apis/strategy.ts';
import { type AdmissionAttributes, type AdmissionPlugin, refuse } from '../plugin.ts';
import type { PodLike } from './check.ts';
import { detailsOf, violationsOf } from './evaluate.ts';
import { warningsOfPods } from './existing-pods.ts';
import { isStricter, type LevelVersion, nameOf, policyOf, sameLevel } from './policy.ts';

type TemplateOf = (object: KubeObject) => PodTemplateSpec | undefined;
const inSpec: TemplateOf = (object) => object.spec?.template;

/** Where a resource has its template of pods. */
const TEMPLATES: Readonly<Record<string, TemplateOf | undefined>> = {
  '/replicationcontrollers': inSpec,
  '/podtemplates': (object) => object.template as PodTemplateSpec | undefined,
  'apps/replicasets': inSpec,
  'apps/deployments': inSpec,
  'apps/statefulsets': inSpec,
  'apps/daemonsets': inSpec,
  'batch/jobs': inSpec,
  'batch/cronjobs': (object) => object.spec?.jobTemplate?.spec?.template,
};

/** Those that change what a pod runs. */
const POD_SUBRESOURCES = new Set([undefined, '', 'ephemeralcontainers', 'resize']);

const keyOf = ({ definition: { group, resource } }: AdmissionAttributes): string => `${group}/${resource}`;

export const podSecurity: AdmissionPlugin = {
  name: 'PodSecurity',
  handles(attributes) {
    const { operation, subresource } = attributes;
    if (operation !== 'CREATE' && operation !== 'UPDATE') return false;
    const key = keyOf(attributes);
    if (key === '/pods') return POD_SUBRESOURCES.has(subresource);
    return !subresource && (key === '/namespaces' || TEMPLATES[key] !== undefined);
  },
  async validate(attributes) {
    const key = keyOf(attributes);
    if (key === '/namespaces') return validateNamespace(attributes);
    if (key === '/pods') return validatePod(attributes);
    const { warn } = await policyFor(attributes);
    const template = warn.level === 'privileged' ? undefined : TEMPLATES[key]!(attributes.object!);
    if (template) warnOf(attributes, warn, template as PodLike);
  },
};

async function policyFor({ reads, namespace }: AdmissionAttributes) {
  const found = await reads.get<Namespace>('', 'namespaces', '', namespace);
  return policyOf(found?.metadata.labels);
}

async function validatePod(attributes: AdmissionAttributes): Promise<void> {
  const pod = attributes.object as Stored<Pod>;
  if (attributes.operation === 'UPDATE' && !runsAnother(pod, attributes.old as Stored<Pod>)) return;
  const { enforce, warn } = await policyFor(attributes);
  const violations = violationsOf(enforce, pod as PodLike);
  if (violations.length > 0) {
    throw refuse(attributes, `violates PodSecurity "${nameOf(enforce)}": ${detailsOf(violations)}`);
  }
  warnOf(attributes, warn, pod as PodLike);
}

function warnOf({ warnings }: AdmissionAttributes, warn: LevelVersion, pod: PodLike): void {
  const violations = violationsOf(warn, pod);
  if (violations.length === 0) return;
  warnings.push(`would violate PodSecurity "${nameOf(warn)}": ${detailsOf(violations)}`);
}

/** Nothing else that the levels ask about can change. */
function runsAnother({ spec }: Stored<Pod>, { spec: old }: Stored<Pod>): boolean {
  type Containers = readonly Container[] | null | undefined;
  const imagesOf = (containers: Containers) => (containers ?? []).map(({ image }) => image ?? '');
  const differ = (now: Containers, before: Containers): boolean =>
    !semanticEqual(imagesOf(now), imagesOf(before));
  const known = new Map(old?.ephemeralContainers?.map(({ name, image }) => [name, image]));
  return (
    differ(spec?.containers, old?.containers) ||
    differ(spec?.initContainers, old?.initContainers) ||
    (spec?.ephemeralContainers ?? []).some(({ name, image }) => !known.has(name) || known.get(name) !== image)
  );
}

/** @throws StatusError 422 for labels that are none, unless they stood there before. */
async function validateNamespace({
  operation,
  object,
  old,
  reads,
  warnings,
}: AdmissionAttributes): Promise<void> {
  const { name = '', labels } = object!.metadata!;
  const policy = policyOf(labels);
  const before = operation === 'UPDATE' ? policyOf(old!.metadata?.labels) : undefined;
  if (policy.errors.length > 0 && JSON.stringify(policy.errors) !== JSON.stringify(before?.errors)) {
    throw invalidObject({ group: '', kind: 'Namespace' }, name, policy.errors);
  }
  if (!before || sameLevel(policy.enforce, before.enforce) || policy.enforce.level === 'privileged') return;
  const { enforce } = policy;
  if (enforce.version === before.enforce.version && !isStricter(enforce.level, before.enforce.level)) return;
  warnings.push(...(await warningsOfPods(reads.glance<Pod>('', 'pods', name), name, enforce)));
}
