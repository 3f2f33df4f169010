import type { CustomResourceDefinitionVersion, Json } from './types.ts';

export interface ColumnsOfVersion {
  readonly columns: readonly {
    readonly name: string;
    readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'date';
    readonly format?: string;
    readonly description: string;
    readonly priority: number;
  }[];
  cells(object: Json, now: number): (string | number | boolean | null)[];
}
export function columnsOf(_version: CustomResourceDefinitionVersion): ColumnsOfVersion {
  throw new Error('not yet');
}
