import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      'test/workers/vitest.config.ts',
      {
        test: {
          name: 'unit',
          include: ['src/**/*.test.ts'],
          exclude: ['src/**/*.workers.test.ts'],
          environment: 'node',
          setupFiles: ['test/support/seed.ts'],
          // For a machine that has other things to do; nothing is timed here.
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'blackbox',
          include: ['test/**/*.test.ts'],
          exclude: ['test/bench/**', 'test/conformance/**', 'test/workers/**'],
          environment: 'node',
          globalSetup: ['test/support/server.ts'],
          setupFiles: ['test/support/show-log.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'conformance',
          include: ['test/conformance/**/*.test.ts'],
          environment: 'node',
          globalSetup: ['test/support/server.ts'],
          setupFiles: ['test/support/show-log.ts'],
          // Most of the time is waited; one file waits for the clock's next minute.
          maxWorkers: 2,
          testTimeout: 90_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
