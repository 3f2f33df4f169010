import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encode } from '../protobuf/encode.ts';
import { encodeEnvelope } from '../protobuf/envelope.ts';
import type { Schema } from '../schema/schema.ts';
import { hasStruct, struct } from '../schema/table.ts';
import { StatusError } from '../status.ts';
import { decodeBody, type DecodeOptions, type FieldValidation, type GroupVersionKind } from './decode.ts';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const WIDGET: Schema = { type: 'struct', fields: new Map(), preserveUnknownFields: true };
/** Knows `spec.a` alone. */
function admitFields(object: Record<string, unknown>): string[] {
  const { a, ...unknown } = object.spec as Record<string, unknown>;
  object.spec = { a };
  return Object.keys(unknown).map((name) => `unknown field "spec.${name}"`);
}
function schemaFor({ group, version, kind }: GroupVersionKind): Schema | undefined {
  if (group === 'example.com') return kind === 'Widget' ? WIDGET : undefined;
  const typeName = `${group || 'core'}.${version}.${kind}`;
  return hasStruct(typeName) ? struct(typeName) : undefined;
}
const POD = { group: '', version: 'v1', kind: 'Pod' };
const DEPLOYMENT = { group: 'apps', version: 'v1', kind: 'Deployment' };
const HPA = { group: 'autoscaling', version: 'v2', kind: 'HorizontalPodAutoscaler' };
const CUSTOM = { group: 'example.com', version: 'v1', kind: 'Widget' };
const options = (
  defaultGVK: GroupVersionKind,
  fieldValidation: FieldValidation = 'Strict',
): DecodeOptions => ({
  defaultGVK,
  schemaFor,
  fieldValidation,
  ...(defaultGVK === CUSTOM ? { admitFields } : {}),
});

const JSON_TYPE = 'application/json';
const YAML = 'application/yaml';
const PROTOBUF = 'application/vnd.kubernetes.protobuf';

const normalPod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'a' },
  spec: { containers: [{ name: 'c', image: 'i', resources: {} }] },
  status: {},
};

