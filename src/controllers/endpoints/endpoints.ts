/**
 * Keeps the Endpoints object of each service with a selector, for clients from before EndpointSlices.
 * Source: kubernetes pkg/controller/endpoint/endpoints_controller.go.
 */
import { deepCopy } from '../../apimachinery/deep-copy.ts';
import type { Endpoints, EndpointSubset } from '../../apimachinery/types/core.v1.gen.ts';
import type { KubeObject, Stored } from '../../apis/object.ts';
import { semanticEqual } from '../../apis/strategy.ts';
import type { ResourceName } from '../../registry/client.ts';
import { ignoring, isAlreadyExists, isNamespaceTerminating, isNotFound } from '../errors.ts';
import { type Controller, type ControllerContext, itself, keyOfObject, splitKey } from '../framework.ts';
import {
  ANNOTATION_TRIGGER_TIME,
  BATCH_MS,
  isHeadless,
  LABEL_HEADLESS,
  PODS,
  podsOf,
  SERVICES,
  type ServiceObject,
  selectsPods,
  servicesOf,
  TriggerTimes,
} from '../service-pods.ts';
import { endpointSubsets, truncateSubsets } from './subsets.ts';

export const ENDPOINTS: ResourceName = ['', 'endpoints'];
const LABEL_MANAGED_BY = 'endpoints.kubernetes.io/managed-by';
const ANNOTATION_OVER_CAPACITY = 'endpoints.kubernetes.io/over-capacity';
const TRUNCATED = 'truncated';
const NAME = 'endpoint-controller';

type EndpointsObject = Endpoints & KubeObject;

/** What the object of a service should be, but for the trigger time. */
interface Desired {
  readonly subsets: EndpointSubset[];
  readonly labels: Record<string, string>;
  readonly truncated: boolean;
}

function desired(service: Stored<ServiceObject>, ctx: ControllerContext): Desired {
  const { subsets, truncated } = truncateSubsets(endpointSubsets(service, podsOf(service, ctx)));
  const { [LABEL_HEADLESS]: _, ...labels } = service.metadata.labels ?? {};
  return {
    subsets: [...subsets],
    labels: { ...labels, ...(isHeadless(service) ? { [LABEL_HEADLESS]: '' } : {}), [LABEL_MANAGED_BY]: NAME },
    truncated,
  };
}

const isAsDesired = ({ subsets, metadata }: Stored<EndpointsObject>, wanted: Desired): boolean =>
  semanticEqual(subsets, wanted.subsets) &&
  semanticEqual(metadata.labels, wanted.labels) &&
  (metadata.annotations?.[ANNOTATION_OVER_CAPACITY] === TRUNCATED) === wanted.truncated;

/** The object with what is desired. The annotations of others stay. */
function put(object: EndpointsObject, wanted: Desired, trigger: string | undefined): EndpointsObject {
  const {
    [ANNOTATION_TRIGGER_TIME]: _time,
    [ANNOTATION_OVER_CAPACITY]: _capacity,
    ...others
  } = object.metadata?.annotations ?? {};
  const annotations = {
    ...others,
    ...(trigger ? { [ANNOTATION_TRIGGER_TIME]: trigger } : {}),
    ...(wanted.truncated ? { [ANNOTATION_OVER_CAPACITY]: TRUNCATED } : {}),
  };
  const { annotations: _old, ...metadata } = object.metadata ?? {};
  const { subsets: _subsets, ...rest } = object;
  return {
    ...rest,
    metadata: {
      ...metadata,
      labels: { ...wanted.labels },
      ...(Object.keys(annotations).length > 0 ? { annotations } : {}),
    },
    ...(wanted.subsets.length > 0 ? { subsets: deepCopy(wanted.subsets) } : {}),
  };
}

/** What the controller remembers; all of it may be lost. */
interface Memory {
  readonly triggers: TriggerTimes;
  /** Keys of services that went. */
  readonly gone: Set<string>;
}

async function reconcile(key: string, ctx: ControllerContext, { triggers, gone }: Memory): Promise<void> {
  const { client } = ctx;
  const { namespace, name } = splitKey(key);
  const service = ctx.lister<ServiceObject>(SERVICES).get(namespace, name);
  const current = ctx.lister<EndpointsObject>(ENDPOINTS).get(namespace, name);
  if (!service) {
    triggers.forget(key);
    // Endpoints have no owner references: they go with the service of their name, whoever made them. Of those that are
    // without one for other reasons only our own do.
    if (current && (gone.has(key) || current.metadata.labels?.[LABEL_MANAGED_BY] === NAME))
      await ignoring(client.delete(ENDPOINTS, namespace, name), isNotFound);
    gone.delete(key);
    return;
  }
  gone.delete(key);
  if (!selectsPods(service)) return;
  const trigger = triggers.compute(key, service, podsOf(service, ctx));
  const wanted = desired(service, ctx);
  if (!current) {
    await ignoring(
      client.create<EndpointsObject>(ENDPOINTS, namespace, put({ metadata: { name } }, wanted, trigger)),
      isAlreadyExists,
      isNamespaceTerminating,
      isNotFound,
    );
    return;
  }
  if (isAsDesired(current, wanted)) return;
  await ignoring(
    client.update<EndpointsObject>(
      ENDPOINTS,
      namespace,
      name,
      (object) => (isAsDesired(object, wanted) ? object : put(object, wanted, trigger)),
      current,
    ),
    isNotFound,
  );
}

/** An endpoints controller for one cluster. */
export function newEndpointsController(): Controller {
  const memory: Memory = { triggers: new TriggerTimes(), gone: new Set() };
  return {
    name: NAME,
    watches: [
      {
        resource: SERVICES,
        keys(change) {
          if (!change.object) memory.gone.add(keyOfObject(change.old!));
          return itself(change);
        },
      },
      {
        resource: PODS,
        keys(change, ctx) {
          for (const key of servicesOf(change, ctx)) ctx.enqueue(key, BATCH_MS);
          return [];
        },
      },
      // Our own writes come back here, too: they are as desired.
      { resource: ENDPOINTS, keys: itself },
    ],
    reconcile: (key, ctx) => reconcile(key, ctx, memory),
  };
}
