/**
 * The resources a CustomResourceDefinition makes: a ResourceDefinition for each version that is served.
 * Source: apiextensions-apiserver pkg/apiserver/customresource_handler.go (getOrCreateServingInfoFor).
 */
import { jsonEqual } from '../../apimachinery/patch/values.ts';
import { columnsOf } from '../../apimachinery/structural/columns.ts';
import { publishedSchema } from '../../apimachinery/structural/published.ts';
import { scaleAccessOf, selectableFieldsOf } from '../../apimachinery/structural/scale.ts';
import { BODY_SCHEMA, schemaOfCustomResource } from '../../apimachinery/structural/to-schema.ts';
import type { GroupVersionKind } from '../../apimachinery/structural/types.ts';
import type {
  CustomResourceDefinition,
  CustomResourceDefinitionVersion,
} from '../../apimachinery/types/apiextensions.v1.gen.ts';
import { compareVersions } from '../../apimachinery/version-order.ts';
import {
  ALL_VERBS,
  type CustomResource,
  type ResourceDefinition,
  SCALE,
  type ScaleAccess,
  statusOf,
} from '../definition.ts';
import type { KubeObject } from '../object.ts';
import { type Coercion, coercionOf } from './coercion.ts';
import { type Conversion, conversionOf } from './conversion.ts';
import { customStrategy } from './strategy.ts';

/** Whether a condition of a definition is true. */
export const hasCondition = ({ status }: CustomResourceDefinition, type: string): boolean =>
  status?.conditions?.some((one) => one.type === type && one.status === 'True') ?? false;

/** `stable.example.com`, `v1`, `CronTab` -> `com.example.stable.v1.CronTab`, the name in OpenAPI documents. */
const typeNameOf = (group: string, version: string, kind: string): string =>
  `${group.split('.').reverse().join('.')}.${version}.${kind}`;

/** What the versions of one definition share. */
interface Family {
  readonly crd: CustomResourceDefinition;
  /** How the stored version looks. */
  readonly stored: { readonly version: string; readonly coercion: Coercion };
  /** The versions that are served, by apiVersion. */
  readonly served: Map<string, ResourceDefinition>;
}

const preservesUnknown = ({ spec }: CustomResourceDefinition): boolean => spec.preserveUnknownFields === true;

/** Nothing while the names of the definition are not accepted. */
export function customResourcesOf(crd: CustomResourceDefinition): readonly ResourceDefinition[] {
  if (!hasCondition(crd, 'Established')) return [];
  const { group } = crd.spec;
  const versions = crd.spec.versions ?? [];
  const storage = versions.find((version) => version.storage);
  const family: Family = {
    crd,
    stored: {
      version: storage?.name ?? '',
      coercion: coercionOf(storage?.schema?.openAPIV3Schema, preservesUnknown(crd)),
    },
    served: new Map(),
  };
  for (const version of versions) {
    if (version.served) family.served.set(`${group}/${version.name}`, definitionOf(version, family));
  }
  return [...family.served.values()];
}

function definitionOf(version: CustomResourceDefinitionVersion, family: Family): ResourceDefinition {
  const { crd, stored } = family;
  const { group } = crd.spec;
  const names = crd.status?.acceptedNames ?? crd.spec.names;
  const { plural, singular = '', kind, listKind, shortNames, categories } = names;
  const { status, scale } = version.subresources ?? {};
  const props = version.schema?.openAPIV3Schema;
  const gvk = { group, version: version.name, kind };
  const selectable = selectableFieldsOf(version);
  const coercion = version.storage ? stored.coercion : coercionOf(props, preservesUnknown(crd));
  const conversion = version.storage ? undefined : conversionOf(crd, gvk, stored, coercion);
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
    ...(version.deprecated ? { deprecated: version.deprecationWarning ?? deprecation(crd, version) } : {}),
    ...(conversion ? { storedAs: { group, resource: plural, ...conversion } } : {}),
    strategy: customStrategy({
      props,
      gvk,
      namespaced: crd.spec.scope === 'Namespaced',
      hasStatus: status !== undefined,
      ...(scale ? { scale } : {}),
      default: coercion.default,
    }),
    printer: columnsOf(version),
    ...(Object.keys(selectable).length > 0 ? { selectableFields: selectable } : {}),
    ...(scale ? { scale: scaleAccessOf(scale) as ScaleAccess } : {}),
    subresources: [...(status ? [statusOf(kind)] : []), ...(scale ? [SCALE] : [])],
    custom: behaviourOf(version, gvk, family, coercion, conversion),
  };
}

/** The warning of a deprecated version: which one to use instead, if a better one is served. */
function deprecation({ spec }: CustomResourceDefinition, { name }: CustomResourceDefinitionVersion): string {
  const typed = (version: string): string => `${spec.group}/${version} ${spec.names.kind}`;
  const [better] = (spec.versions ?? [])
    .filter((one) => one.served && !one.deprecated && compareVersions(one.name, name) < 0)
    .map((one) => one.name)
    .sort(compareVersions);
  return `${typed(name)} is deprecated${better === undefined ? '' : `; use ${typed(better)}`}`;
}

function behaviourOf(
  version: CustomResourceDefinitionVersion,
  gvk: GroupVersionKind,
  { crd, served }: Family,
  coercion: Coercion,
  conversion: Conversion | undefined,
): CustomResource {
  let schema: CustomResource['schema'] | undefined;
  /** What only a webhook can convert has no other versions for those who would. */
  const alone = crd.spec.conversion?.strategy === 'Webhook';
  const apiVersion = `${gvk.group}/${gvk.version}`;
  return {
    crd: crd.metadata!.name!,
    isSameBy: ({ spec, status }) =>
      jsonEqual(spec, crd.spec) && jsonEqual(status?.acceptedNames, crd.status?.acceptedNames),
    get schema() {
      schema ??= schemaOfCustomResource(
        preservesUnknown(crd) ? undefined : version.schema?.openAPIV3Schema,
        gvk,
      );
      return schema;
    },
    body: BODY_SCHEMA,
    admitFields: coercion.admit,
    fromStorage(object: KubeObject) {
      if (conversion) conversion.fromStored(object);
      else {
        coercion.prune(object);
        coercion.default(object);
      }
    },
    selectablePaths: version.selectableFields?.map(({ jsonPath }) => jsonPath) ?? [],
    published: (dialect) => publishedSchema(crd, version.name, { v2: dialect === 'v2' }),
    terminating: hasCondition(crd, 'Terminating'),
    versions: () => (alone ? new Map([[apiVersion, served.get(apiVersion)!]]) : served),
  };
}
