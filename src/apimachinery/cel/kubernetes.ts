/** The environment every expression of Kubernetes 1.36 starts from (apiserver pkg/cel/environment/base.go). */

import { Environment } from './environment.ts';
import { optionalLibrary } from './libraries/optional.ts';
import { standardLibrary } from './libraries/standard.ts';
import { twoVariablesLibrary } from './libraries/two-variables.ts';

const base = new Environment({ libraries: [standardLibrary, optionalLibrary, twoVariablesLibrary] });

/** The standard library and Kubernetes' libraries, without variables. */
export function kubernetesEnvironment(): Environment {
  return base;
}
