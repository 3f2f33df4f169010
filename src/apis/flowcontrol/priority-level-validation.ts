/** Source: kubernetes pkg/apis/flowcontrol/validation/validation.go. */
import {
  child,
  type FieldError,
  forbidden,
  invalid,
  notSupported,
  required,
} from '../../apimachinery/field-error.ts';
import type {
  ExemptPriorityLevelConfiguration,
  LimitedPriorityLevelConfiguration,
  LimitResponse,
  PriorityLevelConfiguration,
  PriorityLevelConfigurationSpec,
  QueuingConfiguration,
} from '../../apimachinery/types/flowcontrol.v1.gen.ts';
import { semanticEqual } from '../strategy.ts';
import { validateConditionTypes } from './conditions.ts';
import { MANDATORY_PRIORITY_LEVELS } from './mandatory.ts';

const MAX_QUEUES = 10_000_000;
/** Bits of the hash that deals a flow its hand of queues. */
const MAX_HASH_BITS = 60;

export function validatePriorityLevelConfiguration(level: PriorityLevelConfiguration): FieldError[] {
  const name = level.metadata?.name ?? '';
  const spec: Partial<PriorityLevelConfigurationSpec> = level.spec ?? {};
  return [
    ...validateSpec(name, spec),
    ...validateMandatory(name, spec),
    ...validatePriorityLevelConfigurationStatus(level),
  ];
}

export const validatePriorityLevelConfigurationStatus = (level: PriorityLevelConfiguration): FieldError[] =>
  validateConditionTypes(level.status?.conditions);

function validateMandatory(name: string, spec: Partial<PriorityLevelConfigurationSpec>): FieldError[] {
  const fixed = Object.hasOwn(MANDATORY_PRIORITY_LEVELS, name) ? MANDATORY_PRIORITY_LEVELS[name] : undefined;
  if (!fixed) return [];
  if (name !== 'exempt') {
    return semanticEqual(spec, fixed)
      ? []
      : [invalid('spec', spec, `spec of '${name}' must equal the fixed value`)];
  }
  if (semanticEqual({ ...spec, exempt: undefined }, { ...fixed, exempt: undefined })) return [];
  const detail = `spec of '${name}' except the 'spec.exempt' field must equal the fixed value`;
  return [invalid('spec', spec, detail)];
}

function validateSpec(name: string, spec: Partial<PriorityLevelConfigurationSpec>): FieldError[] {
  const errors: FieldError[] = [];
  const { type = '', exempt, limited } = spec;
  if ((name === 'exempt') !== (type === 'Exempt')) {
    errors.push(invalid('spec.type', type, "must be 'Exempt' if and only if `name` is 'exempt'"));
  }
  if (type === 'Exempt') {
    if (limited) errors.push(forbidden('spec.limited', 'must be nil if the type is not Limited'));
    if (exempt) errors.push(...validateExempt(exempt, 'spec.exempt'));
  } else if (type === 'Limited') {
    if (exempt) errors.push(forbidden('spec.exempt', 'must be nil if the type is Limited'));
    if (limited) errors.push(...validateLimited(limited, 'spec.limited'));
    else errors.push(required('spec.limited', 'must not be empty when type is Limited'));
  } else {
    errors.push(notSupported('spec.type', type, ['Exempt', 'Limited']));
  }
  return errors;
}

function validateShares(shares: number | null | undefined, path: string): FieldError[] {
  if (shares === undefined || shares === null || shares >= 0) return [];
  return [invalid(child(path, 'nominalConcurrencyShares'), shares, 'must be a non-negative integer')];
}

function validateLendable(percent: number | undefined, path: string): FieldError[] {
  if (percent === undefined || (percent >= 0 && percent <= 100)) return [];
  return [invalid(child(path, 'lendablePercent'), percent, 'must be between 0 and 100, inclusive')];
}

const validateExempt = (exempt: ExemptPriorityLevelConfiguration, path: string): FieldError[] => [
  ...validateShares(exempt.nominalConcurrencyShares, path),
  ...validateLendable(exempt.lendablePercent, path),
];

function validateLimited(limited: LimitedPriorityLevelConfiguration, path: string): FieldError[] {
  const errors = validateShares(limited.nominalConcurrencyShares, path);
  errors.push(...validateLimitResponse(limited.limitResponse ?? { type: '' }, child(path, 'limitResponse')));
  errors.push(...validateLendable(limited.lendablePercent, path));
  const borrowing = limited.borrowingLimitPercent;
  if (borrowing !== undefined && borrowing < 0) {
    const detail = 'if specified, must be a non-negative integer';
    errors.push(invalid(child(path, 'borrowingLimitPercent'), borrowing, detail));
  }
  return errors;
}

function validateLimitResponse({ type, queuing }: LimitResponse, path: string): FieldError[] {
  const queuingPath = child(path, 'queuing');
  if (type === 'Reject') {
    return queuing
      ? [forbidden(queuingPath, 'must be nil if limited.limitResponse.type is not Limited')]
      : [];
  }
  if (type !== 'Queue') return [notSupported(child(path, 'type'), type ?? '', ['Queue', 'Reject'])];
  return queuing
    ? validateQueuing(queuing, queuingPath)
    : [required(queuingPath, 'must not be empty if limited.limitResponse.type is Limited')];
}

function validateQueuing(queuing: QueuingConfiguration, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const { queues = 0, handSize = 0, queueLengthLimit = 0 } = queuing;
  if (queueLengthLimit <= 0) {
    errors.push(invalid(child(path, 'queueLengthLimit'), queueLengthLimit, 'must be positive'));
  }
  if (queues <= 0) errors.push(invalid(child(path, 'queues'), queues, 'must be positive'));
  else if (queues > MAX_QUEUES) {
    errors.push(invalid(child(path, 'queues'), queues, `must not be greater than ${MAX_QUEUES}`));
  }
  const hand = child(path, 'handSize');
  if (handSize <= 0) errors.push(invalid(hand, handSize, 'must be positive'));
  else if (handSize > queues) {
    errors.push(invalid(hand, handSize, `should not be greater than queues (${queues})`));
  } else if (needsMoreThan(MAX_HASH_BITS, queues, handSize)) {
    const detail = `required entropy bits of deckSize ${queues} and handSize ${handSize} should not be greater than ${MAX_HASH_BITS}`;
    errors.push(invalid(hand, handSize, detail));
  }
  return errors;
}

/** Whether dealing a hand from a deck takes more random bits. Source: kubernetes/apiserver pkg/util/shufflesharding. */
function needsMoreThan(bits: number, deckSize: number, handSize: number): boolean {
  let needed = 0;
  for (let dealt = 0; dealt < handSize && needed <= bits; dealt++) needed += Math.log2(deckSize - dealt);
  return Math.ceil(needed) > bits;
}
