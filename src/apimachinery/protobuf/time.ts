/**
 * Times and durations as JSON shows them, and as protobuf holds them.
 * Sources: kubernetes/apimachinery pkg/apis/meta/v1/time_proto.go, micro_time_proto.go; Go's time.Duration.
 */
import { ProtobufError } from './wire.ts';

const LOWEST = -62167219200; // 0000-01-01T00:00:00Z
const HIGHEST = 253402300799; // 9999-12-31T23:59:59Z

/** RFC 3339 of seconds since the epoch. @throws ProtobufError outside of the years 0 to 9999. */
export function formatTime(seconds: number): string {
  if (!(seconds >= LOWEST && seconds <= HIGHEST))
    throw new ProtobufError('Time: year outside of range [0,9999]');
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;
}

/** RFC 3339 with six digits; the rest of the nanoseconds is cut off. */
export function formatMicroTime(seconds: number, nanos: number): string {
  const whole = seconds + Math.floor(nanos / 1e9);
  const micros = Math.floor((((nanos % 1e9) + 1e9) % 1e9) / 1000);
  return `${formatTime(whole).slice(0, 19)}.${String(micros).padStart(6, '0')}Z`;
}

const RFC3339 = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:[.,](\d+))?(Z|[+-]\d\d:\d\d)$/;
const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Seconds and nanoseconds of an RFC 3339 text, or undefined if it is none. */
export function parseTime(text: string): { seconds: number; nanos: number; digits: number } | undefined {
  const match = RFC3339.exec(text);
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second, fraction = '', zone] = match as unknown as string[];
  const [y, mo, d, h, mi, s] = [year, month, day, hour, minute, second].map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (mo < 1 || mo > 12 || d < 1 || d > DAYS[mo - 1]! || h > 23 || mi > 59 || s > 59) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(y, mo - 1, d);
  date.setUTCHours(h, mi, s);
  // 29 February of a common year has become 1 March.
  if (date.getUTCDate() !== d) return undefined;
  let seconds = date.getTime() / 1000;
  if (zone !== 'Z') {
    const hours = Number(zone!.slice(1, 3));
    const minutes = Number(zone!.slice(4, 6));
    if (hours > 24 || minutes > 60) return undefined;
    seconds -= (zone![0] === '-' ? -1 : 1) * (hours * 3600 + minutes * 60);
  }
  return { seconds, nanos: Number(fraction.slice(0, 9).padEnd(9, '0')), digits: fraction.length };
}

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
