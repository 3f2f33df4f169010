import { describe, expect, it } from 'vitest';
import type { Service } from '../../apimachinery/types/core.v1.gen.ts';
import type { StrategyContext } from '../definition.ts';
import { services } from './service.ts';

const ctx = { now: Date.parse('2026-01-01T00:00:00Z'), namespace: 'default' } as StrategyContext;
const { strategy } = services;

/** A service as the registry validates it: defaulted, with what is allocated. */
function service(spec: Service['spec'], metadata: Service['metadata'] = {}): Service {
  const object: Service = {
    metadata: { name: 'web', namespace: 'default', ...metadata },
    spec: structuredClone(spec),
  };
  strategy.default!(object, ctx);
  return object;
}
const PORT = { port: 80 };
const HEADFUL = {
  clusterIP: '10.96.0.7',
  clusterIPs: ['10.96.0.7'],
  ipFamilies: ['IPv4'],
  ipFamilyPolicy: 'SingleStack',
};
const texts = (errors: readonly { field: string; message: string }[]): string[] =>
  errors.map(({ field, message }) => `${field}: ${message}`);

describe('defaults', () => {
  it.each<[string, Service['spec'], Service['spec']]>([
    [
      'ClusterIP',
      { ports: [{ port: 80 }, { port: 53, protocol: 'UDP', targetPort: 'dns' }] },
      {
        type: 'ClusterIP',
        sessionAffinity: 'None',
        internalTrafficPolicy: 'Cluster',
        ports: [
          { port: 80, protocol: 'TCP', targetPort: 80 },
          { port: 53, protocol: 'UDP', targetPort: 'dns' },
        ],
      },
    ],
    [
      'ClientIP affinity',
      { sessionAffinity: 'ClientIP' },
      {
        type: 'ClusterIP',
        sessionAffinity: 'ClientIP',
        sessionAffinityConfig: { clientIP: { timeoutSeconds: 10800 } },
        internalTrafficPolicy: 'Cluster',
      },
    ],
    [
      'LoadBalancer',
      { type: 'LoadBalancer', sessionAffinityConfig: {} },
      {
        type: 'LoadBalancer',
        sessionAffinity: 'None',
        externalTrafficPolicy: 'Cluster',
        internalTrafficPolicy: 'Cluster',
        allocateLoadBalancerNodePorts: true,
      },
    ],
    [
      'ExternalName',
      { type: 'ExternalName', externalName: 'a.b' },
      { type: 'ExternalName', externalName: 'a.b', sessionAffinity: 'None' },
    ],
    [
      'external addresses',
      { externalIPs: ['1.2.3.4'] },
      {
        type: 'ClusterIP',
        sessionAffinity: 'None',
        externalIPs: ['1.2.3.4'],
        externalTrafficPolicy: 'Cluster',
        internalTrafficPolicy: 'Cluster',
      },
    ],
  ])('%s', (_, spec, expected) => {
    const object = service(spec);
    expect(object.spec).toEqual(expected);
    strategy.default!(object, ctx);
    expect(object.spec).toEqual(expected);
  });
});

