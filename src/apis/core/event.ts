/** Event of core/v1: the form both groups' events are stored in. */
import type { Event } from '../../apimachinery/types/core.v1.gen.ts';
import { nameIsPathSegment } from '../../apimachinery/validation/names.ts';
import { ALL_VERBS, define } from '../definition.ts';
import { EVENT_COLUMNS, eventCells } from './event-printer.ts';

import { validateLegacyEvent } from './event-validation.ts';

export const events = define<Event>({
  group: '',
  version: 'v1',
  resource: 'events',
  singular: 'event',
  kind: 'Event',
  namespaced: true,
  verbs: ALL_VERBS,
  shortNames: ['ev'],
  typeName: 'core.v1.Event',
  strategy: {
    allowCreateOnUpdate: true,
    defaultDeletionPolicy: 'unsupported',
    // Names of events were never held to be DNS names in this version.
    validateName: nameIsPathSegment,
    validate: (event) => validateLegacyEvent(event),
    validateUpdate: (event) => validateLegacyEvent(event),
  },
  selectableFields: {
    'involvedObject.kind': (event) => event.involvedObject?.kind ?? '',
    'involvedObject.namespace': (event) => event.involvedObject?.namespace ?? '',
    'involvedObject.name': (event) => event.involvedObject?.name ?? '',
    'involvedObject.uid': (event) => event.involvedObject?.uid ?? '',
    'involvedObject.apiVersion': (event) => event.involvedObject?.apiVersion ?? '',
    'involvedObject.resourceVersion': (event) => event.involvedObject?.resourceVersion ?? '',
    'involvedObject.fieldPath': (event) => event.involvedObject?.fieldPath ?? '',
    reason: (event) => event.reason ?? '',
    reportingComponent: (event) => event.reportingComponent ?? '',
    source: (event) => event.source?.component || event.reportingComponent || '',
    type: (event) => event.type ?? '',
  },
  printer: { columns: EVENT_COLUMNS, cells: eventCells },
});
