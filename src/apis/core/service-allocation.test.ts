import { describe, expect, it } from 'vitest';
import type { Service, ServiceSpec } from '../../apimachinery/types/core.v1.gen.ts';
import {
  allocateForCreate,
  allocateForUpdate,
  releasedByDelete,
  setClusterIP,
  setNodePort,
} from './service-allocation.ts';

const SINGLE = ['IPv4'] as const;
const DUAL = ['IPv4', 'IPv6'] as const;
const create = (spec: ServiceSpec, families: readonly ('IPv4' | 'IPv6')[] = SINGLE) => {
  const service: Service = { spec: { type: 'ClusterIP', ...structuredClone(spec) } };
  return { service, spec: service.spec!, plan: allocateForCreate(service, families) };
};
const messages = (errors: readonly { field: string; message: string }[]): string[] =>
  errors.map(({ field, message }) => `${field}: ${message}`);

describe('families of a new service', () => {
  it.each<[string, ServiceSpec, readonly ('IPv4' | 'IPv6')[], Partial<ServiceSpec>]>([
    ['the default', {}, SINGLE, { ipFamilyPolicy: 'SingleStack', ipFamilies: ['IPv4'] }],
    [
      'the default on a dual-stack cluster',
      {},
      DUAL,
      { ipFamilyPolicy: 'SingleStack', ipFamilies: ['IPv4'] },
    ],
    [
      'the second family',
      { ipFamilies: ['IPv6'] },
      DUAL,
      { ipFamilyPolicy: 'SingleStack', ipFamilies: ['IPv6'] },
    ],
    ['both if there are', { ipFamilyPolicy: 'PreferDualStack' }, SINGLE, { ipFamilies: ['IPv4'] }],
    ['both', { ipFamilyPolicy: 'PreferDualStack' }, DUAL, { ipFamilies: ['IPv4', 'IPv6'] }],
    [
      'both, the other one first',
      { ipFamilyPolicy: 'RequireDualStack', ipFamilies: ['IPv6'] },
      DUAL,
      { ipFamilies: ['IPv6', 'IPv4'] },
    ],
    ['from an address', { clusterIP: 'fd00::1' }, DUAL, { clusterIPs: ['fd00::1'], ipFamilies: ['IPv6'] }],
    [
      'headless with a selector',
      { clusterIP: 'None', selector: { a: 'b' } },
      SINGLE,
      { clusterIPs: ['None'], ipFamilyPolicy: 'SingleStack', ipFamilies: ['IPv4'] },
    ],
    [
      'headless without one',
      { clusterIP: 'None' },
      SINGLE,
      { ipFamilyPolicy: 'RequireDualStack', ipFamilies: ['IPv4', 'IPv6'] },
    ],
  ])('%s', (_, given, families, expected) => {
    const { spec, plan } = create(given, families);
    expect(plan.errors).toEqual([]);
    expect(spec).toMatchObject(expected);
  });

  it('has none for ExternalName', () => {
    const { spec, plan } = create({ type: 'ExternalName' });
    expect(plan).toMatchObject({ errors: [], clusterIPs: [], nodePorts: [] });
    expect(spec).toEqual({ type: 'ExternalName' });
  });

  it.each<[string, ServiceSpec, readonly ('IPv4' | 'IPv6')[], string[]]>([
    [
      'both on a single-stack cluster',
      { ipFamilyPolicy: 'RequireDualStack', ipFamilies: ['IPv6'] },
      SINGLE,
      [
        'spec.ipFamilyPolicy: Invalid value: "RequireDualStack": this cluster is not configured for dual-stack services',
        'spec.ipFamilies[0]: Invalid value: "IPv6": not configured on this cluster',
      ],
    ],
    [
      'an address of a family that is not there',
      { clusterIP: 'fd00::1' },
      SINGLE,
      ['spec.clusterIPs[0]: Invalid value: ["fd00::1"]: IPv6 is not configured on this cluster'],
    ],
    [
      'two families with SingleStack',
      { ipFamilyPolicy: 'SingleStack', ipFamilies: ['IPv4', 'IPv6'] },
      DUAL,
      [
        `spec.ipFamilyPolicy: Invalid value: "SingleStack": must be 'RequireDualStack' or 'PreferDualStack' when multiple IP families are specified`,
      ],
    ],
    [
      'what is no address',
      { clusterIP: 'x' },
      DUAL,
      [
        'spec.clusterIPs[0]: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
      ],
    ],
  ])('refuses %s', (_, given, families, expected) => {
    const { plan } = create(given, families);
    expect(messages(plan.errors)).toEqual(expected);
    expect(plan.clusterIPs).toEqual([]);
  });
});

