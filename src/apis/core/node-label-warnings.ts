/** Labels of nodes that are no longer to be used. Source: kubernetes pkg/api/node/util.go. */
import { at, child } from '../../apimachinery/field-error.ts';
import type { NodeSelectorTerm } from '../../apimachinery/types/core.v1.gen.ts';
import { isValidLabelValue } from '../../apimachinery/validation/content.ts';

const DEPRECATED: Readonly<Record<string, string>> = {
  'beta.kubernetes.io/arch': 'deprecated since v1.14; use "kubernetes.io/arch" instead',
  'beta.kubernetes.io/os': 'deprecated since v1.14; use "kubernetes.io/os" instead',
  'failure-domain.beta.kubernetes.io/region':
    'deprecated since v1.17; use "topology.kubernetes.io/region" instead',
  'failure-domain.beta.kubernetes.io/zone':
    'deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
  'beta.kubernetes.io/instance-type':
    'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead',
  'app.kubernetes.io/created-by': 'deprecated since v1.9',
  'scheduler.alpha.kubernetes.io/preferAvoidPods':
    'deprecated since v1.22; use Taints and Tolerations instead',
  'node-role.kubernetes.io/master': 'use "node-role.kubernetes.io/control-plane" instead',
};

/** What to say of a label, undefined for one that is as good as any. */
export const nodeLabelDeprecation = (label: string | undefined): string | undefined =>
  label !== undefined && Object.hasOwn(DEPRECATED, label) ? DEPRECATED[label] : undefined;

/** Warnings for a term. `checkValues`: also for values that no label can have. */
export function nodeSelectorTermWarnings(
  term: NodeSelectorTerm,
  checkValues: boolean,
  path: string,
): string[] {
  return (term.matchExpressions ?? []).flatMap(({ key, values }, index) => {
    const here = at(child(path, 'matchExpressions'), index);
    const message = nodeLabelDeprecation(key);
    return [
      ...(message ? [`${child(here, 'key')}: ${key} is ${message}`] : []),
      ...(checkValues ? (values ?? []) : []).flatMap((value, i) =>
        isValidLabelValue(value).map(
          (problem) => `${at(child(here, 'values'), i)}: ${value} is invalid, ${problem}`,
        ),
      ),
    ];
  });
}
