/** The environment every expression of Kubernetes 1.36 starts from (apiserver pkg/cel/environment/base.go). */

import { Environment } from './environment.ts';
import { authorizerLibrary } from './libraries/authorizer.ts';
import { formatLibrary } from './libraries/format.ts';
import { cidrLibrary, ipLibrary } from './libraries/ip.ts';
import { extendedListsLibrary, listsLibrary } from './libraries/lists.ts';
import { optionalLibrary } from './libraries/optional.ts';
import { quantityLibrary } from './libraries/quantity.ts';
import { regexLibrary } from './libraries/regexes.ts';
import { semverLibrary } from './libraries/semver.ts';
import { setsLibrary } from './libraries/sets.ts';
import { standardLibrary } from './libraries/standard.ts';
import { stringsLibrary } from './libraries/strings.ts';
import { twoVariablesLibrary } from './libraries/two-variables.ts';
import { urlsLibrary } from './libraries/urls.ts';

const base = new Environment({
  libraries: [
    standardLibrary,
    urlsLibrary,
    regexLibrary,
    listsLibrary,
    authorizerLibrary,
    optionalLibrary,
    quantityLibrary,
    stringsLibrary,
    setsLibrary,
    ipLibrary,
    cidrLibrary,
    formatLibrary,
    twoVariablesLibrary,
    semverLibrary,
    extendedListsLibrary,
  ],
});

/** The standard library and Kubernetes' libraries, without variables. */
export function kubernetesEnvironment(): Environment {
  return base;
}
