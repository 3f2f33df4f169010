/** A pod that is bound has the zone and region of its node, whatever it said before. Source: kubernetes plugin/pkg/admission/podtopologylabels. */
import type { Node, Pod } from '../../apimachinery/types/core.v1.gen.ts';
import type { Stored } from '../../apis/object.ts';
import type { AdmissionPlugin } from './plugin.ts';

const LABELS = ['topology.kubernetes.io/zone', 'topology.kubernetes.io/region'];

export const podTopologyLabels: AdmissionPlugin = {
  name: 'PodTopologyLabels',
  handles: ({ operation, definition, subresource }) =>
    definition.resource === 'pods' &&
    definition.group === '' &&
    (subresource === 'binding' || (operation === 'CREATE' && !subresource)),
  async admit({ object, reads }) {
    const { metadata, spec } = object as Stored<Pod>;
    if (!spec?.nodeName) return;
    const node = await reads.get<Node>('', 'nodes', '', spec.nodeName);
    for (const label of LABELS) {
      const value = node?.metadata.labels?.[label];
      if (value !== undefined) metadata.labels = { ...metadata.labels, [label]: value };
    }
  },
};
