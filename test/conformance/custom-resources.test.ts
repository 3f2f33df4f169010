/**
 * Upstream test/e2e/apimachinery/{custom_resource_definition,crd_watch,aggregated_discovery,field_validation}.go: what
 * is about custom resources.
 */
import { expect } from 'vitest';
import { define, DEFINITIONS, definition, objectOf, objectsOf, withDefinition } from './custom-resources.ts';
import {
  AGGREGATED,
  becomes,
  conformance,
  type E2E,
  eventually,
  gone,
  ok,
  refused,
  silent,
  types,
} from './suite.ts';

const CRD = '[sig-api-machinery] CustomResourceDefinition resources [Privileged:ClusterAdmin]';

conformance(
  'A',
  `${CRD} Simple CustomResourceDefinition creating/deleting custom resource definition objects works [Conformance]`,
  async (e2e) => {
    const wanted = definition(e2e);
    await withDefinition(e2e, wanted, async (made) => {
      expect((await ok(e2e.client.get(objectsOf(e2e, made)))).items).toEqual([]);
    });
    await eventually('no resource', async () => {
      const found = await e2e.client.get(objectsOf(e2e, wanted));
      return found.status === 404;
    });
  },
);

conformance(
  'A',
  `${CRD} Simple CustomResourceDefinition listing custom resource definition objects works [Conformance]`,
  async (e2e) => {
    const { client, unique } = e2e;
    const labels = { 'e2e-list-test-uuid': unique };
    const made = await Promise.all(
      Array.from({ length: 10 }, () => define(e2e, definition(e2e, { labels }))),
    );
    await withDefinition(e2e, definition(e2e), async (other) => {
      const path = `${DEFINITIONS}?labelSelector=e2e-list-test-uuid%3D${unique}`;
      const { items } = await ok(client.get(path));
      const specs = (all: any[]) =>
        Object.fromEntries(all.map(({ metadata, spec }) => [metadata.name, spec]));
      expect(items).toHaveLength(10);
      expect(specs(items)).toEqual(specs(made));
      await ok(client.delete(path));
      await Promise.all(made.map(({ metadata }) => gone(e2e, `${DEFINITIONS}/${metadata.name}`)));
      await ok(client.get(`${DEFINITIONS}/${other.metadata.name}`));
    });
  },
);

conformance(
  'A',
  `${CRD} Simple CustomResourceDefinition getting/updating/patching custom resource definition status sub-resource works [Conformance]`,
  (e2e) =>
    withDefinition(e2e, definition(e2e), async (made) => {
      const { client } = e2e;
      const own = `${DEFINITIONS}/${made.metadata.name}/status`;
      const condition = (message: string) => ({
        type: '',
        status: '',
        reason: '',
        message,
        lastTransitionTime: null,
      });
      const updated = await eventually('an update', async () => {
        const current = await ok(client.get(own));
        expect(current.spec).toEqual(made.spec);
        current.status.conditions.push(condition('updated'));
        const answer = await client.put(own, current);
        return answer.status === 409 ? undefined : ok(answer);
      });
      const messages = ({ status }: any): string[] => status.conditions.map(({ message }: any) => message);
      expect(messages(updated)).toContain('updated');
      const patched = await ok(
        client.patch(own, 'json', [
          { op: 'add', path: '/status/conditions', value: [{ message: 'patched' }] },
        ]),
      );
      expect(messages(patched)).toContain('patched');
    }),
);

conformance(
  'A',
  `${CRD} should include custom resource definition resources in discovery documents [Conformance]`,
  async ({ client }) => {
    const { groups } = await ok(client.get('/apis'));
    const group = groups.find(({ name }: any) => name === 'apiextensions.k8s.io');
    const alone = await ok(client.get('/apis/apiextensions.k8s.io'));
    expect(alone.name).toBe('apiextensions.k8s.io');
    for (const { versions } of [group, alone]) {
      expect(versions).toContainEqual({ groupVersion: 'apiextensions.k8s.io/v1', version: 'v1' });
    }
    const list = await ok(client.get('/apis/apiextensions.k8s.io/v1'));
    expect(list.groupVersion).toBe('apiextensions.k8s.io/v1');
    expect(list.resources.map(({ name }: any) => name)).toContain('customresourcedefinitions');
  },
);

