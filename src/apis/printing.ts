/** Columns and cells that many kinds share. Source: kubernetes pkg/printers/internalversion/printers.go. */
import { humanDuration } from '../apimachinery/time.ts';
import type { Column } from './definition.ts';
import type { KubeObject } from './object.ts';

export { humanDuration };

/** A column that is always shown. */
export const column = (name: string, description: string, type: Column['type'] = 'string'): Column => ({
  name,
  type,
  description,
  priority: 0,
});

/** A column of the wide form only. */
export const wideColumn = (name: string, description: string): Column => ({
  name,
  type: 'string',
  description,
  priority: 1,
});

/** The first column of nearly every kind. */
export const NAME: Column = {
  name: 'Name',
  type: 'string',
  format: 'name',
  description: 'Name of the object, unique within its scope',
  priority: 0,
};

/** The column behind `age`. */
export const AGE: Column = column('Age', 'Time since the object was created');

export const nameOf = (object: KubeObject): string => object.metadata?.name ?? '';

/** How long ago the object was created, e.g. `3m20s`; `<unknown>` without a creation time. `now` in ms. */
export const age = (object: KubeObject, now: number): string =>
  timeSince(object.metadata?.creationTimestamp, now);

/** How long ago a time was, e.g. `3m20s`; `<unknown>` when there is none or it is no time. `now` in ms. */
export function timeSince(time: string | undefined | null, now: number): string {
  const ms = typeof time === 'string' ? Date.parse(time) : Number.NaN;
  return Number.isNaN(ms) ? '<unknown>' : humanDuration(now - ms);
}
