/** Who owns which field. Source: apiserver pkg/endpoints/handlers/fieldmanager; the rules stand in apimachinery/fieldmanager. */
import { deepCopy } from '../apimachinery/deep-copy.ts';
import { EMPTY_SET, type FieldSet, fromPaths } from '../apimachinery/fieldmanager/field-set.ts';
import {
  apply,
  keepTimesOfNoop,
  updateManagedFields,
  type Write,
} from '../apimachinery/fieldmanager/manager.ts';
import { fieldElement, keyElement, type Path } from '../apimachinery/fieldmanager/path-element.ts';
import type { OtherVersions } from '../apimachinery/fieldmanager/updater.ts';
import { struct } from '../apimachinery/schema/table.ts';
import { formatTime } from '../apimachinery/time.ts';
import { type ResourceDefinition, schemaOf } from '../apis/definition.ts';
import type { KubeObject, Stored } from '../apis/object.ts';
import { apiVersionOf, RESOURCES, storageOf } from '../apis/resources.ts';

/** What the main resource resets, and what each subresource does: nobody owns a field through an endpoint that drops it. */
const MAIN_RESETS = fromPaths(['f:status']);
const RESETS: Readonly<Record<string, FieldSet>> = {
  finalize: fromPaths(['f:status']),
};

/** The containers of an object, each with the element of the path to it. */
function* containersOf({ spec }: KubeObject): Generator<readonly [list: string, element: string]> {
  for (const list of ['containers', 'initContainers']) {
    if (!Array.isArray(spec?.[list])) continue;
    for (const { name } of spec[list]) yield [`f:${list}`, keyElement([['name', name]])];
  }
}
const fieldsOf = (typeName: string, ...but: string[]): string[] =>
  [...(struct(typeName).fields?.keys() ?? [])].filter((name) => !but.includes(name)).map(fieldElement);

/** Subresources through which little changes drop all the rest, which depends on what is in the object. */
const ALL_BUT: Readonly<Record<string, (object: KubeObject) => Path[]>> = {
  ephemeralcontainers: () =>
    fieldsOf('core.v1.PodSpec', 'ephemeralContainers').map((name) => ['f:spec', name]),
  resize: (object) => [
    ...fieldsOf('core.v1.PodSpec', 'containers', 'initContainers').map((name) => ['f:spec', name]),
    ...[...containersOf(object)].flatMap((path) =>
      fieldsOf('core.v1.Container', 'resources', 'resizePolicy').map((name) => ['f:spec', ...path, name]),
    ),
  ],
};

const ownResets = new WeakMap<Readonly<Record<string, readonly string[]>>, Record<string, FieldSet>>();
/** What the kind itself says that an endpoint resets. One set for each, as sets of one identity are compared at once. */
function ownReset({ strategy: { resets } }: ResourceDefinition, subresource: string): FieldSet | undefined {
  const paths = resets?.[subresource];
  if (!resets || !paths) return undefined;
  let sets = ownResets.get(resets);
  if (!sets) {
    sets = {};
    ownResets.set(resets, sets);
  }
  sets[subresource] ??= fromPaths(...paths.map((path) => path.split('.').map(fieldElement)));
  return sets[subresource];
}

const statusResets = new WeakMap<ResourceDefinition, FieldSet>();
/** What an update of the status leaves as it is. One set for each kind, as sets of one identity are compared at once. */
function ignoredByStatus(definition: ResourceDefinition): FieldSet {
  let set = statusResets.get(definition);
  if (!set) {
    const kept = definition.strategy.status?.keptMetadata ?? [];
    const paths =
      kept === 'all' ? [['f:metadata']] : kept.map((field) => ['f:metadata', fieldElement(field)]);
    set = fromPaths(['f:spec'], ...paths);
    statusResets.set(definition, set);
  }
  return set;
}

function ignoredThrough(
  definition: ResourceDefinition,
  subresource: string,
  object: KubeObject,
): FieldSet | undefined {
  const own = ownReset(definition, subresource);
  if (own) return own;
  if (subresource === 'status') return ignoredByStatus(definition);
  const but = ALL_BUT[subresource];
  return but ? fromPaths(['f:metadata'], ['f:status'], ...but(object)) : RESETS[subresource];
}

