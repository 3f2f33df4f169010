import { expect, it } from 'vitest';
import { parseCIDR, parseIP } from '../../apimachinery/ip.ts';
import { allocates, isReady, overlap } from './service-ranges.ts';

it.each([
  ['10.0.0.0/24', '10.0.0.0', false],
  ['10.0.0.0/24', '10.0.0.1', true],
  ['10.0.0.0/24', '10.0.0.255', false],
  ['10.0.0.0/24', '10.0.1.1', false],
  ['fd00::/120', 'fd00::', false],
  ['fd00::/120', 'fd00::ff', true],
  ['10.0.0.0/24', 'fd00::1', false],
])('%s gives out %s: %s', (block, ip, expected) => {
  expect(allocates(parseCIDR(block)!, parseIP(ip)!)).toBe(expected);
});

it.each([
  ['10.0.0.0/24', '10.0.0.128/25', true],
  ['10.0.0.128/25', '10.0.0.0/24', true],
  ['10.0.0.0/25', '10.0.0.128/25', false],
])('%s and %s overlap: %s', (a, b, expected) => {
  expect(overlap(parseCIDR(a)!, parseCIDR(b)!)).toBe(expected);
});

it('a range is ready until it goes or somebody says otherwise', () => {
  const ready = (status: string) => ({
    status: { conditions: [{ type: 'Ready', status, reason: '', message: '', lastTransitionTime: '' }] },
  });
  expect(isReady({})).toBe(true);
  expect(isReady(ready('True'))).toBe(true);
  expect(isReady(ready('False'))).toBe(false);
  expect(isReady({ metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } })).toBe(false);
});
