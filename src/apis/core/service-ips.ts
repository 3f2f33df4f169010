/**
 * What a Service needs allocated, and what a change of it sets free. Pure: the allocating is the registry's.
 * Source: kubernetes pkg/registry/core/service (strategy.go, storage/alloc.go, storage/storage.go), pkg/api/service.
 */
import type { Service } from '../../apimachinery/types/core.v1.gen.ts';

/** Whether services of this type have a cluster IP (`None` counts as one). */
export const needsClusterIP = (service: Service): boolean => service.spec?.type !== 'ExternalName';

/** Whether ports of this type of service have node ports. */
export const needsNodePort = ({ spec = {} }: Service): boolean =>
  spec.type === 'NodePort' || spec.type === 'LoadBalancer';

/** Whether the service needs a port for the health checks of a load balancer. */
export const needsHealthCheckNodePort = ({ spec = {} }: Service): boolean =>
  spec.type === 'LoadBalancer' && spec.externalTrafficPolicy === 'Local';

/** Whether traffic from outside the cluster can reach the service. */
export const isExternallyAccessible = (service: Service): boolean =>
  needsNodePort(service) ||
  (service.spec?.type === 'ClusterIP' && (service.spec.externalIPs?.length ?? 0) > 0);
