/**
 * Go's durations: their text in JSON, nanoseconds in protobuf. Source: Go's time.ParseDuration, Duration.String.
 */
const UNITS: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1000n,
  µs: 1000n,
  μs: 1000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
};
const MAX_INT64 = 9223372036854775807n;

/** Nanoseconds of a Go duration such as `1h0m0.5s`, or undefined if it is none. */
export function parseDuration(text: string): bigint | undefined {
  const match = /^([+-]?)((?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+|0)$/.exec(text);
  if (!match) return undefined;
  let total = 0n;
  for (const [, number, unit] of match[2]!.matchAll(/([\d.]+)(ns|us|µs|μs|ms|s|m|h)/g)) {
    const [whole = '', fraction = ''] = number!.split('.');
    const scale = UNITS[unit!]!;
    total += BigInt(whole || '0') * scale;
    const digits = fraction.slice(0, 18);
    if (digits) total += (BigInt(digits) * scale) / 10n ** BigInt(digits.length);
  }
  if (match[1] === '-') return total > MAX_INT64 + 1n ? undefined : -total;
  return total > MAX_INT64 ? undefined : total;
}

/** The text of a duration in nanoseconds, as Go's Duration.String: `1h0m0.5s`, `1.5ms`, `0s`. */
export function formatDuration(nanoseconds: bigint): string {
  if (nanoseconds === 0n) return '0s';
  const sign = nanoseconds < 0n ? '-' : '';
  const total = nanoseconds < 0n ? -nanoseconds : nanoseconds;
  for (const [limit, unit] of [
    [1000n, 'ns'],
    [1_000_000n, 'µs'],
    [1_000_000_000n, 'ms'],
  ] as const) {
    if (total < limit) return `${sign}${decimal(total, unit === 'ns' ? 1n : limit / 1000n)}${unit}`;
  }
  const minutes = total / UNITS.m!;
  const seconds = `${decimal(total % UNITS.m!, UNITS.s!)}s`;
  if (minutes === 0n) return sign + seconds;
  const hours = minutes / 60n;
  return `${sign}${hours > 0n ? `${hours}h` : ''}${minutes % 60n}m${seconds}`;
}

function decimal(value: bigint, scale: bigint): string {
  const rest = value % scale;
  if (rest === 0n) return String(value / scale);
  const digits = String(rest).padStart(String(scale).length - 1, '0');
  return `${value / scale}.${digits.replace(/0+$/, '')}`;
}
