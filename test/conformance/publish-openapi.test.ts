/** Upstream test/e2e/apimachinery/crd_publish_openapi.go: what kubectl and OpenAPI know of custom resources. */
import { expect } from 'vitest';
import { define, DEFINITIONS, definition, objectOf, undefine } from './custom-resources.ts';
import { kubectl, missing, run } from './kubectl.ts';
import { conformance, type E2E, eventually, ok } from './suite.ts';

const PUBLISH = '[sig-api-machinery] CustomResourcePublishOpenAPI [Privileged:ClusterAdmin]';

const described = (description: string, more: object = { type: 'string' }) => ({ description, ...more });
const object = (properties: object, more: object = {}) => ({ type: 'object', properties, ...more });

const FOO = described('Foo CRD for Testing', {
  ...object({
    spec: described('Specification of Foo', {
      ...object({
        bars: described('List of Bars and their specs.', {
          type: 'array',
          items: object(
            {
              name: described('Name of Bar.'),
              age: described('Age of Bar.'),
              feeling: described('Whether Bar is feeling great.', {
                type: 'string',
                enum: ['Great', 'Down'],
              }),
              bazs: described('List of Bazs.', { type: 'array', items: { type: 'string' } }),
            },
            { required: ['name'] },
          ),
        }),
      }),
    }),
    status: described('Status of Foo', {
      ...object({
        bars: described('List of Bars and their statuses.', {
          type: 'array',
          items: object({
            name: described('Name of Bar.'),
            available: described('Whether the Bar is installed.', { type: 'boolean' }),
            quxType: described('Indicates to external qux type.', {
              type: 'string',
              pattern: 'in-tree|out-of-tree',
            }),
          }),
        }),
      }),
    }),
  }),
});
const PRESERVING = { 'x-kubernetes-preserve-unknown-fields': true };
const waldo = (description: string, root: object = {}, spec: object = {}) =>
  described(description, {
    ...root,
    ...object({
      spec: described('Specification of Waldo', {
        ...spec,
        ...object({ dummy: described('Dummy property.', { type: 'object' }) }),
      }),
      status: described('Status of Waldo', {
        ...object({
          bars: described('List of Bars and their statuses.', { type: 'array', items: { type: 'object' } }),
        }),
      }),
    }),
  });
const WALDO = waldo('Waldo CRD for Testing');

// ---- the published document

/** What the document of version 2 says of a version of a definition. */
async function published({ client }: E2E, { spec }: any, version: string): Promise<any> {
  const { definitions } = await ok(client.get('/openapi/v2'));
  return definitions[`${spec.group.split('.').reverse().join('.')}.${version}.${spec.names.kind}`];
}

/** Waits until a version is published, and with this schema when one is given. */
async function waitForPublished(e2e: E2E, made: any, version: string, schema?: object): Promise<void> {
  const found = await eventually(`${version} in the document`, () => published(e2e, made, version));
  if (!schema) return;
  // Every kind with properties has these, too.
  const { apiVersion: _1, kind: _2, metadata: _3, ...properties } = found.properties ?? {};
  const { 'x-kubernetes-group-version-kind': kinds, ...rest } = found;
  expect(kinds).toEqual([{ group: made.spec.group, version, kind: made.spec.names.kind }]);
  expect({ ...rest, properties }).toEqual({ properties: {}, ...schema });
}

const waitForNotPublished = (e2e: E2E, made: any, version: string): Promise<true> =>
  eventually(
    `no ${version} in the document`,
    async () => (await published(e2e, made, version)) === undefined,
  );

/** A definition whose versions are all published. */
async function publish(
  e2e: E2E,
  { group, schema, expected, versions = ['v1'] }: Wanted,
): Promise<{ made: any; remove(): Promise<void> }> {
  const wanted = definition(e2e, {
    group: `crd-publish-openapi-test-${group}.example.com`,
    namespaced: true,
    versions,
    ...(schema ? { schema } : {}),
  });
  const made = await define(e2e, wanted);
  for (const version of versions) await waitForPublished(e2e, made, version, expected);
  return {
    made,
    async remove() {
      const served = (await ok(e2e.client.get(`${DEFINITIONS}/${made.metadata.name}`))).spec.versions;
      await undefine(e2e, made);
      for (const { name } of served) await waitForNotPublished(e2e, made, name);
    },
  };
}

