import type { FlowSchema } from '../../apimachinery/types/flowcontrol.v1.gen.ts';
import { ALL_VERBS, define, statusOf } from '../definition.ts';
import { AGE, NAME, age, column, nameOf } from '../printing.ts';
import { dropStatus, keepStatus } from '../strategy.ts';
import { defaultFlowSchema } from './defaults.ts';
import { validateFlowSchema, validateFlowSchemaStatus } from './flow-schema-validation.ts';

/** Source: kubernetes pkg/registry/flowcontrol/flowschema/strategy.go. */
export const flowSchemas = define<FlowSchema>({
  group: 'flowcontrol.apiserver.k8s.io',
  version: 'v1',
  resource: 'flowschemas',
  singular: 'flowschema',
  kind: 'FlowSchema',
  namespaced: false,
  verbs: ALL_VERBS,
  typeName: 'flowcontrol.v1.FlowSchema',
  subresources: [statusOf('FlowSchema')],
  strategy: {
    default: defaultFlowSchema,
    prepareForCreate: dropStatus,
    prepareForUpdate: keepStatus,
    validate: validateFlowSchema,
    validateUpdate: validateFlowSchema,
    status: { keptMetadata: 'all', validateUpdate: validateFlowSchemaStatus },
  },
  printer: {
    columns: [
      NAME,
      column('PriorityLevel', 'The priority level of matching requests'),
      column('MatchingPrecedence', 'Order among flow schemas, the lowest first'),
      column('DistinguisherMethod', 'What tells the flows of one schema apart'),
      AGE,
      column('MissingPL', 'Whether the priority level is missing'),
    ],
    // What is asked first comes first.
    compare: (a, b) =>
      (a.spec?.matchingPrecedence ?? 0) - (b.spec?.matchingPrecedence ?? 0) ||
      (nameOf(a) < nameOf(b) ? -1 : 1),
    cells: ({ metadata, spec, status }, now) => [
      nameOf({ metadata }),
      spec?.priorityLevelConfiguration?.name ?? '',
      spec?.matchingPrecedence ?? 0,
      spec?.distinguisherMethod ? spec.distinguisherMethod.type : '<none>',
      age({ metadata }, now),
      status?.conditions?.find((condition) => condition.type === 'Dangling')?.status ?? '?',
    ],
  },
});
