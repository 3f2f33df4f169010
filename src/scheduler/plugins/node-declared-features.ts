/** Pods that need what not every kubelet can do fit on nodes that say they can. Upstream: plugins/nodedeclaredfeatures. */
import type { Container } from '../../apimachinery/types/core.v1.gen.ts';
import { Action } from '../events.ts';
import { type Plugin, status } from '../framework.ts';

const NAME = 'NodeDeclaredFeatures';
const MISMATCH = status('UnschedulableAndUnresolvable', NAME, "node(s) didn't match Pod's required features");
const NOTHING_NEEDED = { status: status('Skip', NAME) };
/** The one feature that a pod may need from its start. Source: component-helpers nodedeclaredfeatures/features. */
const FEATURE = 'RestartAllContainersOnContainerExits';

const restartsAll = ({ restartPolicyRules = [] }: Container): boolean =>
  restartPolicyRules.some(({ action }) => action === 'RestartAllContainers');

export const nodeDeclaredFeatures: Plugin = {
  name: NAME,
  events: [{ resource: 'Node', actions: Action.Add | Action.UpdateNodeDeclaredFeature }],
  preFilter(_state, { pod: { spec } }) {
    const needed = spec?.containers?.some(restartsAll) || spec?.initContainers?.some(restartsAll);
    return needed ? undefined : NOTHING_NEEDED;
  },
  filter: (_state, _pod, { node }) =>
    node?.status?.declaredFeatures?.includes(FEATURE) ? undefined : MISMATCH,
};
