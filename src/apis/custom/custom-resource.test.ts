import { describe, expect, it } from 'vitest';
import { catalogWith, storedOnce } from '../catalog.ts';
import type { JSONSchemaProps } from '../../apimachinery/types/apiextensions.v1.gen.ts';
import type { StrategyContext } from '../definition.ts';
import type { KubeObject } from '../object.ts';
import { customResourcesOf } from './custom-resource.ts';
import { crontabs, established, SCHEMA } from './testing.ts';

const context = {} as StrategyContext;
const [crontab] = customResourcesOf(established(crontabs()));
const definition = crontab!;
const object = (spec: unknown, more: object = {}): KubeObject => ({
  apiVersion: 'stable.example.com/v1',
  kind: 'CronTab',
  metadata: { name: 'a', namespace: 'default' },
  spec,
  ...more,
});
const two = crontabs({
  versions: [
    { name: 'v1', served: true, storage: false, schema: { openAPIV3Schema: SCHEMA }, deprecated: true },
    { name: 'v2', served: true, storage: true, schema: { openAPIV3Schema: SCHEMA } },
    { name: 'v3', served: false, storage: false, schema: { openAPIV3Schema: SCHEMA } },
  ],
});

describe('a definition', () => {
  it('makes nothing before it is established', () => {
    expect(customResourcesOf(crontabs())).toEqual([]);
  });

  it('makes a resource of each served version, one of them the stored one', () => {
    const made = customResourcesOf(established(two));
    expect(made.map(({ version, storedAs }) => [version, storedAs?.resource])).toEqual([
      ['v1', 'crontabs'],
      ['v2', undefined],
    ]);
    expect(made[0]!.deprecated).toBe(
      'stable.example.com/v1 CronTab is deprecated; use stable.example.com/v2 CronTab',
    );
    expect([...made[0]!.custom!.versions().keys()]).toEqual([
      'stable.example.com/v1',
      'stable.example.com/v2',
    ]);
  });

  it('is refused what only a webhook can convert', () => {
    const spec = { ...two.spec, conversion: { strategy: 'Webhook' } };
    const [v1] = customResourcesOf(established({ ...two, spec }));
    expect(() => v1!.storedAs!.fromStored(object({}))).toThrow(
      'conversion webhook for stable.example.com/v2, Kind=CronTab failed: ',
    );
    expect(() => v1!.storedAs!.toStored(object({}))).toThrow(
      'conversion webhook for stable.example.com/v1, Kind=CronTab failed: ',
    );
  });
});

describe('versions with different schemas', () => {
  const withSpec = (properties: JSONSchemaProps['properties']): JSONSchemaProps => ({
    type: 'object',
    properties: { spec: { type: 'object', properties } },
  });
  const text: JSONSchemaProps = { type: 'string' };
  const old = withSpec({ both: text, old: text, oldDefault: { ...text, default: 'x' } });
  const current = withSpec({ both: text, current: text, color: { ...text, default: 'red' } });
  const made = customResourcesOf(
    established(
      crontabs({
        versions: [
          { name: 'v1', served: true, storage: false, schema: { openAPIV3Schema: old } },
          { name: 'v2', served: true, storage: true, schema: { openAPIV3Schema: current } },
        ],
      }),
    ),
  );
  const [v1, v2] = made;

  it('store what the stored version knows, and leave what they were given alone', () => {
    const given = object({ both: 'a', old: 'b' });
    expect(v1!.storedAs!.toStored(given).spec).toEqual({ both: 'a' });
    expect(given.spec).toEqual({ both: 'a', old: 'b' });
  });
  it('read what both know, with the defaults of the stored one', () => {
    const stored = object({ both: 'a', current: 'c' });
    expect(v1!.storedAs!.fromStored(structuredClone(stored)).spec).toEqual({ both: 'a' });
    v2!.custom!.fromStorage(stored);
    expect(stored.spec).toEqual({ both: 'a', current: 'c', color: 'red' });
  });
});

describe('a catalog', () => {
  it('finds custom resources beside the built-in ones, which they never hide', () => {
    const pods = { ...definition, group: '', resource: 'pods' };
    const roles = { ...definition, group: 'rbac.authorization.k8s.io', version: 'v9', resource: 'roles' };
    const catalog = catalogWith([definition, pods, roles]);
    expect(catalog.find('stable.example.com', 'v1', 'crontabs')).toBe(definition);
    expect(catalog.findKind('stable.example.com/v1', 'CronTab')).toBe(definition);
    expect(catalog.find('', 'v1', 'pods')!.custom).toBeUndefined();
    expect([catalog.hasGroup('stable.example.com'), catalog.hasGroup('apps'), catalog.hasGroup('x')]).toEqual(
      [true, true, false],
    );
    expect(catalog.custom).toEqual([definition]);
  });

  it('knows the stored version, and one of them when that is not served', () => {
    const made = customResourcesOf(established(two));
    const catalog = catalogWith(made);
    expect(catalog.stored('stable.example.com', 'crontabs')!.version).toBe('v2');
    expect(storedOnce(catalog.custom).map(({ version }) => version)).toEqual(['v2']);
    expect(storedOnce([made[0]!]).map(({ version }) => version)).toEqual(['v1']);
  });
});

