import { describe, expect, it } from 'vitest';
import type { Container, Pod } from '../apimachinery/types/core.v1.gen.ts';
import type { ConfigSource } from './config-source.ts';
import { configReferences, mountError } from './config-source.ts';
import { checkSubPaths, environmentOf, expand } from './environment.ts';

const config: ConfigSource = {
  get: (kind, name) => {
    if (kind === 'ConfigMap' && name === 'cm') return { data: { key: 'text' }, binaryData: { raw: 'AA==' } };
    if (kind === 'Secret' && name === 'sec') return { data: { key: btoa('hidden') } };
    return undefined;
  },
};
const facts = {
  podIP: '10.0.0.1',
  hostIP: '172.18.0.2',
  nodeName: 'node-1',
  allocatable: { cpu: '8', memory: '32Gi' },
};
const podWith = (container: Container): Pod => ({
  metadata: { name: 'web', namespace: 'shop', uid: 'u', labels: { a: 'b' }, annotations: { 'x/y': 'z' } },
  spec: { containers: [container], serviceAccountName: 'default' },
});
const envOf = (container: Partial<Container>): Record<string, string> => {
  const spec: Container = { name: 'main', ...container };
  return Object.fromEntries(environmentOf(podWith(spec), spec, config, facts));
};
const field = (fieldPath: string) => ({ name: 'X', valueFrom: { fieldRef: { fieldPath } } });

describe('environmentOf', () => {
  it('expands what is known and leaves the rest', () => {
    expect(
      envOf({
        env: [{ name: 'A', value: '1' }, { name: 'B', value: '$(A)2 $(NOT) $$(A) $' }, { name: 'C' }],
      }),
    ).toEqual({ A: '1', B: '12 $(NOT) $(A) $', C: '' });
  });

  it.each([
    ['metadata.name', 'web'],
    ['metadata.namespace', 'shop'],
    ['metadata.uid', 'u'],
    ["metadata.labels['a']", 'b'],
    ["metadata.annotations['x/y']", 'z'],
    ['spec.nodeName', 'node-1'],
    ['spec.serviceAccountName', 'default'],
    ['status.podIP', '10.0.0.1'],
    ['status.hostIP', '172.18.0.2'],
  ])('reads %s', (path, text) => {
    expect(envOf({ env: [field(path)] })).toEqual({ X: text });
  });

  it.each([
    ['limits.cpu', '1m', '500'],
    ['limits.cpu', undefined, '1'],
    ['requests.memory', '1Mi', '64'],
    ['limits.memory', '1Gi', '32'],
  ])('reads %s in units of %s', (resource, divisor, text) => {
    const resources = { limits: { cpu: '500m' }, requests: { memory: '64Mi' } };
    const resourceFieldRef = { resource, ...(divisor ? { divisor } : {}) };
    expect(envOf({ resources, env: [{ name: 'X', valueFrom: { resourceFieldRef } }] })).toEqual({ X: text });
  });

  it('takes ConfigMaps and Secrets, whole or by key', () => {
    expect(
      envOf({
        envFrom: [
          { prefix: 'P_', configMapRef: { name: 'cm' } },
          { secretRef: { name: 'sec' } },
          { configMapRef: { name: 'none', optional: true } },
        ],
        env: [
          { name: 'M', valueFrom: { configMapKeyRef: { name: 'cm', key: 'key' } } },
          { name: 'S', valueFrom: { secretKeyRef: { name: 'sec', key: 'key' } } },
          { name: 'O', valueFrom: { secretKeyRef: { name: 'sec', key: 'no', optional: true } } },
        ],
      }),
    ).toEqual({ P_key: 'text', key: 'hidden', M: 'text', S: 'hidden' });
  });

  it.each<[string, Partial<Container>]>([
    ['configmap "none" not found', { envFrom: [{ configMapRef: { name: 'none' } }] }],
    ['secret "none" not found', { envFrom: [{ secretRef: { name: 'none' } }] }],
    [
      "couldn't find key no in ConfigMap shop/cm",
      { env: [{ name: 'X', valueFrom: { configMapKeyRef: { name: 'cm', key: 'no' } } }] },
    ],
    [
      "couldn't find key no in Secret shop/sec",
      { env: [{ name: 'X', valueFrom: { secretKeyRef: { name: 'sec', key: 'no' } } }] },
    ],
    ['unsupported fieldPath: spec.nope', { env: [field('spec.nope')] }],
  ])('refuses: %s', (message, container) => {
    expect(() => envOf(container)).toThrow(message);
  });
});

describe('checkSubPaths', () => {
  const check = (subPathExpr: string, env: Record<string, string>) => () =>
    checkSubPaths(
      { name: 'main', volumeMounts: [{ name: 'v', mountPath: '/v', subPathExpr }] },
      new Map(Object.entries(env)),
    );
  it('takes a path inside the volume', () => {
    expect(check('$(A)/log', { A: 'x' })).not.toThrow();
  });
  it.each([
    ['$(A)', { A: '/tmp' }, 'error SubPath `/tmp` must not be an absolute path'],
    ['$(A)', { A: '..' }, "unable to provision SubPath `..`: must not contain '..'"],
    ['$(A)', {}, 'missing value for "A"'],
  ])('refuses %s with %j', (expression, env, message) => {
    expect(check(expression, env as Record<string, string>)).toThrow(message);
  });
});

describe('mountError', () => {
  const volume = (source: object): Pod => ({ spec: { containers: [], volumes: [{ name: 'v', ...source }] } });
  it.each<[object, string | undefined]>([
    [{ configMap: { name: 'cm' } }, undefined],
    [{ configMap: { name: 'cm', items: [{ key: 'raw', path: 'r' }] } }, undefined],
    [{ configMap: { name: 'none', optional: true } }, undefined],
    [{ emptyDir: {} }, undefined],
    [{ configMap: { name: 'none' } }, 'configmap "none" not found'],
    [{ secret: { secretName: 'none' } }, 'secret "none" not found'],
    [
      { configMap: { name: 'cm', items: [{ key: 'no', path: 'n' }] } },
      'references non-existent config key: no',
    ],
    [
      { projected: { sources: [{ secret: { name: 'sec', items: [{ key: 'no', path: 'n' }] } }] } },
      'references non-existent secret key: no',
    ],
  ])('%j', (source, error) => {
    expect(mountError(volume(source), config)).toBe(
      error && `MountVolume.SetUp failed for volume "v" : ${error}`,
    );
  });
});

it('finds every reference once', () => {
  const spec: Container = {
    name: 'main',
    envFrom: [{ configMapRef: { name: 'cm' } }],
    env: [{ name: 'X', valueFrom: { secretKeyRef: { name: 'sec', key: 'k' } } }],
  };
  const pod = podWith(spec);
  pod.spec!.volumes = [
    { name: 'v', configMap: { name: 'cm' } },
    { name: 'w', secret: { secretName: 'tls' } },
  ];
  expect(configReferences(pod).map(({ kind, name }) => `${kind}/${name}`)).toEqual([
    'ConfigMap/cm',
    'Secret/tls',
    'Secret/sec',
  ]);
});

it('expands nothing in a text without variables', () => {
  expect(expand('a $ b $x', () => 'no')).toBe('a $ b $x');
});
