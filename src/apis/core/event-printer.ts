/** How events of both groups look as a table. Source: kubernetes pkg/printers/internalversion/printers.go. */
import type { Event } from '../../apimachinery/types/core.v1.gen.ts';
import type { Cell, Column } from '../definition.ts';
import { column, NAME, nameOf, timeSince, wideColumn } from '../printing.ts';

export const EVENT_COLUMNS: readonly Column[] = [
  column('Last Seen', 'Time since the event was last seen'),
  column('Type', 'Normal or Warning'),
  column('Reason', 'Why the event happened, in one word'),
  column('Object', 'The object the event is about'),
  wideColumn('Subobject', 'Field of the object the event is about'),
  wideColumn('Source', 'Who reports the event'),
  column('Message', 'What happened'),
  wideColumn('First Seen', 'Time since the event was first seen'),
  wideColumn('Count', 'How often the event was seen'),
  { ...NAME, priority: 1 },
];

/** Cells of an event in the form of core/v1. */
export function eventCells(event: Event, now: number): Cell[] {
  const { series, source = {}, involvedObject: object = {} } = event;
  const first = timeSince(event.firstTimestamp ?? event.eventTime, now);
  const last = series
    ? timeSince(series.lastObservedTime, now)
    : event.lastTimestamp
      ? timeSince(event.lastTimestamp, now)
      : first;
  const kind = (object.kind ?? '').toLowerCase();
  const component = source.component || event.reportingComponent || '';
  const instance = source.host || event.reportingInstance || '';
  return [
    last,
    event.type ?? '',
    event.reason ?? '',
    object.name ? `${kind}/${object.name}` : kind,
    object.fieldPath ?? '',
    instance ? `${component}, ${instance}` : component,
    (event.message ?? '').trim(),
    first,
    series ? (series.count ?? 0) : event.count || 1,
    nameOf(event),
  ];
}
