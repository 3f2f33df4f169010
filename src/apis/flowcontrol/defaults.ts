/** Source: kubernetes pkg/apis/flowcontrol/v1/defaults.go. */
import type {
  FlowSchema,
  LimitedPriorityLevelConfiguration,
  PriorityLevelConfiguration,
} from '../../apimachinery/types/flowcontrol.v1.gen.ts';

const MATCHING_PRECEDENCE = 1000;
const NOMINAL_CONCURRENCY_SHARES = 30;
const QUEUES = 64;
const HAND_SIZE = 8;
const QUEUE_LENGTH_LIMIT = 50;

export function defaultFlowSchema(schema: FlowSchema): void {
  if (schema.spec && !schema.spec.matchingPrecedence) schema.spec.matchingPrecedence = MATCHING_PRECEDENCE;
}

export function defaultPriorityLevelConfiguration(level: PriorityLevelConfiguration): void {
  const { spec } = level;
  if (!spec) return;
  if (spec.exempt) {
    spec.exempt.nominalConcurrencyShares ??= 0;
    spec.exempt.lendablePercent ??= 0;
  }
  if (spec.limited) defaultLimited(spec.limited);
}

function defaultLimited(limited: LimitedPriorityLevelConfiguration): void {
  limited.nominalConcurrencyShares ??= NOMINAL_CONCURRENCY_SHARES;
  limited.lendablePercent ??= 0;
  const queuing = limited.limitResponse?.queuing;
  if (!queuing) return;
  if (!queuing.handSize) queuing.handSize = HAND_SIZE;
  if (!queuing.queues) queuing.queues = QUEUES;
  if (!queuing.queueLengthLimit) queuing.queueLengthLimit = QUEUE_LENGTH_LIMIT;
}
