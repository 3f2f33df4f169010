/** What one watch wants, and the frames it is sent. Source: apiserver pkg/storage/cacher/cache_watcher.go. */
import { type FieldSelector, matchesFields, parseFieldSelector } from '../apimachinery/fields.ts';
import { matches, parseSelector, type Selector } from '../apimachinery/labels.ts';
import { findResource } from '../apis/resources.ts';
import type { ResourceDefinition } from '../apis/definition.ts';
import { selectableField } from '../apis/selectable.ts';
import { decodeText, encodeStored, parseStored, typeHead } from './encoding.ts';
import { selectableFieldsOf } from '../apimachinery/structural/scale.ts';
import type { WatchFilter } from './hub.ts';
import type { ParsedEvent } from './parsed-event.ts';

/** A watch as the Worker describes it to the hub. */
export interface WatchSpec {
  readonly cluster: string;
  readonly hub: string;
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  /** A resource prefix, a namespace prefix, or a whole key. */
  readonly prefix: string;
  /** The watcher has seen everything up to this revision. */
  readonly since: number;
  readonly labels?: string;
  readonly fields?: string;
  /** The frames are sent as bytes. */
  readonly bytes?: boolean;
  /** What the hub has to know of a custom resource: it does not read definitions. */
  readonly custom?: {
    readonly kind: string;
    readonly namespaced: boolean;
    readonly selectablePaths: readonly string[];
  };
}

export function parseWatchSpec(text: string): WatchSpec | undefined {
  try {
    const spec = JSON.parse(text) as WatchSpec;
    return typeof spec.cluster === 'string' && typeof spec.prefix === 'string' ? spec : undefined;
  } catch {
    return undefined;
  }
}

/** Undefined when the resource is not served. Selectors were checked by the Worker. */
export function watchFilter(spec: WatchSpec): WatchFilter | undefined {
  const definition = findResource(spec.group, spec.version, spec.resource) ?? customDefinition(spec);
  if (!definition) return undefined;
  const labels = spec.labels ? parseSelector(spec.labels) : undefined;
  const fields = spec.fields ? parseFieldSelector(spec.fields) : undefined;
  const head = typeHead(
    definition.group ? `${definition.group}/${definition.version}` : definition.version,
    definition.kind,
  );
  const convert = definition.storedAs?.fromStored;
  return {
    prefix: spec.prefix,
    shape: JSON.stringify([spec.group, spec.version, spec.labels, spec.fields, spec.bytes]),
    ...(spec.bytes ? { bytes: true } : {}),
    frame(one) {
      const type = eventType(one, definition, labels, fields);
      if (!type) return undefined;
      const { event } = one;
      // Leaving the selector: the object as it was, at the revision at which it left.
      const left = type === 'DELETED' && !event.deleted;
      const value = left ? (event.prevValue ?? event.value) : event.value;
      const text = convert ? encodeStored(convert(parseStored(value))) : value;
      return `{"type":"${type}","object":${decodeText(text, event.revision, head)}}\n`;
    },
  };
}

/** As much of a custom resource's definition as selectors and frames need. */
function customDefinition({ group, version, resource, custom }: WatchSpec): ResourceDefinition | undefined {
  if (!custom) return undefined;
  const { kind, namespaced, selectablePaths } = custom;
  return {
    ...{ group, version, resource, kind, namespaced },
    singular: '',
    verbs: [],
    typeName: kind,
    strategy: {},
    ...(selectablePaths.length > 0
      ? {
          selectableFields: selectableFieldsOf({
            selectableFields: selectablePaths.map((jsonPath) => ({ jsonPath })),
          }),
        }
      : {}),
  };
}

/** What an event is for a watcher with these selectors; undefined: nothing. */
function eventType(
  one: ParsedEvent,
  definition: ResourceDefinition,
  labels: Selector | undefined,
  fields: FieldSelector | undefined,
): 'ADDED' | 'MODIFIED' | 'DELETED' | undefined {
  const { event } = one;
  if (!labels && !fields) return event.deleted ? 'DELETED' : event.prev === 0 ? 'ADDED' : 'MODIFIED';
  const selected = (object: any): boolean =>
    object !== undefined &&
    (!labels || matches(labels, object.metadata?.labels)) &&
    (!fields || matchesFields(fields, (field) => selectableField(definition, object, field) ?? ''));
  const before = event.prev === 0 ? false : selected(one.previous ?? one.object);
  const after = event.deleted ? false : selected(one.object);
  if (after) return before ? 'MODIFIED' : 'ADDED';
  return before ? 'DELETED' : undefined;
}
