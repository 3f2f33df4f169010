import { cloudflareTest, readD1Migrations } from '@cloudflare/vitest-plugin';
import { defineConfig } from 'vitest/config';

const root = new URL('../..', import.meta.url).pathname;

export default defineConfig(async () => ({
  root,
  plugins: [
    cloudflareTest({
      main: './test/workers/entry.ts',
      miniflare: {
        compatibilityDate: '2026-11-01',
        compatibilityFlags: ['enable_request_signal'],
        d1Databases: { DB: 'kedge' },
        durableObjects: {
          REVISION_LOG: { className: 'RevisionLog', useSQLite: true },
          WATCH_HUB: { className: 'WatchHub', useSQLite: true },
          FOLLOWER: { className: 'Follower', useSQLite: true },
        },
        bindings: {
          MIGRATIONS: await readD1Migrations(`${root}/migrations`),
          KEDGE_HISTORY_SECONDS: '0',
        },
      },
    }),
  ],
  test: {
    name: 'workers',
    include: ['src/**/*.workers.test.ts'],
    setupFiles: ['./test/workers/setup.ts'],
  },
}));
