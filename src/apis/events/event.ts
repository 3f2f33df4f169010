/** Event of events.k8s.io/v1: the same events as core/v1's, under newer names. */
import type { Event as CoreEvent } from '../../apimachinery/types/core.v1.gen.ts';
import type { Event } from '../../apimachinery/types/events.v1.gen.ts';
import { nameIsDNSSubdomain } from '../../apimachinery/validation/names.ts';
import { validateEvent, validateEventUpdate } from '../core/event-validation.ts';
import { EVENT_COLUMNS, eventCells } from '../core/event-printer.ts';
import { ALL_VERBS, define } from '../definition.ts';
import type { KubeObject } from '../object.ts';

/** Names of events.k8s.io/v1 and of core/v1 for the same field; the others have one name in both. */
const RENAMED: readonly (readonly [events: string, core: string])[] = [
  ['regarding', 'involvedObject'],
  ['note', 'message'],
  ['reportingController', 'reportingComponent'],
  ['deprecatedSource', 'source'],
  ['deprecatedFirstTimestamp', 'firstTimestamp'],
  ['deprecatedLastTimestamp', 'lastTimestamp'],
  ['deprecatedCount', 'count'],
];
const TO_CORE = new Map(RENAMED);
const FROM_CORE = new Map(RENAMED.map(([newer, core]) => [core, newer]));

function rename(object: KubeObject, names: ReadonlyMap<string, string>, apiVersion: string): KubeObject {
  const renamed: KubeObject = {};
  for (const [key, value] of Object.entries(object)) renamed[names.get(key) ?? key] = value;
  if (object.apiVersion !== undefined) renamed.apiVersion = apiVersion;
  return renamed;
}

/** The form of core/v1, in which events are stored. Source: kubernetes pkg/apis/events/v1/conversion.go. */
export function toCoreEvent(event: KubeObject): KubeObject {
  const object = rename(event, TO_CORE, 'v1');
  // core/v1 shows who reports although nobody is named.
  object.reportingComponent ??= '';
  object.reportingInstance ??= '';
  return object;
}
export function fromCoreEvent(event: KubeObject): KubeObject {
  const object = rename(event, FROM_CORE, 'events.k8s.io/v1');
  if (object.reportingController === '') delete object.reportingController;
  if (object.reportingInstance === '') delete object.reportingInstance;
  return object;
}

export const eventsV1Events = define<Event>({
  group: 'events.k8s.io',
  version: 'v1',
  resource: 'events',
  singular: 'event',
  kind: 'Event',
  namespaced: true,
  verbs: ALL_VERBS,
  shortNames: ['ev'],
  typeName: 'events.v1.Event',
  storedAs: { group: '', resource: 'events', toStored: toCoreEvent, fromStored: fromCoreEvent },
  strategy: {
    allowCreateOnUpdate: true,
    defaultDeletionPolicy: 'unsupported',
    validateName: nameIsDNSSubdomain,
    // As upstream, errors name the fields of core/v1.
    validate: (event) => validateEvent(toCoreEvent(event) as CoreEvent),
    validateUpdate: (event, old) =>
      validateEventUpdate(toCoreEvent(event) as CoreEvent, toCoreEvent(old) as CoreEvent),
  },
  selectableFields: {
    'regarding.kind': (event) => event.regarding?.kind ?? '',
    'regarding.namespace': (event) => event.regarding?.namespace ?? '',
    'regarding.name': (event) => event.regarding?.name ?? '',
    'regarding.uid': (event) => event.regarding?.uid ?? '',
    'regarding.apiVersion': (event) => event.regarding?.apiVersion ?? '',
    'regarding.resourceVersion': (event) => event.regarding?.resourceVersion ?? '',
    'regarding.fieldPath': (event) => event.regarding?.fieldPath ?? '',
    reason: (event) => event.reason ?? '',
    reportingController: (event) => event.reportingController ?? '',
    type: (event) => event.type ?? '',
  },
  printer: {
    columns: EVENT_COLUMNS,
    cells: (event, now) => eventCells(toCoreEvent(event) as CoreEvent, now),
  },
});