interface Wanted {
  /** A word in its group. */
  readonly group: string;
  /** None: everything passes. */
  readonly schema?: object;
  /** The schema that is published; none: it does not matter. */
  readonly expected?: object;
  readonly versions?: readonly string[];
}

const foo = (group: string, ...versions: string[]): Wanted => ({
  group,
  schema: FOO,
  expected: FOO,
  versions,
});
const another = (group: string, version: string): Wanted => ({
  group,
  schema: WALDO,
  expected: WALDO,
  versions: [version],
});

// ---- what kubectl makes of it

async function explains(what: string, pattern: RegExp): Promise<void> {
  expect(await run(['explain', what])).toMatch(pattern);
}

/** Creates, deletes, applies and deletes an object with kubectl. */
async function accepts({ namespace }: E2E, { spec }: any, wanted: any): Promise<void> {
  for (const verb of ['create', 'apply']) {
    await run([verb, '-n', namespace, '-f', '-'], JSON.stringify(wanted));
    await run(['delete', '-n', namespace, spec.names.plural, wanted.metadata.name]);
  }
}

/** kubectl refuses an object with these words. */
async function refuses({ namespace }: E2E, verb: string, wanted: any, words: RegExp): Promise<void> {
  const { code, err } = await kubectl([verb, '-n', namespace, '-f', '-'], JSON.stringify(wanted));
  expect(err).toMatch(words);
  expect(code).toBe(1);
}

conformance(
  'A',
  `${PUBLISH} works for CRD with validation schema [Conformance]`,
  async (e2e) => {
    const { made, remove } = await publish(e2e, foo('foo', 'v1'));
    const { plural } = made.spec.names;
    const one = (spec: object) => objectOf(made, 'test-foo', { spec });
    await accepts(e2e, made, one({ bars: [{ name: 'test-bar' }] }));
    const feeling = one({ bars: [{ name: 'test-bar', feeling: 'NonExistentValue' }] });
    await refuses(e2e, 'create', feeling, /Unsupported value: "NonExistentValue"/);
    for (const verb of ['create', 'apply']) {
      await refuses(e2e, verb, one({ foo: true }), /unknown field "(spec\.)?foo"/);
      await refuses(
        e2e,
        verb,
        one({ bars: [{ age: '10' }] }),
        /missing required field "name"|spec\.bars\[0\]\.name: Required value/,
      );
    }
    await explains(
      plural,
      /DESCRIPTION:.*Foo CRD for Testing.*FIELDS:.*apiVersion.*<string>.*APIVersion defines.*spec.*<Object>.*Specification of Foo/s,
    );
    await explains(
      `${plural}.metadata`,
      /DESCRIPTION:.*Standard object's metadata.*FIELDS:.*creationTimestamp.*<string>.*CreationTimestamp is a timestamp/s,
    );
    await explains(
      `${plural}.spec`,
      /DESCRIPTION:.*Specification of Foo.*FIELDS:.*bars.*<\[\]Object>.*List of Bars and their specs/s,
    );
    await explains(
      `${plural}.spec.bars`,
      /(FIELD|RESOURCE):.*bars.*<\[\]Object>.*DESCRIPTION:.*List of Bars and their specs.*FIELDS:.*bazs.*<\[\]string>.*List of Bazs.*name.*<string>.*Name of Bar/s,
    );
    const { code, err } = await kubectl(['explain', `${plural}.spec.bars2`]);
    expect(err).toContain('field "bars2" does not exist');
    expect(code).toBe(1);
    await remove();
  },
  missing,
);