describe('what a new service needs', () => {
  it('asks for an address of each family', () => {
    const { plan, spec, service } = create(
      { ipFamilyPolicy: 'RequireDualStack', clusterIP: '10.0.0.9' },
      DUAL,
    );
    expect(plan.clusterIPs).toEqual([
      { family: 'IPv4', index: 0, ip: '10.0.0.9' },
      { family: 'IPv6', index: 1, ip: '' },
    ]);
    for (const request of plan.clusterIPs) setClusterIP(service, request, request.ip || 'fd00::2');
    expect(spec).toMatchObject({ clusterIP: '10.0.0.9', clusterIPs: ['10.0.0.9', 'fd00::2'] });
  });

  it('asks for no address when headless', () => {
    expect(create({ clusterIP: 'None' }).plan.clusterIPs).toEqual([]);
  });

  it('shares a node port between the protocols of a port', () => {
    const { plan, spec, service } = create({
      type: 'NodePort',
      ports: [{ port: 53, protocol: 'UDP' }, { port: 53, protocol: 'TCP', nodePort: 30053 }, { port: 80 }],
    });
    expect(plan.nodePorts).toEqual([
      { indexes: [0, 1], nodePort: 30053 },
      { indexes: [2], nodePort: 0 },
    ]);
    for (const request of plan.nodePorts) setNodePort(service, request, request.nodePort || 31000);
    expect(spec.ports!.map(({ nodePort }) => nodePort)).toEqual([30053, 30053, 31000]);
  });

  it('asks for node ports of a load balancer only where they are wanted', () => {
    const ports = [{ port: 80 }, { port: 81, nodePort: 30081 }];
    expect(
      create({ type: 'LoadBalancer', allocateLoadBalancerNodePorts: false, ports }).plan.nodePorts,
    ).toEqual([{ indexes: [1], nodePort: 30081 }]);
  });

  it('asks for a health check port of a local load balancer', () => {
    expect(create({ type: 'LoadBalancer', externalTrafficPolicy: 'Local' }).plan.healthCheckNodePort).toBe(0);
    expect(
      create({ type: 'LoadBalancer', externalTrafficPolicy: 'Cluster' }).plan.healthCheckNodePort,
    ).toBeUndefined();
  });
});

