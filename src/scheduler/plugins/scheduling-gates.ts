/** Keeps a pod out of the queue while spec.schedulingGates is not empty. Upstream: plugins/schedulinggates. */
import { Action } from '../events.ts';
import type { Plugin } from '../framework.ts';

const NAME = 'SchedulingGates';

export const schedulingGates: Plugin = {
  name: NAME,
  events: [{ resource: 'TargetPod', actions: Action.UpdatePodSchedulingGatesEliminated }],
  preEnqueue({ pod }) {
    const gates = pod.spec?.schedulingGates;
    if (!gates || gates.length === 0) return undefined;
    const names = gates.map((gate) => gate.name).join(' ');
    return {
      code: 'UnschedulableAndUnresolvable',
      plugin: NAME,
      reasons: [`waiting for scheduling gates: [${names}]`],
    };
  },
};
