import { describe, expect, it } from 'vitest';
import type { MutatingAdmissionPolicySpec } from '../../../apimachinery/types/admissionregistration.v1.gen.ts';
import type { KubeObject } from '../../../apis/object.ts';
import { type TestCluster, testCluster } from '../testing.ts';

const GROUP = 'admissionregistration.k8s.io';
const rules = (apiGroups: string[], resources: string[]) => ({
  resourceRules: [{ apiGroups, apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources }],
});
const apply = (expression: string) => ({
  patchType: 'ApplyConfiguration',
  applyConfiguration: { expression },
});
const patch = (expression: string) => ({ patchType: 'JSONPatch', jsonPatch: { expression } });

async function mutate(
  cluster: TestCluster,
  spec: Partial<MutatingAdmissionPolicySpec>,
  name = 'policy',
): Promise<void> {
  await cluster.create(GROUP, 'mutatingadmissionpolicies', {
    metadata: { name },
    spec: { matchConstraints: rules([''], ['configmaps']), reinvocationPolicy: 'Never', ...spec },
  } as KubeObject);
  await cluster.create(GROUP, 'mutatingadmissionpolicybindings', {
    metadata: { name: `${name}-binding` },
    spec: { policyName: name },
  } as KubeObject);
}

const make = (cluster: TestCluster, metadata: object = {}) =>
  cluster.create('', 'configmaps', { metadata: { name: 'a', ...metadata }, data: { a: '1' } } as KubeObject);

describe('a mutating policy', () => {
  it('adds what it applies, and nobody comes to own it', async () => {
    const cluster = await testCluster();
    await mutate(cluster, {
      mutations: [apply('Object{metadata: Object.metadata{labels: {"by": request.userInfo.username}}}')],
    });
    const made = await make(cluster, { labels: { own: 'x' } });
    expect(made.metadata.labels).toEqual({ own: 'x', by: 'alice' });
    expect(JSON.stringify(made.metadata.managedFields)).not.toContain('f:by');
  });

  it('makes nothing that is larger than what a request may bring', async () => {
    const cluster = await testCluster();
    const doubled = `[JSONPatch{op: 'replace', path: '/data/a', value: object.data.a + object.data.a}]`;
    await mutate(cluster, { mutations: Array.from({ length: 40 }, () => patch(doubled)) });
    await expect(make(cluster)).rejects.toMatchObject({
      status: { code: 413, message: 'Request entity too large: limit is 3145728' },
    });
  });

  it('merges lists by their keys, and fills in defaults', async () => {
    const cluster = await testCluster();
    await mutate(cluster, {
      matchConstraints: rules(['apps'], ['deployments']),
      mutations: [
        apply(`Object{spec: Object.spec{template: Object.spec.template{spec: Object.spec.template.spec{
          initContainers: [Object.spec.template.spec.initContainers{name: "init", image: "init:1"}]}}}}`),
      ],
    });
    const made = await cluster.create('apps', 'deployments', {
      metadata: { name: 'd' },
      spec: {
        selector: { matchLabels: { a: 'b' } },
        template: {
          metadata: { labels: { a: 'b' } },
          spec: { containers: [{ name: 'c', image: 'c' }] },
        },
      },
    } as KubeObject);
    expect(made.spec.template.spec.initContainers).toMatchObject([
      { name: 'init', image: 'init:1', imagePullPolicy: 'IfNotPresent' },
    ]);
    expect(made.spec.template.spec.containers).toHaveLength(1);
  });

  it('patches, and leaves alone what a test of the patch fails for', async () => {
    const cluster = await testCluster();
    await mutate(cluster, {
      mutations: [
        patch('[JSONPatch{op: "add", path: "/metadata/labels", value: {"p": "1"}}]'),
        patch(
          '[JSONPatch{op: "test", path: "/data/a", value: "2"}, JSONPatch{op: "replace", path: "/data/a", value: "3"}]',
        ),
        patch(
          '[JSONPatch{op: "add", path: "/metadata/labels/" + jsonpatch.escapeKey("a.b/c"), value: object.metadata.labels.p}]',
        ),
      ],
    });
    const made = await make(cluster);
    expect(made.metadata.labels).toEqual({ p: '1', 'a.b/c': '1' });
    expect(made.data).toEqual({ a: '1' });
  });

  it('may not replace what is atomic', async () => {
    const cluster = await testCluster();
    await mutate(cluster, {
      matchConstraints: rules([''], ['pods']),
      mutations: [
        apply('Object{spec: Object.spec{containers: [Object.spec.containers{name: "c", args: ["x"]}]}}'),
      ],
    });
    const made = cluster.create('', 'pods', {
      metadata: { name: 'p' },
      spec: { containers: [{ name: 'c', image: 'c' }] },
    } as KubeObject);
    await expect(made).rejects.toMatchObject({
      status: {
        code: 403,
        reason: 'Invalid',
        message:
          "policy 'policy' with binding 'policy-binding' denied request: error applying patch: invalid ApplyConfiguration: may not mutate atomic arrays, maps or structs: .spec.containers[0].args",
      },
    });
  });

  it('that fails is passed over when it is to be ignored', async () => {
    const cluster = await testCluster();
    const mutations = [apply('Object{data: Object.data{x: object.data.missing}}')];
    await mutate(cluster, { mutations, failurePolicy: 'Ignore' });
    expect((await make(cluster)).data).toEqual({ a: '1' });
    await mutate(cluster, { mutations }, 'strict');
    await expect(make(cluster, { name: 'b' })).rejects.toThrow(/no such key: missing/);
  });

  it('sees what others did when it wants to be asked again', async () => {
    const cluster = await testCluster();
    const count = 'Object{metadata: Object.metadata{annotations: {"seen": string(object.data.size())}}}';
    await mutate(cluster, { reinvocationPolicy: 'IfNeeded', mutations: [apply(count)] }, 'a');
    await mutate(cluster, { mutations: [patch('[JSONPatch{op: "add", path: "/data/b", value: "2"}]')] }, 'b');
    expect((await make(cluster)).metadata.annotations).toEqual({ seen: '2' });
  });
});
