/**
 * Clocks: whoever tells or waits for time asks one of these, never the wall clock.
 * All times are milliseconds since the Unix epoch.
 */

export interface Clock {
  /** The time now, in milliseconds since the epoch. */
  now(): number;
}

/** The machine's own clock. */
export const systemClock: Clock = { now: () => Date.now() };

export interface FakeClock extends Clock {
  /** Moves the clock on (or, with a negative number, back). */
  advance(milliseconds: number): void;
  set(time: number): void;
}

/** A clock that stands still until it is moved. */
export function fakeClock(start = 0): FakeClock {
  let time = start;
  return {
    now: () => time,
    advance(milliseconds) {
      time += milliseconds;
    },
    set(to) {
      time = to;
    },
  };
}

export interface Skew {
  /** How many milliseconds pass here for each one of the base clock; 0 stands still. Default 1. */
  readonly rate?: number;
  /** Milliseconds added to the base clock's time at `since`. Default 0. */
  readonly offset?: number;
  /** Time of the base clock from which the rate counts, so that a change of rate is no jump. Default 0. */
  readonly since?: number;
}

export interface SkewedClock extends Clock {
  /** The time of the base clock at which this clock shows `time`; Infinity when it never will (rate 0). */
  toBase(time: number): number;
}

/** A clock that runs at its own rate from its own offset: `since + offset + (base - since) * rate`. */
export function skewedClock(base: Clock, { rate = 1, offset = 0, since = 0 }: Skew = {}): SkewedClock {
  return {
    now: () => since + offset + (base.now() - since) * rate,
    toBase(time) {
      const ahead = time - since - offset;
      if (rate !== 0) return since + ahead / rate;
      return ahead <= 0 ? since : Number.POSITIVE_INFINITY;
    },
  };
}
