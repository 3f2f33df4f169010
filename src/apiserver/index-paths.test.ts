import { expect, it } from 'vitest';
import { respondIndex } from './index-paths.ts';

it('lists the paths of the server, sorted', async () => {
  const { paths } = (await respondIndex().json()) as { paths: string[] };
  expect(paths).toEqual([...paths].sort());
  expect(paths).toEqual(
    expect.arrayContaining([
      '/api/v1',
      '/apis/',
      '/apis/apps',
      '/apis/apps/v1',
      '/readyz/shutdown',
      '/version',
    ]),
  );
  expect(paths).not.toContain('/livez/shutdown');
  expect(paths).not.toContain('/apis/v1');
});
