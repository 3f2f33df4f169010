import type { PriorityLevelConfiguration } from '../../apimachinery/types/flowcontrol.v1.gen.ts';
import { ALL_VERBS, define, statusOf } from '../definition.ts';
import { AGE, NAME, age, column, nameOf } from '../printing.ts';
import { dropStatus, keepStatus } from '../strategy.ts';
import { defaultPriorityLevelConfiguration } from './defaults.ts';
import {
  validatePriorityLevelConfiguration,
  validatePriorityLevelConfigurationStatus,
} from './priority-level-validation.ts';

/** Source: kubernetes pkg/registry/flowcontrol/prioritylevelconfiguration/strategy.go. */
export const priorityLevelConfigurations = define<PriorityLevelConfiguration>({
  group: 'flowcontrol.apiserver.k8s.io',
  version: 'v1',
  resource: 'prioritylevelconfigurations',
  singular: 'prioritylevelconfiguration',
  kind: 'PriorityLevelConfiguration',
  namespaced: false,
  verbs: ALL_VERBS,
  typeName: 'flowcontrol.v1.PriorityLevelConfiguration',
  subresources: [statusOf('PriorityLevelConfiguration')],
  strategy: {
    default: defaultPriorityLevelConfiguration,
    prepareForCreate: dropStatus,
    prepareForUpdate: keepStatus,
    validate: validatePriorityLevelConfiguration,
    validateUpdate: validatePriorityLevelConfiguration,
    status: { keptMetadata: 'all', validateUpdate: validatePriorityLevelConfigurationStatus },
  },
  printer: {
    columns: [
      NAME,
      column('Type', 'Whether the requests of this level are limited'),
      column('NominalConcurrencyShares', "The level's share of the server's seats"),
      column('Queues', 'How many queues the level has'),
      column('HandSize', 'How many queues a flow may choose from'),
      column('QueueLengthLimit', 'How many requests may wait in one queue'),
      AGE,
    ],
    cells({ metadata, spec }, now) {
      const limited = spec?.limited;
      const queuing = limited?.limitResponse?.queuing;
      const counts = queuing ? [queuing.queues, queuing.handSize, queuing.queueLengthLimit] : [];
      return [
        nameOf({ metadata }),
        spec?.type ?? '',
        limited ? (limited.nominalConcurrencyShares ?? 0) : '<none>',
        ...[0, 1, 2].map((index) => (queuing ? (counts[index] ?? 0) : '<none>')),
        age({ metadata }, now),
      ];
    },
  },
});