const ANYTHING = { a: { b: [{ c: 'd' }] } };
for (const [name, wanted, fields, explained] of [
  [
    'without validation schema',
    { group: 'empty', expected: { type: 'object' } },
    ANYTHING,
    /DESCRIPTION:.*<empty>/s,
  ],
  [
    'preserving unknown fields at the schema root',
    {
      group: 'unknown-at-root',
      schema: waldo('preserve-unknown-properties at root for Testing', PRESERVING),
    },
    ANYTHING,
    /KIND:.*/s,
  ],
  [
    'preserving unknown fields in an embedded object',
    {
      group: 'unknown-in-nested',
      schema: waldo('preserve-unknown-properties in nested field for Testing', {}, PRESERVING),
    },
    { spec: { a: null, b: [{ c: 'd' }] } },
    /DESCRIPTION:.*preserve-unknown-properties in nested field for Testing/s,
  ],
] as const) {
  conformance(
    'A',
    `${PUBLISH} works for CRD ${name} [Conformance]`,
    async (e2e) => {
      const { made, remove } = await publish(e2e, wanted);
      const { kind, plural } = made.spec.names;
      await accepts(e2e, made, objectOf(made, 'test-cr', fields));
      await explains(plural, explained);
      await explains(plural, new RegExp(`KIND:.*${kind}`));
      await remove();
    },
    missing,
  );
}

/** Definitions that are published at the same time. */
async function together(e2e: E2E, ...wanted: Wanted[]): Promise<any[]> {
  const all = [];
  for (const one of wanted) all.push(await publish(e2e, one));
  for (const [index, { made }] of all.entries()) {
    for (const { name } of made.spec.versions) {
      await waitForPublished(e2e, made, name, wanted[index]!.expected);
    }
  }
  for (const { remove } of all) await remove();
  return all.map(({ made }) => made.spec.group);
}

conformance('A', `${PUBLISH} works for multiple CRDs of different groups [Conformance]`, async (e2e) => {
  const [one, other] = await together(e2e, foo('foo', 'v1'), another('waldo', 'v1beta1'));
  expect(one).not.toBe(other);
});

conformance(
  'A',
  `${PUBLISH} works for multiple CRDs of same group but different versions [Conformance]`,
  async (e2e) => {
    await together(e2e, foo('multi-ver', 'v2', 'v3'));
    const [one, other] = await together(e2e, foo('common-group', 'v4'), another('common-group', 'v5'));
    expect(one).toBe(other);
  },
);

conformance(
  'A',
  `${PUBLISH} works for multiple CRDs of same group and version but different kinds [Conformance]`,
  async (e2e) => {
    const [one, other] = await together(e2e, foo('common-group', 'v6'), another('common-group', 'v6'));
    expect(one).toBe(other);
  },
);

conformance(
  'A',
  `${PUBLISH} updates the published spec when one version gets renamed [Conformance]`,
  async (e2e) => {
    const { made, remove } = await publish(e2e, foo('multi-ver', 'v2', 'v3'));
    const path = '/spec/versions/1/name';
    await ok(
      e2e.client.patch(`${DEFINITIONS}/${made.metadata.name}`, 'json', [
        { op: 'test', path, value: 'v3' },
        { op: 'replace', path, value: 'v4' },
      ]),
    );
    await waitForPublished(e2e, made, 'v4', FOO);
    await waitForNotPublished(e2e, made, 'v3');
    await waitForPublished(e2e, made, 'v2', FOO);
    await remove();
  },
);

conformance(
  'A',
  `${PUBLISH} removes definition from spec when one version gets changed to not be served [Conformance]`,
  async (e2e) => {
    const { client } = e2e;
    const { made, remove } = await publish(e2e, foo('multi-to-single-ver', 'v5', 'v6alpha1'));
    const own = `${DEFINITIONS}/${made.metadata.name}`;
    const updated = await eventually('an update', async () => {
      const current = await ok(client.get(own));
      current.spec.versions[1].served = false;
      const answer = await client.put(own, current);
      return answer.status === 409 ? undefined : ok(answer);
    });
    expect(Number(updated.metadata.resourceVersion)).toBeGreaterThan(Number(made.metadata.resourceVersion));
    await waitForNotPublished(e2e, made, 'v6alpha1');
    await waitForPublished(e2e, made, 'v5', FOO);
    await remove();
  },
);
