/** Endpoints: the addresses behind a service, in the form before EndpointSlices. */
import type { EndpointSubset, Endpoints } from '../../apimachinery/types/core.v1.gen.ts';
import { nameIsDNSSubdomain } from '../../apimachinery/validation/names.ts';
import { ALL_VERBS, define } from '../definition.ts';
import { AGE, age, column, NAME, nameOf } from '../printing.ts';

import { endpointsWarnings, validateEndpoints } from './endpoints-validation.ts';

const SHOWN = 3;

/** The first three addresses, `+ n more...` for the rest. */
function formatEndpoints(subsets: readonly EndpointSubset[]): string {
  if (subsets.length === 0) return '<none>';
  const all = subsets.flatMap(({ addresses = [], ports = [] }) =>
    ports.length === 0
      ? addresses.map(({ ip }) => ip)
      : ports.flatMap(({ port }) => addresses.map(({ ip }) => joinHostPort(ip, port))),
  );
  const shown = all.slice(0, SHOWN).join(',');
  return all.length > SHOWN ? `${shown} + ${all.length - SHOWN} more...` : shown;
}

const joinHostPort = (host: string, port: number): string =>
  host?.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;

export const endpoints = define<Endpoints>({
  group: '',
  version: 'v1',
  resource: 'endpoints',
  singular: 'endpoints',
  kind: 'Endpoints',
  namespaced: true,
  verbs: ALL_VERBS,
  shortNames: ['ep'],
  typeName: 'core.v1.Endpoints',
  deprecated: 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice',
  strategy: {
    allowCreateOnUpdate: true,
    validateName: nameIsDNSSubdomain,
    validate: (object) => validateEndpoints(object),
    validateUpdate: validateEndpoints,
    warningsOnCreate: endpointsWarnings,
    warningsOnUpdate: endpointsWarnings,
    default(object) {
      for (const subset of object.subsets ?? []) {
        for (const port of subset.ports ?? []) port.protocol ||= 'TCP';
      }
    },
  },
  printer: {
    columns: [NAME, column('Endpoints', 'Ready addresses with their ports'), AGE],
    cells: (object, now) => [nameOf(object), formatEndpoints(object.subsets ?? []), age(object, now)],
  },
});
