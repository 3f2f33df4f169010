import { describe, expect, it } from 'vitest';
import type { ValidatingAdmissionPolicySpec } from '../../../apimachinery/types/admissionregistration.v1.gen.ts';
import type { KubeObject } from '../../../apis/object.ts';
import { resourceNamed } from '../../../apis/resources.ts';
import { deleteCollection } from '../../delete-collection.ts';
import { remove } from '../../delete.ts';
import { updateScale } from '../../subresources/scale.ts';
import { NAMESPACE, type TestCluster, testCluster } from '../testing.ts';

const GROUP = 'admissionregistration.k8s.io';
const RULES = {
  resourceRules: [
    { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources: ['configmaps'] },
  ],
};

async function enforce(
  cluster: TestCluster,
  spec: Partial<ValidatingAdmissionPolicySpec>,
  binding: object = {},
  name = 'policy',
): Promise<void> {
  await cluster.create(GROUP, 'validatingadmissionpolicies', {
    metadata: { name },
    spec: { matchConstraints: RULES, ...spec },
  } as KubeObject);
  await cluster.create(GROUP, 'validatingadmissionpolicybindings', {
    metadata: { name: `${name}-binding` },
    spec: { policyName: name, validationActions: ['Deny'], ...binding },
  } as KubeObject);
}

const make = (cluster: TestCluster, data: Record<string, string>, metadata: object = {}) =>
  cluster.create('', 'configmaps', { metadata: { name: 'a', ...metadata }, data } as KubeObject);

const refusal = async (promise: Promise<unknown>): Promise<any> =>
  promise.then(
    () => undefined,
    (error) => error.status,
  );

