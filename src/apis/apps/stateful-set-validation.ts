/** Validation of StatefulSets. Source: kubernetes pkg/apis/apps/validation/validation.go. */
import {
  at,
  child,
  type FieldError,
  forbidden,
  invalid,
  notSupported,
  required,
} from '../../apimachinery/field-error.ts';
import type {
  StatefulSet,
  StatefulSetSpec,
  StatefulSetUpdateStrategy,
} from '../../apimachinery/types/apps.v1.gen.ts';
import type { PodTemplateSpec } from '../../apimachinery/types/core.v1.gen.ts';
import {
  isNotMoreThan100Percent,
  validatePositiveIntOrPercent,
} from '../../apimachinery/validation/int-or-percent.ts';
import { checkDNS1123Label } from '../core/field-rules.ts';
import { validatePodTemplateSpec } from '../core/pod-validation.ts';
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

export function validateStatefulSet({ spec }: StatefulSet): FieldError[] {
  const { serviceName, template, volumeClaimTemplates } = spec!;
  return [
    ...(serviceName ? checkDNS1123Label(serviceName, 'spec.serviceName') : []),
    ...validateSpec(spec!, 'spec'),
    ...validateTemplate(spec!, template, 'spec.template'),
    ...(volumeClaimTemplates ?? []).flatMap((claim, index) =>
      validatePersistentVolumeClaimSpec(
        claim.spec ?? {},
        child(at('spec.volumeClaimTemplates', index), 'spec'),
      ),
    ),
  ];
}

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
  const errors = validateSpec(spec!, 'spec');
  // What is stored may be older than a rule: only a template that changes has to keep today's.
  if (!semanticEqual(spec?.template, old?.template)) {
    errors.push(...validateTemplate(spec!, spec!.template, 'spec.template'));
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

function validateSpec(spec: StatefulSetSpec, path: string): FieldError[] {
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
    errors.push(notSupported(field, retention[when] ?? '', ['Retain', 'Delete']));
  }
  errors.push(...nonNegativeFields(path, spec, ['replicas', 'minReadySeconds']));
  errors.push(...nonNegativeFields(child(path, 'ordinals'), spec.ordinals, ['start']));
  errors.push(...validateSelector(spec.selector, child(path, 'selector'), 'statefulset'));
  errors.push(...validateSelects(spec.selector, spec.template, path, ''));
  errors.push(...restartsAlways(spec.template, template, 'StatefulSet'));
  return errors;
}

/** The pod template as its pods will have it: each claim template is one more volume. */
function validateTemplate(spec: StatefulSetSpec, template: PodTemplateSpec, path: string): FieldError[] {
  if (!parsedSelector(spec.selector)) return [];
  const claims = spec.volumeClaimTemplates ?? [];
  if (claims.length === 0) return validatePodTemplateSpec(template, path);
  const names = new Set(claims.map(({ metadata }) => metadata?.name ?? ''));
  const volumes = [
    ...(template.spec?.volumes ?? []).filter(({ name }) => !names.has(name)),
    ...[...names].map((name) => ({ name, persistentVolumeClaim: { claimName: name } })),
  ];
  return validatePodTemplateSpec({ ...template, spec: { ...template.spec!, volumes } }, path);
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
      return [invalid(rolling, rollingUpdate, "only allowed for updateStrategy 'RollingUpdate'")];
    case 'RollingUpdate':
      return rollingUpdate ? validateRollingUpdate(rollingUpdate, rolling) : [];
    default: {
      const shown = { Type: type, RollingUpdate: rollingUpdate ?? null };
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
