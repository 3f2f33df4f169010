/**
 * Addresses and ports of services. A cluster IP is held by an IPAddress object of that name, a node port by a record of
 * that number, each written in one transaction with the service: two services can never hold the same, and nothing has
 * to be repaired. Source: kubernetes pkg/registry/core/service/storage/alloc.go, ipallocator/cidrallocator.go.
 */
import { invalid as invalidField } from '../../apimachinery/field-error.ts';
import { randomInt, uuid } from '../../apimachinery/random.ts';
import { internalError, invalid } from '../../apimachinery/status.ts';
import { formatTime } from '../../apimachinery/time.ts';
import type { Service, ServiceSpec } from '../../apimachinery/types/core.v1.gen.ts';
import { needsClusterIP, needsHealthCheckNodePort, needsNodePort } from '../../apis/core/service-ips.ts';
import type { Stored } from '../../apis/object.ts';
import { resourceNamed } from '../../apis/resources.ts';
import { encodeStored } from '../../storage/encoding.ts';
import { objectKey } from '../../storage/keys.ts';
import { formatIPv4, parseIPv4 } from '../../apimachinery/validation/ipv4.ts';
import type { RequestContext } from '../context.ts';
import type { Occupation } from '../hooks.ts';

/** 10.96.0.0/12, as kubeadm has it. */
export const SERVICE_CIDR = '10.96.0.0/12';
const BASE = parseIPv4('10.96.0.0')!;
const SIZE = 2 ** 20;
/** Addresses a client may ask for by name; the rest are handed out first. Source: KEP-3070. */
const RESERVED = 256;
const NODE_PORTS = { first: 30_000, count: 2768 };
const ATTEMPTS = 64;

const ipKey = (ip: string): string => objectKey('networking.k8s.io', 'ipaddresses', '', ip);
const portKey = (port: number): string => objectKey('kedge', 'nodeports', '', String(port));

/** What a service holds. */
function held(service: Service | undefined): { ips: Set<string>; ports: Set<number> } {
  const ips = new Set<string>();
  const ports = new Set<number>();
  if (service?.spec) {
    const { spec } = service;
    if (needsClusterIP(service)) {
      for (const ip of spec.clusterIPs ?? (spec.clusterIP ? [spec.clusterIP] : []))
        if (ip && ip !== 'None') ips.add(ip);
    }
    if (needsNodePort(service))
      for (const { nodePort } of spec.ports ?? []) if (nodePort) ports.add(nodePort);
    if (needsHealthCheckNodePort(service) && spec.healthCheckNodePort) ports.add(spec.healthCheckNodePort);
  }
  return { ips, ports };
}

export async function allocateService(occupation: Occupation): Promise<() => void> {
  const { ctx, object, old, writes } = occupation;
  const service = object as Stored<Service> | undefined;
  const before = held(old as Service | undefined);
  const undo: (() => void)[] = [];
  if (service?.spec) {
    const asked = held(service);
    for (const ip of asked.ips) if (!before.ips.has(ip)) await takeNamedIP(ctx, service, ip, writes);
    for (const port of asked.ports)
      if (!before.ports.has(port)) await takeNamedPort(ctx, service, port, writes);
    const { spec } = service;
    if (needsClusterIP(service) && !spec.clusterIP) undo.push(await takeAnyIP(ctx, service, writes));
    if (needsNodePort(service)) undo.push(await takePorts(ctx, service, asked.ports, writes));
    if (needsHealthCheckNodePort(service) && !spec.healthCheckNodePort) {
      spec.healthCheckNodePort = await takeAnyPort(ctx, service, asked.ports, writes);
      undo.push(() => delete spec.healthCheckNodePort);
    }
  }
  const after = held(service);
  const released = [
    ...[...before.ips].filter((ip) => !after.ips.has(ip)).map(ipKey),
    ...[...before.ports].filter((port) => !after.ports.has(port)).map(portKey),
  ];
  if (released.length > 0) {
    for (const row of await ctx.storage.getMany(released)) {
      writes.push({
        key: row.key,
        expect: row.revision,
        deleted: true,
        value: row.value,
        prevValue: row.value,
      });
    }
  }
  return () => {
    for (const one of undo) one();
  };
}

