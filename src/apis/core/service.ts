/** Service. Source: kubernetes pkg/registry/core/service/strategy.go. */
import type { Service } from '../../apimachinery/types/core.v1.gen.ts';
import { nameIsDNSLabel } from '../../apimachinery/validation/names.ts';
import { ALL_VERBS, define, statusOf } from '../definition.ts';
import { dropStatus, keepStatus } from '../strategy.ts';
import { defaultService } from './service-defaults.ts';
import { dropTypeDependentFields } from './service-ips.ts';
import { servicePrinter } from './service-printer.ts';
import { validateService, validateServiceStatusUpdate, validateServiceUpdate } from './service-validation.ts';
import { serviceStatusWarnings, serviceWarnings } from './service-warnings.ts';

export const services = define<Service>({
  group: '',
  version: 'v1',
  resource: 'services',
  singular: 'service',
  kind: 'Service',
  namespaced: true,
  verbs: ALL_VERBS,
  shortNames: ['svc'],
  categories: ['all'],
  typeName: 'core.v1.Service',
  subresources: [
    { name: 'proxy', verbs: ['create', 'delete', 'get', 'patch', 'update'], kind: 'ServiceProxyOptions' },
    statusOf('Service'),
  ],
  strategy: {
    allowCreateOnUpdate: true,
    generation: 'none',
    // As of 1.36 names may start with a digit (RelaxedServiceNameValidation).
    validateName: nameIsDNSLabel,
    default: defaultService,
    prepareForCreate: dropStatus,
    prepareForUpdate(object, old) {
      keepStatus(object, old);
      dropTypeDependentFields(object, old);
    },
    // The type needs none: older services have it, and it was never shown.
    canonicalize({ spec }) {
      if (spec?.type === 'ExternalName') delete spec.internalTrafficPolicy;
    },
    validate: (object) => validateService(object),
    validateUpdate: validateServiceUpdate,
    warningsOnCreate: serviceWarnings,
    warningsOnUpdate: serviceWarnings,
    status: { validateUpdate: validateServiceStatusUpdate, warningsOnUpdate: serviceStatusWarnings },
  },
  selectableFields: {
    'spec.clusterIP': (object) => object.spec?.clusterIP ?? '',
    'spec.type': (object) => object.spec?.type ?? '',
  },
  printer: servicePrinter,
});
