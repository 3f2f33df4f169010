/** IPAddress: a cluster IP that is in use, and by what. The name is the address. */
import type { IPAddress } from '../../apimachinery/types/networking.v1.gen.ts';
import { ALL_VERBS, define } from '../definition.ts';
import { AGE, age, column, NAME, nameOf } from '../printing.ts';

/** `services/default/web`. */
function parentText(object: IPAddress): string {
  const parent = object.spec?.parentRef;
  if (!parent) return '<none>';
  const resource = (
    parent.group ? `${parent.resource}.${parent.group}` : (parent.resource ?? '')
  ).toLowerCase();
  return [resource, ...(parent.namespace ? [parent.namespace] : []), parent.name].join('/');
}

export const ipAddresses = define<IPAddress>({
  group: 'networking.k8s.io',
  version: 'v1',
  resource: 'ipaddresses',
  singular: 'ipaddress',
  kind: 'IPAddress',
  namespaced: false,
  verbs: ALL_VERBS,
  shortNames: ['ip'],
  typeName: 'networking.v1.IPAddress',
  strategy: {},
  printer: {
    columns: [NAME, column('ParentRef', 'The object that uses the address'), AGE],
    cells: (object, now) => [nameOf(object), parentText(object), age(object, now)],
  },
});