describe('an object', () => {
  it('gets defaults and loses unknown fields, which are told', () => {
    const sent = object({ schedule: '* * * * *', foo: 1 }, { metadata: { name: 'a', bar: 1 } });
    expect(definition.custom!.admitFields(sent)).toEqual([
      'unknown field "metadata.bar"',
      'unknown field "spec.foo"',
    ]);
    expect(sent.spec).toEqual({ schedule: '* * * * *', replicas: 2 });
    expect(sent.metadata).toEqual({ name: 'a' });
  });

  it('that was stored under another schema is brought to this one', () => {
    const stored = object({ schedule: '* * * * *', gone: 1 });
    definition.custom!.fromStorage(stored);
    expect(stored.spec).toEqual({ schedule: '* * * * *', replicas: 2 });
  });

  it('is checked against the schema, the scale and what lists say of themselves', () => {
    const { strategy } = definition;
    const errors = (spec: unknown) =>
      strategy.validate!(object(spec), context).map(({ field, message }) => `${field}: ${message}`);
    expect(errors({ schedule: 'x' })).toEqual([]);
    expect(errors({ replicas: -1 })).toContain('spec.schedule: Required value');
    expect(errors({ schedule: 'x', hosts: ['a', 'a'] })).toEqual(['spec.hosts[1]: Duplicate value: "a"']);
    expect(errors({ schedule: 'x', replicas: -1 })).toEqual([
      'spec.replicas: Invalid value: -1: spec.replicas in body should be greater than or equal to 0',
      '.spec.replicas: Invalid value: -1: should be a non-negative integer',
    ]);
  });

  it('is refused metadata that cannot be read, in the words of the decoder', () => {
    const admit = (more: object) => () => definition.custom!.admitFields(object({ schedule: 'x' }, more));
    expect(admit({ metadata: 'x' })).toThrow(
      'json: cannot unmarshal string into Go value of type v1.ObjectMeta',
    );
    expect(admit({ metadata: { labels: { a: 1 } } })).toThrow(
      'json: cannot unmarshal number into Go struct field ObjectMeta.labels of type string',
    );
  });

  it('loses nulls before it gets defaults', () => {
    const sent = object({ schedule: null, replicas: null });
    expect(definition.custom!.admitFields(sent)).toEqual([]);
    expect(sent.spec).toEqual({ replicas: 2 });
  });

  it('is not asked rules that speak of another shape, because of its metadata, too', () => {
    const props: JSONSchemaProps = { type: 'object', 'x-kubernetes-validations': [{ rule: 'false' }] };
    const [ruled] = customResourcesOf(
      established(
        crontabs({
          versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: props } }],
        }),
      ),
    );
    const messages = (metadata: object) =>
      ruled!.strategy.validate!({ ...object({}), metadata }, context).map(({ message }) => message);
    expect(messages({ name: 'a', namespace: 'default' })).toEqual(['Invalid value: failed rule: false']);
    expect(messages({ namespace: 'default' })).toEqual([
      'Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing errors to complete validation',
    ]);
  });

  it('loses a status that only its endpoint may set', () => {
    const created = object({ schedule: 'x' }, { status: { replicas: 1 } });
    definition.strategy.prepareForCreate!(created, context);
    expect(created.status).toBeUndefined();
    const updated = object({ schedule: 'x' }, { status: { replicas: 7 } });
    definition.strategy.prepareForUpdate!(updated, object({}, { status: { replicas: 1 } }), context);
    expect(updated.status).toEqual({ replicas: 1 });
  });

  it('is warned of finalizers without a domain, once', () => {
    const old = object({}, { metadata: { name: 'a', finalizers: ['old'] } });
    const next = object(
      {},
      { metadata: { name: 'a', finalizers: ['old', 'foo', 'a.com', 'b.com/c', 'orphan'] } },
    );
    expect(definition.strategy.warningsOnUpdate!(next, old, context)).toEqual([
      'metadata.finalizers: "a.com": prefer a domain-qualified finalizer name including a path (/) to avoid accidental conflicts with other finalizer writers',
      'metadata.finalizers: "foo": prefer a domain-qualified finalizer name to avoid accidental conflicts with other finalizer writers',
    ]);
  });
});