const siblings = new Map<string, ReadonlyMap<string, ResourceDefinition>>();
/** The definitions of one storage by apiVersion: versions and groups of one kind. */
function versionsOf(definition: ResourceDefinition): ReadonlyMap<string, ResourceDefinition> {
  if (definition.custom) return definition.custom.versions();
  const { group, resource } = storageOf(definition);
  const id = `${group}/${resource}`;
  let known = siblings.get(id);
  if (!known) {
    const same = RESOURCES.filter((one) => {
      const storage = storageOf(one);
      return storage.group === group && storage.resource === resource;
    });
    known = new Map(same.map((one) => [apiVersionOf(one), one]));
    siblings.set(id, known);
  }
  return known;
}

/** For kinds of several versions: what managers own in another than the request's is kept in theirs. */
function otherVersions(
  definition: ResourceDefinition,
  object: KubeObject,
  subresource: string,
): OtherVersions | undefined {
  const versions = versionsOf(definition);
  if (versions.size < 2) return undefined;
  return {
    schema(apiVersion) {
      const other = versions.get(apiVersion);
      return other && schemaOf(other);
    },
    convert(object, from, to) {
      const source = versions.get(from)!;
      const target = versions.get(to)!;
      const copy = deepCopy(object) as KubeObject;
      const stored = source.storedAs ? source.storedAs.toStored(copy) : copy;
      const converted = target.storedAs ? target.storedAs.fromStored(stored) : stored;
      return { ...converted, apiVersion: to, kind: target.kind };
    },
    ignore: (apiVersion) => ignored(versions.get(apiVersion) ?? definition, object, subresource) ?? EMPTY_SET,
  };
}

/** What a write leaves as it is, whatever it says. */
const ignored = (
  definition: ResourceDefinition,
  object: KubeObject,
  subresource: string,
): FieldSet | undefined =>
  subresource ? ignoredThrough(definition, subresource, object) : ignoredByMain(definition);

const ignoredByMain = (definition: ResourceDefinition): FieldSet | undefined =>
  ownReset(definition, '') ??
  (definition.subresources?.some(({ name }) => name === 'status') ? MAIN_RESETS : undefined);

function writeOf(
  definition: ResourceDefinition,
  object: KubeObject,
  manager: string,
  subresource: string,
  now: number,
): Write {
  const ignore = ignored(definition, object, subresource);
  const versions = otherVersions(definition, object, subresource);
  return {
    schema: schemaOf(definition),
    apiVersion: apiVersionOf(definition),
    kind: definition.kind,
    manager,
    now: formatTime(now),
    ...(subresource ? { subresource } : {}),
    ...(ignore ? { ignore } : {}),
    ...(versions ? { versions } : {}),
  };
}

/** Records a write that is no apply in metadata.managedFields, in place. `old` undefined: a creation. `now` in ms. */
export function recordUpdate(
  definition: ResourceDefinition,
  object: KubeObject,
  old: KubeObject | undefined,
  manager: string | undefined,
  subresource: string,
  now: number,
): void {
  const entries = updateManagedFields(
    old,
    object,
    writeOf(definition, object, manager ?? '', subresource, now),
  );
  if (entries) object.metadata!.managedFields = entries;
  else delete object.metadata!.managedFields;
}

/** The object after an apply, not defaulted yet. @throws StatusError 400, 409, 500. */
export function applied(
  definition: ResourceDefinition,
  old: Stored | undefined,
  object: KubeObject,
  manager: string,
  subresource: string,
  now: number,
  force: boolean,
): KubeObject {
  return apply(old, object, writeOf(definition, object, manager, subresource, now), force) as KubeObject;
}

/** An update that changed nothing but the times of its entries keeps the old ones, in place. */
export function settleTimes(object: KubeObject, old: KubeObject): void {
  const settled = keepTimesOfNoop(old, object) as KubeObject;
  if (settled !== object) object.metadata = settled.metadata!;
}
