/** Pods stay five minutes on a node that fails. Source: kubernetes plugin/pkg/admission/defaulttolerationseconds. */
import type { Pod, Toleration } from '../../apimachinery/types/core.v1.gen.ts';
import { type AdmissionPlugin, isFor } from './plugin.ts';

const TAINTS = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'];
const SECONDS = 300;

const tolerates = ({ key, effect }: Toleration, taint: string): boolean =>
  (!key || key === taint) && (!effect || effect === 'NoExecute');

export const defaultTolerationSeconds: AdmissionPlugin = {
  name: 'DefaultTolerationSeconds',
  handles: (attributes) => attributes.operation !== 'DELETE' && isFor(attributes, '', 'pods'),
  admit({ object }) {
    const { spec } = object as Pod;
    if (!spec) return;
    for (const key of TAINTS) {
      if (spec.tolerations?.some((toleration) => tolerates(toleration, key))) continue;
      spec.tolerations ??= [];
      spec.tolerations.push({
        key,
        operator: 'Exists',
        effect: 'NoExecute',
        tolerationSeconds: SECONDS,
      });
    }
  },
};