describe('a policy', () => {
  it('refuses what its validations do not hold of, in upstream’s words', async () => {
    const cluster = await testCluster();
    await enforce(cluster, { validations: [{ expression: "object.data.color == 'red'" }] });
    expect(await refusal(make(cluster, { color: 'blue' }))).toMatchObject({
      code: 422,
      reason: 'Invalid',
      message: `configmaps "a" is forbidden: ValidatingAdmissionPolicy 'policy' with binding 'policy-binding' denied request: failed expression: object.data.color == 'red'`,
      details: {
        causes: [
          {
            message: `ValidatingAdmissionPolicy 'policy' with binding 'policy-binding' denied request: failed expression: object.data.color == 'red'`,
          },
        ],
      },
    });
    expect(await refusal(make(cluster, { color: 'red' }))).toBeUndefined();
  });

  it('shares what may be done for one object with all others', async () => {
    const cluster = await testCluster();
    const data = Object.fromEntries(Array.from({ length: 300 }, (_, n) => [`k${n}`, 'v']));
    const expression = 'object.data.all(k, object.data.all(l, k == l || k.size() < 9))';
    const validations = Array.from({ length: 9 }, () => ({ expression }));
    for (let n = 0; n < 5; n++) {
      await enforce(cluster, { validations }, {}, `policy-${n}`);
      if (n === 0) expect(await refusal(make(cluster, data, { name: 'b' }))).toBeUndefined();
    }
    expect((await refusal(make(cluster, data))).message).toMatch(/operation cancelled: too much work$/);
  });

  it('says what it is told to say, for the reason it is told', async () => {
    const cluster = await testCluster();
    await enforce(cluster, {
      validations: [
        {
          expression: 'has(object.data.owner)',
          message: 'wants an owner',
          messageExpression: "'no owner of ' + object.metadata.name",
          reason: 'Forbidden',
        },
      ],
    });
    expect(await refusal(make(cluster, { color: 'red' }))).toMatchObject({
      code: 403,
      reason: 'Forbidden',
      message: expect.stringMatching(/denied request: no owner of a$/),
    });
  });

  it('sees the old object, the request, its namespace and its variables', async () => {
    const cluster = await testCluster();
    await enforce(cluster, {
      variables: [
        { name: 'colors', expression: "object.data.colors.split(',')" },
        { name: 'count', expression: 'variables.colors.size()' },
      ],
      validations: [
        { expression: 'variables.count <= 2', message: 'too many colors' },
        { expression: "request.userInfo.username == 'alice' && request.operation in ['CREATE', 'UPDATE']" },
        { expression: `namespaceObject.metadata.name == '${NAMESPACE}'` },
        { expression: 'oldObject == null || oldObject.data.colors == object.data.colors', message: 'fixed' },
      ],
    });
    expect((await refusal(make(cluster, { colors: 'a,b,c' }))).message).toMatch(/too many colors$/);
    await make(cluster, { colors: 'a,b' });
    const changed = cluster.update('', 'configmaps', 'a', (object) => ({ ...object, data: { colors: 'a' } }));
    expect((await refusal(changed)).message).toMatch(/fixed$/);
  });

  describe('sees of a request', () => {
    const everything = (resource: string, messageExpression: string) => ({
      matchConstraints: {
        resourceRules: [{ apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: [resource] }],
      },
      validations: [{ expression: 'false', messageExpression }],
    });
    const OPTIONS = "request.options.apiVersion + ' ' + request.options.kind";
    const said = async (promise: Promise<unknown>) =>
      (await refusal(promise)).message.replace(/^.* denied request: /, '');

    it('what its options say', async () => {
      const cluster = await testCluster();
      await cluster.put('', 'configmaps', { metadata: { name: 'old', namespace: NAMESPACE } });
      const manager = "(has(request.options.fieldManager) ? ' ' + request.options.fieldManager : '')";
      await enforce(cluster, everything('configmaps', `${OPTIONS} + ${manager}`));
      const given = { fieldManager: 'me' };
      const object = { metadata: { name: 'a' } };
      expect(await said(cluster.create('', 'configmaps', object))).toBe('meta.k8s.io/v1 CreateOptions');
      expect(await said(cluster.create('', 'configmaps', object, { given, fieldManager: 'me' }))).toBe(
        'meta.k8s.io/v1 CreateOptions me',
      );
      const changed = cluster.update('', 'configmaps', 'old', (one) => ({ ...one, data: {} }));
      expect(await said(changed)).toBe('meta.k8s.io/v1 UpdateOptions');
    });

    it('what configures webhooks, and not what configures policies', async () => {
      const cluster = await testCluster();
      await enforce(cluster, everything('*', "'seen ' + request.kind.kind"));
      const webhooks = { metadata: { name: 'w' }, webhooks: [] };
      for (const phase of ['Validating', 'Mutating']) {
        const made = cluster.create(GROUP, `${phase.toLowerCase()}webhookconfigurations`, webhooks);
        expect(await said(made)).toBe(`seen ${phase}WebhookConfiguration`);
      }
      await enforce(cluster, everything('*', "'seen'"), {}, 'another');
    });

    it('the name that is made for an object', async () => {
      const cluster = await testCluster();
      await enforce(cluster, everything('configmaps', 'request.name'));
      const made = cluster.create('', 'configmaps', { metadata: { generateName: 'made-' } });
      expect(await said(made)).toMatch(/^made-[a-z0-9]{5}$/);
    });

    it('the name, unless it is for a collection', async () => {
      const cluster = await testCluster();
      const configMaps = resourceNamed('', 'configmaps');
      await cluster.put('', 'configmaps', { metadata: { name: 'old', namespace: NAMESPACE } });
      const name = "(has(request.name) ? request.name : 'none') + ' of ' + oldObject.metadata.name";
      const grace = "(has(request.options.gracePeriodSeconds) ? ' with grace' : '')";
      await enforce(cluster, everything('configmaps', `${OPTIONS} + ' ' + ${name} + ${grace}`));
      const options = { gracePeriodSeconds: 3, given: { gracePeriodSeconds: 3 } };
      expect(await said(remove(cluster.ctx, configMaps, NAMESPACE, 'old', options))).toBe(
        'meta.k8s.io/v1 DeleteOptions old of old with grace',
      );
      expect(await said(deleteCollection(cluster.ctx, configMaps, NAMESPACE, {}, {}))).toBe(
        'meta.k8s.io/v1 DeleteOptions none of old',
      );
    });

    it('the Scale of a workload, where that is what changes', async () => {
      const cluster = await testCluster();
      const spec = {
        replicas: 1,
        selector: { matchLabels: { app: 'a' } },
        template: {
          metadata: { labels: { app: 'a' } },
          spec: { containers: [{ name: 'c', image: 'i' }] },
        },
      };
      await cluster.create('apps', 'deployments', { metadata: { name: 'd' }, spec });
      const kinds =
        "request.kind.group + '/' + request.kind.kind + ' ' + oldObject.kind + ' to ' + object.kind";
      await enforce(
        cluster,
        everything('deployments/scale', `${kinds} + ' of ' + string(object.spec.replicas)`),
      );
      const scaled = updateScale(
        cluster.ctx,
        resourceNamed('apps', 'deployments'),
        NAMESPACE,
        'd',
        (scale) => ({ ...scale, spec: { replicas: 2 } }),
        {},
      );
      expect(await said(scaled)).toBe('autoscaling/Scale Scale to Scale of 2');
    });
  });

  it('that fails refuses, unless it is to be ignored then', async () => {
    const cluster = await testCluster();
    await enforce(cluster, {
      validations: [{ expression: 'object.data.size > 1' }],
      failurePolicy: 'Ignore',
    });
    expect(await refusal(make(cluster, { color: 'red' }))).toBeUndefined();
    await enforce(cluster, { validations: [{ expression: 'object.data.size > 1' }] }, {}, 'strict');
    expect((await refusal(make(cluster, { color: 'red' }, { name: 'b' }))).message).toBe(
      `configmaps "b" is forbidden: ValidatingAdmissionPolicy 'strict' with binding 'strict-binding' denied request: expression 'object.data.size > 1' resulted in error: no such key: size`,
    );
  });

  it('only warns when its binding wants no more', async () => {
    const cluster = await testCluster();
    await enforce(
      cluster,
      { validations: [{ expression: 'false', message: 'no' }] },
      { validationActions: ['Warn'] },
    );
    await make(cluster, {});
    expect(cluster.ctx.warnings).toEqual([
      "Validation failed for ValidatingAdmissionPolicy 'policy' with binding 'policy-binding': no",
    ]);
  });

  it('does nothing without a binding, for other resources, for what its conditions leave out', async () => {
    const cluster = await testCluster();
    await cluster.create(GROUP, 'validatingadmissionpolicies', {
      metadata: { name: 'unbound' },
      spec: { matchConstraints: RULES, validations: [{ expression: 'false' }] },
    } as KubeObject);
    await enforce(cluster, {
      validations: [{ expression: 'false' }],
      matchConditions: [{ name: 'not-mine', expression: "object.metadata.name != 'mine'" }],
    });
    await make(cluster, {}, { name: 'mine' });
    await cluster.create('', 'secrets', { metadata: { name: 's' } });
    expect(await refusal(make(cluster, {}))).toBeDefined();
  });

  it('is bound to namespaces and objects by their labels', async () => {
    const cluster = await testCluster();
    await enforce(
      cluster,
      { validations: [{ expression: 'false' }] },
      { matchResources: { objectSelector: { matchLabels: { strict: 'yes' } }, namespaceSelector: {} } },
    );
    await make(cluster, {});
    expect(await refusal(make(cluster, {}, { name: 'b', labels: { strict: 'yes' } }))).toBeDefined();
    await enforce(
      cluster,
      { validations: [{ expression: 'false' }] },
      { matchResources: { namespaceSelector: { matchLabels: { other: 'yes' } }, objectSelector: {} } },
      'elsewhere',
    );
    await make(cluster, {}, { name: 'c' });
  });

  it('takes parameters', async () => {
    const cluster = await testCluster();
    await enforce(
      cluster,
      {
        paramKind: { apiVersion: 'v1', kind: 'Secret' },
        validations: [{ expression: 'object.data.color in params.metadata.labels' }],
      },
      { paramRef: { name: 'colors', parameterNotFoundAction: 'Deny' } },
    );
    expect((await refusal(make(cluster, { color: 'red' }))).message).toMatch(
      /failed to configure binding: no params found for policy binding with `Deny` parameterNotFoundAction$/,
    );
    await cluster.create('', 'secrets', { metadata: { name: 'colors', labels: { red: '' } } });
    await make(cluster, { color: 'red' });
    expect(await refusal(make(cluster, { color: 'blue' }, { name: 'b' }))).toBeDefined();
  });

  it('holds as soon as it is there, on every server', async () => {
    const cluster = await testCluster();
    const other = cluster.other();
    await make(other, {}, { name: 'before' });
    await enforce(cluster, { validations: [{ expression: 'false' }] });
    expect(await refusal(make(other, {}, { name: 'after' }))).toBeDefined();
  });
});
