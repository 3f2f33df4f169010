/** Objects as rows. Source: apiserver pkg/endpoints/handlers/response.go, kubernetes pkg/printers/tablegenerator.go. */
import type { ObjectMeta } from '../apimachinery/types/meta.v1.gen.ts';
import type { Cell, Column, Printer, ResourceDefinition } from '../apis/definition.ts';
import type { KubeObject, Stored } from '../apis/object.ts';

export type IncludeObject = 'None' | 'Metadata' | 'Object';

export interface Table {
  kind: 'Table';
  apiVersion: 'meta.k8s.io/v1';
  metadata: { resourceVersion?: string; continue?: string; remainingItemCount?: number };
  columnDefinitions?: { name: string; type: string; format: string; description: string; priority: number }[];
  rows: { cells: Cell[]; conditions?: unknown[]; object?: unknown }[];
}

const NAME: Column = {
  name: 'Name',
  type: 'string',
  format: 'name',
  description: 'Name of the object, unique in its namespace.',
  priority: 0,
};
const CREATED_AT: Column = {
  name: 'Created At',
  type: 'date',
  description: 'When the object was created.',
  priority: 0,
};

/** For kinds without a printer of their own. */
const DEFAULT: Printer = {
  columns: [NAME, CREATED_AT],
  cells: ({ metadata }) => [metadata?.name ?? '', metadata?.creationTimestamp ?? ''],
};

export function toTable(
  definition: Pick<ResourceDefinition, 'printer'>,
  objects: readonly Stored[],
  metadata: Table['metadata'],
  now: number,
  include: IncludeObject,
  columns = true,
): Table {
  const printer = definition.printer ?? DEFAULT;
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    ...(columns
      ? {
          columnDefinitions: printer.columns.map(({ name, type, format = '', description, priority }) => ({
            name,
            type,
            format,
            description,
            priority,
          })),
        }
      : {}),
    rows: objects.map((object) => {
      const conditions = printer.conditions?.(object) ?? [];
      return {
        cells: printer.cells(object, now),
        ...(conditions.length > 0 ? { conditions } : {}),
        ...(include === 'None' ? {} : { object: include === 'Object' ? object : partialMetadata(object) }),
      };
    }),
  };
}

export interface PartialObjectMetadata extends KubeObject {
  kind: 'PartialObjectMetadata';
  apiVersion: 'meta.k8s.io/v1';
  metadata: ObjectMeta;
}

/** The metadata of an object, without the object. */
export const partialMetadata = ({ metadata }: Stored): PartialObjectMetadata => ({
  kind: 'PartialObjectMetadata',
  apiVersion: 'meta.k8s.io/v1',
  metadata,
});
