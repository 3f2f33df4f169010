/**
 * Source: kubernetes/kube-aggregator pkg/registry/apiservice/strategy.go, etcd/etcd.go,
 * pkg/apis/apiregistration/v1/defaults.go, helpers.go.
 */
import type { APIService } from '../../apimachinery/types/apiregistration.v1.gen.ts';
import { formatTime } from '../../apimachinery/time.ts';
import type { StrategyContext } from '../definition.ts';

export function defaultAPIService(apiService: APIService): void {
  if (apiService.spec?.service) apiService.spec.service.port ??= 443;
}

/** An API of the server itself is available from the start. */
export function prepareAPIService(apiService: APIService, ctx: StrategyContext): void {
  apiService.status = {};
  if (apiService.spec?.service) return;
  apiService.status.conditions = [
    {
      type: 'Available',
      status: 'True',
      lastTransitionTime: formatTime(ctx.now),
      reason: 'Local',
      message: 'Local APIServices are always available',
    },
  ];
}

export function serviceCell({ spec }: APIService): string {
  return spec?.service ? `${spec.service.namespace ?? ''}/${spec.service.name ?? ''}` : 'Local';
}

export function availableCell({ status }: APIService): string {
  const condition = status?.conditions?.find((one) => one.type === 'Available');
  if (!condition) return 'Unknown';
  return condition.status !== 'True' && condition.reason
    ? `${condition.status} (${condition.reason})`
    : condition.status;
}
