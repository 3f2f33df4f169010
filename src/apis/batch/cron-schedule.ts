/**
 * When a cron schedule is due, in civil time of a zone.
 * Follows github.com/robfig/cron v3 (spec.go), also where clocks are changed.
 */
import { fromCivil, type TimeZone } from './time-zone.ts';

export interface Schedule {
  /**
   * The first activation after a moment, both in ms since the epoch; undefined when there is none within five
   * years.
   */
  next(after: number): number | undefined;
}

/** The values of a field that are due. `star`: the field was given as `*` or `?`. */
export interface Field {
  readonly due: readonly boolean[];
  readonly star: boolean;
}

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const YEARS_AHEAD = 5;

/** A schedule of minute, hour, day of month, month and day of week. */
export class SpecSchedule implements Schedule {
  readonly minute: Field;
  readonly hour: Field;
  readonly dayOfMonth: Field;
  readonly month: Field;
  readonly dayOfWeek: Field;
  readonly zone: TimeZone;

  constructor(minute: Field, hour: Field, dayOfMonth: Field, month: Field, dayOfWeek: Field, zone: TimeZone) {
    this.minute = minute;
    this.hour = hour;
    this.dayOfMonth = dayOfMonth;
    this.month = month;
    this.dayOfWeek = dayOfWeek;
    this.zone = zone;
  }

  /**
   * Moves on month by month until the month is due, then day by day, hour by hour, minute by minute; whenever a
   * field wraps round, the larger ones are looked at again. So times that the zone skips are never due.
   */
  next(after: number): number | undefined {
    const cursor = new Cursor(this.zone, Math.floor(after / SECOND_MS) * SECOND_MS + SECOND_MS);
    const lastYear = cursor.year + YEARS_AHEAD;
    while (cursor.year <= lastYear) {
      if (this.reachMonth(cursor) && this.reachDay(cursor) && this.reachTime(cursor)) return cursor.ms;
    }
    return undefined;
  }

  /** These move the cursor to a value that is due; false when the field wrapped round on the way. */
  reachMonth(cursor: Cursor): boolean {
    while (!this.month.due[cursor.month]) {
      cursor.nextMonth();
      if (cursor.month === 1) return false;
    }
    return true;
  }

  reachDay(cursor: Cursor): boolean {
    while (!this.dayMatches(cursor)) {
      cursor.nextDay();
      if (cursor.day === 1) return false;
    }
    return true;
  }

  reachTime(cursor: Cursor): boolean {
    while (!this.hour.due[cursor.hour]) {
      cursor.nextHour();
      if (cursor.hour === 0) return false;
    }
    while (!this.minute.due[cursor.minute]) {
      cursor.nextMinute();
      if (cursor.minute === 0) return false;
    }
    if (cursor.second === 0) return true;
    // Only the beginning of a minute is due: this one has passed.
    cursor.nextMinute();
    return false;
  }

  dayMatches(cursor: Cursor): boolean {
    const ofMonth = this.dayOfMonth.due[cursor.day]!;
    const ofWeek = this.dayOfWeek.due[cursor.weekday]!;
    return this.dayOfMonth.star || this.dayOfWeek.star ? ofMonth && ofWeek : ofMonth || ofWeek;
  }
}

/**
 * A moment with what the clocks of a zone show at it. The first step of any kind sets the smaller fields to their
 * beginning; from then on they are there.
 */
class Cursor {
  readonly zone: TimeZone;
  ms = 0;
  /** Local time in the UTC fields. */
  civil = new Date(0);
  moved = false;

  constructor(zone: TimeZone, ms: number) {
    this.zone = zone;
    this.set(ms);
  }

  get year(): number {
    return this.civil.getUTCFullYear();
  }
  get month(): number {
    return this.civil.getUTCMonth() + 1;
  }
  get day(): number {
    return this.civil.getUTCDate();
  }
  get weekday(): number {
    return this.civil.getUTCDay();
  }
  get hour(): number {
    return this.civil.getUTCHours();
  }
  get minute(): number {
    return this.civil.getUTCMinutes();
  }
  get second(): number {
    return this.civil.getUTCSeconds();
  }

  set(ms: number): void {
    this.ms = ms;
    this.civil = new Date(ms + this.zone.offset(ms));
  }

  setCivil(month: number, day: number, hour: number): void {
    const [minute, second] = this.moved ? [this.minute, this.second] : [0, 0];
    this.set(fromCivil(this.zone, this.year, month - 1, day, hour, minute, second));
    this.moved = true;
  }

  nextMonth(): void {
    if (this.moved) this.setCivil(this.month + 1, this.day, this.hour);
    else this.setCivil(this.month + 1, 1, 0);
  }

  nextDay(): void {
    this.setCivil(this.month, this.day + 1, this.moved ? this.hour : 0);
    // Where a day begins without a midnight, the clock shows another hour.
    if (this.hour !== 0) this.set(this.ms + (this.hour > 12 ? 24 - this.hour : -this.hour) * HOUR_MS);
  }

  nextHour(): void {
    if (!this.moved) this.setCivil(this.month, this.day, this.hour);
    this.set(this.ms + HOUR_MS);
  }

  nextMinute(): void {
    this.set(Math.floor(this.ms / MINUTE_MS) * MINUTE_MS + MINUTE_MS);
    this.moved = true;
  }
}
