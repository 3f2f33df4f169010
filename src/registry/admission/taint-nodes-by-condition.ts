/** A new node takes no pods until it is known to be ready. Source: kubernetes plugin/pkg/admission/nodetaint. */
import type { Node } from '../../apimachinery/types/core.v1.gen.ts';
import { type AdmissionPlugin, isFor } from './plugin.ts';

const KEY = 'node.kubernetes.io/not-ready';
const EFFECT = 'NoSchedule';

export const taintNodesByCondition: AdmissionPlugin = {
  name: 'TaintNodesByCondition',
  handles: (attributes) => attributes.operation === 'CREATE' && isFor(attributes, '', 'nodes'),
  admit({ object }) {
    const node = object as Node;
    node.spec ??= {};
    node.spec.taints ??= [];
    if (node.spec.taints.some(({ key, effect }) => key === KEY && effect === EFFECT)) return;
    node.spec.taints.push({ key: KEY, effect: EFFECT });
  },
};
