/** Validation of StatefulSets. Source: kubernetes pkg/apis/apps/validation/validation.go. */
import {
  at,
  child,
  type FieldError,
  forbidden,
  invalid,
  required,
  unsupported,
} from '../../apimachinery/field-error.ts';
import type {
  StatefulSet,
  StatefulSetSpec,
  StatefulSetUpdateStrategy,
} from '../../apimachinery/types/apps.v1.gen.ts';
import {
  isNotMoreThan100Percent,
  validatePositiveIntOrPercent,
} from '../../apimachinery/validation/int-or-percent.ts';
import { validateLabels } from '../../apimachinery/validation/labels.ts';
import { validateAnnotations } from '../../apimachinery/validation/object-meta.ts';
import { checkDNS1123Label } from '../core/field-rules.ts';
import { internalForm } from '../core/internal-form.ts';
import { validatePodAnnotations } from '../core/pod-annotation-validation.ts';
import {
  type PodValidationOptions,
  templateUpdateOptions,
  validatePodTemplateSpec,
} from '../core/pod-validation.ts';
import { validatePersistentVolumeClaimSpec } from '../core/volume-claim-validation.ts';
import { semanticEqual } from '../strategy.ts';
import { parsedSelector, validateSelector, validateSelects } from './selector.ts';
import {
  intOrPercentValue,
  nonNegativeFields,
  notDecremented,
  notGreater,
  restartsAlways,
} from './validation.ts';

/** What is not looked at when a stored set is updated: what cannot change, or was already wrong. */
interface Leniency {
  readonly pods?: PodValidationOptions;
  readonly anyServiceName?: boolean;
  readonly anyClaimTemplates?: boolean;
  readonly anyPodTemplate?: boolean;
}

export const validateStatefulSet = ({ spec }: StatefulSet): FieldError[] => validateSpec(spec!, 'spec', {});

/** What an update may change; everything else of the spec is fixed. */
const MUTABLE: readonly (keyof StatefulSetSpec)[] = [
  'replicas',
  'ordinals',
  'template',
  'updateStrategy',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
  'minReadySeconds',
];

export function validateStatefulSetUpdate({ spec }: StatefulSet, { spec: old }: StatefulSet): FieldError[] {
  const leniency: Leniency = {
    pods: templateUpdateOptions(old?.template),
    anyServiceName: true,
    anyClaimTemplates: true,
  };
  let errors = validateSpec(spec!, 'spec', leniency);
  if (errors.length > 0 && validateSpec(old!, '', leniency).length > 0) {
    errors = validateSpec(spec!, 'spec', { ...leniency, anyPodTemplate: true });
  }
  const fixed = (of: StatefulSetSpec | undefined): object =>
    Object.fromEntries(
      Object.entries(of ?? {}).filter(([key]) => !MUTABLE.includes(key as keyof StatefulSetSpec)),
    );
  if (!semanticEqual(fixed(spec), fixed(old))) {
    errors.push(
      forbidden(
        'spec',
        "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
      ),
    );
  }
  return errors;
}

function validateSpec(spec: StatefulSetSpec, path: string, leniency: Leniency): FieldError[] {
  const template = child(path, 'template');
  const errors = validatePodManagementPolicy(
    spec.podManagementPolicy ?? '',
    child(path, 'podManagementPolicy'),
  );
  errors.push(...validateUpdateStrategy(spec.updateStrategy ?? {}, child(path, 'updateStrategy')));
  const retention = spec.persistentVolumeClaimRetentionPolicy;
  for (const when of ['whenDeleted', 'whenScaled'] as const) {
    if (!retention || retention[when] === 'Retain' || retention[when] === 'Delete') continue;
    const field = child(path, 'persistentVolumeClaimRetentionPolicy', when);
    errors.push(unsupported(field, retention[when] ?? '', ['Retain', 'Delete']));
  }
  if (!leniency.anyClaimTemplates) {
    for (const [index, claim] of (spec.volumeClaimTemplates ?? []).entries()) {
      const field = child(at(child(path, 'volumeClaimTemplates'), index), 'spec');
      errors.push(...validatePersistentVolumeClaimSpec(claim.spec ?? {}, field));
    }
  }
  errors.push(...nonNegativeFields(path, spec, ['replicas', 'minReadySeconds']));
  errors.push(...nonNegativeFields(child(path, 'ordinals'), spec.ordinals, ['start']));
  if (spec.serviceName && !leniency.anyServiceName) {
    errors.push(...checkDNS1123Label(spec.serviceName, child(path, 'serviceName')));
  }
  errors.push(...validateSelector(spec.selector, child(path, 'selector'), 'statefulset'));
  errors.push(...validateSelects(spec.selector, spec.template, path, ''));
  if (parsedSelector(spec.selector)) errors.push(...validateTemplate(spec, template, leniency));
  errors.push(...restartsAlways(spec.template, template, 'StatefulSet'));
  return errors;
}

