/** EndpointSlice. Source: kubernetes pkg/registry/discovery/endpointslice/strategy.go. */
import type { EndpointSlice } from '../../apimachinery/types/discovery.v1.gen.ts';
import { ALL_VERBS, define } from '../definition.ts';
import { AGE, age, column, NAME, nameOf } from '../printing.ts';

const SHOWN = 3;

/** The first three, `+ n more...` for the rest, `<unset>` for nothing. */
function firstOf(items: readonly string[]): string {
  const shown = items.slice(0, SHOWN).join(',');
  return items.length > SHOWN ? `${shown} + ${items.length - SHOWN} more...` : shown || '<unset>';
}

export const endpointSlices = define<EndpointSlice>({
  group: 'discovery.k8s.io',
  version: 'v1',
  resource: 'endpointslices',
  singular: 'endpointslice',
  kind: 'EndpointSlice',
  namespaced: true,
  verbs: ALL_VERBS,
  typeName: 'discovery.v1.EndpointSlice',
  strategy: {
    default(object) {
      for (const port of object.ports ?? []) {
        port.name ??= '';
        port.protocol ??= 'TCP';
      }
    },
  },
  printer: {
    columns: [
      NAME,
      column('AddressType', 'IPv4, IPv6 or FQDN'),
      column('Ports', 'Ports of every endpoint'),
      column('Endpoints', 'Addresses of the endpoints'),
      AGE,
    ],
    cells: (object, now) => [
      nameOf(object),
      object.addressType ?? '',
      firstOf((object.ports ?? []).map(({ port, name }) => String(port ?? name ?? '*'))),
      firstOf((object.endpoints ?? []).flatMap(({ addresses }) => addresses ?? [])),
      age(object, now),
    ],
  },
});
