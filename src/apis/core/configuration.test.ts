import { describe, expect, it } from 'vitest';
import type {
  ConfigMap,
  LimitRange,
  Namespace,
  ResourceQuota,
  Secret,
  ServiceAccount,
} from '../../apimachinery/types/core.v1.gen.ts';
import type { StrategyContext } from '../definition.ts';
import { configMaps } from './config-map.ts';
import { limitRanges } from './limit-range.ts';
import { namespaceFinalize, namespaces } from './namespace.ts';
import { resourceQuotas } from './resource-quota.ts';
import { secrets } from './secret.ts';
import { serviceAccounts } from './service-account.ts';

const ctx = {
  now: Date.parse('2026-01-01T00:00:00Z'),
  namespace: 'n',
  random: () => 0.5,
} as unknown as StrategyContext;
const texts = (errors: readonly { field: string; message: string }[]): string[] =>
  errors.map(({ field, message }) => `${field}: ${message}`);
const IMMUTABLE = 'Forbidden: field is immutable when `immutable` is set';
const BAD_KEY = `a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')`;

describe('config maps', () => {
  const { strategy, printer } = configMaps;
  it.each<[string, ConfigMap, string[]]>([
    ['good', { data: { 'a.b': 'x' }, binaryData: { c: 'AA==' } }, []],
    [
      'keys',
      { data: { 'a/b': 'x', c: '' }, binaryData: { c: '' } },
      [
        `data[a/b]: Invalid value: "a/b": ${BAD_KEY}`,
        'data[c]: Invalid value: "c": duplicate of key present in binaryData',
      ],
    ],
    ['as large as may be', { data: { a: 'x'.repeat(1048576) } }, []],
    [
      'too large',
      { data: { a: 'x'.repeat(1048574) }, binaryData: { b: 'AAAA' } },
      ['[]: Too long: may not be more than 1048576 bytes'],
    ],
  ])('validate: %s', (_, object, expected) => {
    expect(texts(strategy.validate!(object, ctx))).toEqual(expected);
  });
  it('stay as they are once immutable', () => {
    const old: ConfigMap = { data: { a: '1' }, immutable: true };
    expect(strategy.validateUpdate!({ data: { a: '1' }, immutable: true }, old, ctx)).toEqual([]);
    expect(texts(strategy.validateUpdate!({ data: { a: '2' }, binaryData: { b: '' } }, old, ctx))).toEqual([
      `immutable: ${IMMUTABLE}`,
      `data: ${IMMUTABLE}`,
      `binaryData: ${IMMUTABLE}`,
    ]);
  });
  it('have cells', () => {
    expect(
      printer!.cells({ metadata: { name: 'c' }, data: { a: '' }, binaryData: { b: '' } }, ctx.now),
    ).toEqual(['c', 2, '<unknown>']);
    expect(printer!.cells({}, ctx.now)).toEqual(['', 0, '<unknown>']);
  });
});

describe('secrets', () => {
  const { strategy, printer } = secrets;
  it('merge stringData into data', () => {
    const object: Secret = { data: { a: 'eA==', b: 'eQ==' }, stringData: { b: 'é', c: '' } };
    strategy.default!(object, ctx);
    expect(object).toEqual({ type: 'Opaque', data: { a: 'eA==', b: 'w6k=', c: '' } });
  });
  const base64 = (text: string): string => btoa(text);
  it.each<[string, Secret, string[]]>([
    ['opaque', { type: 'Opaque', data: { a: 'eA==' } }, []],
    ['a type of someone else', { type: 'example.com/x' }, []],
    [
      'token',
      { type: 'kubernetes.io/service-account-token' },
      ['metadata.annotations[kubernetes.io/service-account.name]: Required value'],
    ],
    ['dockercfg', { type: 'kubernetes.io/dockercfg' }, ['data[.dockercfg]: Required value']],
    [
      'dockerconfigjson',
      { type: 'kubernetes.io/dockerconfigjson', data: { '.dockerconfigjson': base64('x') } },
      [
        `data[.dockerconfigjson]: Invalid value: "<secret contents redacted>": invalid character 'x' looking for beginning of value`,
      ],
    ],
    [
      'good dockerconfigjson',
      { type: 'kubernetes.io/dockerconfigjson', data: { '.dockerconfigjson': base64('{}') } },
      [],
    ],
    [
      'basic-auth',
      { type: 'kubernetes.io/basic-auth' },
      ['data[username]: Required value', 'data[password]: Required value'],
    ],
    ['half of basic-auth', { type: 'kubernetes.io/basic-auth', data: { username: '' } }, []],
    [
      'ssh-auth',
      { type: 'kubernetes.io/ssh-auth', data: { 'ssh-privatekey': '' } },
      ['data[ssh-privatekey]: Required value'],
    ],
    ['tls', { type: 'kubernetes.io/tls', data: { 'tls.crt': '' } }, ['data[tls.key]: Required value']],
    [
      'too large',
      { type: 'Opaque', data: { a: base64('x'.repeat(1048577)) } },
      ['data: Too long: may not be more than 1048576 bytes'],
    ],
  ])('validate: %s', (_, object, expected) => {
    expect(texts(strategy.validate!(object, ctx))).toEqual(expected);
  });
  it('keep their type', () => {
    expect(
      texts(
        strategy.validateUpdate!({ type: 'Opaque' }, { type: 'x', immutable: true, data: { a: '' } }, ctx),
      ),
    ).toEqual([
      'type: Invalid value: "Opaque": field is immutable',
      `immutable: ${IMMUTABLE}`,
      `data: ${IMMUTABLE}`,
    ]);
  });
  it('have cells', () => {
    expect(printer!.cells({ metadata: { name: 's' }, type: 'Opaque', data: { a: '' } }, ctx.now)).toEqual([
      's',
      'Opaque',
      1,
      '<unknown>',
    ]);
  });
});

