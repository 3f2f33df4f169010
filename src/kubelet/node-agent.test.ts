import { describe, expect, it } from 'vitest';
import { pod, startNode } from './testing.ts';

describe('the agent of a node', () => {
  it('runs a pod, with two writes', async () => {
    const node = await startNode();
    await node.create(pod());
    await node.advance(1000);
    const { status } = (await node.pod('web'))!;
    expect(node.errors).toEqual([]);
    expect(status?.phase).toBe('Running');
    expect(node.writes).toBeLessThanOrEqual(2);
    await node.delete('web');
    expect(await node.pod('web')).toBeUndefined();
    expect(node.errors).toEqual([]);
  });
});
