/** ServiceAccount. Source: kubernetes pkg/registry/core/serviceaccount/strategy.go. */
import type { ServiceAccount } from '../../apimachinery/types/core.v1.gen.ts';
import { ALL_VERBS, define } from '../definition.ts';
import { AGE, age, column, NAME, nameOf } from '../printing.ts';

export const serviceAccounts = define<ServiceAccount>({
  group: '',
  version: 'v1',
  resource: 'serviceaccounts',
  singular: 'serviceaccount',
  kind: 'ServiceAccount',
  namespaced: true,
  verbs: ALL_VERBS,
  shortNames: ['sa'],
  typeName: 'core.v1.ServiceAccount',
  subresources: [
    {
      name: 'token',
      verbs: ['create'],
      kind: 'TokenRequest',
      group: 'authentication.k8s.io',
      version: 'v1',
    },
  ],
  strategy: {},
  printer: {
    columns: [NAME, column('Secrets', 'Number of secrets listed in the account'), AGE],
    cells: (object, now) => [nameOf(object), object.secrets?.length ?? 0, age(object, now)],
  },
});
