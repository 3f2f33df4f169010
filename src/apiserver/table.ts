/** Objects as rows. Source: apiserver pkg/endpoints/handlers/response.go, kubernetes pkg/printers/tablegenerator.go. */
import type { ObjectMeta } from '../apimachinery/types/meta.v1.gen.ts';
import type { Cell, Column, Printer, ResourceDefinition } from '../apis/definition.ts';
import type { KubeObject, Stored } from '../apis/object.ts';

/** Versions of meta.k8s.io, which have the same form. */
export type MetaVersion = 'v1' | 'v1beta1';

export type IncludeObject = 'None' | 'Metadata' | 'Object';

export interface Table {
  kind: 'Table';
  apiVersion: `meta.k8s.io/${MetaVersion}`;
  metadata: { resourceVersion?: string; continue?: string; remainingItemCount?: number };
  /** Null: those of the table before, in a watch. */
  columnDefinitions:
    | { name: string; type: string; format: string; description: string; priority: number }[]
    | null;
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
  version: MetaVersion = 'v1',
): Table {
  const printer = definition.printer ?? DEFAULT;
  return {
    kind: 'Table',
    apiVersion: `meta.k8s.io/${version}`,
    metadata,
    columnDefinitions: columns
      ? printer.columns.map(({ name, type, format = '', description, priority }) => ({
          name,
          type,
          format,
          description,
          priority,
        }))
      : null,
    rows: (printer.compare ? [...objects].sort(printer.compare) : objects).map((object) => {
      const conditions = printer.conditions?.(object) ?? [];
      return {
        cells: printer.cells(object, now),
        ...(conditions.length > 0 ? { conditions } : {}),
        object: include === 'None' ? null : include === 'Object' ? object : partialMetadata(object, version),
      };
    }),
  };
}

export interface PartialObjectMetadata extends KubeObject {
  kind: 'PartialObjectMetadata';
  apiVersion: `meta.k8s.io/${MetaVersion}`;
  metadata: ObjectMeta;
}

/** The metadata of an object, without the object. */
export const partialMetadata = (
  { metadata }: Stored,
  version: MetaVersion = 'v1',
): PartialObjectMetadata => ({
  kind: 'PartialObjectMetadata',
  apiVersion: `meta.k8s.io/${version}`,
  metadata,
});
