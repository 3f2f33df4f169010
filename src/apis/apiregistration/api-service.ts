import type { APIService } from '../../apimachinery/types/apiregistration.v1.gen.ts';
import { ALL_VERBS, define, statusOf } from '../definition.ts';
import { isPathSegmentName } from '../../apimachinery/validation/content.ts';
import { AGE, NAME, age, column, nameOf } from '../printing.ts';
import { keepStatus } from '../strategy.ts';
import { availableCell, defaultAPIService, prepareAPIService, serviceCell } from './api-service-strategy.ts';
import { validateAPIService, validateAPIServiceStatus } from './validation.ts';

/** Source: kubernetes/kube-aggregator pkg/registry/apiservice/strategy.go. */
export const apiServices = define<APIService>({
  group: 'apiregistration.k8s.io',
  version: 'v1',
  resource: 'apiservices',
  singular: 'apiservice',
  kind: 'APIService',
  namespaced: false,
  verbs: ALL_VERBS,
  categories: ['api-extensions'],
  typeName: 'apiregistration.v1.APIService',
  subresources: [statusOf('APIService')],
  strategy: {
    default: defaultAPIService,
    prepareForCreate: prepareAPIService,
    prepareForUpdate: keepStatus,
    validate: validateAPIService,
    validateUpdate: validateAPIService,
    validateName: isPathSegmentName,
    status: { keptMetadata: 'all', validateUpdate: validateAPIServiceStatus },
    allowUnconditionalUpdate: false,
    generation: 'none',
  },
  printer: {
    columns: [
      NAME,
      column('Service', 'The service that serves the API, or Local'),
      column('Available', 'Whether the API can be used'),
      AGE,
    ],
    cells: (apiService, now) => [
      nameOf(apiService),
      serviceCell(apiService),
      availableCell(apiService),
      age(apiService, now),
    ],
  },
});