describe('service accounts', () => {
  const { strategy, printer } = serviceAccounts;
  it('keep names of secrets only', () => {
    const object: ServiceAccount = { secrets: [{ name: 'a', namespace: 'b', uid: 'c' }] };
    strategy.prepareForUpdate!(object, {}, ctx);
    expect(object.secrets).toEqual([{ name: 'a' }]);
    expect(printer!.cells(object, ctx.now)).toEqual(['', '<unknown>']);
  });
  it('warn of a new annotation only', () => {
    const object: ServiceAccount = {
      metadata: { annotations: { 'kubernetes.io/enforce-mountable-secrets': 'true' } },
    };
    expect(strategy.warningsOnCreate!(object, ctx)).toEqual([
      'metadata.annotations[kubernetes.io/enforce-mountable-secrets]: deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets',
    ]);
    expect(strategy.warningsOnUpdate!(object, object, ctx)).toEqual([]);
    expect(strategy.warningsOnUpdate!(object, {}, ctx)).toHaveLength(1);
  });
});

describe('namespaces', () => {
  const { strategy, printer } = namespaces;
  const created = (): Namespace => {
    const object: Namespace = { metadata: { name: 'a' }, status: { phase: 'Terminating' } };
    strategy.default!(object, ctx);
    strategy.prepareForCreate!(object, ctx);
    return object;
  };
  it('start active, labelled and held', () => {
    expect(created()).toEqual({
      metadata: { name: 'a', labels: { 'kubernetes.io/metadata.name': 'a' } },
      spec: { finalizers: ['kubernetes'] },
      status: { phase: 'Active' },
    });
  });
  it('are labelled when their name is generated late', () => {
    const object: Namespace = { metadata: { generateName: 'a-' } };
    strategy.default!(object, ctx);
    expect(object.metadata!.labels).toBeUndefined();
    object.metadata!.name = 'a-1';
    strategy.canonicalize!(object);
    expect(object.metadata!.labels).toEqual({ 'kubernetes.io/metadata.name': 'a-1' });
  });
  it('change in metadata only', () => {
    const old = created();
    const changed: Namespace = { metadata: { name: 'a' }, spec: { finalizers: [] }, status: { phase: 'x' } };
    strategy.prepareForUpdate!(changed, old, ctx);
    expect([changed.spec, changed.status]).toEqual([old.spec, old.status]);
  });
  it('check finalizers', () => {
    const object = { spec: { finalizers: ['x', 'a/b', 'orphan'] } };
    const message = 'Invalid value: "x": name is neither a standard finalizer name nor is it fully qualified';
    expect(texts(strategy.validate!(object, ctx))).toEqual([`spec.finalizers: ${message}`]);
    expect(texts(namespaceFinalize.validateUpdate(object))).toEqual([`spec.finalizers[0]: ${message}`]);
  });
  it('keep the status through finalize', () => {
    const object: Namespace = { spec: { finalizers: [] }, status: { phase: 'x' } };
    namespaceFinalize.prepareForUpdate(object, created());
    expect(object).toEqual({ spec: { finalizers: [] }, status: { phase: 'Active' } });
  });
  it('have the phase that fits', () => {
    const validate = (object: Namespace): string[] =>
      texts(strategy.status!.validateUpdate!(object, created(), ctx));
    expect(validate({ status: { phase: 'Terminating' } })).toEqual([
      'status.Phase: Invalid value: "Terminating": may only be \'Active\' if `deletionTimestamp` is empty',
    ]);
    expect(validate({ metadata: { deletionTimestamp: 'x' }, status: { phase: 'Active' } })).toEqual([
      'status.Phase: Invalid value: "Active": may only be \'Terminating\' if `deletionTimestamp` is not empty',
    ]);
    expect(validate({ metadata: { deletionTimestamp: 'x' }, status: { phase: 'Terminating' } })).toEqual([]);
  });
  it('have cells', () => {
    expect(printer!.cells(created(), ctx.now)).toEqual(['a', 'Active', '<unknown>']);
    expect(namespaces.selectableFields!['status.phase']!(created())).toBe('Active');
  });
});

