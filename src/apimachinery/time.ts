/**
 * Times on the wire (metav1.Time, metav1.MicroTime) and how long ago they were. Times inside are milliseconds
 * since the epoch.
 * Source: kubernetes/apimachinery pkg/apis/meta/v1 (time.go, micro_time.go), pkg/util/duration/duration.go, Go's
 * time.Parse for what is accepted and what the errors say.
 */

/** A text that is no time; the message is the one of Go's time.Parse. */
export class TimeError extends Error {
  override name = 'TimeError';
}

const SECONDS_LAYOUT = '2006-01-02T15:04:05Z07:00';
const MICRO_LAYOUT = '2006-01-02T15:04:05.000000Z07:00';

/** Most of a refused text that is shown, in characters. */
const MAX_QUOTED = 1024;

/** The zero time of Go, which upstream writes as null. */
const ZERO = Date.parse('0001-01-01T00:00:00Z');

let lastSecond = Number.NaN;
let lastText = '';

/** RFC 3339 in UTC with whole seconds, cut not rounded: `2024-05-01T12:00:00Z`. */
export function formatTime(time: number): string {
  const second = Math.floor(time / 1000);
  // A busy server writes the same second thousands of times.
  if (second !== lastSecond) {
    lastText = `${new Date(second * 1000).toISOString().slice(0, -5)}Z`;
    lastSecond = second;
  }
  return lastText;
}

/** RFC 3339 in UTC with microseconds: `2024-05-01T12:00:00.123000Z`. `time` may have a fraction. */
export function formatMicroTime(time: number): string {
  const micros = Math.round((time - Math.floor(time / 1000) * 1000) * 1000);
  return `${formatTime(time).slice(0, -1)}.${String(Math.min(micros, 999_999)).padStart(6, '0')}Z`;
}

interface Fields {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  /** Digits behind the seconds' point. */
  fraction: string;
  /** Offset of the zone in minutes. */
  offset: number;
}

interface Element {
  /** How the layout writes the element: what errors call it. */
  readonly layout: string;
  readonly pattern: RegExp;
  /** Keeps what was read; returns the name of what is out of range, if it is. */
  keep(fields: Fields, text: string): string | undefined;
}

type NumberField = 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second';

const number = (name: NumberField, low = Number.NEGATIVE_INFINITY, high = Number.POSITIVE_INFINITY) =>
  function keep(fields: Fields, text: string): string | undefined {
    fields[name] = Number(text);
    return fields[name] < low || fields[name] > high ? name : undefined;
  };
const fraction = (fields: Fields, text: string): undefined => {
  fields.fraction = text.slice(1);
};

const dateElements: [prefix: string, Element][] = [
  ['', { layout: '2006', pattern: /^\d{4}/, keep: number('year') }],
  ['-', { layout: '01', pattern: /^\d\d/, keep: number('month', 1, 12) }],
  // Whether the month has the day is seen when all is read.
  ['-', { layout: '02', pattern: /^\d\d/, keep: number('day') }],
  ['T', { layout: '15', pattern: /^\d\d?/, keep: number('hour', 0, 23) }],
  [':', { layout: '04', pattern: /^\d\d/, keep: number('minute', 0, 59) }],
];
const seconds: Element = { layout: '05', pattern: /^\d\d/, keep: number('second', 0, 59) };
const optionalFraction: Element = {
  layout: '',
  pattern: /^(?:[.,]\d+)?/,
  keep: fraction,
};
const microseconds: Element = {
  layout: '.000000',
  pattern: /^[.,]\d{6}/,
  keep: fraction,
};
const zone: Element = {
  layout: 'Z07:00',
  pattern: /^(?:Z|[-+]\d\d:\d\d)/,
  keep(fields, text) {
    if (text === 'Z') return undefined;
    const [hours, minutes] = [Number(text.slice(1, 3)), Number(text.slice(4))];
    fields.offset = (hours * 60 + minutes) * (text[0] === '-' ? -1 : 1);
    if (hours > 24) return 'time zone offset hour';
    return minutes > 60 ? 'time zone offset minute' : undefined;
  },
};
const secondsElements: [string, Element][] = [
  ...dateElements,
  [':', seconds],
  ['', optionalFraction],
  ['', zone],
];
const microElements: [string, Element][] = [...dateElements, [':', seconds], ['', microseconds], ['', zone]];

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

const encoder = new TextEncoder();
/** A text as Go quotes it in these errors: what is not printable ASCII byte by byte. */
function quote(text: string): string {
  let quoted = '';
  for (const byte of encoder.encode(text.slice(0, MAX_QUOTED))) {
    if (byte < 0x20 || byte > 0x7f) quoted += `\\x${byte.toString(16).padStart(2, '0')}`;
    else quoted += (byte === 0x22 || byte === 0x5c ? '\\' : '') + String.fromCharCode(byte);
  }
  return `"${quoted}"`;
}

