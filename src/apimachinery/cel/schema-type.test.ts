import { describe, expect, it } from 'vitest';
import { struct } from '../schema/table.ts';
import { compile, kubernetesEnvironment } from './cel.ts';
import { schemaType } from './schema-type.ts';

const env = kubernetesEnvironment().extend({
  variables: { object: schemaType(struct('apps.v1.Deployment')) },
});

function evaluate(source: string, object: unknown) {
  const compiled = compile(source, env);
  if (!compiled.ok) return compiled.text.split('\n')[0];
  const result = compiled.program.evaluate({ object });
  return result.ok ? result.value : result.error.message;
}

const object = {
  metadata: { name: 'a', creationTimestamp: '2024-01-02T03:04:05Z', labels: { x: 'y' } },
  spec: {
    replicas: 3,
    template: { spec: { containers: [{ name: 'c', image: 'i', resources: { limits: { cpu: '500m' } } }] } },
    strategy: { rollingUpdate: { maxSurge: '25%', maxUnavailable: 1 } },
  },
};

describe('expressions over built-in kinds', () => {
  it.each([
    ['object.spec.replicas + 1', 4n],
    ['object.metadata.creationTimestamp.getFullYear()', 2024n],
    ['object.metadata.labels.x', 'y'],
    ['object.spec.template.spec.containers.all(c, c.image != "" && !has(c.command))', true],
    [
      'quantity(object.spec.template.spec.containers[0].resources.limits["cpu"]).isLessThan(quantity("1"))',
      true,
    ],
    ['string(object.spec.strategy.rollingUpdate.maxSurge)', '25%'],
    ['int(object.spec.strategy.rollingUpdate.maxUnavailable)', 1n],
    ['object.spec.replica', "ERROR: <input>:1:12: undefined field 'replica'"],
    ['object.spec.paused', 'no such key: paused'],
    [
      'object.spec.replicas == "3"',
      "ERROR: <input>:1:22: found no matching overload for '_==_' applied to '(int, string)'",
    ],
  ])('%s', (source, value) => {
    expect(evaluate(source, object)).toEqual(value);
  });
});
