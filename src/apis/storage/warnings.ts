/** Warnings about labels of nodes that have newer names. Source: kubernetes pkg/api/storage/util.go, pkg/api/node/util.go. */
import { at, child } from '../../apimachinery/field-error.ts';
import type { CSIStorageCapacity, StorageClass } from '../../apimachinery/types/storage.v1.gen.ts';
import { nodeLabelDeprecation } from '../core/node-label-warnings.ts';

export const topologyWarnings = ({ allowedTopologies }: StorageClass): string[] =>
  (allowedTopologies ?? []).flatMap(({ matchLabelExpressions }, index) =>
    (matchLabelExpressions ?? []).flatMap(({ key }, place) => {
      const text = nodeLabelDeprecation(key);
      const path = at(child(at('allowedTopologies', index), 'matchLabelExpressions'), place);
      return text === undefined ? [] : [`${child(path, 'key')}: ${text}`];
    }),
  );

export function nodeTopologyWarnings({ nodeTopology }: CSIStorageCapacity): string[] {
  const expressions = (nodeTopology?.matchExpressions ?? []).flatMap(({ key }, index) => {
    const text = nodeLabelDeprecation(key);
    return text === undefined ? [] : [`${at('nodeTopology.matchExpressions', index)}.key: ${key} is ${text}`];
  });
  const labels = Object.keys(nodeTopology?.matchLabels ?? {}).flatMap((label) => {
    const text = nodeLabelDeprecation(label);
    return text === undefined ? [] : [`${child('nodeTopology.matchLabels', label)}: ${text}`];
  });
  return [...expressions, ...labels];
}
