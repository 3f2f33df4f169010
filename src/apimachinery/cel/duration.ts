/** Spans of time as Go writes and reads them (time.ParseDuration), in nanoseconds. */

const UNITS: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  μs: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
};

const PART = /(\d*)(?:\.(\d*))?(ns|us|µs|μs|ms|s|m|h)/y;
const MAX = 2n ** 63n - 1n;

/** Nanoseconds of a text like `1h30m` or `-1.5s`; undefined when it is no duration or does not fit 64 bits. */
export function parseDuration(text: string): bigint | undefined {
  const negative = text.startsWith('-');
  const body = negative || text.startsWith('+') ? text.slice(1) : text;
  if (body === '0') return 0n;
  if (body === '') return undefined;
  let nanos = 0n;
  PART.lastIndex = 0;
  while (PART.lastIndex < body.length) {
    const match = PART.exec(body);
    if (match === null) return undefined;
    const [, whole, fraction, name] = match as unknown as [string, string, string | undefined, string];
    if (whole === '' && (fraction === undefined || fraction === '')) return undefined;
    if (whole.length > 20) return undefined;
    const unit = UNITS[name]!;
    nanos += BigInt(whole || '0') * unit;
    // Go computes the fraction as a double and cuts it; 18 digits say the same.
    const digits = (fraction ?? '').slice(0, 18);
    if (digits !== '') nanos += (BigInt(digits) * unit) / 10n ** BigInt(digits.length);
    if (nanos > MAX + 1n) return undefined;
  }
  if (negative) return -nanos;
  return nanos > MAX ? undefined : nanos;
}

/** `90s`, `1.5s`: what string(duration) gives. */
export function formatDuration(nanos: bigint): string {
  const negative = nanos < 0n;
  const magnitude = negative ? -nanos : nanos;
  const fraction = String(magnitude % 1_000_000_000n)
    .padStart(9, '0')
    .replace(/0+$/, '');
  return `${negative ? '-' : ''}${magnitude / 1_000_000_000n}${fraction === '' ? '' : `.${fraction}`}s`;
}
