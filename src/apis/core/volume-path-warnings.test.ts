import { expect, it } from 'vitest';
import type { Volume } from '../../apimachinery/types/core.v1.gen.ts';
import { overlappingPathWarnings } from './volume-path-warnings.ts';

const files = (...paths: string[]) => paths.map((path) => ({ key: path, path }));

it.each<[string, Omit<Volume, 'name'>, string[]]>([
  ['apart', { configMap: { name: 'm', items: files('a', 'ab', 'b/c', 'b/d') } }, []],
  [
    'a config map',
    { configMap: { name: 'm', items: files('a', 'a/b', 'a/') } },
    [
      'volume "v" (ConfigMap "m"): overlapping paths: "a/b" with "a"',
      'volume "v" (ConfigMap "m"): overlapping paths: "a" with "a"',
      'volume "v" (ConfigMap "m"): overlapping paths: "a" with "a/b"',
    ],
  ],
  [
    'a secret',
    { secret: { secretName: 's', items: files('a/b', 'a') } },
    ['volume "v" (Secret "s"): overlapping paths: "a" with "a/b"'],
  ],
  [
    'fields',
    { downwardAPI: { items: [{ path: 'x' }, { path: 'x' }] } },
    ['volume "v" (DownwardAPI): overlapping paths: "x" with "x"'],
  ],
  [
    'many sources',
    {
      projected: {
        sources: [
          { secret: { name: 's', items: files('x') } },
          {},
          { clusterTrustBundle: { signerName: 'a.b/c', path: 'x/y' } },
          { downwardAPI: { items: [{ path: 'x/y/z' }] } },
          {
            podCertificate: {
              signerName: 'a.b/c',
              keyType: 'ED25519',
              keyPath: 'k',
              certificateChainPath: 'k',
            },
          },
        ],
      },
    },
    [
      'volume "v" (Projected) has no sources provided',
      'volume "v" (Projected): overlapping paths: "x/y" (ClusterTrustBundle "a.b/c") with "x" (Secret "s")',
      'volume "v" (Projected): overlapping paths: "x/y/z" (DownwardAPI) with "x" (Secret "s")',
      'volume "v" (Projected): overlapping paths: "x/y/z" (DownwardAPI) with "x/y" (ClusterTrustBundle "a.b/c")',
      'volume "v" (Projected): overlapping paths: "k" (PodCertificate key) with "k" (PodCertificate chain)',
    ],
  ],
])('files over files: %s', (_, source, expected) => {
  expect(overlappingPathWarnings([{ name: 'v', ...source }])).toEqual(expected);
});

it('takes no longer for each of many files, and tells of a thousand', () => {
  const many = Array.from({ length: 100_000 }, (_, n) => `d${n % 100}/f${n}`);
  const of = (paths: string[]) =>
    overlappingPathWarnings([{ name: 'v', configMap: { name: 'm', items: files(...paths) } }]);
  expect(of(many)).toEqual([]);
  expect(of(Array(20_000).fill('x'))).toHaveLength(1000);
});
