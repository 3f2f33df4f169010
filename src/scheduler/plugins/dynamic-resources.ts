/**
 * Resource claims. Only what shows for pods without claims is here: the words its PostFilter adds to the message of
 * every pod that fits nowhere. Pods with claims are refused rather than placed wrongly.
 * Upstream: plugins/dynamicresources.
 */
import { type Plugin, status } from '../framework.ts';

const NAME = 'DynamicResources';
const NOTHING_TO_DEALLOCATE = { status: status('Unschedulable', NAME, 'no new claims to deallocate') };
const NOT_SUPPORTED = {
  status: status('UnschedulableAndUnresolvable', NAME, 'allocation of resource claims is not supported'),
};

export const dynamicResources: Plugin = {
  name: NAME,
  events: [],
  preFilter: (_state, { pod }) => ((pod.spec?.resourceClaims?.length ?? 0) > 0 ? NOT_SUPPORTED : undefined),
  postFilter: () => NOTHING_TO_DEALLOCATE,
};
