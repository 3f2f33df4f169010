/** Instants: RFC 3339 both ways, the parts of a date in a time zone, and the range CEL knows. */

import { CelError } from './errors.ts';
import { Timestamp } from './values.ts';

const RFC3339 = /^(\d{4})-(\d{2})-(\d{2})T(\d{1,2}):(\d{2}):(\d{2})(?:[.,](\d+))?(Z|[+-]\d{2}:\d{2})$/;

/** Seconds of 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z. */
const MIN_SECONDS = -62_135_596_800;
const MAX_SECONDS = 253_402_300_799;

function inRange(timestamp: Timestamp): Timestamp {
  if (timestamp.seconds < MIN_SECONDS || timestamp.seconds > MAX_SECONDS) {
    throw new CelError('timestamp overflow');
  }
  return timestamp;
}

function secondsOf(year: number, month: number, day: number): number | undefined {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  return date.getTime() / 1000;
}

/** The instant of an RFC 3339 text; undefined when it is none. Throws `timestamp overflow`. */
export function parseTimestamp(text: string): Timestamp | undefined {
  const match = RFC3339.exec(text);
  if (match === null) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const days = secondsOf(year, month, day);
  if (days === undefined) return undefined;
  const zone = match[8]!;
  const [hours, minutes] = zone === 'Z' ? [0, 0] : [Number(zone.slice(1, 3)), Number(zone.slice(4))];
  if (hours > 24 || minutes > 60) return undefined;
  const offset = (hours * 3600 + minutes * 60) * (zone[0] === '-' ? -1 : 1);
  const nanos = Number((match[7] ?? '').slice(0, 9).padEnd(9, '0'));
  return inRange(new Timestamp(days + hour * 3600 + minute * 60 + second - offset, nanos, offset));
}

/** The instant a calendar date begins at, in UTC; undefined when the text is no date. */
export function parseDate(text: string): Timestamp | undefined {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (match === null) return undefined;
  const seconds = secondsOf(Number(match[1]), Number(match[2]), Number(match[3]));
  return seconds === undefined ? undefined : new Timestamp(seconds, 0);
}

export function timestampOfSeconds(seconds: bigint): Timestamp {
  if (seconds < BigInt(MIN_SECONDS) || seconds > BigInt(MAX_SECONDS))
    throw new CelError('timestamp overflow');
  return new Timestamp(Number(seconds), 0);
}

/** The instant `nanos` later. Throws `timestamp overflow`. */
export function addNanos(timestamp: Timestamp, nanos: bigint): Timestamp {
  const total = BigInt(timestamp.seconds) * 1_000_000_000n + BigInt(timestamp.nanos) + nanos;
  const seconds = floorDivide(total, 1_000_000_000n);
  return inRange(new Timestamp(Number(seconds), Number(total - seconds * 1_000_000_000n), timestamp.offset));
}

function floorDivide(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return a % b < 0n ? quotient - 1n : quotient;
}

/** Nanoseconds from one instant to another. */
export function nanosBetween(from: Timestamp, to: Timestamp): bigint {
  return BigInt(to.seconds - from.seconds) * 1_000_000_000n + BigInt(to.nanos - from.nanos);
}

const two = (value: number) => String(value).padStart(2, '0');

/** RFC 3339 with as many decimals as there are, in the zone the instant was written in. */
export function formatTimestamp(timestamp: Timestamp): string {
  const date = new Date((timestamp.seconds + timestamp.offset) * 1000);
  const day = `${String(date.getUTCFullYear()).padStart(4, '0')}-${two(date.getUTCMonth() + 1)}-${two(date.getUTCDate())}`;
  const time = `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`;
  const fraction =
    timestamp.nanos === 0 ? '' : `.${String(timestamp.nanos).padStart(9, '0').replace(/0+$/, '')}`;
  const minutes = Math.trunc(Math.abs(timestamp.offset) / 60);
  const zone =
    timestamp.offset === 0
      ? 'Z'
      : `${timestamp.offset < 0 ? '-' : '+'}${two(Math.trunc(minutes / 60))}:${two(minutes % 60)}`;
  return `${day}T${time}${fraction}${zone}`;
}

/** Seconds a zone is ahead of UTC at an instant. Throws Go's text for a zone nobody knows. */
function offsetOf(zone: string, timestamp: Timestamp): number {
  const colon = zone.indexOf(':');
  if (colon >= 0) {
    const hours = goInteger(zone.slice(0, colon));
    const minutes = goInteger(zone.slice(colon + 1));
    return (zone.startsWith('-') ? hours * 60 - minutes : hours * 60 + minutes) * 60;
  }
  if (zone === '' || zone === 'UTC') return 0;
  let format: Intl.DateTimeFormat;
  try {
    format = formatOf(zone);
  } catch {
    throw new CelError(`unknown time zone ${zone}`);
  }
  const parts: Record<string, number> = {};
  for (const { type, value } of format.formatToParts(new Date(timestamp.seconds * 1000))) {
    parts[type] = Number(value);
  }
  const date = new Date(0);
  date.setUTCFullYear(parts.year!, parts.month! - 1, parts.day!);
  date.setUTCHours(parts.hour!, parts.minute!, parts.second!);
  return date.getTime() / 1000 - timestamp.seconds;
}

const formats = new Map<string, Intl.DateTimeFormat>();
const MAX_FORMATS = 64;

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US-u-ca-iso8601', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    if (formats.size >= MAX_FORMATS) formats.clear();
    formats.set(zone, format);
  }
  return format;
}

function goInteger(text: string): number {
  if (!/^[+-]?\d+$/.test(text)) throw new CelError(`strconv.Atoi: parsing "${text}": invalid syntax`);
  return Number(text);
}

export type DatePart =
  | 'FullYear'
  | 'Month'
  | 'Date'
  | 'DayOfMonth'
  | 'DayOfWeek'
  | 'DayOfYear'
  | 'Hours'
  | 'Minutes'
  | 'Seconds'
  | 'Milliseconds';

/** A part of an instant in a zone: a name of the database or `+02:00`; without one in UTC. */
export function datePart(part: DatePart, timestamp: Timestamp, zone?: string): bigint {
  const offset = zone === undefined ? 0 : offsetOf(zone, timestamp);
  const date = new Date((timestamp.seconds + offset) * 1000);
  switch (part) {
    case 'FullYear':
      return BigInt(date.getUTCFullYear());
    case 'Month':
      return BigInt(date.getUTCMonth());
    case 'Date':
      return BigInt(date.getUTCDate());
    case 'DayOfMonth':
      return BigInt(date.getUTCDate() - 1);
    case 'DayOfWeek':
      return BigInt(date.getUTCDay());
    case 'DayOfYear': {
      const january = new Date(date.getTime());
      january.setUTCMonth(0, 1);
      return BigInt(Math.round((date.getTime() - january.getTime()) / 86_400_000));
    }
    case 'Hours':
      return BigInt(date.getUTCHours());
    case 'Minutes':
      return BigInt(date.getUTCMinutes());
    case 'Seconds':
      return BigInt(date.getUTCSeconds());
    case 'Milliseconds':
      return BigInt(Math.trunc(timestamp.nanos / 1_000_000));
  }
}
