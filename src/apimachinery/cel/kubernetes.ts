/** The environment every expression of Kubernetes 1.36 starts from (apiserver pkg/cel/environment/base.go). */

import { Environment } from './environment.ts';

const base = new Environment({});

/** The standard library and Kubernetes' libraries, without variables. */
export function kubernetesEnvironment(): Environment {
  return base;
}
