import { describe, expect, it } from 'vitest';
import type {
  Ingress,
  IngressClass,
  IPAddress,
  NetworkPolicy,
  ServiceCIDR,
} from '../../apimachinery/types/networking.v1.gen.ts';
import type { StrategyContext } from '../definition.ts';
import { ingressClasses } from './ingress-class.ts';
import { ingresses } from './ingress.ts';
import { ipAddresses } from './ip-address.ts';
import { networkPolicies } from './network-policy.ts';
import { serviceCIDRs } from './service-cidr.ts';

const ctx = { now: 0 } as StrategyContext;
const texts = (errors: readonly { field: string; message: string }[]): string[] =>
  errors.map(({ field, message }) => `${field}: ${message}`);
const SUBDOMAIN = `a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')`;

describe('ingresses', () => {
  const { strategy, printer } = ingresses;
  const backend = { service: { name: 'web', port: { number: 80 } } };
  const rule = (path: object, host = 'a.example.com') => ({
    host,
    http: { paths: [{ path: '/', pathType: 'Prefix', backend, ...path }] },
  });
  const PATH = 'spec.rules[0].http.paths[0]';
  it.each<[string, Ingress['spec'], string[]]>([
    [
      'good',
      { rules: [rule({}), rule({}, '*.example.com')], tls: [{ hosts: ['*.example.com'], secretName: 's' }] },
      [],
    ],
    ['empty', {}, ['spec: Invalid value: null: either `defaultBackend` or `rules` must be specified']],
    [
      'no path type',
      { rules: [rule({ pathType: undefined })] },
      [`${PATH}.pathType: Required value: pathType must be specified`],
    ],
    [
      'paths',
      { rules: [rule({ path: 'a//b/..' })] },
      [
        `${PATH}.path: Invalid value: "a//b/..": must be an absolute path`,
        `${PATH}.path: Invalid value: "a//b/..": must not contain '//'`,
        `${PATH}.path: Invalid value: "a//b/..": cannot end with '/..'`,
      ],
    ],
    [
      'a path of the controller’s own',
      { rules: [rule({ path: '', pathType: 'ImplementationSpecific' })] },
      [],
    ],
    [
      'hosts',
      { rules: [rule({}, '1.2.3.4'), rule({}, 'a_b')] },
      [
        'spec.rules[0].host: Invalid value: "1.2.3.4": must be a DNS name, not an IP address',
        `spec.rules[1].host: Invalid value: "a_b": ${SUBDOMAIN}`,
      ],
    ],
    [
      'backends',
      {
        defaultBackend: {},
        rules: [
          rule({ backend: { service: { name: '', port: {} } } }),
          rule({ backend: { ...backend, resource: { kind: 'K', name: 'n' } } }),
          rule({ backend: { service: { name: 'web', port: { name: 'a', number: 1 } } } }),
          rule({ backend: { resource: { kind: '', name: 'a/b' } } }),
        ],
      },
      [
        'spec.defaultBackend: Invalid value: "": resource or service backend is required',
        `${PATH}.backend.service.name: Required value`,
        `${PATH}.backend: Required value: port name or number is required`,
        'spec.rules[1].http.paths[0].backend: Invalid value: "": cannot set both resource and service backends',
        'spec.rules[2].http.paths[0].backend: Invalid value: "": cannot set both port name & port number',
        'spec.rules[3].http.paths[0].backend.resource.kind: Required value',
        `spec.rules[3].http.paths[0].backend.resource.name: Invalid value: "a/b": may not contain '/'`,
      ],
    ],
  ])('validate: %s', (_, spec, expected) => {
    expect(texts(strategy.validate!({ spec }, ctx))).toEqual(expected);
  });

  it('name their class once', () => {
    const metadata = { annotations: { 'kubernetes.io/ingress.class': 'a' } };
    const spec = { defaultBackend: backend };
    expect(texts(strategy.validate!({ metadata, spec: { ...spec, ingressClassName: 'b' } }, ctx))).toEqual([
      'annotations.kubernetes.io/ingress.class: Invalid value: "a": must match `ingressClassName` when both are specified',
    ]);
    expect(strategy.warningsOnCreate!({ metadata, spec }, ctx)).toEqual([
      `annotation "kubernetes.io/ingress.class" is deprecated, please use 'spec.ingressClassName' instead`,
    ]);
  });

  it('are not held to rules their stored form breaks', () => {
    const old: Ingress = { spec: { defaultBackend: backend, tls: [{ secretName: '_' }] } };
    expect(strategy.validate!(old, ctx)).toHaveLength(1);
    expect(strategy.validateUpdate!(old, old, ctx)).toEqual([]);
  });

  it('have good addresses in their status', () => {
    const object: Ingress = { status: { loadBalancer: { ingress: [{ ip: 'x', hostname: '1.2.3.4' }] } } };
    expect(texts(strategy.status!.validateUpdate!(object, {}, ctx))).toEqual([
      'status.loadBalancer.ingress[0].ip: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
      'status.loadBalancer.ingress[0].hostname: Invalid value: "1.2.3.4": must be a DNS name, not an IP address',
    ]);
  });

  it.each<[Ingress, unknown[]]>([
    [{}, ['', '<none>', '*', '', '80', '<unknown>']],
    [
      {
        metadata: { name: 'i' },
        spec: {
          ingressClassName: 'nginx',
          tls: [{}],
          rules: ['a', 'b', 'c', 'd', 'e'].map((host) => ({ host })),
        },
        status: { loadBalancer: { ingress: [{ ip: '2.2.2.2' }, { hostname: 'a.b' }] } },
      },
      ['i', 'nginx', 'a,b,c + 2 more...', '2.2.2.2,a.b', '80, 443', '<unknown>'],
    ],
  ])('cells %#', (object, expected) => {
    expect(printer!.cells(object, 0)).toEqual(expected);
  });
});

