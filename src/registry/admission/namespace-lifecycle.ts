/** Nothing is created in a namespace that is missing or going. Source: apiserver pkg/admission/plugin/namespace/lifecycle. */
import { forbidden, notFound, type StatusCause } from '../../apimachinery/status.ts';
import { type AdmissionPlugin, refuse } from './plugin.ts';

const IMMORTAL = new Set(['default', 'kube-system', 'kube-public']);

/** The message and the causes of a refusal in a namespace that is going. */
export const whyNothingNew = (namespace: string): [string, StatusCause[]] => [
  `unable to create new content in namespace ${namespace} because it is being terminated`,
  [
    {
      reason: 'NamespaceTerminating',
      message: `namespace ${namespace} is being terminated`,
      field: 'metadata.namespace',
    },
  ],
];

export const namespaceLifecycle: AdmissionPlugin = {
  name: 'NamespaceLifecycle',
  handles: ({ operation, definition, subresource }) =>
    (operation === 'CREATE' && definition.namespaced) ||
    (operation === 'DELETE' &&
      definition.resource === 'namespaces' &&
      definition.group === '' &&
      !subresource),
  async admit(attributes) {
    const { operation, definition, namespace, name, reads } = attributes;
    if (operation === 'DELETE') {
      if (IMMORTAL.has(name)) throw forbidden(definition, name, 'this namespace may not be deleted');
      return;
    }
    // A review of access is not content.
    if (definition.resource === 'localsubjectaccessreviews') return;
    const found = await reads.get('', 'namespaces', '', namespace);
    if (!found) throw notFound({ group: '', resource: 'namespaces' }, namespace);
    if (found.metadata.deletionTimestamp) {
      throw refuse(attributes, ...whyNothingNew(namespace));
    }
  },
};
