import { describe, expect, it } from 'vitest';
import { hasStruct, struct, structNames } from './table.ts';

describe('the schema table', () => {
  it('parses every struct', () => {
    for (const name of structNames()) {
      for (const field of struct(name).fields!.values()) {
        expect(field.schema, `${name}.${field.name}`).toBeDefined();
      }
    }
  });
  it('knows what it has', () => {
    expect(hasStruct('core.v1.Pod')).toBe(true);
    expect(hasStruct('core.v1.Nothing')).toBe(false);
    expect(hasStruct('toString')).toBe(false);
    expect(() => struct('core.v1.Nothing')).toThrow('no struct core.v1.Nothing');
  });
  it.each([
    ['apps.v1.DeploymentSpec', 'replicas', { required: false, pointer: true, shown: false, path: [1] }],
    ['apps.v1.DeploymentSpec', 'selector', { required: true, pointer: true, shown: true, path: [2] }],
    ['apps.v1.DeploymentSpec', 'template', { required: true, pointer: false, shown: true, path: [3] }],
    ['apps.v1.DeploymentSpec', 'paused', { required: false, pointer: false, shown: false, path: [7] }],
    ['core.v1.PodCondition', 'lastProbeTime', { required: false, pointer: false, shown: true, path: [3] }],
    ['core.v1.Container', 'name', { required: true, pointer: false, shown: true, path: [1] }],
    ['core.v1.Volume', 'configMap', { required: false, pointer: true, shown: false, path: [2, 19] }],
    ['core.v1.Pod', 'kind', { path: [] }],
    ['meta.v1.ObjectMeta', 'creationTimestamp', { pointer: false, shown: false }],
    ['meta.v1.APIResource', 'verbs', { path: [4, 1] }],
    ['core.v1.ServicePort', 'targetPort', { pointer: false, shown: true }],
  ])('%s.%s', (typeName, name, expected) => {
    expect(struct(typeName).fields!.get(name)).toMatchObject(expected);
  });
  it('parses types and attributes', () => {
    const pod = struct('core.v1.PodSpec').fields!;
    expect(pod.get('containers')!.schema).toMatchObject({
      type: 'array',
      items: { typeName: 'core.v1.Container' },
      listType: 'map',
      listMapKeys: ['name'],
      patchStrategies: ['merge'],
      patchMergeKey: 'name',
    });
    expect(pod.get('nodeSelector')!.schema).toMatchObject({
      type: 'map',
      values: { type: 'string' },
      atomic: true,
    });
    const volume = struct('core.v1.PersistentVolumeSpec').fields!;
    expect(volume.get('claimRef')!.schema).toMatchObject({ type: 'struct', atomic: false });
    expect(struct('core.v1.ObjectReference').atomic).toBe(true);
    const props = struct('apiextensions.v1.JSONSchemaProps').fields!;
    expect(props.get('items')!.schema).toEqual({ type: 'raw', format: 'schemaOrArray' });
    expect(props.get('not')!.schema).toBe(struct('apiextensions.v1.JSONSchemaProps'));
  });
});
