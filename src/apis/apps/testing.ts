/** Small pieces that the tests of workload kinds share. */
import type { FieldError } from '../../apimachinery/field-error.ts';
import type { PodTemplateSpec } from '../../apimachinery/types/core.v1.gen.ts';
import type { StrategyContext } from '../definition.ts';

/** A context at a fixed time, in ms since the epoch. */
export const context = (change: Partial<StrategyContext> = {}): StrategyContext => ({
  now: 0,
  random: { next: () => 0 } as unknown as StrategyContext['random'],
  user: { username: 'tester', groups: [] },
  namespace: 'shop',
  ...change,
});

/** Errors as lines of `path: message`. */
export const messages = (errors: readonly FieldError[]): string[] =>
  errors.map(({ field, message }) => `${field}: ${message}`);

/** A pod template with one container and label `app=web`. */
export const podTemplate = (): PodTemplateSpec => ({
  metadata: { labels: { app: 'web' } },
  spec: { containers: [{ name: 'web', image: 'nginx' }] },
});
