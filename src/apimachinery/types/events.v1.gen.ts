// Made by scripts/schema.ts. Do not edit.
import type * as core_v1 from './core.v1.gen.ts';
import type * as meta_v1 from './meta.v1.gen.ts';

export interface Event {
  action?: string;
  apiVersion?: string;
  deprecatedCount?: number;
  deprecatedFirstTimestamp?: string | null;
  deprecatedLastTimestamp?: string | null;
  deprecatedSource?: core_v1.EventSource;
  eventTime: string | null;
  kind?: string;
  metadata?: meta_v1.ObjectMeta;
  note?: string;
  reason?: string;
  regarding?: core_v1.ObjectReference;
  related?: core_v1.ObjectReference;
  reportingController?: string;
  reportingInstance?: string;
  series?: EventSeries;
  type?: string;
}

export interface EventList {
  apiVersion?: string;
  items: Event[];
  kind?: string;
  metadata?: meta_v1.ListMeta;
}

export interface EventSeries {
  count: number;
  lastObservedTime: string | null;
}
