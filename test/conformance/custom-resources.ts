/** Custom resource definitions that exist for the time of a test, as upstream's fixtures make them. */
import { becomes, type E2E, eventually, gone, ok } from './suite.ts';

export const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

/** A schema that lets everything pass. */
export const ALLOW_ALL = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };

interface Shape {
  readonly group?: string;
  readonly namespaced?: boolean;
  /** The first is the stored one. */
  readonly versions?: readonly string[];
  readonly schema?: object;
  readonly labels?: Record<string, string>;
}

let serial = 0;

/** A definition with a name nobody else uses. */
export function definition({ unique }: E2E, shape: Shape = {}): any {
  const { group = 'mygroup.example.com', versions = ['v1beta1'], schema = ALLOW_ALL } = shape;
  const kind = `${unique}-${++serial}-crd`;
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${kind}s.${group}`, labels: shape.labels ?? {} },
    spec: {
      group,
      scope: shape.namespaced ? 'Namespaced' : 'Cluster',
      names: { plural: `${kind}s`, singular: kind, kind, listKind: `${kind}List` },
      versions: versions.map((name, index) => ({
        name,
        served: true,
        storage: index === 0,
        schema: { openAPIV3Schema: schema },
      })),
    },
  };
}

/** Creates a definition and waits until its resources are served. Answers it as it was created. */
export async function define(e2e: E2E, wanted: any): Promise<any> {
  const { client } = e2e;
  const made = await ok(client.post(DEFINITIONS, wanted), 201);
  await becomes(e2e, `${DEFINITIONS}/${made.metadata.name}`, 'an established definition', ({ status }) =>
    status.conditions?.some(({ type, status: is }: any) => type === 'Established' && is === 'True'),
  );
  const { group, names, versions } = made.spec;
  for (const { name: version } of versions) {
    await eventually(`${names.plural} of ${version}`, async () => {
      const found = await client.get(`/apis/${group}/${version}`);
      return found.status === 200 && found.json.resources.some(({ name }: any) => name === names.plural);
    });
  }
  return made;
}

/** Deletes a definition and waits until it is no more. */
export async function undefine(e2e: E2E, { metadata }: any): Promise<void> {
  await ok(e2e.client.delete(`${DEFINITIONS}/${metadata.name}`));
  await gone(e2e, `${DEFINITIONS}/${metadata.name}`);
}

/** Runs a test while there is a definition. */
export async function withDefinition(
  e2e: E2E,
  wanted: any,
  test: (made: any) => Promise<void>,
): Promise<void> {
  const made = await define(e2e, wanted);
  try {
    await test(made);
  } finally {
    await undefine(e2e, made);
  }
}

/** The path of the objects that a definition defines, in its first version. */
export function objectsOf({ namespace }: E2E, { spec }: any): string {
  const { group, names, versions, scope } = spec;
  const within = scope === 'Namespaced' ? `/namespaces/${namespace}` : '';
  return `/apis/${group}/${versions[0].name}${within}/${names.plural}`;
}

/** An object that a definition defines, in its first version. */
export function objectOf({ spec }: any, name: string, fields: object = {}): any {
  return {
    apiVersion: `${spec.group}/${spec.versions[0].name}`,
    kind: spec.names.kind,
    metadata: { name },
    ...fields,
  };
}
