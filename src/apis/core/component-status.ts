/** ComponentStatus: the health of control plane components. Read only, computed when it is asked for. */
import type { ComponentStatus } from '../../apimachinery/types/core.v1.gen.ts';
import { define } from '../definition.ts';
import { column, NAME, nameOf } from '../printing.ts';

export const componentStatuses = define<ComponentStatus>({
  group: '',
  version: 'v1',
  resource: 'componentstatuses',
  singular: 'componentstatus',
  kind: 'ComponentStatus',
  namespaced: false,
  verbs: ['get', 'list'],
  shortNames: ['cs'],
  typeName: 'core.v1.ComponentStatus',
  deprecated: 'v1 ComponentStatus is deprecated in v1.19+',
  strategy: {},
  printer: {
    columns: [
      NAME,
      column('Status', 'Whether the component is healthy'),
      column('Message', 'What the component says of its health'),
      column('Error', 'What went wrong when its health was asked for'),
    ],
    cells(object) {
      const healthy = object.conditions?.find((condition) => condition.type === 'Healthy');
      const status = !healthy ? 'Unknown' : healthy.status === 'True' ? 'Healthy' : 'Unhealthy';
      return [nameOf(object), status, healthy?.message ?? '', healthy?.error ?? ''];
    },
  },
});