describe('validate', () => {
  it.each<[string, Service['spec'], Service['metadata'], string[]]>([
    ['a plain service', { ...HEADFUL, ports: [PORT] }, {}, []],
    ['a headless service without ports', { clusterIP: 'None', clusterIPs: ['None'] }, {}, []],
    ['no ports', HEADFUL, {}, ['spec.ports: Required value']],
    [
      'ports that clash',
      { ...HEADFUL, ports: [{ port: 80 }, { port: 80, name: 'A' }, { port: 0, name: 'b', protocol: 'X' }] },
      {},
      [
        'spec.ports[0].name: Required value',
        `spec.ports[1].name: Invalid value: "A": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')`,
        'spec.ports[2].port: Invalid value: 0: must be between 1 and 65535, inclusive',
        'spec.ports[2].protocol: Unsupported value: "X": supported values: "SCTP", "TCP", "UDP"',
        'spec.ports[2].targetPort: Invalid value: 0: must be between 1 and 65535, inclusive',
        'spec.ports[1]: Duplicate value: {"Name":"","Protocol":"TCP","AppProtocol":null,"Port":80,"TargetPort":0,"NodePort":0}',
      ],
    ],
    [
      'node ports of a ClusterIP service',
      { ...HEADFUL, ports: [{ port: 80, nodePort: 30080 }] },
      {},
      ["spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'"],
    ],
    [
      'the same node port twice',
      {
        ...HEADFUL,
        type: 'NodePort',
        ports: [
          { name: 'a', port: 80, nodePort: 30080 },
          { name: 'b', port: 81, nodePort: 30080 },
        ],
      },
      {},
      ['spec.ports[1].nodePort: Duplicate value: 30080'],
    ],
    [
      'ExternalName with addresses',
      { type: 'ExternalName', externalName: '_x', clusterIP: '10.0.0.1', clusterIPs: ['10.0.0.1'] },
      {},
      [
        'spec.clusterIPs: Forbidden: may not be set for ExternalName services',
        `spec.externalName: Invalid value: "_x": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')`,
      ],
    ],
    ['ExternalName with a dot at the end', { type: 'ExternalName', externalName: 'a.example.com.' }, {}, []],
    [
      'addresses of one family',
      { ports: [PORT], clusterIP: '10.0.0.1', clusterIPs: ['10.0.0.1', '10.0.0.2'], ipFamilies: ['IPv6'] },
      {},
      [
        'spec.clusterIPs: Invalid value: ["10.0.0.1","10.0.0.2"]: may specify no more than one IP for each IP family',
        'spec.clusterIPs[0]: Invalid value: "10.0.0.1": expected an IPv6 value as indicated by `ipFamilies[0]`',
      ],
    ],
    [
      'an unknown type',
      { ...HEADFUL, type: 'X', ports: [PORT] },
      {},
      [
        'spec.type: Unsupported value: "X": supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"',
      ],
    ],
    [
      'special external addresses',
      {
        ...HEADFUL,
        ports: [PORT],
        externalIPs: ['127.0.0.1', '01.2.3.4', '0.0.0.0', '169.254.1.1', '224.0.0.1', 'ff02::1'],
      },
      {},
      [
        'spec.externalIPs[0]: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)',
        'spec.externalIPs[1]: Invalid value: "01.2.3.4": must not have leading 0s',
        'spec.externalIPs[2]: Invalid value: "0.0.0.0": may not be unspecified (0.0.0.0)',
        'spec.externalIPs[3]: Invalid value: "169.254.1.1": may not be in the link-local range (169.254.0.0/16, fe80::/10)',
        'spec.externalIPs[4]: Invalid value: "224.0.0.1": may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)',
        'spec.externalIPs[5]: Invalid value: "ff02::1": may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)',
      ],
    ],
    [
      'fields of load balancers',
      {
        ...HEADFUL,
        ports: [PORT],
        externalTrafficPolicy: 'Local',
        loadBalancerClass: 'x',
        loadBalancerSourceRanges: [' 10.0.0.0/8 '],
        healthCheckNodePort: 30000,
        allocateLoadBalancerNodePorts: true,
        internalTrafficPolicy: 'X',
        trafficDistribution: 'Y',
      },
      {},
      [
        "spec.LoadBalancerSourceRanges: Forbidden: may only be used when `type` is 'LoadBalancer'",
        "spec.allocateLoadBalancerNodePorts: Forbidden: may only be used when `type` is 'LoadBalancer'",
        "spec.loadBalancerClass: Forbidden: may only be used when `type` is 'LoadBalancer'",
        'spec.externalTrafficPolicy: Invalid value: "Local": may only be set for externally-accessible services',
        "spec.healthCheckNodePort: Invalid value: 30000: may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'",
        'spec.internalTrafficPolicy: Unsupported value: "X": supported values: "Cluster", "Local"',
        'spec.trafficDistribution: Unsupported value: "Y": supported values: "PreferClose", "PreferSameZone", "PreferSameNode"',
      ],
    ],
    [
      'a local load balancer without a health check port',
      { ...HEADFUL, type: 'LoadBalancer', ports: [PORT], externalTrafficPolicy: 'Local' },
      {},
      ['spec.healthCheckNodePort: Required value'],
    ],
    [
      'annotations',
      { ...HEADFUL, ports: [PORT] },
      {
        annotations: {
          'service.kubernetes.io/topology-mode': 'Auto',
          'service.kubernetes.io/topology-aware-hints': 'auto',
          'service.beta.kubernetes.io/load-balancer-source-ranges': '10.0.0.0/8, x',
        },
      },
      [
        'metadata.annotations[service.kubernetes.io/topology-mode]: Invalid value: "Auto": must match annotations[service.kubernetes.io/topology-aware-hints] when both are specified',
        "metadata.annotations[service.beta.kubernetes.io/load-balancer-source-ranges]: Forbidden: may only be used when `type` is 'LoadBalancer'",
        'metadata.annotations[service.beta.kubernetes.io/load-balancer-source-ranges]: Invalid value: "x": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)',
      ],
    ],
    [
      'session affinity',
      {
        ...HEADFUL,
        ports: [PORT],
        sessionAffinity: 'ClientIP',
        sessionAffinityConfig: { clientIP: { timeoutSeconds: 86401 } },
      },
      {},
      [
        'spec.sessionAffinityConfig.clientIP.timeoutSeconds: Invalid value: 86401: must be greater than 0 and less than 86400',
      ],
    ],
  ])('%s', (_, spec, metadata, expected) => {
    expect(texts(strategy.validate!(service(spec, metadata), ctx))).toEqual(expected);
  });
});

