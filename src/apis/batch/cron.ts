/**
 * Cron schedules: `30 4 * * 1-5`, `@hourly`, `@every 1h30m`, `TZ=Europe/Berlin 0 9 * * *`.
 * Follows github.com/robfig/cron v3 (parser.go, spec.go, constantdelay.go), whose error texts clients see.
 */
import { goQuote } from '../../apimachinery/go-quote.ts';
import { type Field, type Schedule, SpecSchedule } from './cron-schedule.ts';
import { parseGoDuration } from './duration.ts';
import { type TimeZone, timeZone, UTC } from './time-zone.ts';

export type { Schedule } from './cron-schedule.ts';

interface Bounds {
  readonly min: number;
  readonly max: number;
  readonly names?: readonly string[];
}

const MONTH_NAMES = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const MINUTES: Bounds = { min: 0, max: 59 };
const HOURS: Bounds = { min: 0, max: 23 };
const DAYS_OF_MONTH: Bounds = { min: 1, max: 31 };
const MONTHS: Bounds = { min: 1, max: 12, names: MONTH_NAMES };
const DAYS_OF_WEEK: Bounds = { min: 0, max: 6, names: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] };

const DESCRIPTORS: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};

/**
 * Parses a schedule of five fields, a descriptor, or either behind `TZ=<zone> ` or `CRON_TZ=<zone> `.
 * @param zone the zone of schedules that do not name one.
 * @throws Error with upstream's text.
 */
export function parseSchedule(text: string, zone: TimeZone = UTC): Schedule {
  if (text === '') throw new Error('empty spec string');
  let spec = text;
  let location = zone;
  if (spec.startsWith('TZ=') || spec.startsWith('CRON_TZ=')) {
    const end = spec.includes(' ') ? spec.indexOf(' ') : spec.length;
    const name = spec.slice(spec.indexOf('=') + 1, end);
    const found = timeZone(name);
    if (!found) throw new Error(`provided bad location ${name}: unknown time zone ${name}`);
    location = found;
    spec = spec.slice(end).trim();
  }
  if (spec.startsWith('@')) return parseDescriptor(spec, location);
  return parseFields(spec, location);
}

function parseDescriptor(spec: string, zone: TimeZone): Schedule {
  if (Object.hasOwn(DESCRIPTORS, spec)) return parseFields(DESCRIPTORS[spec]!, zone);
  const every = '@every ';
  if (!spec.startsWith(every)) throw new Error(`unrecognized descriptor: ${spec}`);
  let delay: number;
  try {
    delay = parseGoDuration(spec.slice(every.length));
  } catch (error) {
    throw new Error(`failed to parse duration ${spec}: ${(error as Error).message}`);
  }
  // Whole seconds, at least one.
  const period = Math.max(1, Math.floor(delay / 1000)) * 1000;
  return { next: (after) => Math.floor(after / 1000) * 1000 + period };
}

function parseFields(spec: string, zone: TimeZone): Schedule {
  const fields = spec.split(/\s+/).filter((field) => field !== '');
  if (fields.length !== 5) {
    throw new Error(`expected exactly 5 fields, found ${fields.length}: [${fields.join(' ')}]`);
  }
  const [minute, hour, dayOfMonth, month, dayOfWeek] = fields as [string, string, string, string, string];
  return new SpecSchedule(
    parseField(minute, MINUTES),
    parseField(hour, HOURS),
    parseField(dayOfMonth, DAYS_OF_MONTH),
    parseField(month, MONTHS),
    parseField(dayOfWeek, DAYS_OF_WEEK),
    zone,
  );
}

/** A comma-separated list of ranges. */
function parseField(text: string, bounds: Bounds): Field {
  const due = new Array<boolean>(bounds.max + 1).fill(false);
  let star = false;
  for (const range of text.split(',')) {
    if (range !== '' && parseRange(range, bounds, due)) star = true;
  }
  return { due, star };
}

/** `number | number-number [/ number]`. Marks the values; returns whether the range is a plain star. */
function parseRange(text: string, bounds: Bounds, due: boolean[]): boolean {
  const [range, stepText, ...tooMany] = text.split('/') as [string, ...string[]];
  const [low, high, ...moreHyphens] = range.split('-') as [string, ...string[]];
  let { min: start, max: end } = bounds;
  const star = low === '*' || low === '?';
  if (!star) {
    start = parseIntOrName(low, bounds);
    if (moreHyphens.length > 0) throw new Error(`too many hyphens: ${text}`);
    end = high === undefined ? start : parseIntOrName(high, bounds);
  }
  if (tooMany.length > 0) throw new Error(`too many slashes: ${text}`);
  const step = stepText === undefined ? 1 : parseWhole(stepText);
  // `N/step` means `N-max/step`.
  if (stepText !== undefined && high === undefined) end = bounds.max;
  if (start < bounds.min) {
    throw new Error(`beginning of range (${start}) below minimum (${bounds.min}): ${text}`);
  }
  if (end > bounds.max) throw new Error(`end of range (${end}) above maximum (${bounds.max}): ${text}`);
  if (start > end) throw new Error(`beginning of range (${start}) beyond end of range (${end}): ${text}`);
  if (step === 0) throw new Error(`step of range should be a positive number: ${text}`);
  for (let value = start; value <= end; value += step) due[value] = true;
  return star && step === 1;
}

function parseIntOrName(text: string, { names, min }: Bounds): number {
  const index = names?.indexOf(text.toLowerCase()) ?? -1;
  return index >= 0 ? index + min : parseWhole(text);
}

function parseWhole(text: string): number {
  const fail = (reason: string): Error =>
    new Error(`failed to parse int from ${text}: strconv.Atoi: parsing ${goQuote(text)}: ${reason}`);
  if (!/^[+-]?\d+$/.test(text)) throw fail('invalid syntax');
  const value = Number(text);
  if (Math.abs(value) >= 2 ** 63) throw fail('value out of range');
  if (value < 0) throw new Error(`negative number (${value}) not allowed: ${text}`);
  return value;
}
