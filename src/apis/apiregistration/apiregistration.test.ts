import { expect, it } from 'vitest';
import type { FieldError } from '../../apimachinery/field-error.ts';
import type { APIService } from '../../apimachinery/types/apiregistration.v1.gen.ts';
import type { StrategyContext } from '../definition.ts';
import { apiServices } from './api-service.ts';
import { availableCell, defaultAPIService, prepareAPIService } from './api-service-strategy.ts';
import { validateAPIService } from './validation.ts';

const texts = (errors: readonly FieldError[]) => errors.map((error) => `${error.field}: ${error.message}`);
const ctx = { now: Date.parse('2026-01-02T03:04:05Z') } as StrategyContext;
const apiService = (change: Partial<APIService['spec']> = {}): APIService => ({
  metadata: { name: 'v1.example.com' },
  spec: { group: 'example.com', version: 'v1', groupPriorityMinimum: 100, versionPriority: 10, ...change },
});

it('is available at once when it is local', () => {
  const local = apiService();
  prepareAPIService(local, ctx);
  expect(local.status?.conditions).toMatchObject([
    { type: 'Available', status: 'True', reason: 'Local', lastTransitionTime: '2026-01-02T03:04:05Z' },
  ]);
  expect(apiServices.printer!.cells(local, 0)).toEqual(['v1.example.com', 'Local', 'True', '<unknown>']);
  const remote = apiService({ service: { namespace: 'n', name: 's' } });
  defaultAPIService(remote);
  prepareAPIService(remote, ctx);
  expect(remote.spec?.service?.port).toBe(443);
  expect(availableCell(remote)).toBe('Unknown');
  expect(
    availableCell({ status: { conditions: [{ type: 'Available', status: 'False', reason: 'Gone' }] } }),
  ).toBe('False (Gone)');
});

it.each<[Partial<APIService['spec']>, string[]]>([
  [{}, []],
  [
    { version: 'v2' },
    [
      'metadata.name: Invalid value: "v1.example.com": must be `spec.version+"."+spec.group`: "v2.example.com"',
    ],
  ],
  [
    { groupPriorityMinimum: 0 },
    ['spec.groupPriorityMinimum: Invalid value: 0: must be positive and less than 20000'],
  ],
  [
    { caBundle: 'YWJj' },
    ['spec.caBundle: Invalid value: "3 bytes": local APIServices may not have a caBundle'],
  ],
  [
    { service: { port: 443 } },
    ['spec.service.namespace: Required value', 'spec.service.name: Required value'],
  ],
])('%j', (change, errors) => {
  expect(texts(validateAPIService(apiService(change)))).toEqual(errors);
});