describe('update', () => {
  const old = service({ ...HEADFUL, ports: [PORT] });
  it.each<[string, Service['spec'], string[]]>([
    ['nothing', {}, []],
    ['selector', { selector: { a: 'b' } }, []],
    [
      'the address',
      { clusterIP: '10.96.0.8', clusterIPs: ['10.96.0.8'] },
      ['spec.clusterIPs[0]: Invalid value: ["10.96.0.8"]: may not change once set'],
    ],
    [
      'the family',
      { ipFamilies: ['IPv6'] },
      [
        'spec.ipFamilies[0]: Invalid value: ["IPv6"]: may not change once set',
        'spec.clusterIPs[0]: Invalid value: "10.96.0.7": expected an IPv6 value as indicated by `ipFamilies[0]`',
      ],
    ],
  ])('%s', (_, change, expected) => {
    const changed = service({ ...HEADFUL, ports: [PORT], ...change });
    expect(texts(strategy.validateUpdate!(changed, old, ctx))).toEqual(expected);
  });

  it('keeps the class and the health check port of a load balancer', () => {
    const spec = {
      ...HEADFUL,
      type: 'LoadBalancer',
      ports: [PORT],
      externalTrafficPolicy: 'Local',
      healthCheckNodePort: 30001,
    };
    const balancer = service({ ...spec, loadBalancerClass: 'a' });
    expect(
      texts(strategy.validateUpdate!(service({ ...spec, healthCheckNodePort: 30002 }), balancer, ctx)),
    ).toEqual([
      'spec.loadBalancerClass: Invalid value: null: may not change once set',
      'spec.healthCheckNodePort: Forbidden: field is immutable',
    ]);
  });

  it('drops what a change of type makes void', () => {
    const balancer = service({
      ...HEADFUL,
      type: 'LoadBalancer',
      ports: [{ port: 80, nodePort: 30080 }],
      externalTrafficPolicy: 'Local',
      healthCheckNodePort: 30001,
      loadBalancerClass: 'a/b',
    });
    balancer.status = { loadBalancer: { ingress: [{ ip: '1.2.3.4', ipMode: 'VIP' }] } };
    const changed = structuredClone(balancer);
    changed.spec!.type = 'ClusterIP';
    strategy.prepareForUpdate!(changed, balancer, ctx);
    expect(changed.spec).toEqual({
      ...HEADFUL,
      type: 'ClusterIP',
      sessionAffinity: 'None',
      internalTrafficPolicy: 'Cluster',
      ports: [{ port: 80, protocol: 'TCP', targetPort: 80 }],
    });
    expect(changed.status).toEqual({ loadBalancer: {} });
    expect(balancer.status.loadBalancer!.ingress).toHaveLength(1);
    expect(strategy.validateUpdate!(changed, balancer, ctx)).toEqual([]);

    const named = structuredClone(balancer);
    Object.assign(named.spec!, { type: 'ExternalName', externalName: 'a.b' });
    strategy.prepareForUpdate!(named, balancer, ctx);
    expect(named.spec!.clusterIP).toBeUndefined();
    expect(named.spec!.ipFamilies).toBeUndefined();
    expect(strategy.validateUpdate!(named, balancer, ctx)).toEqual([]);
  });

  it('checks addresses of the status', () => {
    const balancer = service({ ...HEADFUL, type: 'LoadBalancer', ports: [PORT] });
    const changed = structuredClone(balancer);
    changed.status = {
      loadBalancer: {
        ingress: [{ ip: 'x' }, { ipMode: 'VIP' }, { ip: '1.2.3.4', ipMode: 'X' }, { hostname: '1.2.3.4' }],
      },
    };
    expect(texts(strategy.status!.validateUpdate!(changed, balancer, ctx))).toEqual([
      'status.loadBalancer.ingress[0].ip: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
      'status.loadBalancer.ingress[0].ipMode: Required value: must be specified when `ip` is set',
      'status.loadBalancer.ingress[1].ipMode: Forbidden: may not be specified when `ip` is not set',
      'status.loadBalancer.ingress[2].ipMode: Unsupported value: "X": supported values: "Proxy", "VIP"',
      'status.loadBalancer.ingress[3].hostname: Invalid value: "1.2.3.4": must be a DNS name, not an IP address',
    ]);
    expect(texts(strategy.status!.validateUpdate!({ ...changed, spec: old.spec }, old, ctx))).toEqual([
      "status.loadBalancer.ingress: Forbidden: may only be used when `spec.type` is 'LoadBalancer'",
    ]);
  });
});

