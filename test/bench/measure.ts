/** Running things and timing them. */

/** One line of the result. Times in ms; absent when there is nothing to tell. */
export interface Measurement {
  readonly name: string;
  /** Operations measured. */
  readonly count?: number;
  /** Operations a second. */
  readonly rate?: number;
  readonly p50?: number;
  readonly p99?: number;
  /** Anything else worth telling. */
  readonly note?: string;
}

export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(Math.floor(sorted.length * share), sorted.length - 1)] ?? Number.NaN;
}

export function measurement(
  name: string,
  times: readonly number[],
  seconds?: number,
  note?: string,
): Measurement {
  const sorted = [...times].sort((a, b) => a - b);
  return {
    name,
    count: times.length,
    ...(seconds === undefined ? {} : { rate: times.length / seconds }),
    p50: percentile(sorted, 0.5),
    p99: percentile(sorted, 0.99),
    ...(note === undefined ? {} : { note }),
  };
}

/** Does `work` for 0..count-1 with so many clients at once, for so many seconds at the most. */
export async function measure(
  name: string,
  options: { clients: number; count: number; seconds: number },
  work: (index: number) => Promise<unknown>,
): Promise<Measurement> {
  const times: number[] = [];
  const begin = performance.now();
  let next = 0;
  await Promise.all(
    Array.from({ length: options.clients }, async () => {
      while (next < options.count && performance.now() - begin < options.seconds * 1000) {
        const index = next++;
        const started = performance.now();
        await work(index);
        times.push(performance.now() - started);
      }
    }),
  );
  return measurement(name, times, (performance.now() - begin) / 1000);
}

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
