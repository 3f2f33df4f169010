import type { CustomResourceDefinition } from '../../apimachinery/types/apiextensions.v1.gen.ts';
import { ALL_VERBS, define, statusOf } from '../definition.ts';
import { defaultCRD } from './defaults.ts';
import { cleanupStarted, heldByInstances, prepareCRD, prepareCRDUpdate } from './crd-strategy.ts';
import { validateCRD, validateCRDStatusUpdate, validateCRDUpdate } from './validation.ts';
import { warningsOnCreate, warningsOnUpdate } from './warnings.ts';

/** Source: kubernetes/apiextensions-apiserver pkg/registry/customresourcedefinition/strategy.go. */
export const customResourceDefinitions = define<CustomResourceDefinition>({
  group: 'apiextensions.k8s.io',
  version: 'v1',
  resource: 'customresourcedefinitions',
  singular: 'customresourcedefinition',
  kind: 'CustomResourceDefinition',
  namespaced: false,
  verbs: ALL_VERBS,
  shortNames: ['crd', 'crds'],
  categories: ['api-extensions'],
  typeName: 'apiextensions.v1.CustomResourceDefinition',
  subresources: [statusOf('CustomResourceDefinition')],
  strategy: {
    default: defaultCRD,
    prepareForCreate: prepareCRD,
    prepareForUpdate: prepareCRDUpdate,
    validate: validateCRD,
    validateUpdate: validateCRDUpdate,
    status: { validateUpdate: validateCRDStatusUpdate },
    warningsOnCreate,
    warningsOnUpdate,
    allowUnconditionalUpdate: false,
    heldBy: heldByInstances,
    deletionStarted: cleanupStarted,
  },
});
