/** Columns that the tables of workloads share. Source: kubernetes pkg/printers/internalversion/printers.go. */
import type { PodSpec } from '../../apimachinery/types/core.v1.gen.ts';
import { column, wideColumn } from '../printing.ts';

/** A whole-number column. */
export const integerColumn = (name: string, description: string) => column(name, description, 'integer');

/** Columns of -o wide that speak of the pod template. */
export const CONTAINERS_COLUMN = wideColumn('Containers', 'Names of the containers of the pod template');
export const IMAGES_COLUMN = wideColumn('Images', 'Images of the containers of the pod template');
export const SELECTOR_COLUMN = wideColumn('Selector', 'Labels that select the pods');

/** Cells for Containers and Images. */
export function containerCells(spec: PodSpec | undefined): [string, string] {
  const containers = spec?.containers ?? [];
  return [
    containers.map((container) => container.name ?? '').join(','),
    containers.map((container) => container.image ?? '').join(','),
  ];
}