describe('ingress classes', () => {
  const { strategy, printer } = ingressClasses;
  const parameters = { apiGroup: 'g.io', kind: 'K', name: 'n' };
  it('refer to cluster-wide parameters by default', () => {
    const object: IngressClass = { spec: { controller: 'a.io/b', parameters: { ...parameters } } };
    strategy.default!(object, ctx);
    expect(object.spec!.parameters!.scope).toBe('Cluster');
    expect(strategy.validate!(object, ctx)).toEqual([]);
  });
  it.each<[IngressClass['spec'], string[]]>([
    [{}, ['spec.controller: Required value']],
    [
      { controller: 'x' },
      ['spec.controller: Invalid value: "x": must be a domain-prefixed path (such as "acme.io/foo")'],
    ],
    [
      { controller: 'a.io/b c' },
      [
        `spec.controller: Invalid value: "b c": Invalid path (regex used for validation is '[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+')`,
      ],
    ],
    [
      { controller: 'a.io/b', parameters: { ...parameters, scope: 'Namespace' } },
      ["spec.parameters.namespace: Required value: `parameters.scope` is set to 'Namespace'"],
    ],
    [
      { controller: 'a.io/b', parameters: { ...parameters, scope: 'Cluster', namespace: 'x' } },
      ["spec.parameters.namespace: Forbidden: `parameters.scope` is set to 'Cluster'"],
    ],
  ])('validate %#', (spec, expected) => {
    expect(texts(strategy.validate!({ spec }, ctx))).toEqual(expected);
  });
  it('keep their controller', () => {
    const old = { spec: { controller: 'a.io/b' } };
    expect(texts(strategy.validateUpdate!({ spec: { controller: 'a.io/c' } }, old, ctx))).toEqual([
      'spec.controller: Invalid value: "a.io/c": field is immutable',
    ]);
  });
  it('have cells', () => {
    expect(printer!.cells({ spec: { controller: 'c', parameters } }, 0)).toEqual([
      '',
      'c',
      'K.g.io/n',
      '<unknown>',
    ]);
    expect(printer!.cells({}, 0)).toEqual(['', '', '<none>', '<unknown>']);
  });
});

