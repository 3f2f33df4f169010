/**
 * How large a regular expression is once its repetitions are written out, which is how they are compiled: `[a-z]{1,1000}`
 * is a thousand times `[a-z]`. Counted without parsing; what is no expression has some size or other.
 */

const REPEAT = /\{(\d{1,4})(?:,(\d{0,4}))?\}/y;

/** Go's words for one that it takes no trouble to compile. */
export const TOO_LARGE = 'expression too large';

export function regexpSize(source: string): number {
  /** What stands before each open parenthesis. */
  const outer: number[] = [];
  let total = 0;
  let last = 0;
  for (let at = 0; at < source.length; at++) {
    const char = source[at];
    if (char === '(') {
      outer.push(total + last);
      total = 0;
      last = 0;
      continue;
    }
    if (char === ')') {
      last = total + last + 1;
      total = outer.pop() ?? 0;
      continue;
    }
    REPEAT.lastIndex = at;
    const repeat = char === '{' ? REPEAT.exec(source) : null;
    if (repeat) {
      last *= Math.max(Number(repeat[2] || repeat[1]), 1);
      at += repeat[0].length - 1;
      continue;
    }
    total += last;
    last = 1;
    if (char === '\\') at++;
    else if (char === '[') at = endOfClass(source, at);
  }
  return outer.reduce((sum, size) => sum + size, total + last);
}

/** A class is one step, however long. */
function endOfClass(source: string, start: number): number {
  // A bracket that comes first is one of the class.
  let at = source[start + 1] === '^' ? start + 2 : start + 1;
  if (source[at] === ']') at++;
  /** The next end of a named class; behind the text: there is none. */
  let end = -1;
  for (; at < source.length && source[at] !== ']'; at++) {
    if (source[at] === '\\') at++;
    else if (source.startsWith('[:', at)) {
      if (end < at) end = source.indexOf(':]', at);
      if (end < 0) end = source.length;
      if (end < source.length) at = end + 1;
    }
  }
  return Math.min(at, source.length - 1);
}
