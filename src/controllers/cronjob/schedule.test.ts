import { describe, expect, it } from 'vitest';
import type { CronJob } from '../../apimachinery/types/batch.v1.gen.ts';
import { parseSchedule } from '../../apis/batch/cron.ts';
import { timeZone, UTC } from '../../apis/batch/time-zone.ts';
import { formatInZone, formatRFC1123, mostRecentScheduleTime, untilNextSchedule } from './schedule.ts';

const at = (text: string): number => Date.parse(text);
const cronJob = (lastScheduleTime?: string, startingDeadlineSeconds?: number): CronJob => ({
  metadata: { creationTimestamp: '2026-01-01T10:00:00Z' },
  spec: {
    schedule: '0 * * * *',
    jobTemplate: {},
    ...(startingDeadlineSeconds === undefined ? {} : { startingDeadlineSeconds }),
  },
  ...(lastScheduleTime ? { status: { lastScheduleTime } } : {}),
});

describe('the newest time that has come', () => {
  it.each([
    ['none yet', cronJob(), '2026-01-01T10:59:59Z', undefined, 'none'],
    ['the first', cronJob(), '2026-01-01T11:00:00Z', '2026-01-01T11:00:00Z', 'none'],
    [
      'after the last',
      cronJob('2026-01-01T11:00:00Z'),
      '2026-01-01T12:30:00Z',
      '2026-01-01T12:00:00Z',
      'none',
    ],
    ['of a few', cronJob(), '2026-01-01T15:20:00Z', '2026-01-01T15:00:00Z', 'few'],
    ['of many', cronJob(), '2026-01-11T15:20:00Z', '2026-01-11T15:00:00Z', 'many'],
    ['of many, in time', cronJob(undefined, 3600), '2026-01-11T15:20:00Z', '2026-01-11T15:00:00Z', 'none'],
    ['none in time', cronJob(undefined, 60), '2026-01-01T15:20:00Z', undefined, 'none'],
  ])('%s', (_, object, now, time, missed) => {
    const found = mostRecentScheduleTime(object, at(now), parseSchedule('0 * * * *'), true);
    expect(found.time && new Date(found.time).toISOString().replace('.000', '')).toBe(time);
    expect(found.missed).toBe(missed);
  });

  it('is of no schedule that never comes', () => {
    expect(() =>
      mostRecentScheduleTime(cronJob(), at('2026-02-01T00:00:00Z'), parseSchedule('0 0 31 2 *'), true),
    ).toThrow('time difference between two schedules is less than 1 second');
  });

  it('is followed by the next one, and a tenth of a second', () => {
    const schedule = parseSchedule('0 * * * *');
    expect(untilNextSchedule(cronJob(), at('2026-01-01T10:59:00Z'), schedule)).toBe(60_100);
    expect(untilNextSchedule(cronJob(), at('2026-01-01T15:59:00Z'), schedule)).toBe(60_100);
    expect(
      untilNextSchedule(cronJob(), at('2026-01-01T15:59:00Z'), parseSchedule('0 0 31 2 *')),
    ).toBeUndefined();
  });
});

describe('times', () => {
  it('are written as Go does', () => {
    const time = at('2026-07-05T12:01:02Z');
    expect(formatInZone(time, UTC)).toBe('2026-07-05T12:01:02Z');
    expect(formatInZone(time, timeZone('America/St_Johns')!)).toBe('2026-07-05T09:31:02-02:30');
    expect(formatRFC1123(time)).toBe('Sun, 05 Jul 2026 12:01:02 +0000');
  });
});
