/**
 * Addresses and ports of services. A cluster IP is held by an IPAddress object of that name, a node port by a record of
 * that number, each written in one transaction with the service: two services can never hold the same, and nothing has
 * to be repaired. Source: kubernetes pkg/registry/core/service/storage/alloc.go, ipallocator/cidrallocator.go.
 */
import { invalid as invalidField } from '../../apimachinery/field-error.ts';
import { randomInt, uuid } from '../../apimachinery/random.ts';
import { internalError, invalid } from '../../apimachinery/status.ts';
import { formatTime } from '../../apimachinery/time.ts';
import type { Service } from '../../apimachinery/types/core.v1.gen.ts';
import type { ServiceCIDR } from '../../apimachinery/types/networking.v1.gen.ts';
import {
  allocateForCreate,
  allocateForUpdate,
  releasedByDelete,
  type ServiceAllocation,
  setClusterIP,
  setNodePort,
} from '../../apis/core/service-allocation.ts';
import type { IPFamily } from '../../apis/core/ip-families.ts';
import { allocates, blocksOf, isReady } from '../../apis/networking/service-ranges.ts';
import type { KubeObject, Stored } from '../../apis/object.ts';
import { resourceNamed } from '../../apis/resources.ts';
import { decodeStored, encodeStored } from '../../storage/encoding.ts';
import { objectKey, resourcePrefix } from '../../storage/keys.ts';
import { listAll } from '../../storage/types.ts';
import { parseIP } from '../../apimachinery/ip.ts';
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

/** The families of a cluster, the primary one first. */
const FAMILIES: readonly IPFamily[] = ['IPv4'];

export async function allocateService({ ctx, object, old, writes, dryRun }: Occupation): Promise<void> {
  const service = object as Stored<Service> | undefined;
  const before = old as Service | undefined;
  if (!service) {
    if (before) await release(ctx, releasedByDelete(before), writes);
    return;
  }
  const plan = before ? allocateForUpdate(service, before, FAMILIES) : allocateForCreate(service, FAMILIES);
  if (plan.errors.length > 0) {
    throw invalid(resourceNamed('', 'services'), service.metadata.name ?? '', [...plan.errors]);
  }
  for (const request of plan.clusterIPs) {
    const ip = request.ip ? await takeNamedIP(ctx, service, request.ip, dryRun) : await takeAnyIP(ctx);
    writes.push(holdIP(ctx, service, ip));
    setClusterIP(service, request, ip);
  }
  const taken = new Set<number>();
  for (const request of plan.nodePorts) {
    const port = request.nodePort
      ? await takeNamedPort(ctx, service, request.nodePort)
      : await takeAnyPort(ctx, taken);
    if (!taken.has(port)) writes.push(holdPort(service, port));
    taken.add(port);
    setNodePort(service, request, port);
  }
  if (plan.healthCheckNodePort !== undefined) {
    const port = plan.healthCheckNodePort
      ? await takeNamedPort(ctx, service, plan.healthCheckNodePort)
      : await takeAnyPort(ctx, taken);
    writes.push(holdPort(service, port));
    service.spec!.healthCheckNodePort = port;
  }
  await release(ctx, plan.release, writes);
}

async function release(
  ctx: RequestContext,
  { clusterIPs, nodePorts }: ServiceAllocation['release'],
  writes: Occupation['writes'],
): Promise<void> {
  const keys = [...clusterIPs.map(ipKey), ...nodePorts.map(portKey)];
  if (keys.length === 0) return;
  for (const row of await ctx.storage.getMany(keys)) {
    writes.push({
      key: row.key,
      expect: row.revision,
      deleted: true,
      value: row.value,
      prevValue: row.value,
    });
  }
}