describe('network policies', () => {
  const { strategy, printer } = networkPolicies;
  it.each<[NetworkPolicy['spec'], NetworkPolicy['spec']]>([
    [{ podSelector: {} }, { podSelector: {}, policyTypes: ['Ingress'] }],
    [
      { podSelector: {}, egress: [{ ports: [{ port: 53 }] }] },
      {
        podSelector: {},
        egress: [{ ports: [{ port: 53, protocol: 'TCP' }] }],
        policyTypes: ['Ingress', 'Egress'],
      },
    ],
  ])('defaults %#', (spec, expected) => {
    const object = { spec: structuredClone(spec) };
    strategy.default!(object, ctx);
    expect(object.spec).toEqual(expected);
  });
  const FROM = 'spec.ingress[0].from[0]';
  const peer = (from: object): NetworkPolicy['spec'] => ({ podSelector: {}, ingress: [{ from: [from] }] });
  const port = (one: object): NetworkPolicy['spec'] => ({ podSelector: {}, egress: [{ ports: [one] }] });
  it.each<[NetworkPolicy['spec'], string[]]>([
    [peer({ ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } }), []],
    [peer({}), [`${FROM}: Required value: must specify a peer`]],
    [
      peer({ podSelector: {}, ipBlock: { cidr: '10.0.0.0/8', except: ['11.0.0.0/16', '10.0.0.0/8', 'x'] } }),
      [
        `${FROM}.ipBlock.except[0]: Invalid value: "11.0.0.0/16": must be a strict subset of \`cidr\``,
        `${FROM}.ipBlock.except[1]: Invalid value: "10.0.0.0/8": must be a strict subset of \`cidr\``,
        `${FROM}.ipBlock.except[2]: Invalid value: "x": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)`,
        `${FROM}: Forbidden: may not specify both ipBlock and another peer`,
      ],
    ],
    [
      port({ port: 80, endPort: 79 }),
      ['spec.egress[0].ports[0].endPort: Invalid value: 80: must be greater than or equal to `port`'],
    ],
    [
      port({ port: 'a', endPort: 79 }),
      ['spec.egress[0].ports[0].endPort: Invalid value: 79: may not be specified when `port` is non-numeric'],
    ],
    [
      port({ endPort: 79 }),
      [
        'spec.egress[0].ports[0].endPort: Invalid value: 79: may not be specified when `port` is not specified',
      ],
    ],
    [
      { podSelector: {}, policyTypes: ['X'] },
      ['spec.policyTypes[0]: Unsupported value: "X": supported values: "Ingress", "Egress"'],
    ],
  ])('validate %#', (spec, expected) => {
    expect(texts(strategy.validate!({ spec }, ctx))).toEqual(expected);
  });
  it('keep blocks that were accepted once', () => {
    const old = { spec: peer({ ipBlock: { cidr: '10.0.0.1/8' } }) };
    expect(strategy.validate!(old, ctx)).toHaveLength(1);
    expect(strategy.validateUpdate!(old, old, ctx)).toEqual([]);
  });
  it('have cells', () => {
    expect(printer!.cells({ spec: { podSelector: { matchLabels: { b: '1', a: '2' } } } }, 0)).toEqual([
      '',
      'a=2,b=1',
      '<unknown>',
    ]);
    expect(printer!.cells({}, 0)).toEqual(['', '<none>', '<unknown>']);
  });
});

