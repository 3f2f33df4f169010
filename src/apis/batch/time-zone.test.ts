import { describe, expect, it } from 'vitest';
import { fromCivil, timeZone, UTC } from './time-zone.ts';

const HOUR = 3600_000;

it('knows zones by their exact names', () => {
  expect(timeZone('UTC')).toBe(UTC);
  expect(timeZone('Europe/Berlin')?.name).toBe('Europe/Berlin');
  expect(timeZone('US/Pacific')).toBeDefined();
  for (const name of ['europe/berlin', 'Nowhere/City', '+0100', '-05:00', 'Local']) {
    expect(timeZone(name)).toBeUndefined();
  }
});

it('tells the offset at a moment', () => {
  const berlin = timeZone('Europe/Berlin')!;
  expect(berlin.offset(Date.UTC(2024, 0, 1))).toBe(HOUR);
  expect(berlin.offset(Date.UTC(2024, 6, 1))).toBe(2 * HOUR);
  expect(timeZone('Asia/Kolkata')!.offset(Date.UTC(2024, 0, 1))).toBe(5.5 * HOUR);
});

describe('civil time', () => {
  const newYork = timeZone('America/New_York')!;
  it('is a moment', () => {
    expect(fromCivil(newYork, 2024, 6, 4, 12)).toBe(Date.UTC(2024, 6, 4, 16));
    expect(fromCivil(newYork, 2024, 12, 1)).toBe(Date.UTC(2025, 0, 1, 5));
  });
  it('that is skipped or repeated is one of its readings', () => {
    // 2024-03-10 02:30 is no time there; 2024-11-03 01:30 is there twice.
    expect([Date.UTC(2024, 2, 10, 6, 30), Date.UTC(2024, 2, 10, 7, 30)]).toContain(
      fromCivil(newYork, 2024, 2, 10, 2, 30),
    );
    expect(fromCivil(newYork, 2024, 10, 3, 1, 30)).toBe(Date.UTC(2024, 10, 3, 5, 30));
  });
});
