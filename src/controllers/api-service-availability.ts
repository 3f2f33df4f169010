/**
 * Says of each APIService that a service stands behind whether it can be used. None can, as nothing is forwarded: what
 * is missing is told first, and at last that nobody answers.
 * Source: kube-aggregator pkg/controllers/status/remote/remote_available_controller.go.
 */
import { findCondition, setCondition } from '../apimachinery/conditions.ts';
import { formatTime } from '../apimachinery/time.ts';
import type { APIService, APIServiceCondition } from '../apimachinery/types/apiregistration.v1.gen.ts';
import type { Service } from '../apimachinery/types/core.v1.gen.ts';
import type { EndpointSlice } from '../apimachinery/types/discovery.v1.gen.ts';
import type { KubeObject, Stored } from '../apis/object.ts';
import type { ResourceName } from '../registry/client.ts';
import { ignoring, isNotFound } from './errors.ts';
import { type Change, type Controller, type ControllerContext, itself } from './framework.ts';

const API_SERVICES: ResourceName = ['apiregistration.k8s.io', 'apiservices'];
const SERVICES: ResourceName = ['', 'services'];
const SLICES: ResourceName = ['discovery.k8s.io', 'endpointslices'];
const SERVICE_NAME = 'kubernetes.io/service-name';

type Api = APIService & KubeObject;

const refusal = (reason: string, message: string) =>
  ({ type: 'Available', status: 'False', reason, message }) as const;

const hasEndpoint = (slices: readonly EndpointSlice[], portName: string): boolean =>
  slices.some(
    ({ endpoints, ports }) =>
      endpoints?.some(({ conditions, addresses }) => conditions?.ready !== false && addresses?.length) &&
      ports?.some(({ name }) => (name ?? '') === portName),
  );

/** Why an API cannot be used; undefined for one that the server serves itself. */
export function unavailable(
  { spec }: Api,
  service: Service | undefined,
  slices: readonly EndpointSlice[],
): Omit<APIServiceCondition, 'lastTransitionTime'> | undefined {
  if (!spec?.service) return undefined;
  const { name, namespace, port = 443 } = spec.service;
  const which = `service/${name} in ${JSON.stringify(namespace)}`;
  if (!service) return refusal('ServiceNotFound', `${which} is not present`);
  if (service.spec?.type === 'ClusterIP') {
    const found = service.spec.ports?.find((one) => one.port === port);
    if (!found) return refusal('ServicePortError', `${which} is not listening on port ${port}`);
    if (slices.length === 0) {
      return refusal('EndpointsNotFound', `cannot find endpointslices for ${which}`);
    }
    const portName = found.name ?? '';
    if (!hasEndpoint(slices, portName)) {
      return refusal(
        'MissingEndpoints',
        `endpointslices for ${which} have no addresses with port name ${JSON.stringify(portName)}`,
      );
    }
  }
  const address = `${service.spec?.clusterIP}:${port}`;
  const path = spec.group ? `/apis/${spec.group}/${spec.version}` : `/api/${spec.version}`;
  const url = `https://${address}${path}`;
  return refusal(
    'FailedDiscoveryCheck',
    `failing or missing response from ${url}: Get ${JSON.stringify(url)}: dial tcp ${address}: connect: connection refused`,
  );
}

/** The names of the APIs behind which a service stands. */
function* behind(ctx: ControllerContext, namespace: string, name: string): Generator<string> {
  for (const { metadata, spec } of ctx.lister<Api>(API_SERVICES).list()) {
    if (spec?.service?.name === name && spec.service.namespace === namespace) yield metadata.name!;
  }
}

const namesService = ({ metadata }: Stored): string => metadata.labels?.[SERVICE_NAME] ?? '';

/** Keys are names of APIServices. */
export const apiServiceAvailabilityController: Controller = {
  name: 'kube-apiserver',
  watches: [
    { resource: API_SERVICES, keys: itself },
    {
      resource: SERVICES,
      keys: ({ object, old }: Change, ctx) => {
        const { namespace = '', name = '' } = (object ?? old)!.metadata;
        return behind(ctx, namespace, name);
      },
    },
    {
      resource: SLICES,
      keys: ({ object, old }: Change, ctx) => {
        const slice = (object ?? old)!;
        return behind(ctx, slice.metadata.namespace ?? '', namesService(slice));
      },
    },
  ],
  async reconcile(name, ctx) {
    const api = ctx.lister<Api>(API_SERVICES).get('', name);
    if (!api?.spec?.service) return;
    const { namespace = '', name: serviceName = '' } = api.spec.service;
    const service = ctx.lister<Service & KubeObject>(SERVICES).get(namespace, serviceName);
    const slices = service
      ? ctx
          .lister<EndpointSlice & KubeObject>(SLICES)
          .list(namespace)
          .filter((slice) => namesService(slice) === serviceName)
      : [];
    const wanted = unavailable(api, service, slices)!;
    const present = findCondition(api.status?.conditions, 'Available');
    if (
      present?.status === wanted.status &&
      present?.reason === wanted.reason &&
      present?.message === wanted.message
    ) {
      return;
    }
    const now = formatTime(ctx.clock.now());
    await ignoring(
      ctx.client.updateStatus<Api>(
        API_SERVICES,
        '',
        name,
        (object) => ({
          ...object,
          status: {
            ...object.status,
            conditions: setCondition(object.status?.conditions, { ...wanted, lastTransitionTime: now }, now),
          },
        }),
        api,
      ),
      isNotFound,
    );
  },
};
