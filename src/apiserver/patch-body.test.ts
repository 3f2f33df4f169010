import { beforeEach, describe, expect, it } from 'vitest';
import { NAMESPACE, type TestCluster, testCluster } from '../registry/admission/testing.ts';
import { call } from './handlers/testing.ts';

let cluster: TestCluster;
const CONFIGMAPS = `/api/v1/namespaces/${NAMESPACE}/configmaps`;
beforeEach(async () => {
  cluster = await testCluster();
  await call(cluster, 'POST', CONFIGMAPS, { metadata: { name: 'c' }, data: { k: 'v' } });
});
const patch = async (type: string, body: string, query = '') => {
  const answer = await call(
    cluster,
    'PATCH',
    `${CONFIGMAPS}/c?fieldManager=m${query}`,
    body,
    `application/${type}`,
  );
  return { ...answer, said: `${answer.code} ${answer.body.message ?? ''}` };
};
const STRICT = '&fieldValidation=Strict';
const MERGE = 'merge-patch+json';
const JSON_PATCH = 'json-patch+json';
const STRATEGIC = 'strategic-merge-patch+json';

describe('what a patch makes', () => {
  it.each([
    [
      STRATEGIC,
      '{"dat":{"a":"b"}}',
      '422  "" is invalid: patch: Invalid value: "map[dat:map[a:b]]": strict decoding error: unknown field "dat"',
    ],
    [
      STRATEGIC,
      '{"data":{"k":1}}',
      '422  "" is invalid: patch: Invalid value: "map[data:map[k:1]]": json: cannot unmarshal number into Go struct field ConfigMap.data of type string',
    ],
    [
      STRATEGIC,
      '{"data":{},"data":{}}',
      '422  "" is invalid: patch: Invalid value: "map[data:map[]]": strict decoding error: duplicate field "data"',
    ],
  ])('%s %s', async (type, body, message) => {
    expect((await patch(type, body, STRICT)).said).toBe(message);
  });

  it.each([
    [MERGE, '{"dat":1}', 'strict decoding error: unknown field "dat"'],
    [MERGE, '{"data":{"x":"y"},"data":{}}', 'strict decoding error: duplicate field "data"'],
    [MERGE, '{"kind":"Pod"}', 'converting (v1.Pod) to (core.ConfigMap): unknown conversion'],
    [
      MERGE,
      '{"apiVersion":"v2"}',
      'no kind "ConfigMap" is registered for version "v2" in scheme "pkg/api/legacyscheme/scheme.go:30"',
    ],
    [
      JSON_PATCH,
      '[{"op":"add","path":"/dat","value":1,"value":2}]',
      'strict decoding error: json patch duplicate field "[0].value", unknown field "dat"',
    ],
  ])('%s %s is shown as it came out', async (type, body, message) => {
    const { said, body: status } = await patch(type, body, STRICT);
    expect(said).toMatch(/^422 {2}"" is invalid: patch: Invalid value: "\{\\"apiVersion\\":/);
    expect(said.endsWith(message)).toBe(true);
    expect(status.details.kind).toBeUndefined();
  });

  it('is cut when it is long', async () => {
    const { said } = await patch(MERGE, JSON.stringify({ data: { x: 'y'.repeat(10_000) }, dat: 1 }), STRICT);
    expect(said).toMatch(/yyy\.\.\.": strict decoding error: unknown field "dat"$/);
    expect(said.length).toBeLessThan(5000);
  });

  it('is of the kind, whatever a strategic patch says', async () => {
    expect((await patch(STRATEGIC, '{"kind":"Pod","data":{"a":"b"}}')).body).toMatchObject({
      kind: 'ConfigMap',
      data: { a: 'b', k: 'v' },
    });
  });

  it('warns of what a strict reader refuses', async () => {
    const { headers } = await patch(MERGE, '{"dat":1,"data":{},"data":{}}');
    expect(headers.get('Warning')).toBe(
      '299 - "duplicate field \\"data\\"", 299 - "unknown field \\"dat\\""',
    );
  });
});

it('a configuration that names a field twice is refused or warned of', async () => {
  const twice = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {a: b}\ndata: {x: z}\n';
  const strict = await patch('apply-patch+yaml', twice, STRICT);
  expect(strict.said).toMatch(
    /^400 error strict decoding patch: error converting YAML to JSON: yaml: unmarshal errors:\n {2}line 5: key "data" already set in map$/,
  );
  expect((await patch('apply-patch+yaml', twice)).headers.get('Warning')).toContain('already set in map');
});