describe('limit ranges', () => {
  const { strategy } = limitRanges;
  const range = (...limits: NonNullable<NonNullable<LimitRange['spec']>['limits']>): LimitRange => {
    const object: LimitRange = { metadata: {}, spec: { limits: structuredClone(limits) } };
    strategy.default!(object, ctx);
    return object;
  };
  it('derive defaults of containers', () => {
    expect(
      range({
        type: 'Container',
        max: { cpu: '2000m' },
        min: { cpu: '1', memory: '1Gi' },
        default: { memory: '2Gi' },
      }).spec!.limits,
    ).toEqual([
      {
        type: 'Container',
        max: { cpu: '2' },
        min: { cpu: '1', memory: '1Gi' },
        default: { cpu: '2', memory: '2Gi' },
        defaultRequest: { cpu: '2', memory: '2Gi' },
      },
    ]);
    expect(range({ type: 'Pod', max: { cpu: '1' } }).spec!.limits).toEqual([
      { type: 'Pod', max: { cpu: '1' } },
    ]);
  });
  it('are named when the client does not', () => {
    const object = range();
    strategy.prepareForCreate!(object, ctx);
    expect(object.metadata!.name).toMatch(/^[0-9a-f-]{36}$/);
  });
  it.each<[string, LimitRange, string[]]>([
    [
      'good',
      range({ type: 'Container', max: { cpu: '2' }, min: { cpu: '1' }, maxLimitRequestRatio: { cpu: '2' } }),
      [],
    ],
    [
      'bounds',
      range({ type: 'Pod', max: { cpu: '1' }, min: { cpu: '2' } }, { type: 'Pod', default: { cpu: '1' } }),
      [
        'spec.limits[0].min[cpu]: Invalid value: "2": min value 2 is greater than max value 1',
        'spec.limits[1].type: Duplicate value: "Pod"',
        "spec.limits[1].default: Forbidden: may not be specified when `type` is 'Pod'",
      ],
    ],
    [
      'defaults',
      range({
        type: 'Container',
        max: { cpu: '2' },
        min: { cpu: '1' },
        default: { cpu: '3' },
        defaultRequest: { cpu: '4' },
      }),
      [
        'spec.limits[0].defaultRequest[cpu]: Invalid value: "4": default request value 4 is greater than max value 2',
        'spec.limits[0].defaultRequest[cpu]: Invalid value: "4": default request value 4 is greater than default limit value 3',
        'spec.limits[0].default[cpu]: Invalid value: "2": default value 3 is greater than max value 2',
      ],
    ],
    [
      'ratios',
      range({
        type: 'Pod',
        max: { cpu: '3' },
        min: { cpu: '2' },
        maxLimitRequestRatio: { cpu: '2', memory: '500m' },
      }),
      [
        'spec.limits[0].maxLimitRequestRatio[cpu]: Invalid value: "2": ratio 2 is greater than max/min = 1.500000',
        'spec.limits[0].maxLimitRequestRatio[memory]: Invalid value: "500m": ratio 500m is less than 1',
      ],
    ],
    [
      'names',
      range({ type: 'X', max: { y: '1' } }, { type: 'PersistentVolumeClaim' }),
      [
        'spec.limits[0].type: Invalid value: "X": must be a standard limit type or fully qualified',
        'spec.limits[0].max[y]: Invalid value: "y": must be a standard resource type or fully qualified',
        'spec.limits[1].limits: Required value: either minimum or maximum storage value is required, but neither was provided',
      ],
    ],
  ])('validate: %s', (_, object, expected) => {
    expect(texts(strategy.validate!(object, ctx))).toEqual(expected);
  });
});

