/** A pod that names its node fits there only. Upstream: plugins/nodename. */
import type { Node } from '../../apimachinery/types/core.v1.gen.ts';
import { Action } from '../events.ts';
import { type Plugin, status } from '../framework.ts';

const NAME = 'NodeName';
const MISMATCH = status('UnschedulableAndUnresolvable', NAME, "node(s) didn't match the requested node name");

export const nodeName: Plugin = {
  name: NAME,
  events: [
    {
      resource: 'Node',
      actions: Action.Add,
      hint: (pod, { next }) => (next as Node).metadata?.name === pod.pod.spec?.nodeName,
    },
  ],
  filter(_state, { pod }, node) {
    const wanted = pod.spec?.nodeName;
    return wanted && wanted !== node.name ? MISMATCH : undefined;
  },
};
