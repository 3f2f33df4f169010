/**
 * What expressions of admission policies and match conditions may use.
 * Source: apiserver pkg/admission/plugin/cel/compile.go (BuildRequestType, BuildNamespaceType, createEnvForOpts).
 */
import { type Environment, kubernetesEnvironment } from '../../../apimachinery/cel/cel.ts';
import { authorizerType, resourceCheckType } from '../../../apimachinery/cel/libraries/authorizer.ts';
import { jsonPatchLibrary } from '../../../apimachinery/cel/libraries/strings.ts';
import { resolveMutationType } from '../../../apimachinery/cel/mutation.ts';
import {
  boolType,
  type CelType,
  dynType,
  intType,
  listType,
  mapType,
  stringType,
  structOf,
  structType,
  timestampType,
} from '../../../apimachinery/cel/types.ts';

const GVK = structOf('kubernetes.GroupVersionKind', {
  group: stringType,
  version: stringType,
  kind: stringType,
});
const GVR = structOf('kubernetes.GroupVersionResource', {
  group: stringType,
  version: stringType,
  resource: stringType,
});
const USER_INFO = structOf('kubernetes.UserInfo', {
  username: stringType,
  uid: stringType,
  groups: listType(stringType),
  extra: mapType(stringType, listType(stringType)),
});
const REQUEST = structOf('kubernetes.AdmissionRequest', {
  kind: GVK,
  resource: GVR,
  subResource: stringType,
  requestKind: GVK,
  requestResource: GVR,
  requestSubResource: stringType,
  name: stringType,
  namespace: stringType,
  operation: stringType,
  userInfo: USER_INFO,
  dryRun: boolType,
  options: dynType,
});
const NAMESPACE = structOf('kubernetes.Namespace', {
  metadata: structOf('kubernetes.NamespaceMetadata', {
    name: stringType,
    generateName: stringType,
    namespace: stringType,
    labels: mapType(stringType, stringType),
    annotations: mapType(stringType, stringType),
    UID: stringType,
    creationTimestamp: timestampType,
    deletionGracePeriodSeconds: intType,
    deletionTimestamp: timestampType,
    generation: intType,
    resourceVersion: stringType,
    finalizers: listType(stringType),
  }),
  spec: structOf('kubernetes.NamespaceSpec', { finalizers: listType(stringType) }),
  status: structOf('kubernetes.NamespaceStatus', {
    conditions: listType(
      structOf('kubernetes.NamespaceCondition', {
        status: stringType,
        type: stringType,
        lastTransitionTime: timestampType,
        message: stringType,
        reason: stringType,
      }),
    ),
    phase: stringType,
  }),
});

/** Type of `variables`: a field for each variable of the policy that is compiled so far. */
export const VARIABLES = 'kubernetes.variables';

export function variablesType(fields: ReadonlyMap<string, CelType>): CelType {
  return structType(VARIABLES, {
    field: (name) => {
      const type = fields.get(name);
      return type && { type };
    },
    names: () => [...fields.keys()],
  });
}

export interface EnvironmentOptions {
  /** The policy has a paramKind: `params` is there. */
  readonly params?: boolean;
  /** `authorizer` and `authorizer.requestResource` are there. */
  readonly authorizer?: boolean;
  /** `Object{…}`, `JSONPatch{…}` and `jsonpatch.escapeKey` are there: what mutations are made of. */
  readonly patches?: boolean;
}

const made = new Map<string, Environment>();

/** Variables: object, oldObject, namespaceObject, request, and what the options add. */
export function policyEnvironment({
  params = false,
  authorizer = false,
  patches = false,
}: EnvironmentOptions): Environment {
  const id = `${params}/${authorizer}/${patches}`;
  let environment = made.get(id);
  if (!environment) {
    environment = kubernetesEnvironment().extend({
      variables: {
        object: dynType,
        oldObject: dynType,
        namespaceObject: NAMESPACE,
        request: REQUEST,
        ...(params ? { params: dynType } : {}),
        ...(authorizer
          ? { authorizer: authorizerType, 'authorizer.requestResource': resourceCheckType }
          : {}),
      },
      types: [NAMESPACE, REQUEST],
      ...(patches ? { libraries: [jsonPatchLibrary], resolveType: resolveMutationType } : {}),
    });
    made.set(id, environment);
  }
  return environment;
}
