/** Applies the SQL of migrations/, each file once, with wrangler's own table, so that both see the same. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Database {
  prepare(sql: string): {
    bind(...values: unknown[]): { run(): Promise<unknown> };
    all(): Promise<{ results: any[] }>;
    run(): Promise<unknown>;
  };
  batch(statements: unknown[]): Promise<unknown>;
}

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

export async function applyMigrations(db: Database, directory: string): Promise<string[]> {
  await db
    .prepare(
      'CREATE TABLE IF NOT EXISTS d1_migrations (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE, applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL)',
    )
    .run();
  const { results } = await db.prepare('SELECT name FROM d1_migrations').all();
  const applied = new Set(results.map(({ name }) => name));
  const fresh = readdirSync(directory)
    .filter((name) => name.endsWith('.sql') && !applied.has(name))
    .sort();
  for (const name of fresh) {
    await db.batch([
      ...statements(readFileSync(join(directory, name), 'utf8')).map((sql) => db.prepare(sql)),
      db.prepare('INSERT INTO d1_migrations (name) VALUES (?)').bind(name),
    ]);
  }
  return fresh;
}
