/**
 * Custom resources in the OpenAPI documents.
 * Source: apiextensions-apiserver pkg/controller/openapi/builder/builder.go.
 */
import type { ResourceCatalog } from '../../apis/catalog.ts';
import type { ResourceDefinition } from '../../apis/definition.ts';
import type { OpenApiSource } from './documents.ts';
import { type CustomSchema, type Dialect, type Json, refTo } from './schemas.ts';

const sources = new WeakMap<ResourceCatalog, OpenApiSource>();

/** What a catalog has besides the built-in resources; undefined: nothing. One source for each catalog. */
export function openApiSourceOf(catalog: ResourceCatalog): OpenApiSource | undefined {
  if (catalog.custom.length === 0) return undefined;
  let source = sources.get(catalog);
  if (!source) {
    const custom = new Map<string, CustomSchema>();
    for (const definition of catalog.custom) {
      custom.set(definition.typeName, kindSchema(definition));
      custom.set(`${definition.typeName}List`, listSchema(definition));
    }
    source = { catalog: catalog.custom, custom };
    sources.set(catalog, source);
  }
  return source;
}

function kindSchema({ custom }: ResourceDefinition): CustomSchema {
  return {
    // A document needs but one of them, and schemas are large.
    get v2() {
      return custom!.published('v2');
    },
    get v3() {
      return custom!.published('v3');
    },
    references: ['meta.v1.ObjectMeta'],
  };
}

function listSchema(definition: ResourceDefinition): CustomSchema {
  const selectable = definition.custom!.selectablePaths.map((path) => ({
    fieldPath: path.replace(/^\./, ''),
  }));
  const { group, version, kind, listKind = `${kind}List`, resource, typeName } = definition;
  const metadata = 'What is known of the list as a whole.';
  const schema = (dialect: Dialect): Json => ({
    description: `${listKind} is a list of ${kind}`,
    type: 'object',
    required: ['items'],
    properties: {
      apiVersion: {
        description: 'The version of the schema that this text is written in.',
        type: 'string',
      },
      items: { description: `List of ${resource}.`, type: 'array', items: refTo(dialect, typeName) },
      kind: { description: 'The kind of this text.', type: 'string' },
      // OpenAPI 3.0 ignores what stands beside a reference.
      metadata:
        dialect === 'v3'
          ? { description: metadata, allOf: [refTo(dialect, 'meta.v1.ListMeta')] }
          : { description: metadata, ...refTo(dialect, 'meta.v1.ListMeta') },
    },
    'x-kubernetes-group-version-kind': [{ group, kind: listKind, version }],
    ...(selectable.length > 0 ? { 'x-kubernetes-selectable-fields': selectable } : {}),
  });
  return { v2: schema('v2'), v3: schema('v3'), references: ['meta.v1.ListMeta', typeName] };
}
