/**
 * Times as protobuf holds them: seconds since the epoch and nanoseconds.
 * Sources: kubernetes/apimachinery pkg/apis/meta/v1/time_proto.go, micro_time_proto.go.
 */
import { parseTime } from '../time.ts';
import { ProtobufError } from './wire.ts';

const LOWEST = -62167219200; // 0000-01-01T00:00:00Z
const HIGHEST = 253402300799; // 9999-12-31T23:59:59Z

/** RFC 3339 of seconds since the epoch. @throws ProtobufError outside of the years 0 to 9999, as Go's JSON. */
export function formatTimestamp(seconds: number): string {
  if (!(seconds >= LOWEST && seconds <= HIGHEST))
    throw new ProtobufError('Time: year outside of range [0,9999]');
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;
}

/** RFC 3339 with six digits; the rest of the nanoseconds is cut off. */
export function formatMicroTimestamp(seconds: number, nanos: number): string {
  const whole = seconds + Math.floor(nanos / 1e9);
  const micros = Math.floor((((nanos % 1e9) + 1e9) % 1e9) / 1000);
  return `${formatTimestamp(whole).slice(0, 19)}.${String(micros).padStart(6, '0')}Z`;
}

const FRACTION = /[.,](\d+)(?=(?:Z|[-+]\d\d:\d\d)$)/;

/** Seconds since the epoch, and the nanoseconds of the whole microseconds after them. @throws TimeError */
export function parseTimestamp(text: string): { seconds: number; nanos: number } {
  const fraction = FRACTION.exec(text)?.[1] ?? '';
  // Without the fraction: a double does not hold the microseconds of a far year.
  const seconds = Math.floor(parseTime(text.replace(FRACTION, '')) / 1000);
  return { seconds, nanos: Number(fraction.slice(0, 6).padEnd(6, '0')) * 1000 };
}
