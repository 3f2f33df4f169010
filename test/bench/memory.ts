import { readdirSync, readFileSync } from 'node:fs';
import type { Scenario } from './scenario.ts';

/** The process and its descendants, since a server may run its parts in processes of their own. */
function family(pid: number): number[] {
  const parents = new Map<number, number>();
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      // "pid (name) state parent ...": the name may contain anything.
      const stat = readFileSync(`/proc/${entry}/stat`, 'utf8');
      parents.set(Number(entry), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
    } catch {
      // It has ended.
    }
  }
  const found = [pid];
  for (const one of found) for (const [child, parent] of parents) if (parent === one) found.push(child);
  return found;
}

const rss = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;

/** Resident memory of the server and what it started, in MiB. Linux only. */
export const memory: Scenario = {
  name: 'memory',
  async run(bench) {
    if (bench.pid === undefined) return;
    const parts = family(bench.pid).map(rss);
    const total = parts.reduce((sum, one) => sum + one, 0);
    bench.report({
      name: 'resident memory',
      note: `${total.toFixed(0)} MiB (${parts.map((one) => one.toFixed(0)).join(' + ')})`,
    });
  },
};
