/**
 * Logs, streams and proxies: checked here as upstream checks them. What would be answered by a node or by a program in
 * a container is refused in plain words as long as nothing serves it.
 * Source: kubernetes pkg/registry/core/pod/rest/{log,subresources}.go, pkg/registry/core/service/storage, node/rest.
 */
import { fromSet } from '../../apimachinery/labels.ts';
import { serviceUnavailable, StatusError } from '../../apimachinery/status.ts';
import type { Pod } from '../../apimachinery/types/core.v1.gen.ts';
import type { EndpointSlice } from '../../apimachinery/types/discovery.v1.gen.ts';
import type { KubeObject } from '../../apis/object.ts';
import { resourceNamed } from '../../apis/resources.ts';
import { fromRow } from '../../registry/commit.ts';
import { get } from '../../registry/get.ts';
import { list } from '../../registry/list.ts';
import { chooseContainer, hostOf } from '../../registry/subresources/connect.ts';
import type { Handling } from './handling.ts';

type Handler = (h: Handling) => Promise<Response>;

const podOf = ({ ctx, definition, info }: Handling) => get<Pod>(ctx, definition, info.namespace, info.name);

const notServed = (what: string): StatusError =>
  new StatusError(501, '', `${what} is not served by this cluster yet`);

/** A pod without a node has no logs, which is no error. */
async function log(h: Handling): Promise<Response> {
  const pod = await podOf(h);
  chooseContainer(pod, h.query.get('container') ?? '');
  if (!pod.spec?.nodeName) return new Response(null, { status: 204 });
  throw notServed('pods/log');
}

async function stream(h: Handling): Promise<Response> {
  const pod = await podOf(h);
  if (h.info.subresource !== 'portforward') chooseContainer(pod, h.query.get('container') ?? '');
  hostOf(pod);
  throw notServed(`pods/${h.info.subresource}`);
}

/** `[https:]name[:port]`, of a pod, a service or a node. */
async function proxy(h: Handling): Promise<Response> {
  const { resource, name: id, namespace } = h.info;
  const parts = id.split(':');
  const name = (parts.length === 3 ? parts[1] : parts[0])!;
  await get(h.ctx, h.definition, namespace, name);
  if (resource === 'services' && !(await hasReadyEndpoint(h, name))) {
    throw serviceUnavailable(`no endpoints available for service ${JSON.stringify(id)}`);
  }
  throw notServed(`${resource}/proxy`);
}

async function hasReadyEndpoint({ ctx, info }: Handling, service: string): Promise<boolean> {
  const definition = resourceNamed('discovery.k8s.io', 'endpointslices');
  const labels = fromSet({ 'kubernetes.io/service-name': service });
  const { rows } = await list(ctx, definition, info.namespace, { labels });
  return rows.some((row) =>
    fromRow<EndpointSlice & KubeObject>(definition, row).endpoints?.some(
      ({ conditions }) => conditions?.ready ?? true,
    ),
  );
}

/** OPTIONS has no verb. */
const PROXY_VERBS = ['', 'create', 'delete', 'get', 'patch', 'update'];

export const CONNECT: Readonly<Record<string, Readonly<Record<string, Handler>>>> = {
  log: { get: log },
  exec: { create: stream, get: stream },
  attach: { create: stream, get: stream },
  portforward: { create: stream, get: stream },
  proxy: Object.fromEntries(PROXY_VERBS.map((verb) => [verb, proxy])),
};