conformance(
  'A',
  `${CRD} custom resource defaulting for requests and from storage works [Conformance]`,
  (e2e) => {
    const { client } = e2e;
    const text = { type: 'string' };
    const schema = { type: 'object', properties: { a: text, b: text } };
    return withDefinition(e2e, definition(e2e, { schema }), async (made) => {
      const own = `${DEFINITIONS}/${made.metadata.name}`;
      const path = objectsOf(e2e, made);
      const at = (field: string) => `/spec/versions/0/schema/openAPIV3Schema/properties/${field}/default`;
      const first = await ok(client.post(path, objectOf(made, 'cr-1')), 201);
      expect(first.a).toBeUndefined();
      await ok(client.patch(own, 'json', [{ op: 'add', path: at('a'), value: 'A' }]));
      await becomes(e2e, `${path}/cr-1`, 'a default of what is read', ({ a }) => a === 'A');
      const second = await ok(client.post(path, objectOf(made, 'cr-2')), 201);
      expect(second.a).toBe('A');
      await ok(
        client.patch(own, 'json', [
          { op: 'remove', path: at('a') },
          { op: 'add', path: at('b'), value: 'B' },
        ]),
      );
      const read = await becomes(e2e, `${path}/cr-2`, 'another default', ({ b }) => b === 'B');
      // This one was stored with it.
      expect(read.a).toBe('A');
      expect(Number(first.metadata.resourceVersion)).toBeLessThan(Number(second.metadata.resourceVersion));
    });
  },
);

conformance(
  'A',
  '[sig-api-machinery] CustomResourceDefinition Watch [Privileged:ClusterAdmin] CustomResourceDefinition Watch watch on custom resource definition objects [Conformance]',
  (e2e) =>
    withDefinition(e2e, definition(e2e), async (made) => {
      const { client } = e2e;
      const path = objectsOf(e2e, made);
      const names = ['name1', 'name2'];
      const watches = await Promise.all(
        names.map((name) =>
          client.watch(`${path}?watch=true&timeoutSeconds=60&fieldSelector=metadata.name%3D${name}`),
        ),
      );
      /** One watch has this event, and neither has another. */
      const only = async (index: number, type: string): Promise<void> => {
        const [event] = await types(watches[index]!, type);
        expect(event!.object.metadata.name).toBe(names[index]);
        for (const watch of watches) await silent(watch, 100);
      };
      const fields = { content: { key: 'value' }, num: { num2: 1_000_000 } };
      for (const index of [0, 1]) {
        const object = await ok(client.post(path, objectOf(made, names[index]!, fields)), 201);
        expect(object).toMatchObject({
          apiVersion: 'mygroup.example.com/v1beta1',
          kind: made.spec.names.kind,
        });
        expect(object.metadata.uid).toMatch(/./);
        await only(index, 'ADDED');
      }
      for (const index of [0, 1]) {
        const patch = [{ op: 'add', path: '/dummy', value: 'test' }];
        await ok(client.patch(`${path}/${names[index]}`, 'json', patch));
        await only(index, 'MODIFIED');
      }
      for (const index of [0, 1]) {
        await ok(client.delete(`${path}/${names[index]}`));
        await only(index, 'DELETED');
      }
      for (const watch of watches) watch.close();
    }),
);

// ---- aggregated discovery

for (const [name, paths] of [
  ['should support raw aggregated discovery request for CRDs', ['/apis']],
  // The client's interface merges what it reads at both.
  ['should support aggregated discovery interface for CRDs', ['/api', '/apis']],
] as const) {
  conformance('A', `[sig-api-machinery] AggregatedDiscovery ${name} [Conformance]`, (e2e) => {
    const wanted = definition(e2e, {
      group: `${e2e.unique}.example.com`,
      namespaced: true,
      versions: ['v1'],
    });
    return withDefinition(e2e, wanted, async ({ spec }) => {
      const resource = await eventually('the resource', async () => {
        const lists = await Promise.all(
          paths.map((path) => ok(e2e.client.get(path, { accept: AGGREGATED }))),
        );
        return lists
          .flatMap(({ items }) => items)
          .find(({ metadata }) => metadata.name === spec.group)
          ?.versions.find(({ version }: any) => version === 'v1')
          ?.resources.find(({ resource }: any) => resource === spec.names.plural);
      });
      expect(resource).toMatchObject({
        responseKind: { group: spec.group, version: 'v1', kind: spec.names.kind },
        scope: 'Namespaced',
        singularResource: spec.names.singular,
      });
    });
  });
}

// ---- field validation