function parseAs(layout: string, elements: [string, Element][], text: string): Fields {
  const start = `parsing time ${quote(text)}`;
  const cannot = (rest: string, element: string): TimeError =>
    new TimeError(`${start} as ${quote(layout)}: cannot parse ${quote(rest)} as ${quote(element)}`);
  const fields: Fields = {
    year: 0,
    month: 1,
    day: 1,
    hour: 0,
    minute: 0,
    second: 0,
    fraction: '',
    offset: 0,
  };
  let rest = text;
  for (const [prefix, element] of elements) {
    if (!rest.startsWith(prefix)) throw cannot(rest, prefix);
    rest = rest.slice(prefix.length);
    const found = element.pattern.exec(rest);
    if (!found) throw cannot(rest, element.layout);
    const outOfRange = element.keep(fields, found[0]);
    if (outOfRange) throw new TimeError(`${start}: ${outOfRange} out of range`);
    rest = rest.slice(found[0].length);
  }
  if (rest !== '') throw new TimeError(`${start}: extra text: ${quote(rest)}`);
  if (fields.day < 1 || fields.day > daysIn(fields.year, fields.month)) {
    throw new TimeError(`${start}: day out of range`);
  }
  return fields;
}

/** Milliseconds since the epoch of the whole second. */
function wholeSecond({ year, month, day, hour, minute, second, offset }: Fields): number {
  // Date.UTC would take years below 100 for 1900 and after.
  const date = new Date(0).setUTCFullYear(year, month - 1, day);
  return date + ((hour * 60 + minute - offset) * 60 + second) * 1000;
}

/** Milliseconds since the epoch, with a fraction down to the microsecond. */
function toTime(fields: Fields): number {
  const micros = fields.fraction === '' ? 0 : Number(fields.fraction.slice(0, 6).padEnd(6, '0'));
  return wholeSecond(fields) + micros / 1000;
}

/** The form we write ourselves, with days that every month has: no need to look closer. */
const COMMON = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$/;

/**
 * Parses RFC 3339, with or without a fraction of seconds (so a MicroTime as well). Milliseconds since the epoch,
 * with a fraction down to the microsecond. Throws TimeError.
 */
export const parseTime = (text: string): number =>
  COMMON.test(text) ? Date.parse(text) : toTime(parseAs(SECONDS_LAYOUT, secondsElements, text));

/**
 * What a metav1.Time becomes when it is decoded and encoded again: UTC, whole seconds; null for Go's zero time.
 * Throws TimeError.
 */
export function canonicalTime(text: string): string | null {
  const time = parseTime(text);
  if (time === ZERO) return null;
  return COMMON.test(text) ? text : formatTime(time);
}

/** The same of a metav1.MicroTime: UTC, six digits. */
export function canonicalMicroTime(text: string): string | null {
  const fields = parseAs(MICRO_LAYOUT, microElements, text);
  const second = wholeSecond(fields);
  if (second === ZERO && Number(fields.fraction) === 0) return null;
  return `${formatTime(second).slice(0, -1)}.${fields.fraction}Z`;
}

const whole = (number: number): number => Math.trunc(number);
const pair = (large: number, largeUnit: string, small: number, smallUnit: string): string =>
  small === 0 ? `${large}${largeUnit}` : `${large}${largeUnit}${small}${smallUnit}`;

/** How long, in two or three figures: `45s`, `5m30s`, `3h`, `2d4h`, `2y3d`. `milliseconds` long. */
export function humanDuration(milliseconds: number): string {
  const seconds = whole(milliseconds / 1000);
  // Clocks of two machines may differ a little.
  if (seconds < -1) return '<invalid>';
  if (seconds < 0) return '0s';
  if (seconds < 120) return `${seconds}s`;
  const minutes = whole(seconds / 60);
  if (minutes < 10) return pair(minutes, 'm', seconds % 60, 's');
  if (minutes < 180) return `${minutes}m`;
  const hours = whole(minutes / 60);
  if (hours < 8) return pair(hours, 'h', minutes % 60, 'm');
  if (hours < 48) return `${hours}h`;
  const days = whole(hours / 24);
  if (hours < 24 * 8) return pair(days, 'd', hours % 24, 'h');
  if (hours < 24 * 365 * 2) return `${days}d`;
  const years = whole(days / 365);
  return hours < 24 * 365 * 8 ? pair(years, 'y', days % 365, 'd') : `${years}y`;
}

/**
 * The age column of a table: how long before `now` the time was; `<unknown>` without a time.
 * Source: kubernetes pkg/printers/internalversion/printers.go translateTimestampSince.
 */
export const translateTimestampSince = (text: string | null | undefined, now: number): string =>
  text ? humanDuration(now - parseTime(text)) : '<unknown>';
