import type { PriorityClass } from '../../apimachinery/types/scheduling.v1.gen.ts';
import { ALL_VERBS, define } from '../definition.ts';
import { AGE, NAME, age, column, nameOf } from '../printing.ts';
import { validatePriorityClass, validatePriorityClassUpdate } from './validation.ts';

const UNDELETABLE = 'this is a system priority class and cannot be deleted';

/** Source: kubernetes pkg/registry/scheduling/priorityclass/strategy.go and storage/storage.go, pkg/apis/scheduling/v1/defaults.go. */
export const priorityClasses = define<PriorityClass>({
  group: 'scheduling.k8s.io',
  version: 'v1',
  resource: 'priorityclasses',
  singular: 'priorityclass',
  kind: 'PriorityClass',
  namespaced: false,
  verbs: ALL_VERBS,
  shortNames: ['pc'],
  typeName: 'scheduling.v1.PriorityClass',
  strategy: {
    default(priorityClass) {
      priorityClass.preemptionPolicy ??= 'PreemptLowerPriority';
      priorityClass.value ??= 0;
    },
    prepareForCreate(priorityClass) {
      if (priorityClass.metadata) priorityClass.metadata.generation = 1;
    },
    validate: validatePriorityClass,
    validateUpdate: validatePriorityClassUpdate,
    undeletable: { 'system-cluster-critical': UNDELETABLE, 'system-node-critical': UNDELETABLE },
  },
  printer: {
    columns: [
      NAME,
      column('Value', 'The priority that pods of this class get', 'integer'),
      column('Global-Default', 'Whether pods that name no class get this one', 'boolean'),
      AGE,
      column('PreemptionPolicy', 'Whether pods of this class may displace others'),
    ],
    cells: (priorityClass, now) => [
      nameOf(priorityClass),
      priorityClass.value ?? 0,
      priorityClass.globalDefault ?? false,
      age(priorityClass, now),
      priorityClass.preemptionPolicy ?? '',
    ],
  },
});
