import { describe, expect, it } from 'vitest';
import { describeField, describeType } from './describe.ts';
import { COMMON_FIELDS, DESCRIPTIONS } from './descriptions/index.ts';
import type { Schema } from './schema.ts';
import { hasStruct, struct, structNames } from './table.ts';

/** Every kind of daily use: each of their fields, and of all below, is described by hand. */
const ROOTS = [
  'meta.v1.ObjectMeta',
  'meta.v1.ListMeta',
  'meta.v1.Status',
  'meta.v1.DeleteOptions',
  'core.v1.Pod',
  'apps.v1.Deployment',
  'apps.v1.ReplicaSet',
  'apps.v1.StatefulSet',
  'apps.v1.DaemonSet',
  'batch.v1.Job',
  'batch.v1.CronJob',
  'core.v1.Service',
  'networking.v1.Ingress',
  'core.v1.ConfigMap',
  'core.v1.Secret',
  'core.v1.Namespace',
  'core.v1.Node',
  'core.v1.PersistentVolume',
  'core.v1.PersistentVolumeClaim',
  'core.v1.ServiceAccount',
  'rbac.v1.Role',
  'rbac.v1.RoleBinding',
  'autoscaling.v1.HorizontalPodAutoscaler',
  'autoscaling.v2.HorizontalPodAutoscaler',
  'networking.v1.NetworkPolicy',
];

const innermost = (schema: Schema): Schema => {
  const inner = schema.items ?? schema.values;
  return inner ? innermost(inner) : schema;
};

function closure(roots: readonly string[]): string[] {
  const names = new Set(roots);
  for (const name of names) {
    for (const { schema } of struct(name).fields!.values()) {
      const { typeName } = innermost(schema);
      if (typeName) names.add(typeName);
    }
  }
  return [...names];
}

const fieldsIn = (text: string): string[] =>
  text
    .split('\n')
    .slice(1)
    .map((line) => line.slice(0, line.indexOf(' ')));

describe('descriptions', () => {
  it.each(closure(ROOTS))('%s and all its fields are described by hand', (name) => {
    const text = DESCRIPTIONS[name] ?? '';
    expect(text).not.toBe('');
    const own = new Set(fieldsIn(text));
    const missing = [...struct(name).fields!.keys()].filter(
      (field) => !own.has(field) && !Object.hasOwn(COMMON_FIELDS, field),
    );
    expect(missing).toEqual([]);
  });

  it.each(Object.entries(DESCRIPTIONS))('those of %s are of fields there are, in sentences', (name, text) => {
    expect(hasStruct(name)).toBe(true);
    const fields = fieldsIn(text);
    expect(fields.filter((field) => !struct(name).fields!.has(field))).toEqual([]);
    expect(new Set(fields).size).toBe(fields.length);
    for (const line of text.split('\n')) expect(line).toMatch(/^\S.*[^\s.]\.$/);
  });

  it('are there for every struct and field', () => {
    for (const name of structNames()) {
      expect(describeType(name)).toMatch(/\S\.$/);
      for (const field of struct(name).fields!.keys()) expect(describeField(name, field)).toMatch(/\S\.$/);
    }
  });

  it('of what has none are made from the name', () => {
    expect(describeType('core.v1.PodList')).toBe('A list of Pod objects.');
    expect(describeField('core.v1.ServiceList', 'items')).toBe('List of services.');
    expect(describeField('networking.v1.NetworkPolicyList', 'items')).toBe('List of network policies.');
    expect(describeField('storage.v1.StorageClassList', 'items')).toBe('List of storage classes.');
    expect(describeField('core.v1.EndpointsList', 'items')).toBe('List of endpoints.');
    expect(describeField('storage.v1.CSIDriverSpec', 'attachRequired')).toBe('Attach required.');
    expect(describeType('storage.v1.CSIDriverSpec')).toBe('CSI driver spec.');
  });
});