it('shows no internalTrafficPolicy where the type has none', () => {
  const named = service({ type: 'ExternalName', externalName: 'a.b', internalTrafficPolicy: 'Cluster' });
  strategy.canonicalize!(named);
  expect(named.spec).not.toHaveProperty('internalTrafficPolicy');
});

it('warns', () => {
  expect(
    strategy.warningsOnCreate!(
      service({
        clusterIP: 'None',
        clusterIPs: ['None'],
        sessionAffinity: 'ClientIP',
        loadBalancerIP: '2001:DB8::1',
        externalName: 'x',
      }),
      ctx,
    ),
  ).toEqual([
    'spec.loadBalancerIP is ignored for headless services',
    'spec.SessionAffinity is ignored for headless services',
    'spec.loadBalancerIP: IPv6 address "2001:DB8::1" should be in RFC 5952 canonical format ("2001:db8::1")',
    'spec.externalName is ignored when spec.type is not "ExternalName"',
  ]);
  expect(strategy.warningsOnCreate!(service({ clusterIP: 'None', clusterIPs: ['None'] }), ctx)).toEqual([]);
  expect(
    strategy.warningsOnCreate!(
      service({ ...HEADFUL, externalIPs: ['010.1.1.1'], trafficDistribution: 'PreferClose' }),
      ctx,
    ),
  ).toEqual([
    'spec.externalIPs[0]: non-standard IP address "010.1.1.1" is invalid: use "10.1.1.1"',
    'spec.externalIPs is deprecated and may no longer be implemented in some clusters',
    'spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"',
  ]);
  const status = { loadBalancer: { ingress: [{ ip: '::ffff:1.2.3.4' }, { hostname: 'a' }] } };
  expect(strategy.status!.warningsOnUpdate!({ ...service(HEADFUL), status }, service(HEADFUL), ctx)).toEqual([
    'status.loadBalancer.ingress[0]: non-standard IP address "::ffff:1.2.3.4" is invalid: use "1.2.3.4"',
  ]);
});

describe('cells', () => {
  const cells = (object: Service): unknown[] => services.printer!.cells(object, ctx.now);
  it.each<[string, Service, unknown[]]>([
    ['an empty object', {}, ['', '', '<none>', '<unknown>', '<none>', '<unknown>', '<none>']],
    [
      'NodePort',
      {
        metadata: { name: 'web', creationTimestamp: '2025-12-31T23:00:00Z' },
        spec: {
          type: 'NodePort',
          clusterIPs: ['10.0.0.1'],
          ports: [
            { port: 80, nodePort: 30080, protocol: 'TCP' },
            { port: 53, protocol: 'UDP' },
          ],
          selector: { b: '2', a: '1' },
        },
      },
      ['web', 'NodePort', '10.0.0.1', '<none>', '80:30080/TCP,53/UDP', '60m', 'a=1,b=2'],
    ],
    [
      'a pending load balancer',
      { metadata: { name: 'lb' }, spec: { type: 'LoadBalancer' } },
      ['lb', 'LoadBalancer', '<none>', '<pending>', '<none>', '<unknown>', '<none>'],
    ],
    [
      'a load balancer',
      {
        spec: { type: 'LoadBalancer', externalIPs: ['9.9.9.9'] },
        status: { loadBalancer: { ingress: [{ ip: '2.2.2.2' }, { hostname: 'a.b' }, { ip: '1.1.1.1' }] } },
      },
      ['', 'LoadBalancer', '<none>', '1.1.1.1,2.2.2.2,a.b,9.9.9.9', '<none>', '<unknown>', '<none>'],
    ],
    [
      'ExternalName',
      { spec: { type: 'ExternalName', externalName: 'a.b' } },
      ['', 'ExternalName', '<none>', 'a.b', '<none>', '<unknown>', '<none>'],
    ],
  ])('%s', (_, object, expected) => {
    expect(cells(object)).toEqual(expected);
  });
});
