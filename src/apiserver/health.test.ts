import { describe, expect, it, vi } from 'vitest';
import { checksOf, health } from './health.ts';

async function ask(path: string, database: () => Promise<void> = async () => {}): Promise<string> {
  const url = new URL(`https://c${path}`);
  const answer = await health(url.pathname, url.searchParams, checksOf(database));
  return answer ? `${answer.status} ${await answer.text()}` : 'not mine';
}
const broken = async (): Promise<void> => {
  throw new Error('away');
};

describe('health', () => {
  it.each([
    ['/healthz', '200 ok'],
    ['/livez/', '404 404 page not found\n'],
    ['/healthz/ping/', '404 404 page not found\n'],
    ['/readyz/etcd', '200 ok'],
    ['/readyz/poststarthook/rbac/bootstrap-roles', '200 ok'],
    ['/livez/shutdown', '404 404 page not found\n'],
    ['/healthy', 'not mine'],
  ])('%s: %s', async (path, answer) => {
    expect(await ask(path)).toBe(answer);
  });
  it('tells of each check', async () => {
    const said = await ask('/livez?verbose&exclude=log&exclude=other');
    expect(said).toMatch(/^200 \[\+\]ping ok\n\[\+\]log excluded: ok\n\[\+\]etcd ok\n/);
    expect(said).toContain('warn: some health checks cannot be excluded: no matches for "other"\n');
    expect(said).toMatch(/\nlivez check passed\n$/);
  });
  it('fails with what fails, and keeps the reason to itself', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {});
    expect(await ask('/readyz', broken)).toMatch(
      /^500 [\s\S]*\n\[-\]etcd failed: reason withheld\n[\s\S]*readyz check failed\n$/,
    );
    expect(await ask('/readyz/etcd', broken)).toBe('500 internal server error: reason withheld\n');
    expect(await ask('/readyz?exclude=etcd&exclude=etcd-readiness', broken)).toBe('200 ok');
    log.mockRestore();
  });
});
