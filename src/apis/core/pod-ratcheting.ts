/**
 * What the update of a pod or template may keep of the stored one although it is no longer allowed.
 * Source: kubernetes pkg/api/pod/util.go (GetValidationOptionsFromPodSpecAndMeta), with the gates of 1.36.
 */
import type { NodeSelectorTerm, PodSpec, PodTemplateSpec } from '../../apimachinery/types/core.v1.gen.ts';
import type { ObjectMeta } from '../../apimachinery/types/meta.v1.gen.ts';
import { isValidLabelValue } from '../../apimachinery/validation/content.ts';
import { validateLabelSelector } from '../../apimachinery/validation/labels.ts';
import { validateMatchLabelKeys } from './affinity-validation.ts';
import { checkLocalNonReservedPath } from './field-rules.ts';
import { POD_DELETION_COST_ANNOTATION } from './pod-annotation-keys.ts';
import { isPodDeletionCost } from './pod-annotation-validation.ts';
import type { PodValidationOptions } from './pod-options.ts';
import { allContainers, isRestartableInitContainer } from './pod-util.ts';
import { isIndivisibleHugePages } from './resources-requirements-validation.ts';
import { isSysctlOfHost } from './security-context-validation.ts';

/** Options for an update of a pod with this spec and metadata. */
export function podUpdateOptions(old: { spec?: PodSpec; metadata?: ObjectMeta }): PodValidationOptions {
  const spec = old.spec ?? { containers: [] };
  const cost = old.metadata?.annotations?.[POD_DELETION_COST_ANNOTATION];
  const ownUsers = spec.hostUsers === false;
  return {
    allowInvalidDeletionCost: cost !== undefined && !isPodDeletionCost(cost),
    allowIndivisibleHugePages: hasIndivisibleHugePages(spec),
    allowInvalidAffinitySelectorValues: hasInvalidAffinitySelector(spec),
    allowInvalidNodeAffinityValues: hasInvalidNodeAffinityValue(spec),
    allowInvalidSpreadSelector: spreadConstraints(spec).some(
      ({ labelSelector }) => validateLabelSelector(labelSelector, '').length > 0,
    ),
    legacyMatchLabelKeys: spreadConstraints(spec).some((one) => validateMatchLabelKeys(one, '').length > 0),
    allowNonLocalTokenPath: hasNonLocalTokenPath(spec),
    allowHostSysctls: (spec.securityContext?.sysctls ?? []).some(({ name }) => isSysctlOfHost(name, spec)),
    allowAnySELinuxChangePolicy: spec.securityContext?.seLinuxChangePolicy !== undefined,
    allowRestartingInitContainerResize: (spec.initContainers ?? []).some(
      (one) =>
        !isRestartableInitContainer(one) &&
        one.resizePolicy?.some(({ restartPolicy }) => restartPolicy === 'RestartContainer'),
    ),
    allowUserNamespacesWithDevices: ownUsers && allContainers(spec).some((one) => one.volumeDevices?.length),
    allowUserNamespacesOnHostNetwork: ownUsers && spec.hostNetwork === true,
    allowTolerationComparisons: (spec.tolerations ?? []).some(
      ({ operator }) => operator === 'Lt' || operator === 'Gt',
    ),
  };
}

/** The same for a template; none for a new one. */
export const templateUpdateOptions = (old: PodTemplateSpec | undefined): PodValidationOptions =>
  old ? podUpdateOptions(old) : {};

const spreadConstraints = (spec: PodSpec) => spec.topologySpreadConstraints ?? [];

const hasIndivisibleHugePages = (spec: PodSpec): boolean =>
  [
    ...allContainers(spec).flatMap(({ resources }) => [resources?.limits, resources?.requests]),
    spec.overhead,
  ].some((list) => Object.entries(list ?? {}).some(([name, text]) => isIndivisibleHugePages(name, text)));

const hasInvalidAffinitySelector = ({ affinity }: PodSpec): boolean =>
  [affinity?.podAffinity, affinity?.podAntiAffinity]
    .flatMap((side) => [
      ...(side?.requiredDuringSchedulingIgnoredDuringExecution ?? []),
      ...(side?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map((one) => one.podAffinityTerm),
    ])
    .some((term) =>
      [term?.labelSelector, term?.namespaceSelector].some(
        (selector) => validateLabelSelector(selector, '').length > 0,
      ),
    );

const hasInvalidNodeAffinityValue = ({ affinity }: PodSpec): boolean =>
  hasInvalidNodeLabelValue(
    affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms,
  );

/** Whether terms name a value that no label can have. */
export const hasInvalidNodeLabelValue = (terms: readonly NodeSelectorTerm[] | null | undefined): boolean =>
  terms?.some(({ matchExpressions }) =>
    matchExpressions?.some(({ values }) => values?.some((value) => isValidLabelValue(value).length > 0)),
  ) ?? false;

const hasNonLocalTokenPath = ({ volumes }: PodSpec): boolean =>
  (volumes ?? [])
    .flatMap((volume) => volume.projected?.sources ?? [])
    .some(
      ({ serviceAccountToken: token }) =>
        token !== undefined && checkLocalNonReservedPath(token.path ?? '', '').length > 0,
    );
