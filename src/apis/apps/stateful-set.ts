/**
 * StatefulSet.
 * Source: kubernetes pkg/apis/apps/v1/defaults.go, pkg/registry/apps/statefulset/strategy.go,
 * pkg/printers/internalversion/printers.go.
 */
import type { StatefulSet, StatefulSetSpec } from '../../apimachinery/types/apps.v1.gen.ts';
import { nameIsDNSLabel } from '../../apimachinery/validation/names.ts';
import { at, child } from '../../apimachinery/field-error.ts';
import { persistentVolumeClaims } from '../core/persistent-volume-claim.ts';
import { claimSpecWarnings } from '../core/persistent-volume-claim-validation.ts';
import { defaultPodTemplateSpec } from '../core/pod-defaults.ts';
import { dropDisabledTemplateFields } from '../core/pod-disabled-fields.ts';
import { dropZeros } from '../core/zero-values.ts';
import { ALL_VERBS, define, SCALE, type StrategyContext, statusOf } from '../definition.ts';
import { AGE, age, column, NAME, nameOf } from '../printing.ts';
import { keepSpec, keepStatus } from '../strategy.ts';
import { CONTAINERS_COLUMN, containerCells, IMAGES_COLUMN } from './printing.ts';
import { selectorText } from './selector.ts';
import {
  validateStatefulSet,
  validateStatefulSetUpdate,
  validateStatusUpdate,
} from './stateful-set-validation.ts';
import { templateWarnings, templateWarningsOnUpdate } from './warnings.ts';

function defaultStatefulSet(statefulSet: StatefulSet, ctx: StrategyContext): void {
  statefulSet.spec ??= {} as StatefulSetSpec;
  const { spec } = statefulSet;
  dropZeros(spec, ['minReadySeconds', 'serviceName']);
  spec.template ??= {};
  defaultPodTemplateSpec(spec.template);
  defaultClaims(spec, ctx);
  spec.podManagementPolicy ||= 'OrderedReady';
  spec.updateStrategy ??= {};
  const { updateStrategy } = spec;
  if (!updateStrategy.type) {
    updateStrategy.type = 'RollingUpdate';
    updateStrategy.rollingUpdate ??= {};
  }
  if (updateStrategy.type === 'RollingUpdate' && updateStrategy.rollingUpdate) {
    updateStrategy.rollingUpdate.partition ??= 0;
  }
  spec.persistentVolumeClaimRetentionPolicy ??= {};
  spec.persistentVolumeClaimRetentionPolicy.whenDeleted ||= 'Retain';
  spec.persistentVolumeClaimRetentionPolicy.whenScaled ||= 'Retain';
  spec.replicas ??= 1;
  spec.revisionHistoryLimit ??= 10;
}

/** Claims of a StatefulSet are whole objects: they have a kind, a status and the defaults of their own kind. */
function defaultClaims(spec: StatefulSetSpec, ctx: StrategyContext): void {
  for (const claim of spec.volumeClaimTemplates ?? []) {
    claim.apiVersion = 'v1';
    claim.kind = 'PersistentVolumeClaim';
    claim.metadata ??= {};
    persistentVolumeClaims.strategy.default?.(claim, ctx);
  }
}

/** MaxUnavailableStatefulSet is off in 1.36: what was not set before cannot be set. */
function dropMaxUnavailable({ spec }: StatefulSet, old?: StatefulSet): void {
  const rollingUpdate = spec?.updateStrategy?.rollingUpdate;
  if (rollingUpdate && old?.spec?.updateStrategy?.rollingUpdate?.maxUnavailable === undefined) {
    delete rollingUpdate.maxUnavailable;
  }
}

/** `field` is how upstream's paths go on after the index: they differ between creation and update. */
const claimWarnings = ({ spec }: StatefulSet, field: string): string[] =>
  (spec?.volumeClaimTemplates ?? []).flatMap((claim, index) =>
    claimSpecWarnings(claim.spec ?? {}, child(at('spec.volumeClaimTemplates', index), field)),
  );

function historyWarning({ spec }: StatefulSet): string[] {
  if ((spec?.revisionHistoryLimit ?? 0) >= 0) return [];
  return [
    'spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended',
  ];
}

export const statefulSets = define<StatefulSet>({
  group: 'apps',
  version: 'v1',
  resource: 'statefulsets',
  singular: 'statefulset',
  kind: 'StatefulSet',
  namespaced: true,
  verbs: ALL_VERBS,
  shortNames: ['sts'],
  categories: ['all'],
  typeName: 'apps.v1.StatefulSet',
  strategy: {
    // Names of the pods are the set's and a number.
    validateName: nameIsDNSLabel,
    default: defaultStatefulSet,
    prepareForCreate(statefulSet) {
      statefulSet.status = { availableReplicas: 0, replicas: 0 };
      dropMaxUnavailable(statefulSet);
      dropDisabledTemplateFields(statefulSet.spec?.template);
    },
    prepareForUpdate(statefulSet, old) {
      keepStatus(statefulSet, old);
      dropMaxUnavailable(statefulSet, old);
      dropDisabledTemplateFields(statefulSet.spec?.template, old.spec?.template);
    },
    validate: validateStatefulSet,
    validateUpdate: validateStatefulSetUpdate,
    warningsOnCreate: (statefulSet) => [
      ...templateWarnings(statefulSet.spec?.template),
      ...claimWarnings(statefulSet, ''),
      ...historyWarning(statefulSet),
    ],
    warningsOnUpdate: (statefulSet, old) => [
      ...templateWarningsOnUpdate(statefulSet, old),
      ...claimWarnings(statefulSet, 'Spec'),
      ...historyWarning(statefulSet),
    ],
    status: { prepareForUpdate: keepSpec, validateUpdate: validateStatusUpdate },
  },
  printer: {
    columns: [NAME, column('Ready', 'Ready pods of the wanted ones'), AGE, CONTAINERS_COLUMN, IMAGES_COLUMN],
    cells: (statefulSet, now) => [
      nameOf(statefulSet),
      `${statefulSet.status?.readyReplicas ?? 0}/${statefulSet.spec?.replicas ?? 0}`,
      age(statefulSet, now),
      ...containerCells(statefulSet.spec?.template?.spec),
    ],
  },
  scale: {
    getReplicas: ({ spec }) => spec?.replicas ?? 0,
    setReplicas({ spec }, replicas) {
      spec!.replicas = replicas;
    },
    statusReplicas: ({ status }) => status?.replicas ?? 0,
    selector: ({ spec }) => selectorText(spec?.selector),
  },
  subresources: [SCALE, statusOf('StatefulSet')],
});
