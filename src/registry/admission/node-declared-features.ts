/**
 * A pod on a node is changed only in ways that the node says it can follow.
 * Source: kubernetes plugin/pkg/admission/nodedeclaredfeatures, component-helpers nodedeclaredfeatures/features.
 */
import type { Node, Pod, PodSpec } from '../../apimachinery/types/core.v1.gen.ts';
import { isRestartableInitContainer } from '../../apis/core/pod-util.ts';
import { semanticEqual } from '../../apis/strategy.ts';
import { type AdmissionPlugin, refuse } from './plugin.ts';

/** Features in the order of their names, each with which changes of a pod need it. */
const NEEDED: readonly (readonly [feature: string, by: (old: PodSpec, spec: PodSpec) => boolean])[] = [
  [
    'InPlacePodLevelResourcesVerticalScaling',
    (old, spec) => !semanticEqual(old.resources ?? null, spec.resources ?? null),
  ],
  [
    'InPlacePodVerticalScalingInitContainers',
    (old, spec) =>
      (old.initContainers ?? []).some(
        (container, i) =>
          !isRestartableInitContainer(container) &&
          !semanticEqual(container.resources ?? {}, spec.initContainers?.[i]?.resources ?? {}),
      ),
  ],
];

export const nodeDeclaredFeatureValidator: AdmissionPlugin = {
  name: 'NodeDeclaredFeatureValidator',
  handles: ({ operation, definition, subresource = '', object, old }) =>
    operation === 'UPDATE' &&
    (subresource === '' || subresource === 'resize') &&
    definition.resource === 'pods' &&
    definition.group === '' &&
    Boolean((object as Pod).spec?.nodeName) &&
    object?.metadata?.generation !== old?.metadata?.generation,
  async validate(attributes) {
    const { spec } = attributes.object as Pod;
    const before = (attributes.old as Pod).spec;
    if (!spec || !before) return;
    const needed = NEEDED.filter(([, by]) => by(before, spec)).map(([feature]) => feature);
    if (needed.length === 0) return;
    const name = spec.nodeName!;
    const node = await attributes.reads.get<Node>('', 'nodes', '', name);
    if (!node) throw refuse(attributes, `node "${name}" not found`);
    const missing = needed.filter((feature) => !node.status?.declaredFeatures?.includes(feature));
    if (missing.length === 0) return;
    throw refuse(
      attributes,
      `pod update requires features ${missing.join(', ')} which are not available on node "${name}"`,
    );
  },
};