describe('quotas', () => {
  const { strategy, printer } = resourceQuotas;
  it.each<[string, ResourceQuota['spec'], string[]]>([
    [
      'good',
      { hard: { cpu: '1', 'count/pods': '2', 'requests.nvidia.com/gpu': '1', 'hugepages-2Mi': '1Gi' } },
      [],
    ],
    [
      'resources',
      { hard: { storage: '1', x: '1', pods: '1500m', secrets: '-1' } },
      [
        'spec.hard[storage]: Invalid value: "storage": must be a standard resource for quota',
        'spec.hard[x]: Invalid value: "x": must be a standard resource type or fully qualified',
        'spec.hard[x]: Invalid value: "x": must be a standard resource for quota',
        'spec.hard[pods]: Invalid value: "1500m": must be an integer',
        'spec.hard[secrets]: Invalid value: "-1": must be greater than or equal to 0',
      ],
    ],
    [
      'scopes',
      { hard: { cpu: '1', secrets: '1' }, scopes: ['BestEffort', 'NotBestEffort', 'X'] },
      [
        'spec.scopes: Invalid value: ["BestEffort","NotBestEffort","X"]: unsupported scope applied to resource',
        'spec.scopes: Invalid value: ["BestEffort","NotBestEffort","X"]: unsupported scope applied to resource',
        'spec.scopes: Invalid value: ["BestEffort","NotBestEffort","X"]: unsupported scope applied to resource',
        'spec.scopes: Invalid value: ["BestEffort","NotBestEffort","X"]: unsupported scope',
        'spec.scopes: Invalid value: ["BestEffort","NotBestEffort","X"]: conflicting scopes',
      ],
    ],
    [
      'scope selectors',
      {
        scopeSelector: {
          matchExpressions: [
            { scopeName: 'PriorityClass', operator: 'In' },
            { scopeName: 'PriorityClass', operator: 'Exists', values: ['a'] },
            { scopeName: 'X', operator: 'Y' },
          ],
        },
      },
      [
        "spec.scopeSelector.matchExpressions.values: Required value: must be at least one value when `operator` is 'In' or 'NotIn' for scope selector",
        "spec.scopeSelector.matchExpressions.values: Invalid value: [\"a\"]: must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector",
        'spec.scopeSelector.matchExpressions.scopeName: Invalid value: "X": unsupported scope',
        'spec.scopeSelector.matchExpressions.operator: Invalid value: "Y": not a valid selector operator',
      ],
    ],
  ])('validate: %s', (_, spec, expected) => {
    expect(texts(strategy.validate!({ spec }, ctx))).toEqual(expected);
  });
  it('warn of requests above limits', () => {
    const hard = { cpu: '2', 'limits.cpu': '1', 'requests.memory': '1Gi', 'limits.memory': '1Gi' };
    expect(strategy.warningsOnCreate!({ spec: { hard } }, ctx)).toEqual([
      'ResourceQuota cpu (2) should be less than limits.cpu (1)',
    ]);
  });
  it('keep their scopes', () => {
    const old: ResourceQuota = { spec: { hard: { pods: '1' }, scopes: ['BestEffort'] } };
    expect(
      strategy.validateUpdate!({ spec: { hard: { pods: '2' }, scopes: ['BestEffort'] } }, old, ctx),
    ).toEqual([]);
    expect(texts(strategy.validateUpdate!({ spec: { hard: { pods: '2' } } }, old, ctx))).toEqual([
      'spec.scopes: Invalid value: null: field is immutable',
    ]);
  });
  it('have cells', () => {
    const object: ResourceQuota = {
      metadata: { name: 'q' },
      status: { hard: { pods: '10', 'limits.cpu': '2', cpu: '1' }, used: { pods: '3' } },
    };
    expect(printer!.cells(object, ctx.now)).toEqual([
      'q',
      'cpu: 0/1, pods: 3/10',
      'limits.cpu: 0/2',
      '<unknown>',
    ]);
    expect(printer!.cells({}, ctx.now)).toEqual(['', '', '', '<unknown>']);
  });
});
