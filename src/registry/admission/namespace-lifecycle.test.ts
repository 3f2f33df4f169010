import { beforeEach, describe, expect, it } from 'vitest';
import { resourceNamed } from '../../apis/resources.ts';
import { remove } from '../delete.ts';
import { NAMESPACE, refusal, type TestCluster, testCluster } from './testing.ts';

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await testCluster();
});

describe('NamespaceLifecycle', () => {
  it('refuses content in namespaces that are missing or going', async () => {
    const content = () => cluster.create('', 'configmaps', { metadata: { generateName: 'c-' } });
    await content();
    await cluster.put('', 'namespaces', {
      metadata: { name: NAMESPACE, deletionTimestamp: '2026-01-01T00:00:00Z' },
    });
    expect(await refusal(content())).toBe(
      `403 configmaps "c-" is forbidden: unable to create new content in namespace ${NAMESPACE} because it is being terminated`,
    );
    await cluster.remove('', 'namespaces', '', NAMESPACE);
    expect(await refusal(content())).toBe(`404 namespaces "${NAMESPACE}" not found`);
  });

  it.each(['default', 'kube-system', 'kube-public'])('never lets %s go', async (name) => {
    await cluster.put('', 'namespaces', { metadata: { name }, spec: {} });
    expect(await refusal(remove(cluster.ctx, resourceNamed('', 'namespaces'), '', name))).toBe(
      `403 namespaces "${name}" is forbidden: this namespace may not be deleted`,
    );
  });
});
