/** Cordoned nodes take no pods but those that tolerate it. Upstream: plugins/nodeunschedulable. */
import type { Node, Taint } from '../../apimachinery/types/core.v1.gen.ts';
import { Action } from '../events.ts';
import { type Plugin, status } from '../framework.ts';
import type { PodInfo } from '../pod-info.ts';
import { toleratesAny } from './tolerations.ts';

const NAME = 'NodeUnschedulable';
const UNSCHEDULABLE = status('UnschedulableAndUnresolvable', NAME, 'node(s) were unschedulable');
const TAINT: Taint = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' };

const toleratesCordon = ({ pod }: PodInfo): boolean => toleratesAny(pod.spec?.tolerations, TAINT);

export const nodeUnschedulable: Plugin = {
  name: NAME,
  events: [
    {
      resource: 'Node',
      actions: Action.Add | Action.UpdateNodeTaint,
      hint: (_pod, { next }) => !(next as Node).spec?.unschedulable,
    },
    { resource: 'TargetPod', actions: Action.UpdatePodTolerations, hint: toleratesCordon },
  ],
  filter(_state, pod, node) {
    return node.node?.spec?.unschedulable && !toleratesCordon(pod) ? UNSCHEDULABLE : undefined;
  },
};