/** The pod template as its pods will have it: each claim template is one more volume, and the names are the set's. */
function validateTemplate(
  { template, volumeClaimTemplates }: StatefulSetSpec,
  path: string,
  { anyPodTemplate, pods }: Leniency,
): FieldError[] {
  const names = new Set((volumeClaimTemplates ?? []).map(({ metadata }) => metadata?.name ?? ''));
  const { hostname: _hostname, subdomain: _subdomain, ...spec } = template.spec ?? { containers: [] };
  if (names.size > 0) {
    spec.volumes = [
      ...[...names].map((name) => ({ name, persistentVolumeClaim: { claimName: name } })),
      ...(spec.volumes ?? []).filter(({ name }) => !names.has(name)),
    ];
  }
  const annotations = child(path, 'annotations');
  return [
    ...(anyPodTemplate ? [] : validatePodTemplateSpec({ ...template, spec }, path, pods)),
    // Upstream looks at these a second time.
    ...validateLabels(template.metadata?.labels, child(path, 'labels')),
    ...validateAnnotations(template.metadata?.annotations, annotations),
    ...validatePodAnnotations(template.metadata?.annotations, spec, annotations, pods),
  ];
}

function validatePodManagementPolicy(policy: string, path: string): FieldError[] {
  if (policy === '') return [required(path)];
  if (policy === 'OrderedReady' || policy === 'Parallel') return [];
  return [invalid(path, policy, "must be 'OrderedReady' or 'Parallel'")];
}

function validateUpdateStrategy(strategy: StatefulSetUpdateStrategy, path: string): FieldError[] {
  const { type = '', rollingUpdate } = strategy;
  const rolling = child(path, 'rollingUpdate');
  switch (type) {
    case '':
      return [required(path)];
    case 'OnDelete':
      if (!rollingUpdate) return [];
      return [
        invalid(
          rolling,
          internalForm('RollingUpdateStatefulSetStrategy', rollingUpdate),
          "only allowed for updateStrategy 'RollingUpdate'",
        ),
      ];
    case 'RollingUpdate':
      return rollingUpdate ? validateRollingUpdate(rollingUpdate, rolling) : [];
    default: {
      const shown = internalForm('StatefulSetUpdateStrategy', strategy);
      return [invalid(path, shown, "must be 'RollingUpdate' or 'OnDelete'")];
    }
  }
}

function validateRollingUpdate(
  rollingUpdate: NonNullable<StatefulSetUpdateStrategy['rollingUpdate']>,
  path: string,
): FieldError[] {
  const errors = nonNegativeFields(path, rollingUpdate, ['partition']);
  const { maxUnavailable } = rollingUpdate;
  if (maxUnavailable === undefined) return errors;
  const field = child(path, 'maxUnavailable');
  errors.push(...validatePositiveIntOrPercent(maxUnavailable, field));
  if (intOrPercentValue(maxUnavailable) === 0) errors.push(invalid(field, maxUnavailable, 'cannot be 0'));
  errors.push(...isNotMoreThan100Percent(maxUnavailable, field));
  return errors;
}

const REPLICAS = ['readyReplicas', 'currentReplicas', 'updatedReplicas', 'availableReplicas'];

export function validateStatusUpdate(
  { status = { replicas: 0 } }: StatefulSet,
  old: StatefulSet,
): FieldError[] {
  const exceeds = 'cannot be greater than status.replicas';
  const exceedsReady = 'cannot be greater than status.readyReplicas';
  return [
    ...nonNegativeFields('status', status, ['replicas', ...REPLICAS, 'observedGeneration', 'collisionCount']),
    ...notGreater('status', status, REPLICAS, 'replicas', exceeds),
    ...notGreater('status', status, ['availableReplicas'], 'readyReplicas', exceedsReady),
    ...notDecremented('status.collisionCount', status.collisionCount, old.status?.collisionCount),
  ];
}
