import { describe, expect, it } from 'vitest';
import { operationId } from './names.ts';

describe('the id of an operation', () => {
  it('is one word of verb, group, version and what follows', () => {
    expect(operationId('list', 'apps', 'v1', 'NamespacedDeployment')).toBe('listAppsV1NamespacedDeployment');
    expect(operationId('read', '', 'v1', 'Node')).toBe('readCoreV1Node');
  });

  it('has capitals for kinds that have none', () => {
    const rest = 'postgresqlForAllNamespaces';
    expect(operationId('list', 'acid.zalan.do', 'v1', rest)).toBe(
      'listAcidZalanDoV1PostgresqlForAllNamespaces',
    );
  });
});
