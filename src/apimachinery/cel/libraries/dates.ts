/** Parts of dates and durations: `timestamp.getHours('Europe/Vienna')` (cel-go common/types/timestamp.go). */

import { type DatePart, datePart } from '../timestamp.ts';
import { durationType, intType, stringType, timestampType } from '../types.ts';
import type { Duration, Timestamp } from '../values.ts';
import { fn, member, unary } from './declare.ts';

/** Part, overload, and the nanoseconds of it in a duration. */
const PARTS: readonly (readonly [DatePart, string, bigint | undefined])[] = [
  ['FullYear', 'timestamp_to_year', undefined],
  ['Month', 'timestamp_to_month', undefined],
  ['DayOfYear', 'timestamp_to_day_of_year', undefined],
  ['DayOfMonth', 'timestamp_to_day_of_month', undefined],
  ['Date', 'timestamp_to_day_of_month_1_based', undefined],
  ['DayOfWeek', 'timestamp_to_day_of_week', undefined],
  ['Hours', 'timestamp_to_hours', 3_600_000_000_000n],
  ['Minutes', 'timestamp_to_minutes', 60_000_000_000n],
  ['Seconds', 'timestamp_to_seconds', 1_000_000_000n],
  ['Milliseconds', 'timestamp_to_milliseconds', 1_000_000n],
];

/** `timestamp.getHours()`, `timestamp.getHours('Europe/Vienna')`, `duration.getHours()`. */
export const dateFunctions = PARTS.map(([part, id, unit]) =>
  fn(
    `get${part}`,
    member(
      id,
      [timestampType],
      intType,
      unary<Timestamp>((timestamp) => datePart(part, timestamp)),
    ),
    member(`${id}_with_tz`, [timestampType, stringType], intType, ([timestamp, zone]) =>
      datePart(part, timestamp as Timestamp, zone as string),
    ),
    ...(unit === undefined
      ? []
      : [
          member(
            id.replace('timestamp', 'duration'),
            [durationType],
            intType,
            unary<Duration>(({ nanos }) => nanos / unit),
          ),
        ]),
  ),
);
