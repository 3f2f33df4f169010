/** Columns and cells that many kinds share. Source: kubernetes pkg/printers/internalversion/printers.go. */
import type { Column } from './definition.ts';
import type { KubeObject } from './object.ts';

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

/**
 * A duration in ms in at most two units, coarser the longer it is.
 * Source: kubernetes/apimachinery pkg/util/duration/duration.go HumanDuration.
 */
export function humanDuration(ms: number): string {
  const seconds = Math.trunc(ms / 1000);
  if (seconds < -1) return '<invalid>';
  if (seconds < 0) return '0s';
  if (seconds < 120) return `${seconds}s`;
  const minutes = Math.trunc(seconds / 60);
  if (minutes < 10) return twoUnits(minutes, 'm', seconds % 60, 's');
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.trunc(minutes / 60);
  if (hours < 8) return twoUnits(hours, 'h', minutes % 60, 'm');
  if (hours < 48) return `${hours}h`;
  const days = Math.trunc(hours / 24);
  if (days < 8) return twoUnits(days, 'd', hours % 24, 'h');
  if (days < 730) return `${days}d`;
  const years = Math.trunc(days / 365);
  if (years < 8) return twoUnits(years, 'y', days % 365, 'd');
  return `${years}y`;
}

const twoUnits = (large: number, largeUnit: string, small: number, smallUnit: string): string =>
  small === 0 ? `${large}${largeUnit}` : `${large}${largeUnit}${small}${smallUnit}`;
