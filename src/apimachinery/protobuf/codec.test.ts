import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arbitraryObject } from '../schema/arbitrary.ts';
import { struct, structNames } from '../schema/table.ts';
import { decode } from './decode.ts';
import { encode } from './encode.ts';
import { ProtobufError } from './wire.ts';

const bytes = (hex: string): Uint8Array =>
  Uint8Array.from(hex.replace(/\s/g, '').match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
const hex = (data: Uint8Array): string =>
  [...data].map((byte) => byte.toString(16).padStart(2, '0')).join('');
const ascii = (text: string): string => hex(new TextEncoder().encode(text));

/** metadata: {} as Go writes it: seven empty or zero fields and an empty time. */
const META = '0a10 0a00 1200 1a00 2200 2a00 3200 3800 4200';
const schemaHex = (type: string): string => hex(encode(struct('apiextensions.v1.JSONSchemaProps'), { type }));

/** Both ways: the object that the bytes are, and the bytes that the object is. */
const VECTORS: [what: string, typeName: string, wire: string, object: Record<string, unknown>][] = [
  [
    'a pointer to zero',
    'autoscaling.v2.HPAScalingPolicy',
    '0a00 1000 1800',
    { type: '', value: 0, periodSeconds: 0 },
  ],
  ['a pointer to false', 'core.v1.SecretEnvSource', '0a03 0a0173 1000', { name: 's', optional: false }],
  [
    'a map of 1.36 that 1.37 no longer has',
    'core.v1.NodeAllocatableResourceClaimStatus',
    `0a0163 1a0a 0a0163 1205 0a03${ascii('100')}`,
    { resourceClaimName: 'c', resources: { c: '100' } },
  ],
  [
    'the largest int64',
    'core.v1.Toleration',
    '0a00 1200 1a00 2200 28ffffffffffffffff7f',
    { tolerationSeconds: 9223372036854775807n },
  ],
  [
    'the smallest int64',
    'core.v1.Toleration',
    '0a00 1200 1a00 2200 2880808080808080808001',
    { tolerationSeconds: -9223372036854775808n },
  ],
  [
    'int64 below zero',
    'core.v1.Toleration',
    '0a00 1200 1a00 2200 28ffffffffffffffffff01',
    { tolerationSeconds: -1 },
  ],
  [
    'int64 above 2^32',
    'core.v1.Toleration',
    '0a00 1200 1a00 2200 28ffffffffffffff0f',
    {
      tolerationSeconds: Number.MAX_SAFE_INTEGER,
    },
  ],
  [
    'int32 below zero',
    'core.v1.ContainerPort',
    '0a00 10ffffffffffffffffff01 1850 2200 2a00',
    {
      hostPort: -1,
      containerPort: 80,
    },
  ],
  [
    'int or string',
    'apps.v1.RollingUpdateDeployment',
    '0a09 0801 1000 1a03 323525 1206 0800 1003 1a00',
    {
      maxUnavailable: '25%',
      maxSurge: 3,
    },
  ],
  [
    'a map, its keys sorted',
    'meta.v1.LabelSelector',
    '0a06 0a0161 120162 0a05 0a0162 1200',
    {
      matchLabels: { b: '', a: 'b' },
    },
  ],
  [
    'lists in a map',
    'authentication.v1.UserInfo',
    '0a00 1200 220b 0a0161 1206 0a0178 0a0179',
    {
      extra: { a: ['x', 'y'] },
    },
  ],
  [
    'a list type',
    'meta.v1.APIResource',
    '0a0170 1000 1a00 2205 0a03676574 3200 4200 4a00 5200',
    {
      name: 'p',
      namespaced: false,
      kind: '',
      verbs: ['get'],
      singularName: '',
    },
  ],
  [
    'a lifted message',
    'core.v1.SecretKeySelector',
    '0a03 0a0173 12016b 1800',
    { name: 's', key: 'k', optional: false },
  ],
  [
    'a message lifted twice',
    'admissionregistration.v1.NamedRuleWithOperations',
    '0a016e 1208 0a0143 1203 120176',
    {
      resourceNames: ['n'],
      operations: ['C'],
      apiVersions: ['v'],
    },
  ],
  ['an empty lifted message', 'core.v1.EnvFromSource', '0a00', {}],
  [
    'raw JSON',
    'apps.v1.ControllerRevision',
    `${META} 1209 0a07 ${ascii('{"a":1}')} 1803`,
    {
      metadata: {},
      data: { a: 1 },
      revision: 3,
    },
  ],
  [
    'no raw JSON',
    'apps.v1.ControllerRevision',
    `${META} 1200 1803`,
    { metadata: {}, data: null, revision: 3 },
  ],
  ['bytes', 'core.v1.Secret', `${META} 1207 0a0161 120200ff 1a00`, { metadata: {}, data: { a: 'AP8=' } }],
  [
    'empty bytes in a map',
    'core.v1.Secret',
    `${META} 1205 0a0161 1200 1a00`,
    { metadata: {}, data: { a: '' } },
  ],
  [
    'times',
    'core.v1.ContainerStateTerminated',
    '0800 1000 1a00 2200 2a04 0801 1000 3200 3a00',
    {
      exitCode: 0,
      startedAt: '1970-01-01T00:00:01Z',
      finishedAt: null,
    },
  ],
  [
    'a time with microseconds',
    'coordination.v1.LeaseSpec',
    '1a05 0801 10e807',
    {
      acquireTime: '1970-01-01T00:00:01.000001Z',
    },
  ],
];

describe('wire vectors', () => {
  it.each(VECTORS)('%s', (_, typeName, wire, object) => {
    expect(decode(struct(typeName), bytes(wire))).toEqual(object);
    expect(hex(encode(struct(typeName), object))).toBe(hex(bytes(wire)));
  });

  it('writes text that is not ASCII as UTF-8', () => {
    const selector = { matchLabels: { ä: '日本𝄞' } };
    const wire = encode(struct('meta.v1.LabelSelector'), selector);
    expect(hex(wire)).toBe(hex(bytes(`0a10 0a02c3a4 120a ${ascii('日本𝄞')}`)));
    expect(decode(struct('meta.v1.LabelSelector'), wire)).toEqual(selector);
  });

  it.each([
    ['items', { type: 'string' }, (inner: string) => `c201${length(`0a${length(inner)}`)}`],
    ['items', [{ type: 'a' }], (inner: string) => `c201${length(`12${length(inner)}`)}`],
    ['additionalProperties', false, () => 'f201020800'],
    [
      'additionalProperties',
      { type: 'string' },
      (inner: string) => `f201${length(`080112${length(inner)}`)}`,
    ],
  ])('either form of JSONSchemaProps.%s %j', (field, value, wire) => {
    const inner = Array.isArray(value) ? value[0]! : value;
    const part = wire(typeof inner === 'object' ? schemaHex(inner.type) : '');
    const schema = struct('apiextensions.v1.JSONSchemaProps');
    expect(hex(encode(schema, { [field]: value }))).toContain(part);
    expect(decode(schema, bytes(part))).toEqual({ [field]: value });
  });
});

/** A length below 2^14 as varint, and what follows it. */
function length(content: string): string {
  const count = content.length / 2;
  return (
    (count < 128 ? hex(Uint8Array.of(count)) : hex(Uint8Array.of((count & 127) | 128, count >> 7))) + content
  );
}

describe('decoding', () => {
  const labels = struct('meta.v1.LabelSelector');
  it('skips unknown fields of every wire type', () => {
    expect(
      decode(labels, bytes('f80701 f9070102030405060708 fa0702aabb fd0701020304 0a06 0a0161 120162')),
    ).toEqual({
      matchLabels: { a: 'b' },
    });
  });
  it('takes the last of a repeated scalar and merges a message that comes in parts', () => {
    expect(decode(struct('core.v1.ContainerPort'), bytes('0a0161 0a0162 1801'))).toEqual({
      name: 'b',
      containerPort: 1,
    });
    expect(decode(struct('core.v1.ContainerPort'), bytes('0a0161 0a00 1801'))).toEqual({ containerPort: 1 });
    expect(decode(struct('core.v1.PodDNSConfigOption'), bytes('0a0161'))).toEqual({ name: 'a' });
    expect(decode(struct('core.v1.Lifecycle'), bytes('0a04 0a02 0a00 0a05 0a03 0a0161'))).toEqual({
      postStart: { exec: { command: ['', 'a'] } },
    });
  });
  it('takes numbers packed or one by one', () => {
    const context = struct('core.v1.PodSecurityContext');
    expect(decode(context, bytes('2001 2002'))).toEqual({ supplementalGroups: [1, 2] });
    expect(decode(context, bytes('22020102'))).toEqual({ supplementalGroups: [1, 2] });
  });
  it('shows what JSON shows of absent fields', () => {
    expect(decode(struct('core.v1.Pod'), bytes(''))).toEqual({
      metadata: {},
      spec: { containers: null },
      status: {},
    });
    expect(decode(struct('apps.v1.Deployment'), bytes(''))).toEqual({
      metadata: {},
      spec: { selector: null, strategy: {}, template: { metadata: {}, spec: { containers: null } } },
      status: {},
    });
    expect(decode(struct('core.v1.ServicePort'), bytes(''))).toEqual({ port: 0, targetPort: 0 });
  });
  it('keeps __proto__ a key like any other', () => {
    const map = decode(labels, bytes(`0a0e 0a09 ${ascii('__proto__')} 120178`)).matchLabels as object;
    expect(Object.entries(map)).toEqual([['__proto__', 'x']]);
    expect(Object.getPrototypeOf(map)).toBe(Object.prototype);
  });
  it('keeps a byte order mark and replaces what is no UTF-8', () => {
    expect(decode(labels, bytes('0a08 0a0161 1203efbbbf'))).toEqual({ matchLabels: { a: '\ufeff' } });
    expect(decode(labels, bytes('0a06 0a0161 1201ff'))).toEqual({ matchLabels: { a: '\ufffd' } });
  });

  it.each([
    ['a length beyond the end', '0aff'],
    ['a length of 2^32', '0a8080808010'],
    ['a length beyond the message around it', '0a050a0a6162'],
    ['a varint without an end', '28'],
    ['a varint of eleven bytes', 'ffffffffffffffffffffff01'],
    ['field number zero', '0001'],
    ['a field number beyond 32 bits', 'faffffffff0f00'],
    ['a group', '0b'],
    ['wire type 7', '0f'],
    ['a wrong wire type', '0801'],
    ['a fixed field cut short', 'f9070102'],
  ])('refuses %s', (_, wire) => {
    expect(() => decode(labels, bytes(wire))).toThrow(ProtobufError);
  });
  it('refuses raw JSON that is none, a year beyond 9999 and a third form of IntOrString', () => {
    expect(() => decode(struct('apps.v1.ControllerRevision'), bytes('1203 0a017b'))).toThrow(ProtobufError);
    expect(() => decode(struct('core.v1.ContainerStateRunning'), bytes('0a09 08ffffffffffffff7f'))).toThrow(
      ProtobufError,
    );
    expect(() => decode(struct('core.v1.ServicePort'), bytes('22020802'))).toThrow(ProtobufError);
  });
  it('refuses nesting without end', () => {
    const schema = struct('apiextensions.v1.JSONSchemaProps');
    const number = schema.fields!.get('not')!.path[0]!;
    const parts: number[][] = [];
    for (let i = 0, size = 0; i < 20_000; i++) {
      const head = [((number * 8 + 2) & 127) | 128, (number * 8) >> 7];
      for (let rest = size; ; rest >>>= 7) {
        head.push(rest < 128 ? rest : (rest & 127) | 128);
        if (rest < 128) break;
      }
      parts.unshift(head);
      size += head.length;
    }
    expect(() => decode(schema, Uint8Array.from(parts.flat()))).toThrow('nesting');
  });
});

describe('encoding', () => {
  it.each([
    ['a string for a number', 'core.v1.ContainerPort', { containerPort: '80' }],
    ['a fraction for an integer', 'core.v1.ContainerPort', { containerPort: 1.5 }],
    ['a number for a string', 'core.v1.ContainerPort', { name: 1 }],
    ['an object for a list', 'core.v1.PodSpec', { containers: {} }],
    ['a string for an object', 'core.v1.Pod', { spec: 'x' }],
    ['what is no base64', 'core.v1.Secret', { data: { a: '*' } }],
    ['what is no time', 'meta.v1.ObjectMeta', { creationTimestamp: 'now' }],
  ])('refuses %s', (_, typeName, object) => {
    expect(() => encode(struct(typeName), object as never)).toThrow(ProtobufError);
  });
  it('grows', () => {
    const data = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`key${i}`, 'ä'.repeat(i)]));
    const map = struct('core.v1.ConfigMap');
    expect(decode(map, encode(map, { metadata: {}, data }))).toEqual({ metadata: {}, data });
  });
});