describe('IP addresses', () => {
  const { strategy, printer } = ipAddresses;
  it.each([
    ['10.0.0.1', []],
    ['fd00::1', []],
    ['x', ['must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)']],
    ['FD00::1', ['must be in canonical form ("fd00::1")']],
    ['010.0.0.1', ['must not have leading 0s']],
  ])('are named by the address: %s', (name, expected) => {
    expect(strategy.validateName!(name, false)).toEqual(expected);
  });
  const parentRef = { resource: 'services', namespace: 'shop', name: 'web' };
  it('have a parent that stays', () => {
    const object: IPAddress = { spec: { parentRef } };
    expect(strategy.validate!(object, ctx)).toEqual([]);
    expect(texts(strategy.validate!({}, ctx))).toEqual(['spec.parentRef: Required value']);
    expect(texts(strategy.validate!({ spec: { parentRef: { group: '_', name: 'a/b' } } }, ctx))).toEqual([
      `spec.parentRef.group: Invalid value: "_": ${SUBDOMAIN}`,
      'spec.parentRef.resource: Required value',
      `spec.parentRef.name: Invalid value: "a/b": may not contain '/'`,
    ]);
    expect(
      strategy.validateUpdate!({ spec: { parentRef: { ...parentRef, name: 'x' } } }, object, ctx),
    ).toHaveLength(1);
  });
  it('have cells', () => {
    expect(printer!.columns.map(({ name }) => name)).toEqual(['Name', 'ParentRef']);
    expect(printer!.cells({ spec: { parentRef } }, 0)).toEqual(['', 'services/shop/web', '<unknown>']);
    expect(printer!.cells({}, 0)).toEqual(['', '<none>', '<unknown>']);
  });
});

it('of status warn of addresses in odd forms, and keep the odd ones they have', () => {
  const { status } = ingresses.strategy;
  const of = (ip: string): Ingress => ({ status: { loadBalancer: { ingress: [{ ip }] } } });
  const odd = of('010.1.2.3');
  expect(status!.warningsOnUpdate!(of('FD00::1'), odd, ctx)).toEqual([
    'status.loadBalancer.ingress[0]: IPv6 address "FD00::1" should be in RFC 5952 canonical format ("fd00::1")',
  ]);
  expect(texts(status!.validateUpdate!(odd, of('1.2.3.4'), ctx))).toHaveLength(1);
  expect(status!.validateUpdate!(odd, odd, ctx)).toEqual([]);
});

describe('service ranges', () => {
  const { strategy, printer } = serviceCIDRs;
  const ranges = (...cidrs: string[]): ServiceCIDR => ({ spec: { cidrs } });
  it.each<[ServiceCIDR, string[]]>([
    [ranges('10.96.0.0/16', 'fd00::/108'), []],
    [ranges(), ['spec.cidrs: Required value: at least one CIDR required']],
    [
      ranges('10.96.0.0/16', '10.97.0.0/16'),
      [
        'spec.cidrs: Invalid value: ["10.96.0.0/16","10.97.0.0/16"]: may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64',
      ],
    ],
    [
      ranges('FD00::/108'),
      ['spec.cidrs[0]: Invalid value: "FD00::/108": must be in canonical form ("fd00::/108")'],
    ],
  ])('validate %#', (object, expected) => {
    expect(texts(strategy.validate!(object, ctx))).toEqual(expected);
  });
  it('gain a second family and change in nothing else', () => {
    const old = ranges('10.96.0.0/16');
    expect(strategy.validateUpdate!(ranges('10.96.0.0/16', 'fd00::/108'), old, ctx)).toEqual([]);
    expect(texts(strategy.validateUpdate!(ranges('10.97.0.0/16'), old, ctx))).toEqual([
      'spec.cidrs[0]: Invalid value: "10.97.0.0/16": field is immutable',
    ]);
    expect(texts(strategy.validateUpdate!(ranges(), old, ctx))).toEqual([
      'spec.cidrs: Invalid value: []: field is immutable',
    ]);
  });
  it('have cells', () => {
    expect(printer!.cells(ranges('10.96.0.0/16', 'fd00::/108'), 0)).toEqual([
      '',
      '10.96.0.0/16,fd00::/108',
      '<unknown>',
    ]);
  });
});