describe('update', () => {
  const old: Service = {
    spec: {
      type: 'NodePort',
      clusterIP: '10.0.0.1',
      clusterIPs: ['10.0.0.1'],
      ipFamilies: ['IPv4'],
      ipFamilyPolicy: 'SingleStack',
      ports: [
        { name: 'a', port: 80, nodePort: 30080 },
        { name: 'b', port: 81, nodePort: 30081 },
      ],
    },
  };
  const update = (
    spec: ServiceSpec,
    before: Service = old,
    families: readonly ('IPv4' | 'IPv6')[] = SINGLE,
  ) => {
    const service: Service = { spec: structuredClone(spec) };
    return { spec: service.spec!, plan: allocateForUpdate(service, before, families) };
  };
  const NO_RELEASE = { clusterIPs: [], nodePorts: [] };

  it('lets the manifest of a service be applied again', () => {
    const { spec, plan } = update({
      type: 'NodePort',
      ports: [
        { name: 'a', port: 80 },
        { name: 'b', port: 82 },
      ],
    });
    expect(spec).toEqual({
      ...old.spec,
      ports: [old.spec!.ports![0], { name: 'b', port: 82, nodePort: 30081 }],
    });
    expect(plan).toEqual({ errors: [], clusterIPs: [], nodePorts: [], release: NO_RELEASE });
  });

  it('does not give a node port to two ports', () => {
    const { spec, plan } = update({
      type: 'NodePort',
      ports: [
        { name: 'a', port: 80 },
        { name: 'b', port: 81, nodePort: 30080 },
      ],
    });
    expect(spec.ports![0]!.nodePort).toBeUndefined();
    expect(plan.nodePorts).toEqual([{ indexes: [0], nodePort: 0 }]);
    expect(plan.release.nodePorts).toEqual([30081]);
  });

  it('keeps no node ports that nobody asks for once a load balancer needs none', () => {
    const balancer: Service = { spec: { ...old.spec, type: 'LoadBalancer' } };
    const ports = [{ name: 'a', port: 80 }];
    const { spec, plan } = update(
      { type: 'LoadBalancer', allocateLoadBalancerNodePorts: false, ports },
      balancer,
    );
    expect(spec.ports).toEqual(ports);
    expect(plan).toMatchObject({ nodePorts: [], release: { nodePorts: [30080, 30081] } });
    // One that goes on giving them out keeps them.
    expect(update({ type: 'LoadBalancer', ports }, balancer).spec.ports![0]!.nodePort).toBe(30080);
  });

  it('frees node ports and addresses that the new type does not have', () => {
    expect(update({ ...old.spec, type: 'ClusterIP' }).plan.release).toEqual({
      clusterIPs: [],
      nodePorts: [30080, 30081],
    });
    expect(update({ type: 'ExternalName', externalName: 'x' }).plan.release).toEqual({
      clusterIPs: ['10.0.0.1'],
      nodePorts: [30080, 30081],
    });
  });

  it('allocates for a service that had nothing', () => {
    const { plan } = update({ type: 'ClusterIP' }, { spec: { type: 'ExternalName', externalName: 'x' } });
    expect(plan.clusterIPs).toEqual([{ family: 'IPv4', index: 0, ip: '' }]);
  });

  it('adds and releases the second family', () => {
    const up = update({ ...old.spec, ipFamilyPolicy: 'RequireDualStack' }, old, DUAL);
    expect(up.spec.ipFamilies).toEqual(['IPv4', 'IPv6']);
    expect(up.plan.clusterIPs).toEqual([{ family: 'IPv6', index: 1, ip: '' }]);

    const dual: Service = {
      spec: {
        ...old.spec,
        clusterIPs: ['10.0.0.1', 'fd00::1'],
        ipFamilies: ['IPv4', 'IPv6'],
        ipFamilyPolicy: 'RequireDualStack',
      },
    };
    const down = update({ ...dual.spec, ipFamilyPolicy: 'SingleStack' }, dual, DUAL);
    expect(down.spec).toMatchObject({ clusterIPs: ['10.0.0.1'], ipFamilies: ['IPv4'] });
    expect(down.plan.release.clusterIPs).toEqual(['fd00::1']);

    const refused = update({ ...dual.spec, clusterIPs: ['10.0.0.1'], ipFamilies: ['IPv4'] }, dual, DUAL);
    expect(messages(refused.plan.errors)).toEqual([
      `spec.ipFamilyPolicy: Invalid value: "RequireDualStack": must be 'SingleStack' to release the secondary cluster IP`,
      `spec.ipFamilyPolicy: Invalid value: "RequireDualStack": must be 'SingleStack' to release the secondary IP family`,
    ]);
  });

  it('follows a client that knows clusterIP only', () => {
    expect(update({ ...old.spec, clusterIP: '10.0.0.2' }).spec.clusterIPs).toEqual(['10.0.0.2']);
  });

  it('moves the health check port with the traffic policy', () => {
    const local: Service = {
      spec: { ...old.spec, type: 'LoadBalancer', externalTrafficPolicy: 'Local', healthCheckNodePort: 30999 },
    };
    expect(update({ ...local.spec, externalTrafficPolicy: 'Cluster' }, local).plan.release.nodePorts).toEqual(
      [30999],
    );
    const { spec, plan } = update({ ...local.spec, healthCheckNodePort: undefined }, local);
    expect(spec.healthCheckNodePort).toBe(30999);
    expect(plan.healthCheckNodePort).toBeUndefined();
  });
});

it('says what a deletion frees', () => {
  expect(
    releasedByDelete({
      spec: {
        type: 'LoadBalancer',
        externalTrafficPolicy: 'Local',
        healthCheckNodePort: 30999,
        clusterIPs: ['10.0.0.1', 'fd00::1'],
        ports: [{ port: 80, nodePort: 30080 }],
      },
    }),
  ).toEqual({ clusterIPs: ['10.0.0.1', 'fd00::1'], nodePorts: [30080, 30999] });
  expect(releasedByDelete({ spec: { type: 'ClusterIP', clusterIPs: ['None'] } }).clusterIPs).toEqual([]);
});
