import { describe, expect, it } from 'vitest';
import { COMPUTED, HEARTBEAT_ANNOTATION, presentLease, presentNode } from './heartbeat.ts';

const NOW = Date.parse('2026-01-01T01:02:13.500Z');
const annotations = { [HEARTBEAT_ANNOTATION]: COMPUTED };

describe('heartbeats', () => {
  it('shows a computed lease as renewed in the last ten seconds', () => {
    const lease = { metadata: { annotations }, spec: { renewTime: '2026-01-01T00:00:00.000000Z' } };
    presentLease(lease, NOW);
    expect(lease.spec.renewTime).toBe('2026-01-01T01:02:10.000000Z');
  });

  it('leaves the lease of a real kubelet alone', () => {
    const lease = { metadata: {}, spec: { renewTime: '2026-01-01T00:00:00.000000Z' } };
    presentLease(lease, NOW);
    expect(lease.spec.renewTime).toBe('2026-01-01T00:00:00.000000Z');
  });

  const node = (ready: string, lastHeartbeatTime: string) => ({
    metadata: { annotations },
    status: { conditions: [{ type: 'Ready', status: ready, lastHeartbeatTime }] },
  });

  it('shows a ready node as reported in the last five minutes', () => {
    const seen = node('True', '2026-01-01T00:00:00Z');
    presentNode(seen, NOW);
    expect(seen.status.conditions[0]!.lastHeartbeatTime).toBe('2026-01-01T01:00:00Z');
  });

  it('never shows a report as older than it is, nor that of a node that is not ready', () => {
    const fresh = node('True', '2026-01-01T01:02:00Z');
    presentNode(fresh, NOW);
    expect(fresh.status.conditions[0]!.lastHeartbeatTime).toBe('2026-01-01T01:02:00Z');
    const dead = node('Unknown', '2026-01-01T00:00:00Z');
    presentNode(dead, NOW);
    expect(dead.status.conditions[0]!.lastHeartbeatTime).toBe('2026-01-01T00:00:00Z');
  });
});
