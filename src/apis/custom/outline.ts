/**
 * Custom resources as a server remembers them of all clusters: what names them, and the text of their definition. Schemas
 * and what is compiled from them weigh several times as much as their text; they are made when they are asked for, and
 * kept as long as there is room.
 */
import { StatusError } from '../../apimachinery/status.ts';
import { BODY_SCHEMA } from '../../apimachinery/structural/to-schema.ts';
import type { CustomResourceDefinition } from '../../apimachinery/types/apiextensions.v1.gen.ts';
import { bytesOf, WeightedCache } from '../../apimachinery/weighted-cache.ts';
import type { CustomResource, ResourceDefinition } from '../definition.ts';
import { customResourcesOf } from './custom-resource.ts';

/** Bytes of what is compiled of all clusters' definitions, and how many there are of it for each byte of their text. */
const COMPILED = 16_000_000;
const EXPANSION = 5;

/** The definition of some custom resources: all its versions. */
class Source {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  /** The resource in one version, with everything. */
  whole(version: string): ResourceDefinition {
    let versions = compiled.get(this);
    if (!versions) {
      const made = customResourcesOf(JSON.parse(this.text) as CustomResourceDefinition);
      versions = new Map(made.map((one) => [one.version, one]));
      compiled.set(this, versions, this.text.length * EXPANSION);
    }
    return versions.get(version)!;
  }
}

const compiled = new WeightedCache<Source, ReadonlyMap<string, ResourceDefinition>>(COMPILED);

export interface Outlines {
  readonly definitions: readonly ResourceDefinition[];
  /** Bytes they hold on to. */
  readonly weight: number;
  /** Whether there was room for them. */
  readonly complete: boolean;
}

/**
 * The resources a definition makes. `room`: bytes of text there are left for it; what has no room is known by its names,
 * and whoever asks for more is refused.
 */
export function outlinesOf(crd: CustomResourceDefinition, room: number): Outlines {
  const { acceptedNames, conditions } = crd.status ?? {};
  // What nobody asks for may be as large as the rest: the last applied configuration, who owns which field.
  const text = JSON.stringify({
    metadata: { name: crd.metadata?.name },
    spec: crd.spec,
    status: { acceptedNames, conditions },
  });
  const bytes = bytesOf(text);
  const complete = bytes <= room;
  const source = complete ? new Source(text) : undefined;
  const definitions = customResourcesOf(crd).map((one) => outlineOf(one, source));
  return { definitions, weight: complete && definitions.length > 0 ? bytes : 0, complete };
}

function outlineOf(whole: ResourceDefinition, source: Source | undefined): ResourceDefinition {
  const { version, storedAs, scale, selectableFields } = whole;
  const { crd, selectablePaths, terminating } = whole.custom!;
  // No function may hold on to `whole`: it is what is not to be kept.
  const get = (): ResourceDefinition => {
    if (source) return source.whole(version);
    const text = `${crd} cannot be used: the definitions of this cluster's custom resources are too large together`;
    throw new StatusError(503, 'ServiceUnavailable', text);
  };
  const behaviour = (): CustomResource => get().custom!;
  const outline = {
    ...lightOf(whole),
    ...(storedAs ? { storedAs: storedElsewhere(storedAs.group, storedAs.resource, get) } : {}),
    ...(scale ? { scale } : {}),
    ...(selectableFields ? { selectableFields } : {}),
    custom: {
      crd,
      selectablePaths,
      terminating,
      body: BODY_SCHEMA,
      get schema() {
        return behaviour().schema;
      },
      isSameBy: (crd) => behaviour().isSameBy(crd),
      admitFields: (object, how) => behaviour().admitFields(object, how),
      fromStorage: (object) => behaviour().fromStorage(object),
      published: (dialect) => behaviour().published(dialect),
      versions: () => behaviour().versions(),
    } satisfies CustomResource,
    get strategy() {
      return get().strategy;
    },
    get printer() {
      return get().printer!;
    },
  };
  return outline as unknown as ResourceDefinition;
}

const LIGHT = [
  ...(['group', 'version', 'resource', 'singular', 'kind', 'listKind', 'namespaced', 'verbs'] as const),
  ...(['shortNames', 'categories', 'typeName', 'deprecated', 'subresources'] as const),
] satisfies (keyof ResourceDefinition)[];

/** A function of its own, for whatever one function of a scope holds on to, all of that scope do. */
const lightOf = (whole: ResourceDefinition): Partial<ResourceDefinition> =>
  Object.fromEntries(LIGHT.flatMap((name) => (whole[name] === undefined ? [] : [[name, whole[name]]])));

const storedElsewhere = (
  group: string,
  resource: string,
  get: () => ResourceDefinition,
): NonNullable<ResourceDefinition['storedAs']> => ({
  group,
  resource,
  toStored: (object) => get().storedAs!.toStored(object),
  fromStored: (object) => get().storedAs!.fromStored(object),
});
