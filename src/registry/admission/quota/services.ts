/** What services use. Source: kubernetes pkg/quota/v1/evaluator/core/services.go. */
import { quantity } from '../../../apimachinery/quantity.ts';
import type { Service } from '../../../apimachinery/types/core.v1.gen.ts';
import { countName, type Evaluator, ONE } from './evaluator.ts';

const COUNT = countName('', 'services');
const NAMES = new Set([COUNT, 'services', 'services.nodeports', 'services.loadbalancers']);

export const serviceEvaluator: Evaluator = {
  group: '',
  resource: 'services',
  // A service may change its type.
  handles: ({ operation, subresource }) => operation !== 'DELETE' && !subresource,
  matching: (names) => names.filter((name) => NAMES.has(name)),
  usage(object) {
    const service = object as Service;
    return {
      [COUNT]: ONE,
      services: ONE,
      'services.nodeports': quantity(nodePorts(service)),
      'services.loadbalancers': quantity(service.spec?.type === 'LoadBalancer' ? 1 : 0),
    };
  },
};

/** How many node ports it has or is going to have. */
function nodePorts({ spec }: Service): number {
  const ports = spec?.ports ?? [];
  switch (spec?.type) {
    case 'NodePort':
      return ports.length;
    case 'LoadBalancer':
      return spec.allocateLoadBalancerNodePorts === false
        ? ports.filter(({ nodePort }) => nodePort).length
        : ports.length;
    default:
      return 0;
  }
}