const port = {
  type: 'object',
  required: ['containerPort', 'protocol'],
  properties: {
    containerPort: { type: 'integer', format: 'int32' },
    hostIP: { type: 'string' },
    hostPort: { type: 'integer', format: 'int32' },
    name: { type: 'string' },
    protocol: { type: 'string' },
  },
};
const specSchema = (more: object = {}, properties: object = {}) => ({
  type: 'object',
  properties: {
    spec: {
      type: 'object',
      ...more,
      properties: {
        ...properties,
        foo: { type: 'string' },
        cronSpec: { type: 'string', pattern: '^(\\d+|\\*)(/\\d+)?(\\s+(\\d+|\\*)(/\\d+)?){4}$' },
        ports: {
          type: 'array',
          'x-kubernetes-list-type': 'map',
          'x-kubernetes-list-map-keys': ['containerPort', 'protocol'],
          items: port,
        },
      },
    },
  },
});
const PRESERVING = { 'x-kubernetes-preserve-unknown-fields': true };
const EMBEDDED = {
  template: {
    type: 'object',
    'x-kubernetes-embedded-resource': true,
    properties: {
      metadata: { type: 'object', properties: { name: { type: 'string' } } },
      spec: { type: 'object' },
    },
  },
};

/** Applies, as strictly as can be, an object whose root, metadata and spec have some more lines of YAML. */
async function applyStrictly(
  e2e: E2E,
  schema: object | undefined,
  lines: { root?: string; metadata?: string; spec: string },
  judge: (answer: ReturnType<E2E['client']['get']>) => Promise<unknown>,
): Promise<void> {
  const wanted = definition(e2e, { versions: ['v1', 'v1beta1'], ...(schema ? { schema } : {}) });
  await withDefinition(e2e, wanted, async (made) => {
    const { apiVersion, kind } = objectOf(made, 'mytest');
    const body = [
      '',
      `apiVersion: ${apiVersion}`,
      `kind: ${kind}`,
      'metadata:',
      '  name: mytest',
      ...(lines.metadata ? [lines.metadata] : []),
      ...(lines.root ? [lines.root] : []),
      'spec:',
      lines.spec,
      '  cronSpec: "* * * * */5"',
      '  ports:',
      '  - name: x',
      '    containerPort: 80',
      '    protocol: TCP',
    ].join('\n');
    const path = `${objectsOf(e2e, made)}/mytest?fieldManager=field_validation_mgr&fieldValidation=Strict`;
    await judge(e2e.client.patch(path, 'apply', body));
  });
}

conformance(
  'A',
  '[sig-api-machinery] FieldValidation should create/apply a valid CR for CRD with validation schema [Conformance]',
  (e2e) =>
    applyStrictly(e2e, specSchema(), { spec: '  foo: foo1' }, async (answer) => {
      expect((await ok(answer, 201)).spec.foo).toBe('foo1');
    }),
);

conformance(
  'A',
  '[sig-api-machinery] FieldValidation should create/apply a CR with unknown fields for CRD with no validation schema [Conformance]',
  (e2e) =>
    applyStrictly(e2e, undefined, { spec: '  unknown: uk1' }, async (answer) => {
      expect((await ok(answer, 201)).spec.unknown).toBe('uk1');
    }),
);

conformance(
  'A',
  '[sig-api-machinery] FieldValidation should create/apply an invalid CR with extra properties for CRD with validation schema [Conformance]',
  (e2e) =>
    applyStrictly(
      e2e,
      specSchema(),
      { root: 'unknownField: unknown', spec: '  foo: foo1' },
      async (answer) => {
        const { status, message } = (await answer).json;
        expect(status).toBe('Failure');
        expect(message).toContain('.unknownField: field not declared in schema');
      },
    ),
);

conformance(
  'A',
  '[sig-api-machinery] FieldValidation should detect unknown metadata fields in both the root and embedded object of a CR [Conformance]',
  (e2e) =>
    applyStrictly(
      e2e,
      specSchema(PRESERVING, EMBEDDED),
      {
        metadata: '  unknownMeta: unknown',
        spec: `  template:
    apiversion: foo/v1
    kind: Sub
    metadata:
        unknownSubMeta: unknown
        name: subobject
        namespace: ${e2e.namespace}
  foo: foo1`,
      },
      async (answer) => {
        const { status, message } = (await answer).json;
        expect(status).toBe('Failure');
        expect(message).toMatch(/\.metadata\.unknown(Sub)?Meta: field not declared in schema/);
      },
    ),
);

conformance(
  'A',
  '[sig-api-machinery] FieldValidation should detect duplicates in a CR when preserving unknown fields [Conformance]',
  (e2e) =>
    applyStrictly(
      e2e,
      specSchema(PRESERVING),
      { spec: '  unknown: uk1\n  foo: foo1\n  foo: foo2' },
      async (answer) => {
        const { message } = await refused(answer, 400, 'BadRequest');
        expect(message).toContain('line 9: key "foo" already set in map');
      },
    ),
);