/** Fields of 1.36 that have no number on the wire of later versions. */
const offTheWire = (typeName: string): boolean =>
  [...struct(typeName).fields!.values()].some(
    ({ path, name }) => path.length === 0 && !/^(apiVersion|kind)$/.test(name),
  );

describe('every struct of the table', () => {
  const include = (typeName: string, { path }: { path: readonly number[] }): boolean =>
    typeName === '' || path.length > 0;
  it('comes back as it was', () => {
    expect(structNames().filter(offTheWire).length).toBeLessThan(6);
    for (const typeName of structNames()) {
      const schema = struct(typeName);
      fc.assert(
        fc.property(arbitraryObject(schema, { include }), (object) => {
          expect(decode(schema, encode(schema, object))).toEqual(object);
        }),
        { numRuns: 10 },
      );
    }
  });
  it('refuses or decodes garbage, and what it decodes it can encode', () => {
    const schemas = [
      'core.v1.Pod',
      'apiextensions.v1.JSONSchemaProps',
      'core.v1.Secret',
      'meta.v1.APIResource',
    ].map(struct);
    fc.assert(
      fc.property(fc.constantFrom(...schemas), fc.uint8Array({ maxLength: 200 }), (schema, garbage) => {
        const object = attempt(() => decode(schema, garbage));
        if (object) encode(schema, object);
      }),
      { numRuns: 2000 },
    );
  });
  it('refuses or decodes damaged messages', () => {
    const schema = struct('core.v1.PodSpec');
    fc.assert(
      fc.property(arbitraryObject(schema), fc.nat(), fc.nat(255), (object, at, byte) => {
        const wire = encode(schema, object).slice();
        wire[at % wire.length] = byte;
        attempt(() => decode(schema, wire));
        attempt(() => decode(schema, wire.subarray(0, at % wire.length)));
      }),
      { numRuns: 1000 },
    );
  });
});

/** Runs a decoder; lets nothing but a ProtobufError pass. */
function attempt<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch (error) {
    if (error instanceof ProtobufError) return undefined;
    throw error;
  }
}
