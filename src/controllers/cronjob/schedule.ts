/**
 * When the Jobs of a CronJob are due. Pure; times are milliseconds since the epoch.
 * Source: kubernetes pkg/controller/cronjob/utils.go.
 */
import { parseTime } from '../../apimachinery/time.ts';
import type { CronJob } from '../../apimachinery/types/batch.v1.gen.ts';
import type { Schedule } from '../../apis/batch/cron.ts';
import type { TimeZone } from '../../apis/batch/time-zone.ts';

/** Added to every wait: a clock that is a little behind still finds the time come. */
const DELTA_MS = 100;
/** Times missed beyond which somebody should be told. */
const MANY = 100;

export interface MostRecent {
  /** The last scheduled time, or since when there could be one. */
  readonly earliest: number;
  /** The newest time that has come since; undefined when there is none. */
  readonly time: number | undefined;
  readonly missed: 'none' | 'few' | 'many';
}

/**
 * The newest time that has come since the last Job was started (or since the CronJob was made).
 * @param withDeadline leave out what `startingDeadlineSeconds` says is too late.
 * @throws Error for a schedule that never comes, such as the 31st of February.
 */
export function mostRecentScheduleTime(
  { metadata, spec, status }: CronJob,
  now: number,
  schedule: Schedule,
  withDeadline: boolean,
): MostRecent {
  let earliest = parseTime(status?.lastScheduleTime ?? metadata?.creationTimestamp ?? '1970-01-01T00:00:00Z');
  if (withDeadline && spec.startingDeadlineSeconds !== undefined) {
    earliest = Math.max(earliest, now - Number(spec.startingDeadlineSeconds) * 1000);
  }
  const first = schedule.next(earliest);
  if (first !== undefined && now < first) return { earliest, time: undefined, missed: 'none' };
  const second = first === undefined ? undefined : schedule.next(first);
  if (second !== undefined && now < second) return { earliest, time: first, missed: 'none' };
  const between = first === undefined || second === undefined ? 0 : Math.round((second - first) / 1000);
  if (between < 1) throw new Error('time difference between two schedules is less than 1 second');
  // How many were missed is an estimate; the newest is found by going on from two periods before the last of them.
  const missed = Math.floor(Math.floor((now - first!) / 1000) / between) + 1;
  let time: number | undefined;
  let next = schedule.next(first! + (missed - 2) * between * 1000);
  while (next !== undefined && next <= now) {
    time = next;
    next = schedule.next(next);
  }
  return { earliest, time, missed: missed > MANY ? 'many' : 'few' };
}

/** How long until the next time comes, in ms; undefined when none ever does. */
export function untilNextSchedule(cronJob: CronJob, now: number, schedule: Schedule): number | undefined {
  let since = now;
  try {
    const { earliest, time, missed } = mostRecentScheduleTime(cronJob, now, schedule, false);
    since = time ?? (missed === 'none' ? earliest : now);
  } catch {
    // Wrong in itself: whatever comes next from now on.
  }
  const next = schedule.next(since);
  return next === undefined ? undefined : next + DELTA_MS - now;
}

const two = (value: number): string => String(value).padStart(2, '0');

/** RFC 3339 with whole seconds, as the clocks of the zone show it: `2026-01-01T01:00:00+01:00`. */
export function formatInZone(time: number, zone: TimeZone): string {
  const offset = zone.offset(time);
  const local = new Date(time + offset).toISOString().slice(0, 19);
  if (offset === 0) return `${local}Z`;
  const minutes = Math.floor(Math.abs(offset) / 60_000);
  return `${local}${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Go's time.RFC1123Z in UTC: `Thu, 01 Jan 2026 00:01:00 +0000`. */
export function formatRFC1123(time: number): string {
  const date = new Date(time);
  const day = `${DAYS[date.getUTCDay()]}, ${two(date.getUTCDate())} ${MONTHS[date.getUTCMonth()]}`;
  return `${day} ${date.getUTCFullYear()} ${date.toISOString().slice(11, 19)} +0000`;
}
