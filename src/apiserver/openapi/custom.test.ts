import { expect, it } from 'vitest';
import { BUILT_IN, catalogWith } from '../../apis/catalog.ts';
import { customResourcesOf } from '../../apis/custom/custom-resource.ts';
import { crontabs, established, SCHEMA } from '../../apis/custom/testing.ts';
import { openApiSourceOf } from './custom.ts';

const LIST = 'com.example.stable.v1.CronTabList';
const source = openApiSourceOf(
  catalogWith(
    customResourcesOf(
      established(
        crontabs({
          versions: [
            {
              name: 'v1',
              served: true,
              storage: true,
              schema: { openAPIV3Schema: SCHEMA },
              selectableFields: [{ jsonPath: '.spec.schedule' }],
            },
          ],
        }),
      ),
    ),
  ),
)!;

it('tells of a list as of what it lists', () => {
  const { v2, v3 } = source.custom.get(LIST)!;
  const own = 'com.example.stable.v1.CronTab';
  expect(v3.properties.items.items).toEqual({ $ref: `#/components/schemas/${own}` });
  expect(v2.properties.items.items).toEqual({ $ref: `#/definitions/${own}` });
  expect(v3.properties.metadata).toEqual({
    description: expect.any(String),
    allOf: [{ $ref: '#/components/schemas/io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta' }],
  });
  for (const schema of [v2, v3]) {
    expect(schema['x-kubernetes-selectable-fields']).toEqual([{ fieldPath: 'spec.schedule' }]);
  }
});

it('has nothing to tell of a cluster without custom resources', () => {
  expect(openApiSourceOf(BUILT_IN)).toBeUndefined();
});
