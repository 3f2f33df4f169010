/** Civil time in IANA time zones, by Intl. Follows Go's time.Date and time.LoadLocation. */

/** A time zone: `offset(ms)` is local time minus UTC at that moment, in ms. */
export interface TimeZone {
  readonly name: string;
  offset(ms: number): number;
}

export const UTC: TimeZone = { name: 'UTC', offset: () => 0 };

/** Zones are asked for by name again and again, and a formatter is slow to make. */
const zones = new Map<string, TimeZone>();
const MAX_ZONES = 1000;

/**
 * The zone of an IANA name. Names are case-sensitive, as on the file systems that Go reads them from.
 * @returns undefined when there is no such zone.
 */
export function timeZone(name: string): TimeZone | undefined {
  if (name === '' || name === 'UTC') return UTC;
  const known = zones.get(name);
  if (known) return known;
  const zone = intlZone(name);
  if (zone && zones.size < MAX_ZONES) zones.set(name, zone);
  return zone;
}

function intlZone(name: string): TimeZone | undefined {
  // Intl takes offsets such as `+01`, too, which are no names of zones.
  if (!/^[A-Za-z]/.test(name)) return undefined;
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch {
    return undefined;
  }
  const canonical = format.resolvedOptions().timeZone;
  if (canonical !== name && canonical.toLowerCase() === name.toLowerCase()) return undefined;
  return {
    name,
    offset(ms) {
      const whole = Math.floor(ms / 1000) * 1000;
      // `month/day/year, hour:minute:second`
      const [month, day, year, hour, minute, second] = format.format(whole).match(/\d+/g)!.map(Number) as [
        number,
        number,
        number,
        number,
        number,
        number,
      ];
      return Date.UTC(year, month - 1, day, hour, minute, second) - whole;
    },
  };
}

/**
 * The moment at which clocks of the zone show a date and time, in ms since the epoch; fields may overflow. A time
 * that the zone skips or repeats becomes one of its two readings, the one that Go chooses.
 */
export function fromCivil(
  zone: TimeZone,
  year: number,
  month: number,
  day: number,
  hour = 0,
  minute = 0,
  second = 0,
): number {
  const asUTC = Date.UTC(year, month, day, hour, minute, second);
  const guess = asUTC - zone.offset(asUTC);
  return asUTC - zone.offset(guess);
}