async function takeNamedIP(
  ctx: RequestContext,
  service: Stored<Service>,
  ip: string,
  writes: Occupation['writes'],
): Promise<void> {
  const refuse = (detail: string): Error =>
    invalid(resourceNamed('', 'services'), service.metadata.name!, [
      invalidField(
        'spec.clusterIPs',
        service.spec!.clusterIPs ?? [ip],
        `failed to allocate IP ${ip}: ${detail}`,
      ),
    ]);
  const number = parseIPv4(ip);
  // Secondary families are single-stack here: only IPv4 is handed out.
  if (number === undefined || number <= BASE || number >= BASE + SIZE - 1) {
    throw refuse(`provided IP is not in the valid range. The range of valid IPs is ${SERVICE_CIDR}`);
  }
  if (await ctx.storage.get(ipKey(ip))) throw refuse('provided IP is already allocated');
  writes.push(holdIP(ctx, service, ip));
}

async function takeAnyIP(
  ctx: RequestContext,
  service: Stored<Service>,
  writes: Occupation['writes'],
): Promise<() => void> {
  const spec = service.spec!;
  const ip = await pickFree(
    ctx,
    () => formatIPv4(BASE + RESERVED + randomInt(ctx.random, SIZE - RESERVED - 1)),
    ipKey,
  );
  if (!ip) throw internalError('failed to allocate a serviceIP: range is full');
  writes.push(holdIP(ctx, service, ip));
  spec.clusterIP = ip;
  spec.clusterIPs = [ip];
  return () => {
    delete spec.clusterIP;
    delete spec.clusterIPs;
  };
}

/** A free one among random candidates. That it is still free is proved at commit. */
async function pickFree<T extends string | number>(
  ctx: RequestContext,
  candidate: () => T,
  key: (value: T) => string,
): Promise<T | undefined> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const value = candidate();
    if (!(await ctx.storage.get(key(value)))) return value;
  }
  return undefined;
}

function holdIP(
  ctx: RequestContext,
  { metadata }: Stored<Service>,
  ip: string,
): Occupation['writes'][number] {
  return {
    key: ipKey(ip),
    expect: 0,
    deleted: false,
    value: encodeStored({
      metadata: {
        name: ip,
        uid: uuid(ctx.random),
        creationTimestamp: formatTime(ctx.clock.now()),
        generation: 1,
        labels: {
          'ipaddress.kubernetes.io/ip-family': 'IPv4',
          'ipaddress.kubernetes.io/managed-by': 'ipallocator.k8s.io',
        },
      },
      spec: {
        parentRef: { group: '', resource: 'services', namespace: metadata.namespace!, name: metadata.name! },
      },
    }),
  };
}

async function takePorts(
  ctx: RequestContext,
  service: Stored<Service>,
  taken: Set<number>,
  writes: Occupation['writes'],
): Promise<() => void> {
  const filled: NonNullable<ServiceSpec['ports']> = [];
  for (const port of service.spec!.ports ?? []) {
    if (port.nodePort) continue;
    // One number serves the same port of several protocols.
    const twin = service.spec!.ports!.find(
      (other) =>
        other !== port && other.nodePort && other.port === port.port && other.protocol !== port.protocol,
    );
    port.nodePort = twin?.nodePort ?? (await takeAnyPort(ctx, service, taken, writes));
    filled.push(port);
  }
  return () => {
    for (const port of filled) delete port.nodePort;
  };
}

async function takeAnyPort(
  ctx: RequestContext,
  service: Stored<Service>,
  taken: Set<number>,
  writes: Occupation['writes'],
): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const port = await pickFree(
      ctx,
      () => NODE_PORTS.first + randomInt(ctx.random, NODE_PORTS.count),
      portKey,
    );
    if (port === undefined) break;
    if (taken.has(port)) continue;
    taken.add(port);
    writes.push(holdPort(service, port));
    return port;
  }
  throw internalError('failed to allocate a nodePort: range is full');
}

async function takeNamedPort(
  ctx: RequestContext,
  service: Stored<Service>,
  port: number,
  writes: Occupation['writes'],
): Promise<void> {
  const index = service.spec!.ports?.findIndex((one) => one.nodePort === port) ?? -1;
  const field = index < 0 ? 'spec.healthCheckNodePort' : `spec.ports[${index}].nodePort`;
  const refuse = (detail: string): Error =>
    invalid(resourceNamed('', 'services'), service.metadata.name!, [invalidField(field, port, detail)]);
  if (port < NODE_PORTS.first || port >= NODE_PORTS.first + NODE_PORTS.count) {
    throw refuse('provided port is not in the valid range. The range of valid ports is 30000-32767');
  }
  if (await ctx.storage.get(portKey(port))) throw refuse('provided port is already allocated');
  writes.push(holdPort(service, port));
}

const holdPort = ({ metadata }: Stored<Service>, port: number): Occupation['writes'][number] => ({
  key: portKey(port),
  expect: 0,
  deleted: false,
  value: encodeStored({
    metadata: { name: String(port) },
    service: `${metadata.namespace}/${metadata.name}`,
  }),
});
