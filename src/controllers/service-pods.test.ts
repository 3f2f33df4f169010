import { describe, expect, it } from 'vitest';
import type { Pod } from '../apimachinery/types/core.v1.gen.ts';
import {
  isHeadless,
  selectsPods,
  shouldBeInEndpoints,
  shouldSetHostname,
  TriggerTimes,
} from './service-pods.ts';

const pod = (name: string, ready: string): Pod => ({
  metadata: { name },
  status: { conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: ready }] },
});

describe('TriggerTimes', () => {
  const service = { metadata: { creationTimestamp: '2026-01-01T00:00:10Z' } };

  it('tells the earliest of what is new', () => {
    const times = new TriggerTimes();
    const a = pod('a', '2026-01-01T00:00:20Z');
    expect(times.compute('k', service, [a])).toBe('2026-01-01T00:00:10Z');
    expect(times.compute('k', service, [a])).toBeUndefined();
    const b = pod('b', '2026-01-01T00:00:30Z');
    expect(times.compute('k', service, [pod('a', '2026-01-01T00:00:40Z'), b])).toBe('2026-01-01T00:00:30Z');
    expect(times.compute('k', service, [b])).toBeUndefined();
  });

  it('forgets', () => {
    const times = new TriggerTimes();
    times.compute('k', service, []);
    times.forget('k');
    expect(times.compute('k', service, [])).toBe('2026-01-01T00:00:10Z');
  });
});

it.each([
  [{ spec: { selector: { a: 'b' } } }, true, true],
  [{ spec: { selector: {} } }, false, true],
  [{ spec: { clusterIP: '10.0.0.1' } }, false, false],
  [{ spec: { clusterIP: 'None' } }, false, true],
  [{ spec: { type: 'ExternalName', selector: { a: 'b' } } }, false, true],
])('%j selects pods: %j, is headless: %j', (service, selecting, headless) => {
  expect([selectsPods(service), isHeadless(service)]).toEqual([selecting, headless]);
});

it.each<[Pod, boolean, boolean]>([
  [{ status: { podIP: '1.1.1.1' } }, true, true],
  [{ status: { podIP: '1.1.1.1' }, metadata: { deletionTimestamp: 'T' } }, true, false],
  [{ status: { podIP: '1.1.1.1', phase: 'Failed' } }, false, false],
  [{ status: { podIPs: [] } }, false, false],
])('%j is an endpoint: %j, without terminating ones: %j', (given, all, staying) => {
  expect([shouldBeInEndpoints(given, true), shouldBeInEndpoints(given, false)]).toEqual([all, staying]);
});

it('gives hostnames below the service that is the subdomain', () => {
  const given: Pod = {
    metadata: { namespace: 'ns' },
    spec: { containers: [], hostname: 'a', subdomain: 'web' },
  };
  expect(shouldSetHostname(given, { metadata: { namespace: 'ns', name: 'web' } })).toBe(true);
  expect(shouldSetHostname(given, { metadata: { namespace: 'ns', name: 'other' } })).toBe(false);
  expect(shouldSetHostname(given, { metadata: { namespace: 'other', name: 'web' } })).toBe(false);
});
