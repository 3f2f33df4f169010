import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decode } from '../protobuf/decode.ts';
import { encode } from '../protobuf/encode.ts';
import { arbitraryObject } from '../schema/arbitrary.ts';
import type { Field, Schema } from '../schema/schema.ts';
import { struct, structNames } from '../schema/table.ts';
import { dropEmpty, normalize, showZeros } from './unknown-fields.ts';

type Json = Record<string, unknown>;
const run = (typeName: string, object: Json): { object: Json; errors: string[] } => {
  const errors = normalize(object, struct(typeName));
  return { object, errors };
};

describe('unknown fields', () => {
  it('are dropped and reported with their paths, in the order of the object', () => {
    const { object, errors } = run('core.v1.Pod', {
      foo: 1,
      metadata: { name: 'a', labels: { anything: 'x' }, Name: 'b' },
      spec: {
        containers: [{ name: 'c' }, { name: 'd', foo: {}, resources: { limits: { cpu: '1' }, x: 1 } }],
        'a"b': 1,
      },
    });
    expect(errors).toEqual([
      'unknown field "foo"',
      'unknown field "metadata.Name"',
      'unknown field "spec.containers[1].foo"',
      'unknown field "spec.containers[1].resources.x"',
      'unknown field "spec.a\\"b"',
    ]);
    expect(object).toEqual({
      metadata: { name: 'a', labels: { anything: 'x' } },
      spec: {
        containers: [
          { name: 'c', resources: {} },
          { name: 'd', resources: { limits: { cpu: '1' } } },
        ],
      },
      status: {},
    });
  });
  it('below the other forms of a JSONSchemaProps go without a word', () => {
    const { object, errors } = run('apiextensions.v1.JSONSchemaProps', {
      properties: { a: { type: 'object', x: 1 } },
      items: { type: 'string', x: 1 },
      additionalProperties: { x: 1 },
    });
    expect(errors).toEqual(['unknown field "properties.a.x"']);
    expect(object).toEqual({
      properties: { a: { type: 'object' } },
      items: { type: 'string' },
      additionalProperties: {},
    });
  });
});

