/** Upstream test/e2e/apimachinery/{validating,mutating}admissionpolicy.go: what policies do to Deployments. */
import { expect } from 'vitest';
import { conformance, type E2E, eventually, ok, refused } from './suite.ts';

const GROUP = '/apis/admissionregistration.k8s.io/v1';

/** A policy for the Deployments of this test's namespace, bound there, for the time of a test. */
async function withPolicy(
  e2e: E2E,
  kind: 'validating' | 'mutating',
  spec: object,
  test: () => Promise<void>,
): Promise<void> {
  const { client, unique, namespace } = e2e;
  await ok(
    client.patch(`/api/v1/namespaces/${namespace}`, 'merge', { metadata: { labels: { [unique]: 'true' } } }),
  );
  const namespaceSelector = { matchLabels: { [unique]: 'true' } };
  const policy = {
    metadata: { name: `${unique}.policy.example.com` },
    spec: {
      ...spec,
      ...(kind === 'mutating' ? { reinvocationPolicy: 'Never' } : {}),
      matchConstraints: {
        namespaceSelector,
        resourceRules: [
          {
            operations: ['CREATE', 'UPDATE'],
            apiGroups: ['apps'],
            apiVersions: ['v1'],
            resources: ['deployments'],
          },
        ],
      },
    },
  };
  const binding = {
    metadata: { name: `${unique}.binding.example.com` },
    spec: {
      policyName: policy.metadata.name,
      matchResources: { namespaceSelector },
      ...(kind === 'validating' ? { validationActions: ['Deny'] } : {}),
    },
  };
  const made: string[] = [];
  try {
    for (const [resource, object] of [
      [`${kind}admissionpolicies`, policy],
      [`${kind}admissionpolicybindings`, binding],
    ] as const) {
      await ok(client.post(`${GROUP}/${resource}`, object), 201);
      made.push(`${GROUP}/${resource}/${object.metadata.name}`);
    }
    await test();
  } finally {
    for (const path of made.reverse()) await client.delete(path);
  }
}

const workload = (name: string, replicas: number) => ({
  metadata: { name, labels: { app: 'nginx' } },
  spec: {
    replicas,
    selector: { matchLabels: { app: 'nginx' } },
    template: {
      metadata: { labels: { app: 'nginx' } },
      spec: { containers: [{ name: 'nginx', image: 'nginx:latest' }] },
    },
  },
});

/** Creates and deletes a marker until its creation is answered as the policy wants it; a policy need not act at once. */
function marked(
  { client, at }: E2E,
  accept: (answer: Awaited<ReturnType<E2E['client']['post']>>) => boolean,
): Promise<any> {
  const path = at('apps/v1/deployments');
  return eventually('the policy', async () => {
    const created = await client.post(path, workload('marker-deployment', 1));
    if (created.status === 201) await ok(client.delete(`${path}/marker-deployment`));
    return accept(created) ? created : undefined;
  });
}

for (const [name, spec, replicas, reason] of [
  [
    'should validate against a Deployment',
    (namespace: string) => ({
      validations: [
        {
          expression: 'object.spec.replicas > 1',
          messageExpression: "'wants replicas > 1, got ' + object.spec.replicas",
        },
        {
          expression: `namespaceObject.metadata.name == '${namespace}'`,
          message: 'Internal error! Other namespace should not be allowed.',
        },
      ],
    }),
    2,
    // The expression of the message does not compile: a string and an integer have no sum.
    'failed expression: object.spec.replicas > 1',
  ],
  [
    'should allow expressions to refer variables.',
    () => ({
      variables: [
        { name: 'replicas', expression: 'object.spec.replicas' },
        { name: 'oddReplicas', expression: 'variables.replicas % 2 == 1' },
      ],
      validations: [{ expression: 'variables.replicas > 1' }, { expression: 'variables.oddReplicas' }],
    }),
    3,
    'failed expression: variables.replicas > 1',
  ],
] as const) {
  conformance(
    'A',
    `[sig-api-machinery] ValidatingAdmissionPolicy [Privileged:ClusterAdmin] ${name} [Conformance]`,
    (e2e) =>
      withPolicy(e2e, 'validating', spec(e2e.namespace), async () => {
        const { client, at, unique } = e2e;
        const denied = await marked(e2e, ({ status }) => status === 422);
        const { message } = await refused(denied, 422, 'Invalid');
        expect(message).toContain(`ValidatingAdmissionPolicy '${unique}.policy.example.com'`);
        expect(message).toContain(reason);
        await ok(client.post(at('apps/v1/deployments'), workload('replicated', replicas)), 201);
        await ok(client.post(at('apps/v1/replicasets'), workload('non-replicated', 1)), 201);
      }),
  );
}

for (const [name, expression, mutated] of [
  [
    'should mutate a Deployment with annotations',
    'Object{metadata: Object.metadata{annotations: {"mutated-by": "admission-policy"}}}',
    ({ metadata }: any) => metadata.annotations?.['mutated-by'] === 'admission-policy',
  ],
  [
    'should mutate a Deployment',
    'Object{spec: Object.spec{replicas: 1337}}',
    ({ spec }: any) => spec.replicas === 1337,
  ],
] as const) {
  conformance(
    'A',
    `[sig-api-machinery] MutatingAdmissionPolicy [Privileged:ClusterAdmin] ${name} [Conformance]`,
    (e2e) => {
      const mutations = [{ patchType: 'ApplyConfiguration', applyConfiguration: { expression } }];
      return withPolicy(e2e, 'mutating', { mutations }, async () => {
        await marked(e2e, ({ status, json }) => status === 201 && mutated(json));
      });
    },
  );
}
