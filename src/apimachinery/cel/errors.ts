/** What compiling and evaluating can end in besides a value. */

/**
 * A failed evaluation. Not a subclass of Error: errors are ordinary in CEL (`a || b` swallows one), and a stack trace
 * for each would cost more than the evaluation.
 */
export class CelError {
  readonly message: string;
  /** Cost and step limits are final: no `||` or `&&` swallows them. */
  readonly cancelled: boolean;

  constructor(message: string, cancelled = false) {
    this.message = message;
    this.cancelled = cancelled;
  }

  toString(): string {
    return this.message;
  }
}

/** A problem of the source at a place: line from 1, column from 0. */
export interface Issue {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** Longer lines are not shown with their problem (common/error.go). */
const MAX_SNIPPET_LENGTH = 16_384;
const MAX_ISSUES = 100;

function renderIssue(issue: Issue, lines: readonly string[], source: string, description: string): string {
  const head = `ERROR: ${description}:${issue.line}:${issue.column + 1}: ${issue.message}`;
  const line = lines[issue.line - 1];
  if (line === undefined || source === '') return head;
  const characters = [...line.replaceAll('\t', ' ')];
  if (line.length > MAX_SNIPPET_LENGTH) return head;
  const wide = (character: string | undefined) => character !== undefined && character.codePointAt(0)! > 0x7f;
  let pointer = '';
  for (const character of characters.slice(0, Math.max(issue.column, 0))) {
    pointer += wide(character) ? '\uff0e' : '.';
  }
  pointer += wide(characters[Math.max(issue.column, 0)]) ? '\uff3e' : '^';
  return `${head}\n | ${characters.join('')}\n | ${pointer}`;
}

/**
 * The text cel-go makes of issues, in the order of their places (common/errors.go, ToDisplayString): each with its line
 * of the source and a pointer below it. At most 100 are shown.
 */
export function renderIssues(issues: readonly Issue[], source: string, description = '<input>'): string {
  const lines = source.split('\n');
  const sorted = [...issues].sort((a, b) => a.line - b.line || a.column - b.column);
  const texts = sorted.slice(0, MAX_ISSUES).map((issue) => renderIssue(issue, lines, source, description));
  if (sorted.length > MAX_ISSUES) texts.push(`${sorted.length - MAX_ISSUES} more errors were truncated`);
  return texts.join('\n');
}
