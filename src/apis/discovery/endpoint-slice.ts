/** EndpointSlice. Source: kubernetes pkg/registry/discovery/endpointslice/strategy.go. */
import type { EndpointSlice } from '../../apimachinery/types/discovery.v1.gen.ts';
import { nameIsDNSSubdomain } from '../../apimachinery/validation/names.ts';
import { ALL_VERBS, define } from '../definition.ts';
import { AGE, age, column, NAME, nameOf } from '../printing.ts';

import { semanticEqual } from '../strategy.ts';
import {
  endpointSliceWarnings,
  validateEndpointSlice,
  validateEndpointSliceUpdate,
} from './endpoint-slice-validation.ts';

const HOSTNAME = 'kubernetes.io/hostname';

/**
 * deprecatedTopology cannot be written through v1. Where it carried the node's name already, the name moves to
 * nodeName, so that an old client's update does not lose it.
 */
function dropTopology(slice: EndpointSlice, old?: EndpointSlice): void {
  if (old && semanticEqual(slice.endpoints, old.endpoints)) return;
  const known = new Set((old?.endpoints ?? []).map((endpoint) => endpoint.deprecatedTopology?.[HOSTNAME]));
  for (const endpoint of slice.endpoints ?? []) {
    const name = endpoint.deprecatedTopology?.[HOSTNAME];
    if (endpoint.nodeName === undefined && name !== undefined && known.has(name)) {
      if (nameIsDNSSubdomain(name, false).length === 0) endpoint.nodeName = name;
    }
    delete endpoint.deprecatedTopology;
  }
}

const SHOWN = 3;

/** The first three, `+ n more...` for the rest, `<unset>` for nothing. */
function firstOf(items: readonly string[]): string {
  const shown = items.slice(0, SHOWN).join(',');
  return items.length > SHOWN ? `${shown} + ${items.length - SHOWN} more...` : shown || '<unset>';
}

/**
 * Everything but metadata counts, also what is dropped afterwards. Labels say whose endpoints these are: a change of
 * them makes the next generation, too.
 */
function countChanges(slice: EndpointSlice, old: EndpointSlice): void {
  const { metadata, ...rest } = slice;
  const { metadata: before, ...oldRest } = old;
  if (semanticEqual(metadata?.labels, before?.labels) && semanticEqual(rest, oldRest)) return;
  slice.metadata!.generation = (old.metadata?.generation ?? 0) + 1;
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
    generation: 'spec',
    validateName: nameIsDNSSubdomain,
    prepareForCreate: (object) => dropTopology(object),
    prepareForUpdate(object, old) {
      countChanges(object, old);
      dropTopology(object, old);
    },
    validate: validateEndpointSlice,
    validateUpdate: validateEndpointSliceUpdate,
    warningsOnCreate: (object) => [
      ...(object.addressType === 'FQDN' ? ['spec.addressType: FQDN endpoints are deprecated'] : []),
      ...endpointSliceWarnings(object),
    ],
    warningsOnUpdate: endpointSliceWarnings,
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
