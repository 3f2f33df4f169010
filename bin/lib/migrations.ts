/** Reads the SQL of migrations/. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Migration } from './runtime.ts';

/** Statements of a file: split at the semicolons that end a line, but not inside a trigger. */
export function statements(sql: string): string[] {
  const found: string[] = [];
  let current = '';
  let inTrigger = false;
  for (const line of sql.split('\n')) {
    if (/^\s*--/.test(line)) continue;
    if (/^\s*CREATE TRIGGER/i.test(line)) inTrigger = true;
    current += `${line}\n`;
    if (/;\s*$/.test(line) && (!inTrigger || /^\s*END;\s*$/i.test(line))) {
      if (current.trim() !== '') found.push(current.trim().replace(/;$/, ''));
      current = '';
      inTrigger = false;
    }
  }
  return found;
}

/** The migrations of a directory, in order. */
export const readMigrations = (directory: string): Migration[] =>
  readdirSync(directory)
    .filter((name) => name.endsWith('.sql'))
    .sort()
    .map((name) => ({ name, statements: statements(readFileSync(join(directory, name), 'utf8')) }));
