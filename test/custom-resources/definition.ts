/** CustomResourceDefinitions for tests, and what is done with them in every file. */
import { expect } from 'vitest';
import { type Client, eventually } from '../support/client.ts';

export const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
export const GROUP = 'things.example.com';

const TEXT = { type: 'string' };
export const SCHEMA = {
  type: 'object',
  properties: {
    spec: {
      type: 'object',
      required: ['size'],
      properties: {
        size: { type: 'integer', minimum: 1 },
        color: { ...TEXT, enum: ['red', 'blue'], default: 'red' },
        replicas: { type: 'integer' },
        tags: { type: 'array', 'x-kubernetes-list-type': 'set', items: TEXT },
      },
      'x-kubernetes-validations': [
        { rule: '!has(self.replicas) || self.replicas <= self.size', message: 'too many replicas' },
      ],
    },
    status: { type: 'object', properties: { ready: { type: 'integer' } } },
  },
};

export interface Names {
  readonly plural: string;
  readonly kind: string;
}

/** Of one version, v1, unless there are others. */
export const definitionOf = ({ plural, kind }: Names, versions: readonly object[] = [{}]) => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `${plural}.${GROUP}` },
  spec: {
    group: GROUP,
    scope: 'Namespaced',
    names: { plural, kind },
    versions: versions.map((version) => ({
      name: 'v1',
      served: true,
      storage: true,
      schema: { openAPIV3Schema: SCHEMA },
      ...version,
    })),
  },
});

/** Creates a definition, and waits until its resource is served. */
export async function define(client: Client, definition: ReturnType<typeof definitionOf>): Promise<void> {
  const made = await client.post(CRDS, definition);
  expect(made.status, made.text).toBe(201);
  const { plural } = definition.spec.names;
  await eventually(
    `${plural} to be served`,
    async () => (await client.get(`/apis/${GROUP}/v1/${plural}`)).status === 200,
  );
}

/** Deletes a definition, and waits until it is gone. */
export async function undefine(client: Client, plural: string): Promise<void> {
  await client.delete(`${CRDS}/${plural}.${GROUP}`);
  await eventually(
    `${plural} to go`,
    async () => (await client.get(`${CRDS}/${plural}.${GROUP}`)).status === 404,
  );
}
