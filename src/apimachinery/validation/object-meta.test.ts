import { describe, expect, it } from 'vitest';
import type { FieldError } from '../field-error.ts';
import type { ObjectMeta } from '../types/meta.v1.gen.ts';
import { nameIsDNSLabel } from './names.ts';
import {
  validateAnnotations,
  validateFinalizers,
  validateImmutableField,
  validateManagedFields,
  validateObjectMeta,
  validateObjectMetaUpdate,
} from './object-meta.ts';

const texts = (errors: FieldError[]) => errors.map(({ field, message }) => `${field}: ${message}`);
const create = (meta: ObjectMeta, namespaced = true) => texts(validateObjectMeta(meta, { namespaced }));
const good: ObjectMeta = { name: 'web', namespace: 'shop' };

describe('validateObjectMeta', () => {
  it('accepts an ordinary object', () => {
    expect(
      create({
        ...good,
        generateName: 'web-',
        labels: { a: 'b' },
        annotations: { 'A.b/C': 'any\nthing' },
        finalizers: ['example.com/f'],
        generation: 1,
      }),
    ).toEqual([]);
    expect(create({ name: 'node.example.com' }, false)).toEqual([]);
  });

  it('wants a name that the rule allows', () => {
    expect(create({ namespace: 'shop' })).toEqual([
      'metadata.name: Required value: name or generateName is required',
    ]);
    expect(create({ ...good, name: 'Web', generateName: 'Web-' })).toHaveLength(2);
    expect(
      texts(
        validateObjectMeta(
          { ...good, name: 'a.b' },
          { namespaced: true, validateName: nameIsDNSLabel, path: 'spec.template.metadata' },
        ),
      ),
    ).toEqual(['spec.template.metadata.name: Invalid value: "a.b": must not contain dots']);
  });

  it('wants a namespace where there is one, and only there', () => {
    expect(create({ name: 'a' })).toEqual(['metadata.namespace: Required value']);
    expect(create({ name: 'a', namespace: 'x.y' })).toEqual([
      'metadata.namespace: Invalid value: "x.y": must not contain dots',
    ]);
    expect(create(good, false)).toEqual(['metadata.namespace: Forbidden: not allowed on this type']);
  });

  it('checks each part', () => {
    expect(create({ ...good, generation: -1 })).toEqual([
      'metadata.generation: Invalid value: -1: must be greater than or equal to 0',
    ]);
    const wrong = create({
      ...good,
      labels: { a: '_' },
      annotations: { '-': '' },
      ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: 'p', uid: '' }],
      finalizers: ['a b'],
      managedFields: [{ operation: 'Other', manager: 'm' }],
    });
    expect(wrong.map((text) => text.split(':')[0])).toEqual([
      'metadata.labels',
      'metadata.annotations',
      'metadata.ownerReferences.uid',
      'metadata.finalizers',
      'metadata.managedFields[0].operation',
    ]);
  });
});

describe('validateAnnotations', () => {
  it('bounds all of them together, in bytes', () => {
    expect(validateAnnotations({ a: 'x'.repeat(262_143) }, 'a')).toEqual([]);
    expect(texts(validateAnnotations({ a: 'x'.repeat(131_072), b: 'é'.repeat(65_536) }, 'a'))).toEqual([
      'a: Too long: may not be more than 262144 bytes',
    ]);
  });
});

describe('validateFinalizers', () => {
  it('refuses the two policies together', () => {
    expect(validateFinalizers(['orphan'], 'f')).toEqual([]);
    expect(texts(validateFinalizers(['orphan', 'foregroundDeletion'], 'f'))).toEqual([
      'f: Invalid value: ["orphan","foregroundDeletion"]: finalizer orphan and foregroundDeletion cannot be both set',
    ]);
  });
});

describe('validateManagedFields', () => {
  it('checks the entries', () => {
    expect(
      validateManagedFields([{ operation: 'Apply', fieldsType: 'FieldsV1', manager: 'm' }], 'f'),
    ).toEqual([]);
    expect(
      texts(
        validateManagedFields(
          [{ fieldsType: 'X', manager: 'm'.repeat(129), subresource: 's'.repeat(257) }],
          'f',
        ),
      ),
    ).toEqual([
      'f[0].operation: Invalid value: "": must be `Apply` or `Update`',
      'f[0].fieldsType: Invalid value: "X": must be `FieldsV1`',
      'f[0].manager: Too long: may not be more than 128 bytes',
      'f[0].subresource: Too long: may not be more than 256 bytes',
    ]);
  });
});

describe('validateObjectMetaUpdate', () => {
  const old: ObjectMeta = {
    ...good,
    uid: 'u',
    resourceVersion: '1',
    generation: 2,
    creationTimestamp: '2024-05-01T12:00:00Z',
    finalizers: ['a'],
  };
  const update = (change: Partial<ObjectMeta>, before: Partial<ObjectMeta> = {}) =>
    texts(validateObjectMetaUpdate({ ...old, ...before, ...change }, { ...old, ...before }));

  it('accepts labels, annotations, finalizers and generation', () => {
    expect(update({ labels: { a: 'b' }, finalizers: ['b'], generation: 3 })).toEqual([]);
  });

  it('keeps identity', () => {
    expect(
      update({
        name: 'x',
        namespace: 'y',
        uid: 'z',
        creationTimestamp: undefined,
        deletionTimestamp: '2024-05-01T12:00:00Z',
        deletionGracePeriodSeconds: 0,
      }),
    ).toEqual([
      'metadata.name: Invalid value: "x": field is immutable',
      'metadata.namespace: Invalid value: "y": field is immutable',
      'metadata.uid: Invalid value: "z": field is immutable',
      'metadata.creationTimestamp: Invalid value: null: field is immutable',
      'metadata.deletionTimestamp: Invalid value: "2024-05-01T12:00:00Z": field is immutable',
      'metadata.deletionGracePeriodSeconds: Invalid value: 0: field is immutable',
    ]);
    expect(update({ uid: undefined })).toEqual(['metadata.uid: Invalid value: "": field is immutable']);
  });

  it('wants a resource version, and no smaller generation', () => {
    expect(update({ resourceVersion: undefined, generation: 1 })).toEqual([
      'metadata.resourceVersion: Invalid value: "": must be specified for an update',
      'metadata.generation: Invalid value: 1: must not be decremented',
    ]);
  });

  it('lets a terminating object lose finalizers only', () => {
    const terminating = { deletionTimestamp: '2024-05-01T12:00:00Z' };
    expect(update({ finalizers: [] }, terminating)).toEqual([]);
    expect(update({ finalizers: ['c', 'a', 'b', 'b'] }, terminating)).toEqual([
      'metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{"b", "c"}',
    ]);
  });
});

describe('validateImmutableField', () => {
  it('takes absent and null for the same', () => {
    expect(validateImmutableField(null, undefined, 'f')).toEqual([]);
    expect(validateImmutableField(0, undefined, 'f')).toHaveLength(1);
    expect(validateImmutableField(false, false, 'f')).toEqual([]);
  });
});
