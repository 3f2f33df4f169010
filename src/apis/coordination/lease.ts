/** Lease. Source: kubernetes pkg/registry/coordination/lease/strategy.go. */
import type { Lease } from '../../apimachinery/types/coordination.v1.gen.ts';
import { ALL_VERBS, define } from '../definition.ts';
import { AGE, age, column, NAME, nameOf } from '../printing.ts';

export const leases = define<Lease>({
  group: 'coordination.k8s.io',
  version: 'v1',
  resource: 'leases',
  singular: 'lease',
  kind: 'Lease',
  namespaced: true,
  verbs: ALL_VERBS,
  typeName: 'coordination.v1.Lease',
  strategy: {
    allowCreateOnUpdate: true,
    allowUnconditionalUpdate: false,
    generation: 'none',
  },
  printer: {
    columns: [NAME, column('Holder', 'Who holds the lease'), AGE],
    cells: (object, now) => [nameOf(object), object.spec?.holderIdentity ?? '', age(object, now)],
  },
});
