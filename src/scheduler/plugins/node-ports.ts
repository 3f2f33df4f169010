/** Host ports must be free. Upstream: plugins/nodeports. */
import type { Pod } from '../../apimachinery/types/core.v1.gen.ts';
import { Action } from '../events.ts';
import { type Plugin, status } from '../framework.ts';
import { describePod } from '../pod-info.ts';

const NAME = 'NodePorts';
const CONFLICT = status('Unschedulable', NAME, "node(s) didn't have free ports for the requested pod ports");
const SKIP = status('Skip', NAME);

export const nodePorts: Plugin = {
  name: NAME,
  events: [
    {
      resource: 'AssignedPod',
      actions: Action.Delete,
      hint({ hostPorts }, { old }) {
        const freed = describePod(old as Pod).hostPorts;
        return hostPorts.some((wanted) =>
          freed.some(
            ({ port, protocol, ip }) =>
              port === wanted.port &&
              protocol === wanted.protocol &&
              (ip === wanted.ip || ip === '0.0.0.0' || wanted.ip === '0.0.0.0'),
          ),
        );
      },
    },
    { resource: 'Node', actions: Action.Add },
  ],
  preFilter: (_state, { hostPorts }) => (hostPorts.length === 0 ? { status: SKIP } : undefined),
  filter(_state, { hostPorts }, node) {
    for (const port of hostPorts) if (node.portConflicts(port)) return CONFLICT;
    return undefined;
  },
};
