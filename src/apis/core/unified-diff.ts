/**
 * The difference of two texts as `diff -u` shows it, three lines around each change, without names of files.
 * What is the same is found as Python's difflib finds it: github.com/pmezard/go-difflib, which upstream uses.
 */

type OpCode = readonly [
  tag: 'equal' | 'replace' | 'delete' | 'insert',
  i1: number,
  i2: number,
  j1: number,
  j2: number,
];
type Match = readonly [a: number, b: number, size: number];

const CONTEXT = 3;
/** Lines that occur more often than one in a hundred say nothing of where a text continues. */
const POPULAR_FROM = 200;
/** Beyond, only what begins and ends alike is told apart: the time it takes grows with the square. */
const MAX_LINES = 10_000;

/** @returns '' when the texts are equal; every line ends with a line feed. */
export function unifiedDiff(before: string, after: string): string {
  const a = before.split('\n');
  const b = after.split('\n');
  const lines: string[] = [];
  for (const group of groups(opCodes(a, b))) {
    const first = group[0]!;
    const last = group.at(-1)!;
    lines.push(`@@ -${range(first[1], last[2])} +${range(first[3], last[4])} @@`);
    for (const [tag, i1, i2, j1, j2] of group) {
      if (tag === 'equal') for (const line of a.slice(i1, i2)) lines.push(` ${line}`);
      if (tag === 'replace' || tag === 'delete') for (const line of a.slice(i1, i2)) lines.push(`-${line}`);
      if (tag === 'replace' || tag === 'insert') for (const line of b.slice(j1, j2)) lines.push(`+${line}`);
    }
  }
  return lines.map((line) => `${line}\n`).join('');
}

function range(start: number, stop: number): string {
  const length = stop - start;
  if (length === 1) return String(start + 1);
  return `${length === 0 ? start : start + 1},${length}`;
}

function opCodes(a: readonly string[], b: readonly string[]): OpCode[] {
  const codes: OpCode[] = [];
  let i = 0;
  let j = 0;
  for (const [ai, bj, size] of [...matches(a, b), [a.length, b.length, 0] as const]) {
    if (i < ai && j < bj) codes.push(['replace', i, ai, j, bj]);
    else if (i < ai) codes.push(['delete', i, ai, j, bj]);
    else if (j < bj) codes.push(['insert', i, ai, j, bj]);
    i = ai + size;
    j = bj + size;
    if (size > 0) codes.push(['equal', ai, i, bj, j]);
  }
  return codes;
}

/** Changes with their surroundings; those that touch are one. */
function groups(codes: OpCode[]): OpCode[][] {
  const list = codes.map((code) => [...code] as [OpCode[0], number, number, number, number]);
  const first = list[0];
  if (first?.[0] === 'equal') {
    first[1] = Math.max(first[1], first[2] - CONTEXT);
    first[3] = Math.max(first[3], first[4] - CONTEXT);
  }
  const last = list.at(-1);
  if (last?.[0] === 'equal') {
    last[2] = Math.min(last[2], last[1] + CONTEXT);
    last[4] = Math.min(last[4], last[3] + CONTEXT);
  }
  const result: OpCode[][] = [];
  let group: OpCode[] = [];
  for (const [tag, i1, i2, j1, j2] of list) {
    if (tag !== 'equal' || i2 - i1 <= 2 * CONTEXT) {
      group.push([tag, i1, i2, j1, j2]);
      continue;
    }
    group.push([tag, i1, Math.min(i2, i1 + CONTEXT), j1, Math.min(j2, j1 + CONTEXT)]);
    result.push(group);
    group = [[tag, Math.max(i1, i2 - CONTEXT), i2, Math.max(j1, j2 - CONTEXT), j2]];
  }
  if (group.length > 0) result.push(group);
  return result.filter((one) => one.some(([tag]) => tag !== 'equal'));
}

/** What is the same, in order; adjacent pieces are one. */
function matches(a: readonly string[], b: readonly string[]): Match[] {
  if (Math.max(a.length, b.length) > MAX_LINES) return ends(a, b);
  const places = placesOf(b);
  const found: Match[] = [];
  const open: [alo: number, ahi: number, blo: number, bhi: number][] = [[0, a.length, 0, b.length]];
  while (open.length > 0) {
    const [alo, ahi, blo, bhi] = open.pop()!;
    const [i, j, size] = longest(a, b, places, alo, ahi, blo, bhi);
    if (size === 0) continue;
    found.push([i, j, size]);
    if (alo < i && blo < j) open.push([alo, i, blo, j]);
    if (i + size < ahi && j + size < bhi) open.push([i + size, ahi, j + size, bhi]);
  }
  found.sort((x, y) => x[0] - y[0]);
  const merged: Match[] = [];
  for (const [i, j, size] of found) {
    const last = merged.at(-1);
    if (last && last[0] + last[2] === i && last[1] + last[2] === j) {
      merged[merged.length - 1] = [last[0], last[1], last[2] + size];
    } else merged.push([i, j, size]);
  }
  return merged;
}

function placesOf(b: readonly string[]): Map<string, number[]> {
  const places = new Map<string, number[]>();
  for (const [j, line] of b.entries()) {
    const list = places.get(line);
    if (list) list.push(j);
    else places.set(line, [j]);
  }
  if (b.length < POPULAR_FROM) return places;
  const often = Math.floor(b.length / 100) + 1;
  for (const [line, list] of places) if (list.length > often) places.delete(line);
  return places;
}

function longest(
  a: readonly string[],
  b: readonly string[],
  places: ReadonlyMap<string, readonly number[]>,
  alo: number,
  ahi: number,
  blo: number,
  bhi: number,
): Match {
  let besti = alo;
  let bestj = blo;
  let size = 0;
  let lengths = new Map<number, number>();
  for (let i = alo; i < ahi; i++) {
    const next = new Map<number, number>();
    for (const j of places.get(a[i]!) ?? []) {
      if (j < blo) continue;
      if (j >= bhi) break;
      const k = (lengths.get(j - 1) ?? 0) + 1;
      next.set(j, k);
      if (k > size) {
        besti = i - k + 1;
        bestj = j - k + 1;
        size = k;
      }
    }
    lengths = next;
  }
  while (besti > alo && bestj > blo && a[besti - 1] === b[bestj - 1]) {
    besti--;
    bestj--;
    size++;
  }
  while (besti + size < ahi && bestj + size < bhi && a[besti + size] === b[bestj + size]) size++;
  return [besti, bestj, size];
}

/** What two texts have in common at their beginning and at their end. */
function ends(a: readonly string[], b: readonly string[]): Match[] {
  const shorter = Math.min(a.length, b.length);
  let head = 0;
  while (head < shorter && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < shorter - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;
  const found: Match[] = [
    [0, 0, head],
    [a.length - tail, b.length - tail, tail],
  ];
  return found.filter(([, , size]) => size > 0);
}
