import { describe, expect, it } from 'vitest';
import type { PodTemplateSpec } from '../../apimachinery/types/core.v1.gen.ts';
import { POD_TEMPLATE_HASH, sameTemplate } from './replica-sets.ts';

describe('two templates', () => {
  const template = (labels: Record<string, string>, container: object = {}): PodTemplateSpec => ({
    metadata: { labels },
    spec: { containers: [{ name: 'c', ...container }] },
  });

  it('are the same but for the hash', () => {
    expect(sameTemplate(template({ a: 'b' }), template({ a: 'b', [POD_TEMPLATE_HASH]: 'x' }))).toBe(true);
    expect(sameTemplate(template({ a: 'b' }), template({ a: 'c' }))).toBe(false);
  });

  it('are not the same when one has an empty struct that Go holds by pointer: that is a new rollout', () => {
    expect(sameTemplate(template({}, { securityContext: {} }), template({}))).toBe(false);
    expect(sameTemplate(template({}, { env: [] }), template({}))).toBe(true);
  });
});
