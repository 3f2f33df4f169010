/**
 * Names in OpenAPI documents: of schemas, tags and operations.
 * Sources: kube-openapi pkg/util/util.go (ToRESTFriendlyName), apiserver pkg/endpoints/openapi/openapi.go
 * (GetOperationIDAndTags), apiextensions-apiserver pkg/controller/openapi/builder/builder.go.
 */
import { hasStruct } from '../../apimachinery/schema/table.ts';

const PACKAGES: Readonly<Record<string, string>> = {
  meta: 'io.k8s.apimachinery.pkg.apis.meta',
  apiextensions: 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions',
  apiregistration: 'io.k8s.kube-aggregator.pkg.apis.apiregistration',
};

/** `core.v1.Pod` -> `io.k8s.api.core.v1.Pod`. What is no struct of the schema table has its full name already. */
export function schemaName(typeName: string): string {
  if (!hasStruct(typeName)) return typeName;
  const [home, version, name] = typeName.split('.') as [string, string, string];
  return `${PACKAGES[home] ?? `io.k8s.api.${home}`}.${version}.${name}`;
}

/** `stable.example.com`, `v1`, `CronTab` -> `com.example.stable.v1.CronTab`. */
export const customSchemaName = (group: string, version: string, kind: string): string =>
  `${group.split('.').reverse().join('.')}.${version}.${kind}`;

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** `rbac.authorization.k8s.io` -> `rbacAuthorization`; the core group is `core`. */
function camelGroup(group: string): string {
  if (group === '') return 'core';
  return group
    .replace(/\.k8s\.io$/, '')
    .split(/[^A-Za-z0-9]+/)
    .map((part, index) => (index ? capital(part) : part))
    .join('');
}

/** `core_v1`; `apps` where the version is absent. */
export const tagOf = (group: string, version?: string): string =>
  version ? `${camelGroup(group)}_${version}` : camelGroup(group);

/** `list`, `apps`, `v1`, `NamespacedDeployment` -> `listAppsV1NamespacedDeployment`. */
export const operationId = (verb: string, group: string, version: string, rest: string): string =>
  `${verb}${capital(camelGroup(group))}${capital(version)}${capital(rest)}`;

export const titled = capital;