describe('the normal form', () => {
  it.each<[string, string, Json, Json]>([
    ['null is absent', 'core.v1.PodSpec', { nodeName: null, securityContext: null }, { containers: null }],
    [
      'zeros that JSON leaves out',
      'core.v1.PodSpec',
      { nodeName: '', hostNetwork: false, volumes: [], nodeSelector: {} },
      { containers: null },
    ],
    [
      'pointers to zero are kept',
      'core.v1.PodSpec',
      { priority: 0, automountServiceAccountToken: false, affinity: {} },
      {
        containers: null,
        priority: 0,
        automountServiceAccountToken: false,
        affinity: {},
      },
    ],
    ['a list that JSON shows may be empty', 'core.v1.PodSpec', { containers: [] }, { containers: [] }],
    [
      'integers beyond 2^53',
      'core.v1.Toleration',
      { tolerationSeconds: 9223372036854775807n },
      { tolerationSeconds: 9223372036854775807n },
    ],
    ['null among bytes', 'core.v1.Secret', { data: { a: null } }, { metadata: {}, data: { a: '' } }],
    [
      'a struct held by pointer may be empty',
      'apps.v1.ReplicaSetSpec',
      { selector: {} },
      { selector: {}, template: { metadata: {}, spec: { containers: null } } },
    ],
    [
      'raw JSON may be empty',
      'resource.v1.OpaqueDeviceConfiguration',
      { parameters: {} },
      { driver: '', parameters: {} },
    ],
    [
      'times that JSON shows',
      'core.v1.PodCondition',
      { type: 'Ready', status: 'True', lastProbeTime: null, lastTransitionTime: '0001-01-01T00:00:00Z' },
      { type: 'Ready', status: 'True', lastProbeTime: null, lastTransitionTime: null },
    ],
    [
      'zeros that JSON shows',
      'apps.v1.Deployment',
      {},
      {
        metadata: {},
        spec: { selector: null, strategy: {}, template: { metadata: {}, spec: { containers: null } } },
        status: {},
      },
    ],
    [
      'quantities',
      'core.v1.ResourceRequirements',
      { limits: { a: 0.5, b: '1024Mi', c: 2, d: '1e3', e: null } },
      {
        limits: { a: '500m', b: '1Gi', c: '2', d: '1e3', e: '0' },
      },
    ],
    [
      'times',
      'meta.v1.ObjectMeta',
      {
        creationTimestamp: '2020-01-01T02:00:00.5+02:00',
        deletionTimestamp: null,
      },
      { creationTimestamp: '2020-01-01T00:00:00Z' },
    ],
    ['the zero time', 'meta.v1.ObjectMeta', { creationTimestamp: '0001-01-01T00:00:00Z' }, {}],
    [
      'times with microseconds',
      'coordination.v1.LeaseSpec',
      { renewTime: '2020-01-01T02:00:00.000001+02:00' },
      {
        renewTime: '2020-01-01T00:00:00.000001Z',
      },
    ],
    ['int or string', 'core.v1.ServicePort', { port: 80, targetPort: 0 }, { port: 80, targetPort: 0 }],
    ['int or string not given', 'core.v1.ServicePort', { port: 80 }, { port: 80, targetPort: 0 }],
    [
      'null in a list and in a map',
      'core.v1.Container',
      { name: 'a', args: [null], env: [null] },
      {
        name: 'a',
        args: [''],
        env: [{ name: '' }],
        resources: {},
      },
    ],
    [
      'base64 with line breaks',
      'core.v1.Secret',
      { metadata: {}, data: { a: 'aGVs\nbG8=', b: '' } },
      {
        metadata: {},
        data: { a: 'aGVsbG8=', b: '' },
      },
    ],
    [
      'raw JSON is left alone',
      'apps.v1.ControllerRevision',
      { metadata: {}, data: { a: null, b: '' }, revision: 1 },
      {
        metadata: {},
        data: { a: null, b: '' },
        revision: 1,
      },
    ],
  ])('%s', (_, typeName, object, expected) =>
    expect(run(typeName, object)).toEqual({ object: expected, errors: [] }),
  );

  it('comes to what is added later, at any depth', () => {
    const pod = {
      metadata: { ownerReferences: [{ name: 'a' }] },
      spec: { containers: [{ name: 'c', ports: [{}] }], volumes: [] },
      status: { conditions: [{ type: 'Ready', status: 'True' }] },
    };
    showZeros(pod, struct('core.v1.Pod'));
    expect(pod).toEqual({
      metadata: { ownerReferences: [{ apiVersion: '', kind: '', name: 'a', uid: '' }] },
      spec: { containers: [{ name: 'c', ports: [{ containerPort: 0 }], resources: {} }], volumes: [] },
      status: {
        conditions: [{ type: 'Ready', status: 'True', lastProbeTime: null, lastTransitionTime: null }],
      },
    });
  });
  it('as stored has no empty list or map, at any depth', () => {
    const slice = { addressType: 'IPv4', endpoints: [], ports: [{}] };
    dropEmpty(slice, struct('discovery.v1.EndpointSlice'));
    expect(slice).toEqual({ addressType: 'IPv4', endpoints: null, ports: [{}] });
    const template = {
      selector: {},
      template: { spec: { containers: [], volumes: [{ projected: { sources: [] } }] } },
    };
    dropEmpty(template, struct('apps.v1.ReplicaSetSpec'));
    expect(template).toEqual({
      selector: {},
      template: { spec: { containers: null, volumes: [{ projected: { sources: null } }] } },
    });
  });

  it('is what protobuf decoding gives, for every struct of the table', () => {
    const include = (typeName: string, { path }: Field): boolean => typeName === '' || path.length > 0;
    for (const typeName of structNames()) {
      const schema = struct(typeName);
      fc.assert(
        fc.property(arbitraryObject(schema, { include }), (object) => {
          const decoded = decode(schema, encode(schema, object));
          expect(normalize(decoded, schema)).toEqual([]);
          // Quantities in our random objects are canonical, so nothing is left to change.
          expect(decoded).toEqual(object);
        }),
        { numRuns: 5 },
      );
    }
  });
});

