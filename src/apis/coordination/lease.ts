/** Lease. Source: kubernetes pkg/registry/coordination/lease/strategy.go, pkg/apis/coordination/validation. */
import { type FieldError, forbidden, invalid } from '../../apimachinery/field-error.ts';
import type { Lease } from '../../apimachinery/types/coordination.v1.gen.ts';
import { isQualifiedName } from '../../apimachinery/validation/content.ts';
import { nameIsDNSSubdomain } from '../../apimachinery/validation/names.ts';
import { invalidEach } from '../core/field-rules.ts';
import { ALL_VERBS, define } from '../definition.ts';
import { presentLease } from '../heartbeat.ts';
import { AGE, age, column, NAME, nameOf } from '../printing.ts';

function validateLease({ spec = {} }: Lease): FieldError[] {
  const { leaseDurationSeconds, leaseTransitions, strategy, preferredHolder } = spec;
  const errors: FieldError[] = [];
  if (leaseDurationSeconds !== undefined && leaseDurationSeconds <= 0) {
    errors.push(invalid('spec.leaseDurationSeconds', leaseDurationSeconds, 'must be greater than 0'));
  }
  if (leaseTransitions !== undefined && leaseTransitions < 0) {
    errors.push(invalid('spec.leaseTransitions', leaseTransitions, 'must be greater than or equal to 0'));
  }
  if (strategy !== undefined && strategy !== 'OldestEmulationVersion') {
    errors.push(...invalidEach('spec.strategy', strategy, isQualifiedName(strategy)));
  }
  if (preferredHolder && !strategy) {
    errors.push(forbidden('spec.preferredHolder', 'may only be specified if `strategy` is defined'));
  }
  return errors;
}

/**
 * Fields of coordinated leader election, which is off by default (CoordinatedLeaderElection), are not taken unless
 * the stored lease has them.
 */
function dropCoordination(lease: Lease, old?: Lease): void {
  if (!lease.spec) return;
  if (old?.spec?.strategy === undefined) delete lease.spec.strategy;
  if (old?.spec?.preferredHolder === undefined) delete lease.spec.preferredHolder;
}

export const leases = define<Lease>({
  group: 'coordination.k8s.io',
  version: 'v1',
  resource: 'leases',
  singular: 'lease',
  kind: 'Lease',
  namespaced: true,
  verbs: ALL_VERBS,
  typeName: 'coordination.v1.Lease',
  present: presentLease,
  strategy: {
    allowCreateOnUpdate: true,
    allowUnconditionalUpdate: false,
    generation: 'none',
    validateName: nameIsDNSSubdomain,
    prepareForCreate: (object) => dropCoordination(object),
    prepareForUpdate: dropCoordination,
    validate: validateLease,
    validateUpdate: validateLease,
  },
  printer: {
    columns: [NAME, column('Holder', 'Who holds the lease'), AGE],
    cells: (object, now) => [nameOf(object), object.spec?.holderIdentity ?? '', age(object, now)],
  },
});