/** From the cluster's own range, or from one that was added to it. */
async function takeNamedIP(
  ctx: RequestContext,
  service: Stored<Service>,
  ip: string,
  dryRun: boolean,
): Promise<string> {
  const refuse = (detail: string): Error =>
    invalid(resourceNamed('', 'services'), service.metadata.name ?? '', [
      invalidField(
        'spec.clusterIPs',
        service.spec!.clusterIPs ?? [ip],
        `failed to allocate IP ${ip}: ${detail}`,
      ),
    ]);
  if (!isOwn(ip) && !(await isInRange(ctx, ip))) {
    // A dry run asks one range, and not which ranges there are.
    throw refuse(
      dryRun
        ? `the provided IP (${ip}) is not in the valid range. The range of valid IPs is ${SERVICE_CIDR}`
        : 'the provided network does not match the current range',
    );
  }
  if (await ctx.storage.get(ipKey(ip))) throw refuse('provided IP is already allocated');
  return ip;
}

function isOwn(ip: string): boolean {
  const number = parseIPv4(ip);
  return number !== undefined && number > BASE && number < BASE + SIZE - 1;
}

/** Nobody else's writes matter: a range that goes waits until everybody must have seen that it does. */
async function isInRange(ctx: RequestContext, text: string): Promise<boolean> {
  const ip = parseIP(text);
  if (!ip) return false;
  const { rows } = await listAll(ctx.storage, resourcePrefix('networking.k8s.io', 'servicecidrs'));
  return rows
    .map((row) => decodeStored<ServiceCIDR & KubeObject>(row.value, row.revision))
    .some((range) => isReady(range) && blocksOf(range).some((block) => allocates(block, ip)));
}

async function takeAnyIP(ctx: RequestContext): Promise<string> {
  const ip = await pickFree(
    ctx,
    () => formatIPv4(BASE + RESERVED + randomInt(ctx.random, SIZE - RESERVED - 1)),
    ipKey,
  );
  if (!ip) throw internalError('failed to allocate a serviceIP: range is full');
  return ip;
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

async function takeAnyPort(ctx: RequestContext, taken: ReadonlySet<number>): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const port = await pickFree(
      ctx,
      () => NODE_PORTS.first + randomInt(ctx.random, NODE_PORTS.count),
      portKey,
    );
    if (port === undefined) break;
    if (!taken.has(port)) return port;
  }
  throw internalError('failed to allocate a nodePort: range is full');
}

async function takeNamedPort(ctx: RequestContext, service: Stored<Service>, port: number): Promise<number> {
  const index = service.spec!.ports?.findIndex((one) => one.nodePort === port) ?? -1;
  const field = index < 0 ? 'spec.healthCheckNodePort' : `spec.ports[${index}].nodePort`;
  const refuse = (detail: string): Error =>
    invalid(resourceNamed('', 'services'), service.metadata.name ?? '', [invalidField(field, port, detail)]);
  if (port < NODE_PORTS.first || port >= NODE_PORTS.first + NODE_PORTS.count) {
    throw refuse('provided port is not in the valid range. The range of valid ports is 30000-32767');
  }
  if (await ctx.storage.get(portKey(port))) throw refuse('provided port is already allocated');
  return port;
}

/** What the server owns of an address that it gives out. */
const OWNED = {
  manager: 'kube-apiserver',
  operation: 'Update',
  apiVersion: 'networking.k8s.io/v1',
  fieldsType: 'FieldsV1',
  fieldsV1: {
    'f:metadata': {
      'f:labels': {
        '.': {},
        'f:ipaddress.kubernetes.io/ip-family': {},
        'f:ipaddress.kubernetes.io/managed-by': {},
      },
    },
    'f:spec': { 'f:parentRef': { '.': {}, 'f:name': {}, 'f:namespace': {}, 'f:resource': {} } },
  },
};

function holdIP(
  ctx: RequestContext,
  { metadata }: Stored<Service>,
  ip: string,
): Occupation['writes'][number] {
  const now = formatTime(ctx.clock.now());
  return {
    key: ipKey(ip),
    expect: 0,
    deleted: false,
    value: encodeStored({
      metadata: {
        name: ip,
        uid: uuid(ctx.random),
        creationTimestamp: now,
        labels: {
          'ipaddress.kubernetes.io/ip-family': 'IPv4',
          'ipaddress.kubernetes.io/managed-by': 'ipallocator.k8s.io',
        },
        managedFields: [{ ...OWNED, time: now }],
      },
      spec: {
        parentRef: { resource: 'services', namespace: metadata.namespace!, name: metadata.name! },
      },
    }),
  };
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