describe('values of a wrong type', () => {
  it.each<[string, Json, string]>([
    [
      'core.v1.Pod',
      { spec: { containers: [{ ports: [{ containerPort: '80' }] }] } },
      'json: cannot unmarshal string into Go struct field ContainerPort.spec.containers.ports.containerPort of type int32',
    ],
    [
      'core.v1.Pod',
      { spec: { priority: 3000000000 } },
      'json: cannot unmarshal number 3000000000 into Go struct field PodSpec.spec.priority of type int32',
    ],
    [
      'core.v1.Pod',
      { spec: { priority: 1.5 } },
      'json: cannot unmarshal number 1.5 into Go struct field PodSpec.spec.priority of type int32',
    ],
    [
      'core.v1.Pod',
      { spec: { activeDeadlineSeconds: 1e30 } },
      'json: cannot unmarshal number 1e+30 into Go struct field PodSpec.spec.activeDeadlineSeconds of type int64',
    ],
    [
      'core.v1.Pod',
      { spec: { activeDeadlineSeconds: 9223372036854775808n } },
      'json: cannot unmarshal number 9223372036854775808 into Go struct field PodSpec.spec.activeDeadlineSeconds of type int64',
    ],
    [
      'core.v1.Pod',
      { spec: { priority: 9007199254740993n } },
      'json: cannot unmarshal number 9007199254740993 into Go struct field PodSpec.spec.priority of type int32',
    ],
    [
      'core.v1.Pod',
      { spec: { hostNetwork: 'true' } },
      'json: cannot unmarshal string into Go struct field PodSpec.spec.hostNetwork of type bool',
    ],
    [
      'core.v1.Pod',
      { spec: { nodeName: 1 } },
      'json: cannot unmarshal number into Go struct field PodSpec.spec.nodeName of type string',
    ],
    [
      'core.v1.Pod',
      { spec: [] },
      'json: cannot unmarshal array into Go struct field Pod.spec of type v1.PodSpec',
    ],
    [
      'core.v1.Pod',
      { spec: { containers: {} } },
      'json: cannot unmarshal object into Go struct field PodSpec.spec.containers of type []v1.Container',
    ],
    [
      'core.v1.Pod',
      { metadata: { labels: { a: 1 } } },
      'json: cannot unmarshal number into Go struct field ObjectMeta.metadata.labels of type string',
    ],
    [
      'core.v1.Pod',
      { metadata: { labels: 'a' } },
      'json: cannot unmarshal string into Go struct field ObjectMeta.metadata.labels of type map[string]string',
    ],
    [
      'core.v1.Pod',
      { metadata: { creationTimestamp: 5 } },
      'json: cannot unmarshal number into Go struct field ObjectMeta.metadata.creationTimestamp of type string',
    ],
    [
      'core.v1.Pod',
      { metadata: { creationTimestamp: 'now' } },
      'parsing time "now" as "2006-01-02T15:04:05Z07:00": cannot parse "now" as "2006"',
    ],
    [
      'core.v1.Pod',
      { spec: { containers: [{ resources: { limits: { cpu: '1x!' } } }] } },
      "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
    ],
    [
      'core.v1.Pod',
      { spec: { containers: [{ resources: { limits: { cpu: {} } } }] } },
      "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
    ],
    [
      'core.v1.Service',
      { spec: { ports: [{ targetPort: true }] } },
      'json: cannot unmarshal bool into Go struct field ServicePort.spec.ports.targetPort of type int32',
    ],
    ['core.v1.Secret', { data: { a: 'not base64!' } }, 'illegal base64 data at input byte 3'],
    [
      'core.v1.Secret',
      { data: { a: {} } },
      'json: cannot unmarshal object into Go struct field Secret.data of type []uint8',
    ],
    ['apiextensions.v1.JSONSchemaProps', { additionalProperties: 1 }, 'boolean or JSON schema expected'],
  ])('%s %j', (typeName, object, message) => {
    expect(() => run(typeName, object)).toThrow(expect.objectContaining({ name: 'DecodeError', message }));
  });
  it('the first counts, but a custom decoder goes before', () => {
    expect(() => run('core.v1.Pod', { spec: { nodeName: 1, hostNetwork: 1 } })).toThrow(/nodeName/);
    expect(() => run('core.v1.Pod', { spec: { nodeName: 1 }, metadata: { creationTimestamp: 'x' } })).toThrow(
      /parsing time/,
    );
  });
});

describe('a custom resource', () => {
  const field = (name: string, schema: Schema): [string, Field] => [
    name,
    { name, schema, required: false, path: [] },
  ];
  const schema: Schema = {
    type: 'struct',
    fields: new Map([
      field('metadata', struct('meta.v1.ObjectMeta')),
      field('spec', {
        type: 'struct',
        fields: new Map([
          field('count', { type: 'integer' }),
          field('open', { type: 'struct', fields: new Map(), preserveUnknownFields: true }),
          field('list', {
            type: 'array',
            items: { type: 'struct', fields: new Map([field('a', { type: 'string' })]) },
          }),
        ]),
      }),
    ]),
  };
  it('loses unknown fields, and keeps values for validation to judge', () => {
    const object: Json = {
      apiVersion: 'a/v1',
      kind: 'A',
      metadata: { name: 'x', creationTimestamp: null, foo: 1 },
      spec: { count: '1', open: { any: { thing: null } }, list: [{ a: '', b: 1 }, 'text', null], other: 1 },
    };
    expect(normalize(object, schema)).toEqual([
      'unknown field "metadata.foo"',
      'unknown field "spec.list[0].b"',
      'unknown field "spec.other"',
    ]);
    expect(object).toEqual({
      apiVersion: 'a/v1',
      kind: 'A',
      metadata: { name: 'x' },
      spec: { count: '1', open: { any: { thing: null } }, list: [{ a: '' }, 'text', null] },
    });
  });
});
