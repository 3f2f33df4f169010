/** ServiceCIDR: a range cluster IPs are taken from. Source: kubernetes pkg/registry/networking/servicecidr/strategy.go. */
import type { ServiceCIDR } from '../../apimachinery/types/networking.v1.gen.ts';
import { ALL_VERBS, define, statusOf } from '../definition.ts';
import { AGE, age, column, NAME, nameOf } from '../printing.ts';
import { dropStatus, keepStatus } from '../strategy.ts';

export const serviceCIDRs = define<ServiceCIDR>({
  group: 'networking.k8s.io',
  version: 'v1',
  resource: 'servicecidrs',
  singular: 'servicecidr',
  kind: 'ServiceCIDR',
  namespaced: false,
  verbs: ALL_VERBS,
  typeName: 'networking.v1.ServiceCIDR',
  subresources: [statusOf('ServiceCIDR')],
  strategy: {
    prepareForCreate: dropStatus,
    prepareForUpdate: keepStatus,
  },
  printer: {
    columns: [NAME, column('CIDRs', 'The ranges'), AGE],
    cells: (object, now) => [nameOf(object), (object.spec?.cidrs ?? []).join(','), age(object, now)],
  },
});
