/**
 * D1 for the local runtime: the worker behind the binding `DB`, one Durable Object whose SQLite database it is.
 * Speaks the protocol of the runtime's own D1 binding: a POST of statements, which are one transaction, answered with columns
 * and rows. The database has the name and the place that Miniflare gave it, so that state directories stay what they are.
 */
import type { Migration } from './runtime.ts';

type Value = string | number | null;

interface Query {
  readonly sql: string;
  readonly params?: readonly Value[] | null;
}

interface Cursor {
  readonly columnNames: string[];
  readonly rowsRead: number;
  readonly rowsWritten: number;
  raw(): Iterable<Value[]>;
}

interface State {
  readonly storage: {
    readonly sql: { exec(sql: string, ...params: readonly Value[]): Cursor; readonly databaseSize: number };
    transactionSync<T>(work: () => T): T;
  };
}

interface Env {
  readonly DATABASE: { getByName(name: string): { fetch(request: Request): Promise<Response> } };
  readonly MIGRATIONS: readonly Migration[];
}

export class Database {
  readonly #storage: State['storage'];
  /** Rows written since the connection was opened, those of triggers among them. */
  #changes: number;

  constructor(state: State, env: Env) {
    this.#storage = state.storage;
    try {
      const applied = this.#migrate(env.MIGRATIONS);
      if (applied.length > 0) console.log(`kedge: migrated: ${applied.join(', ')}`);
      this.#changes = this.#written().total;
    } catch (error) {
      console.error(`kedge: the database is damaged: ${String((error as Error)?.message ?? error)}`);
      throw error;
    }
  }

  /** Applies each migration once. The table is wrangler's own, so that both see the same. */
  #migrate(migrations: readonly Migration[]): string[] {
    const { sql } = this.#storage;
    sql.exec(
      'CREATE TABLE IF NOT EXISTS d1_migrations (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE, applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL)',
    );
    const applied = new Set([...sql.exec('SELECT name FROM d1_migrations').raw()].map(([name]) => name));
    const fresh = migrations.filter(({ name }) => !applied.has(name));
    for (const { name, statements } of fresh) {
      this.#storage.transactionSync(() => {
        for (const statement of statements) sql.exec(statement);
        sql.exec('INSERT INTO d1_migrations (name) VALUES (?)', name);
      });
    }
    return fresh.map(({ name }) => name);
  }

  async fetch(request: Request): Promise<Response> {
    const body = (await request.json()) as Query | readonly Query[];
    const queries = Array.isArray(body) ? body : [body];
    const named = new URL(request.url).searchParams.get('resultsFormat') !== 'ROWS_AND_COLUMNS';
    try {
      return Response.json(
        this.#storage.transactionSync(() => queries.map((query) => this.#run(query, named))),
      );
    } catch (error) {
      this.#changes = this.#written().total;
      return Response.json({ success: false, error: String((error as Error)?.message ?? error) });
    }
  }

  #run({ sql, params }: Query, named: boolean): unknown {
    const begin = performance.now();
    const cursor = this.#storage.sql.exec(sql, ...(params ?? []));
    const rows = [...cursor.raw()];
    const duration = performance.now() - begin;
    const columns = cursor.columnNames;
    let changes = 0;
    let last = 0;
    if (cursor.rowsWritten > 0) {
      const written = this.#written();
      changes = written.total - this.#changes;
      this.#changes = written.total;
      last = written.last;
    }
    return {
      success: true,
      results: named
        ? rows.map((row) => Object.fromEntries(columns.map((name, index) => [name, row[index]])))
        : { columns, rows },
      meta: {
        served_by: 'local',
        served_by_primary: true,
        total_attempts: 1,
        duration,
        timings: { sql_duration_ms: duration },
        changes,
        last_row_id: last,
        changed_db: changes > 0,
        size_after: this.#storage.sql.databaseSize,
        rows_read: cursor.rowsRead,
        rows_written: cursor.rowsWritten,
      },
    };
  }

  #written(): { total: number; last: number } {
    const [row] = this.#storage.sql.exec('SELECT total_changes(), last_insert_rowid()').raw();
    return { total: row![0] as number, last: row![1] as number };
  }
}

export default {
  fetch: (request: Request, env: Env): Promise<Response> => env.DATABASE.getByName('kedge').fetch(request),
};