describe('decodeBody', () => {
  const json =
    '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a"},"spec":{"containers":[{"name":"c","image":"i"}]}}';
  it.each<[string, string | null, Uint8Array]>([
    ['JSON', JSON_TYPE, utf8(json)],
    ['JSON without a media type', null, utf8(json)],
    ['JSON with an empty one', '', utf8(json)],
    ['JSON with a parameter', 'Application/JSON; charset=utf-8', utf8(json)],
    [
      'YAML',
      YAML,
      utf8('apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n  - {name: c, image: i}\n'),
    ],
    ['YAML that is JSON', YAML, utf8(json)],
    ['protobuf', PROTOBUF, encodeEnvelope('v1', 'Pod', encode(struct('core.v1.Pod'), normalPod))],
    ['protobuf without a kind', PROTOBUF, encodeEnvelope('', '', encode(struct('core.v1.Pod'), normalPod))],
    ['JSON without a kind', JSON_TYPE, utf8(json.replace('"apiVersion":"v1","kind":"Pod",', ''))],
  ])('takes %s', (_, contentType, body) => {
    expect(decodeBody(body, contentType, options(POD))).toEqual({
      object: normalPod,
      gvk: POD,
      warnings: [],
    });
  });

  it('takes a body of null as an empty object', () => {
    expect(decodeBody(utf8('null'), JSON_TYPE, options(POD)).object).toEqual({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {},
      spec: { containers: null },
      status: {},
    });
  });
  it('takes other group versions where the endpoint does', () => {
    const gvk = { group: 'meta', version: 'v1', kind: 'DeleteOptions' };
    const body = utf8('{"kind":"DeleteOptions","apiVersion":"apps/v1","gracePeriodSeconds":0}');
    const accepts = (group: string): boolean => group === 'apps';
    expect(decodeBody(body, JSON_TYPE, { ...options(gvk), accepts }).object).toMatchObject({
      gracePeriodSeconds: 0,
    });
  });

  it.each<[GroupVersionKind, string | null, string | Uint8Array, string]>([
    [
      POD,
      JSON_TYPE,
      '',
      "the object provided is unrecognized (must be of type Pod): couldn't get version/kind; json parse error: unexpected end of JSON input (<empty>)",
    ],
    [
      POD,
      JSON_TYPE,
      'kind: Pod',
      "the object provided is unrecognized (must be of type Pod): couldn't get version/kind; json parse error: invalid character 'k' looking for beginning of value (6b696e643a20506f64)",
    ],
    [
      POD,
      JSON_TYPE,
      '{"a":"0123456789012345678901234567890123456789"',
      `the object provided is unrecognized (must be of type Pod): couldn't get version/kind; json parse error: unexpected end of JSON input ({"a":"012345678901234567890123 ...)`,
    ],
    [
      POD,
      JSON_TYPE,
      '[]',
      `the object provided is unrecognized (must be of type Pod): couldn't get version/kind; json parse error: json: cannot unmarshal array into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" } (5b5d)`,
    ],
    [
      POD,
      JSON_TYPE,
      '{"kind":1}',
      `the object provided is unrecognized (must be of type Pod): couldn't get version/kind; json parse error: json: cannot unmarshal number into Go struct field .kind of type string ({"kind":1})`,
    ],
    [
      POD,
      JSON_TYPE,
      '{"apiVersion":"a/b/c"}',
      'the object provided is unrecognized (must be of type Pod): unexpected GroupVersion string: a/b/c ({"apiVersion":"a/b/c"})',
    ],
    [
      POD,
      YAML,
      'a: .nan',
      'the object provided is unrecognized (must be of type Pod): json: unsupported value: NaN (613a202e6e616e)',
    ],
    [POD, PROTOBUF, '', 'the object provided is unrecognized (must be of type Pod): empty data (<empty>)'],
    [
      POD,
      PROTOBUF,
      '{}',
      'the object provided is unrecognized (must be of type Pod): provided data does not appear to be a protobuf message, expected prefix [107 56 115 0] ({})',
    ],
    [
      POD,
      PROTOBUF,
      encodeEnvelope('v1', 'Pod', utf8('\n\u007f')),
      'Pod in version "v1" cannot be handled as a Pod: unexpected EOF',
    ],
    [
      DEPLOYMENT,
      JSON_TYPE,
      '{"spec":{"replicas":"3"}}',
      'Deployment in version "v1" cannot be handled as a Deployment: json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32',
    ],
    [
      DEPLOYMENT,
      JSON_TYPE,
      '{"kind":"Deployment","apiVersion":"apps/v1beta1"}',
      'Deployment in version "v1beta1" cannot be handled as a Deployment: no kind "Deployment" is registered for version "apps/v1beta1" in scheme "pkg/api/legacyscheme/scheme.go:30"',
    ],
    [
      POD,
      JSON_TYPE,
      '{"kind":"Service","apiVersion":"v1"}',
      'Service in version "v1" cannot be handled as a Pod: converting (v1.Service) to (core.Pod): unknown conversion',
    ],
    [
      HPA,
      JSON_TYPE,
      '{"kind":"HorizontalPodAutoscaler","apiVersion":"autoscaling/v1"}',
      'the API version in the data (autoscaling/v1) does not match the expected API version (autoscaling/v2)',
    ],
    [
      DEPLOYMENT,
      JSON_TYPE,
      '{"spec":{"foo":1,"paused":true,"paused":false,"foo":2}}',
      'Deployment in version "v1" cannot be handled as a Deployment: strict decoding error: unknown field "spec.foo", duplicate field "spec.paused"',
    ],
    [
      DEPLOYMENT,
      YAML,
      'spec:\n  foo: 1\n  paused: true\n  paused: false\n',
      'Deployment in version "v1" cannot be handled as a Deployment: strict decoding error: yaml: unmarshal errors:\n  line 4: key "paused" already set in map, unknown field "spec.foo"',
    ],
    [
      CUSTOM,
      JSON_TYPE,
      '{"apiVersion":"example.com/v1","kind":"Widget","spec":{"b":1,"a":1,"a":2}}',
      'Widget in version "v1" cannot be handled as a Widget: strict decoding error: duplicate field "spec.a", unknown field "spec.b"',
    ],
  ])('400: %j %s %j', (gvk, contentType, body, message) => {
    const error = thrown(() =>
      decodeBody(typeof body === 'string' ? utf8(body) : body, contentType, options(gvk)),
    );
    expect(error.message).toBe(message);
    expect([error.code, error.reason]).toEqual([400, 'BadRequest']);
  });

  it.each([
    [POD, 'text/plain', 'application/json, application/yaml, application/vnd.kubernetes.protobuf'],
    [POD, 'application/cbor', 'application/json, application/yaml, application/vnd.kubernetes.protobuf'],
    [CUSTOM, 'text/plain', 'application/json, application/yaml, application/vnd.kubernetes.protobuf'],
    [CUSTOM, PROTOBUF, 'application/json, application/yaml'],
  ])('415: %j %s', (gvk, contentType, accepted) => {
    const error = thrown(() => decodeBody(utf8('{}'), contentType, options(gvk)));
    expect([error.code, error.reason]).toEqual([415, 'UnsupportedMediaType']);
    expect(error.message).toBe(
      `the body of the request was in an unknown format - accepted media types include: ${accepted}`,
    );
  });

  it('warns of what Strict refuses, and with Ignore says nothing', () => {
    const body = '{"spec":{"foo":1,"paused":true,"paused":false}}';
    expect(decodeBody(utf8(body), JSON_TYPE, options(DEPLOYMENT, 'Warn')).warnings).toEqual([
      'unknown field "spec.foo"',
      'duplicate field "spec.paused"',
    ]);
    const ignored = decodeBody(utf8(body), JSON_TYPE, options(DEPLOYMENT, 'Ignore'));
    expect(ignored.warnings).toEqual([]);
    expect(ignored.object.spec).toEqual({
      selector: null,
      strategy: {},
      template: { metadata: {}, spec: { containers: null } },
    });
    const custom = 'apiVersion: example.com/v1\nkind: Widget\nspec: {a: 1, a: 2, b: 1}';
    expect(decodeBody(utf8(custom), YAML, options(CUSTOM, 'Ignore'))).toMatchObject({
      object: { spec: { a: 2 } },
      warnings: [],
    });
  });

  it.each<[FieldValidation, string, string, string]>([
    [
      'Strict',
      JSON_TYPE,
      '{"metadata":{}}',
      `the object provided is unrecognized (must be of type Widget): Object 'Kind' is missing in '{"metadata":{}}' ({"metadata":{}})`,
    ],
    [
      'Ignore',
      JSON_TYPE,
      '{"b":{}, "a":{}}',
      `Widget in version "v1" cannot be handled as a Widget: Object 'Kind' is missing in '{"b":{}, "a":{}}'`,
    ],
    [
      'Ignore',
      YAML,
      'b: 1\na: 2\n',
      `Widget in version "v1" cannot be handled as a Widget: Object 'Kind' is missing in '{"a":2,"b":1}'`,
    ],
    [
      'Warn',
      JSON_TYPE,
      'null',
      `the object provided is unrecognized (must be of type Widget): Object 'Kind' is missing in 'null' (6e756c6c)`,
    ],
    [
      'Warn',
      JSON_TYPE,
      '{"kind":"Widget"}',
      'the API version in the data () does not match the expected API version (example.com/v1)',
    ],
    [
      'Warn',
      JSON_TYPE,
      '{"kind":"Pod","apiVersion":"v1"}',
      'the API version in the data (v1) does not match the expected API version (example.com/v1)',
    ],
    [
      'Warn',
      JSON_TYPE,
      '{"kind":"Other","apiVersion":"example.com/v1","metadata":{"name":"x"}}',
      'Other.example.com "x" is invalid: kind: Invalid value: "Other": must be Widget',
    ],
  ])('takes a custom resource for what it says it is: %s %s %s', (validation, contentType, body, message) => {
    const error = thrown(() => decodeBody(utf8(body), contentType, options(CUSTOM, validation)));
    expect(error.message).toBe(message);
  });

  it('refuses garbage of every media type with a status', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(JSON_TYPE, YAML, PROTOBUF),
        fc.oneof(
          fc.uint8Array({ maxLength: 60 }),
          fc.json().map(utf8),
          fc.uint8Array({ maxLength: 60 }).map((raw) => encodeEnvelope('v1', 'Pod', raw)),
          fc.string({ unit: fc.constantFrom(...'{}[]":,-&*!|>#%@`? \n\tab01'), maxLength: 40 }).map(utf8),
        ),
        (contentType, body) => {
          try {
            decodeBody(body, contentType, options(POD));
          } catch (error) {
            if (!(error instanceof StatusError)) throw error;
          }
        },
      ),
      { numRuns: 3000 },
    );
  });
});

function thrown(run: () => unknown): StatusError {
  try {
    run();
  } catch (error) {
    if (error instanceof StatusError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
