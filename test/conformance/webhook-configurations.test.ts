/** Upstream test/e2e/apimachinery/webhook.go: the configurations of webhooks, as far as nobody has to call them. */
import { expect } from 'vitest';
import { becomes, conformance, type E2E, eventually, gone, ok, refused } from './suite.ts';

const GROUP = '/apis/admissionregistration.k8s.io/v1';
const NAME = '[sig-api-machinery] AdmissionWebhook [Privileged:ClusterAdmin]';
const SERVICE = 'e2e-test-webhook';

/** What upstream has before each of these tests: a server for the webhooks, behind a service. */
async function serve({ client, at }: E2E): Promise<void> {
  const labels = { app: 'sample-webhook', webhook: 'true' };
  const container = {
    name: 'sample-webhook',
    image: 'registry.k8s.io/e2e-test-images/agnhost:2.53',
    args: ['webhook', '--port=8444'],
    ports: [{ containerPort: 8444 }],
  };
  const deployment = {
    metadata: { name: 'sample-webhook-deployment', labels },
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { terminationGracePeriodSeconds: 0, containers: [container] } },
    },
  };
  const service = {
    metadata: { name: SERVICE, labels: { test: 'webhook' } },
    spec: { selector: { webhook: 'true' }, ports: [{ protocol: 'TCP', port: 8443, targetPort: 8444 }] },
  };
  await ok(client.post(at('apps/v1/deployments'), deployment), 201);
  await ok(client.post(at('v1/services'), service), 201);
  await becomes(
    { client },
    `${at('apps/v1/deployments')}/${deployment.metadata.name}`,
    'the server',
    ({ status }) => status?.availableReplicas === 1,
  );
  await eventually('its endpoint', async () => {
    const path = at('discovery.k8s.io/v1/endpointslices');
    const { items } = await ok(client.get(`${path}?labelSelector=kubernetes.io%2Fservice-name%3D${SERVICE}`));
    return items.flatMap(({ endpoints }: any) => endpoints ?? []).length === 1;
  });
}

/** A configuration for config maps of no namespace that is there. */
const configuration = ({ namespace, unique }: E2E, path: string, matchConditions: object[]) => ({
  metadata: { name: unique },
  webhooks: [
    {
      name: 'webhook-with-match-conditions.k8s.io',
      rules: [{ operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['configmaps'] }],
      clientConfig: { service: { namespace, name: SERVICE, path, port: 8443 } },
      sideEffects: 'None',
      admissionReviewVersions: ['v1'],
      namespaceSelector: { matchLabels: { [unique]: 'true' } },
      matchConditions,
    },
  ],
});

conformance(
  'B',
  `${NAME} should include webhook resources in discovery documents [Conformance]`,
  async (e2e) => {
    const { client } = e2e;
    await serve(e2e);
    const { groups } = await ok(client.get('/apis'));
    const group = groups.find(({ name }: any) => name === 'admissionregistration.k8s.io');
    const alone = await ok(client.get('/apis/admissionregistration.k8s.io'));
    expect(alone.name).toBe('admissionregistration.k8s.io');
    for (const { versions } of [group, alone]) {
      expect(versions).toContainEqual({ groupVersion: 'admissionregistration.k8s.io/v1', version: 'v1' });
    }
    const list = await ok(client.get(GROUP));
    expect(list.groupVersion).toBe('admissionregistration.k8s.io/v1');
    expect(list.resources.map(({ name }: any) => name)).toEqual(
      expect.arrayContaining(['mutatingwebhookconfigurations', 'validatingwebhookconfigurations']),
    );
  },
);

const condition = (number: number, environment: string) => ({
  name: `expression-${number}`,
  expression: `object.metadata.namespace == '${environment}'`,
});

for (const [kind, path] of [
  ['validating', '/always-deny'],
  ['mutating', '/mutating-configmaps'],
] as const) {
  const collection = `${GROUP}/${kind}webhookconfigurations`;

  conformance(
    'B',
    `${NAME} should be able to create and update ${kind} webhook configurations with match conditions [Conformance]`,
    async (e2e) => {
      const { client, unique } = e2e;
      await serve(e2e);
      const own = `${collection}/${unique}`;
      const initial = [condition(1, 'production')];
      await ok(client.post(collection, configuration(e2e, path, initial)), 201);
      try {
        expect((await ok(client.get(own))).webhooks[0].matchConditions).toEqual(initial);
        const wanted = [condition(1, 'production'), condition(2, 'staging')];
        await eventually('an update', async () => {
          const current = await ok(client.get(own));
          current.webhooks[0].matchConditions = wanted;
          const answer = await client.put(own, current);
          return answer.status === 409 ? undefined : ok(answer);
        });
        expect((await ok(client.get(own))).webhooks[0].matchConditions).toEqual(wanted);
      } finally {
        await client.delete(own);
      }
      await gone(e2e, own);
    },
  );

  conformance(
    'B',
    `${NAME} should reject ${kind} webhook configurations with invalid match conditions [Conformance]`,
    async (e2e) => {
      await serve(e2e);
      const invalid = [{ name: 'invalid-expression-1', expression: '... [] bad expression' }];
      const answer = e2e.client.post(collection, configuration(e2e, path, invalid));
      const { message } = await refused(answer, 422, 'Invalid');
      expect(message).toContain('compilation failed');
    },
  );
}
