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
      '422  "" is invalid: patch: Invalid value: "map[data:map[k:1]]": cannot convert int64 to string',
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

  it.each([
    ['{"metadata":{"labels":"x"}}', 'cannot restore map from string'],
    ['{"metadata":{"labels":{"a":1}}}', 'cannot convert int64 to string'],
    ['{"metadata":{"labels":{"a":1.5}}}', 'unrecognized type: string'],
    ['{"metadata":{"finalizers":{"a":1}}}', 'cannot restore slice from map'],
    ['{"metadata":[1]}', 'cannot restore struct from: slice'],
    ['{"metadata":{"generation":"x"}}', 'unrecognized type: int64'],
    ['{"metadata":{"generation":1.5}}', 'cannot convert float64 to int64'],
    ['{"metadata":{"creationTimestamp":1}}', 'json: cannot unmarshal number into Go value of type string'],
    ['{"binaryData":{"a":"%"}}', 'error decoding from json: illegal base64 data at input byte 0'],
    ['{"binaryData":{"a":["x"]}}', 'unrecognized type: uint8'],
    ['{"immutable":1}', 'unrecognized type: bool'],
    ['{"kind":1}', 'cannot convert int64 to string'],
  ])('%s is refused in the words of the converter when the patch is strategic', async (body, message) => {
    const { said } = await patch(STRATEGIC, body);
    expect(said).toMatch(/^422 {2}"" is invalid: patch: Invalid value: "map\[/);
    expect(said.endsWith(`": ${message}`)).toBe(true);
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
    /^400 error strict decoding YAML: error converting YAML to JSON: yaml: unmarshal errors:\n {2}line 5: key "data" already set in map$/,
  );
  expect((await patch('apply-patch+yaml', twice)).headers.get('Warning')).toBe(
    '299 - "line 5: key \\"data\\" already set in map"',
  );
});

describe('a configuration', () => {
  const applied = async (text: string, path = `${CONFIGMAPS}/c`) => {
    const { code, body } = await call(
      cluster,
      'PATCH',
      `${path}?fieldManager=m&dryRun=All`,
      text,
      'application/apply-patch+yaml',
    );
    return `${code} ${body.reason ?? '-'} ${body.message ?? ''}`;
  };
  const of = (more: string): string => `{"apiVersion":"v1","kind":"ConfigMap"${more}}`;
  const typed = '500 - failed to create typed patch object';
  const converted = 'to proper version: unable to convert unstructured object to /v1, Kind=ConfigMap:';

  it.each([
    ['{"metadata":{"name":"c"}}', '400 BadRequest invalid object type: /, Kind='],
    ['{"apiVersion":"a/b/c","kind":"ConfigMap"}', '400 BadRequest invalid object type: /, Kind='],
    ['{"apiVersion":"v1","kind":"Secret"}', '400 BadRequest invalid object type: /v1, Kind=Secret'],
    [of(',"metadata":"x"'), `${typed} (/; /v1, Kind=ConfigMap): .metadata: expected map, got &{x}`],
    [
      of(',"metadata":{"name":"other"},"spec":1'),
      `${typed} (/other; /v1, Kind=ConfigMap): .spec: field not declared in schema`,
    ],
    [
      of(`,"metadata":{"name":"c","namespace":"n"},"data":{"a":1}`),
      `${typed} (n/c; /v1, Kind=ConfigMap): .data.a: expected string, got &value.valueUnstructured{Value:1}`,
    ],
    [
      of(',"metadata":{"name":"c","generation":1.5}'),
      `500 - failed to convert new object (/c; /v1, Kind=ConfigMap) ${converted} cannot convert float64 to int64`,
    ],
    [
      of(',"metadata":{"name":"c","creationTimestamp":5}'),
      `500 - failed to convert new object (/c; /v1, Kind=ConfigMap) ${converted} json: cannot unmarshal number into Go value of type string`,
    ],
    [
      of(',"metadata":{"name":"c"},"binaryData":{"a":"!!"}'),
      `500 - failed to convert new object (/c; /v1, Kind=ConfigMap) ${converted} error decoding from json: illegal base64 data at input byte 0`,
    ],
    [of(',"metadata":{"name":"c","managedFields":[]}'), '400 BadRequest metadata.managedFields must be nil'],
    [
      of(',"metadata":{"name":"other"}'),
      '400 BadRequest the name of the object (other) does not match the name on the URL (c)',
    ],
    [
      of(',"metadata":{"name":"c","namespace":"n"}'),
      '400 BadRequest the namespace of the provided object does not match the namespace sent on the request',
    ],
    [
      of(',"metadata":{"name":null}'),
      '400 BadRequest the name of the object (c based on URL) was undeterminable: name must be provided',
    ],
    [of(',"metadata":null'), '200 - '],
    [of(''), '200 - '],
  ])('%s: %s', async (text, said) => expect(await applied(text)).toBe(said));

  it('of what is missing names itself, and no version that is none', async () => {
    const path = `${CONFIGMAPS}/new`;
    expect(await applied(of(',"metadata":null'), path)).toBe(
      '400 BadRequest the name of the object (new based on URL) was undeterminable: name must be provided',
    );
    expect(await applied(of(',"metadata":{"name":"new","resourceVersion":"x"}'), path)).toContain(
      '422 Invalid',
    );
  });

  it('of a scale is checked as such before it is read', async () => {
    const deployments = `/apis/apps/v1/namespaces/${NAMESPACE}/deployments`;
    await call(cluster, 'POST', deployments, {
      metadata: { name: 'd' },
      spec: {
        selector: { matchLabels: { a: 'b' } },
        template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } },
      },
    });
    const scale = (more: string) =>
      applied(`{"apiVersion":"autoscaling/v1","kind":"Scale"${more}}`, `${deployments}/d/scale`);
    expect(await scale(',"spec":{"replicas":"x"}')).toBe(
      `${typed} (/; autoscaling/v1, Kind=Scale): .spec.replicas: expected numeric (int or float), got string`,
    );
    expect(await scale(',"metadata":{"name":"e"}')).toContain('does not match the name on the URL (d)');
    expect(await scale('')).toBe('200 - ');
  });
});
