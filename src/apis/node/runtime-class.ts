import type { RuntimeClass } from '../../apimachinery/types/node.v1.gen.ts';
import { nodeLabelDeprecation } from '../core/node-label-warnings.ts';
import { ALL_VERBS, define } from '../definition.ts';
import { AGE, NAME, age, column, nameOf } from '../printing.ts';
import { validateRuntimeClass, validateRuntimeClassUpdate } from './validation.ts';

/** Source: kubernetes pkg/api/node/util.go. */
const nodeSelectorWarnings = ({ scheduling }: RuntimeClass): string[] =>
  Object.keys(scheduling?.nodeSelector ?? {}).flatMap((key) => {
    const text = nodeLabelDeprecation(key);
    return text === undefined ? [] : [`scheduling.nodeSelector: ${text}`];
  });

/** Source: kubernetes pkg/registry/node/runtimeclass/strategy.go. */
export const runtimeClasses = define<RuntimeClass>({
  group: 'node.k8s.io',
  version: 'v1',
  resource: 'runtimeclasses',
  singular: 'runtimeclass',
  kind: 'RuntimeClass',
  namespaced: false,
  verbs: ALL_VERBS,
  typeName: 'node.v1.RuntimeClass',
  strategy: {
    validate: validateRuntimeClass,
    validateUpdate: validateRuntimeClassUpdate,
    warningsOnCreate: nodeSelectorWarnings,
    warningsOnUpdate: nodeSelectorWarnings,
    allowUnconditionalUpdate: false,
  },
  printer: {
    columns: [NAME, column('Handler', 'Name of the runtime configuration on the nodes'), AGE],
    cells: (runtimeClass, now) => [nameOf(runtimeClass), runtimeClass.handler ?? '', age(runtimeClass, now)],
  },
});
