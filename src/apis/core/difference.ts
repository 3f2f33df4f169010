/** How two values differ, for people. */
import { semanticEqual } from '../strategy.ts';

const MAX_LINES = 40;
const MAX_DEPTH = 32;
const MAX_VALUE = 200;

/**
 * One line for each place that differs, `- path: old` and `+ path: new`. Stands where upstream prints the output of
 * a Go library for comparing structs; its form is no contract. Bounded in lines and in their length.
 */
export function describeDifference(old: unknown, now: unknown, path: string): string {
  const lines: string[] = [];
  compare(old, now, path, 0, lines);
  return lines.length > MAX_LINES ? [...lines.slice(0, MAX_LINES), '  …'].join('\n') : lines.join('\n');
}

function compare(old: unknown, now: unknown, path: string, depth: number, lines: string[]): void {
  if (lines.length > MAX_LINES || semanticEqual(old, now)) return;
  if (
    isComposite(old) &&
    isComposite(now) &&
    Array.isArray(old) === Array.isArray(now) &&
    depth < MAX_DEPTH
  ) {
    for (const key of new Set([...Object.keys(old), ...Object.keys(now)])) {
      const here = Array.isArray(old) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`;
      compare(old[key], now[key], here, depth + 1, lines);
    }
    return;
  }
  if (old !== undefined) lines.push(`- ${path}: ${show(old)}`);
  if (now !== undefined) lines.push(`+ ${path}: ${show(now)}`);
}

const isComposite = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'null';
  return text.length > MAX_VALUE ? `${text.slice(0, MAX_VALUE)}…` : text;
}
