/**
 * The resources a CustomResourceDefinition makes: a ResourceDefinition for each version that is served.
 * Source: apiextensions-apiserver pkg/apiserver/customresource_handler.go (getOrCreateServingInfoFor).
 */
import { internalError } from '../../apimachinery/status.ts';
import { applyDefaults, pruneNonNullableNulls } from '../../apimachinery/structural/defaulting.ts';
import { coerceObjectMeta } from '../../apimachinery/structural/object-meta.ts';
import { columnsOf } from '../../apimachinery/structural/columns.ts';
import { publishedSchema } from '../../apimachinery/structural/published.ts';
import { prune } from '../../apimachinery/structural/prune.ts';
import { scaleAccessOf, selectableFieldsOf } from '../../apimachinery/structural/scale.ts';
import { BODY_SCHEMA, schemaOfCustomResource } from '../../apimachinery/structural/to-schema.ts';
import type { GroupVersionKind } from '../../apimachinery/structural/types.ts';
import type {
  CustomResourceDefinition,
  CustomResourceDefinitionVersion,
  JSONSchemaProps,
} from '../../apimachinery/types/apiextensions.v1.gen.ts';
import {
  ALL_VERBS,
  type CustomResource,
  type ResourceDefinition,
  SCALE,
  type ScaleAccess,
  statusOf,
} from '../definition.ts';
import type { KubeObject } from '../object.ts';
import { customStrategy } from './strategy.ts';

/** Whether a condition of a definition is true. */
export const hasCondition = ({ status }: CustomResourceDefinition, type: string): boolean =>
  status?.conditions?.some((one) => one.type === type && one.status === 'True') ?? false;

/** `stable.example.com`, `v1`, `CronTab` -> `com.example.stable.v1.CronTab`, the name in OpenAPI documents. */
const typeNameOf = (group: string, version: string, kind: string): string =>
  `${group.split('.').reverse().join('.')}.${version}.${kind}`;

/** Nothing while the names of the definition are not accepted. */
export function customResourcesOf(crd: CustomResourceDefinition): readonly ResourceDefinition[] {
  if (!hasCondition(crd, 'Established')) return [];
  const versions = new Map<string, ResourceDefinition>();
  const { group } = crd.spec;
  for (const version of crd.spec.versions ?? []) {
    if (version.served) versions.set(`${group}/${version.name}`, definitionOf(crd, version, versions));
  }
  return [...versions.values()];
}

function definitionOf(
  crd: CustomResourceDefinition,
  version: CustomResourceDefinitionVersion,
  versions: ReadonlyMap<string, ResourceDefinition>,
): ResourceDefinition {
  const { group } = crd.spec;
  const names = crd.status?.acceptedNames ?? crd.spec.names;
  const { plural, singular = '', kind, listKind, shortNames, categories } = names;
  const { status, scale } = version.subresources ?? {};
  const props = version.schema?.openAPIV3Schema;
  const gvk = { group, version: version.name, kind };
  const printer = columnsOf(version);
  const selectable = selectableFieldsOf(version);
  const custom = behaviourOf(crd, version, props, gvk, versions);
  return {
    group,
    version: version.name,
    resource: plural,
    singular,
    kind,
    ...(listKind ? { listKind } : {}),
    namespaced: crd.spec.scope === 'Namespaced',
    verbs: ALL_VERBS,
    ...(shortNames?.length ? { shortNames } : {}),
    ...(categories?.length ? { categories } : {}),
    typeName: typeNameOf(group, version.name, kind),
    ...(version.deprecated
      ? { deprecated: version.deprecationWarning ?? `${group}/${version.name} ${kind} is deprecated` }
      : {}),
    ...(version.storage ? {} : { storedAs: { group, resource: plural, ...conversionOf(crd, gvk) } }),
    strategy: customStrategy({
      props,
      gvk,
      hasStatus: status !== undefined,
      ...(scale ? { scale } : {}),
      default: (object) => setDefaults(object, props),
    }),
    printer,
    ...(Object.keys(selectable).length > 0 ? { selectableFields: selectable } : {}),
    ...(scale ? { scale: scaleAccessOf(scale) as ScaleAccess } : {}),
    subresources: [...(status ? [statusOf(kind)] : []), ...(scale ? [SCALE] : [])],
    custom,
  };
}

/** Conversion without a webhook changes the apiVersion alone, which is not stored. */
function conversionOf(crd: CustomResourceDefinition, { group, version, kind }: GroupVersionKind) {
  if (crd.spec.conversion?.strategy !== 'Webhook') return { toStored: unchanged, fromStored: unchanged };
  const refuse = (): never => {
    throw internalError(
      `conversion webhook for ${group}/${version}, Kind=${kind} failed: webhooks are not called by this server`,
    );
  };
  return { toStored: refuse, fromStored: refuse };
}
const unchanged = (object: KubeObject): KubeObject => object;

function setDefaults(object: KubeObject, props: JSONSchemaProps | undefined): void {
  pruneNonNullableNulls(object, props);
  applyDefaults(object, props);
}

function behaviourOf(
  crd: CustomResourceDefinition,
  version: CustomResourceDefinitionVersion,
  props: JSONSchemaProps | undefined,
  gvk: GroupVersionKind,
  versions: ReadonlyMap<string, ResourceDefinition>,
): CustomResource {
  const preserves = crd.spec.preserveUnknownFields === true;
  let schema: CustomResource['schema'] | undefined;
  const pruneFields = (object: KubeObject): string[] =>
    preserves ? [] : prune(object, props, { root: true });
  return {
    crd: crd.metadata!.name!,
    get schema() {
      schema ??= schemaOfCustomResource(preserves ? undefined : props, gvk);
      return schema;
    },
    body: BODY_SCHEMA,
    admitFields(object) {
      setDefaults(object, props);
      const unknown = pruneFields(object);
      const coerced = coerceObjectMeta(object, props, { root: true });
      if (coerced.error) throw new Error(`${coerced.error.field}: ${coerced.error.message}`);
      return [...unknown, ...coerced.unknown];
    },
    fromStorage(object) {
      setDefaults(object, props);
      pruneFields(object);
      coerceObjectMeta(object, props, { root: true, dropInvalid: true });
    },
    selectablePaths: version.selectableFields?.map(({ jsonPath }) => jsonPath) ?? [],
    published: (dialect) => publishedSchema(crd, version.name, { v2: dialect === 'v2' }),
    terminating: hasCondition(crd, 'Terminating'),
    versions: () => versions,
  };
}
