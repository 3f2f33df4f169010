/**
 * Custom resources as rows of a table. Source: apiextensions-apiserver pkg/registry/customresource/tableconvertor,
 * pkg/apiserver/helpers.go (the columns of a version that names none).
 */
import {
  evaluateJSONPath,
  JSONPathError,
  type JSONPath,
  parseJSONPath,
  printJSONPathValue,
} from '../jsonpath.ts';
import { TimeError, translateTimestampSince } from '../time.ts';
import {
  type CustomResourceColumnDefinition,
  type CustomResourceDefinitionVersion,
  isObject,
  type Json,
} from './types.ts';

type ColumnType = 'string' | 'integer' | 'number' | 'boolean' | 'date';
type Cell = string | number | boolean | null;

/** Fits Printer of the kinds. */
export interface ColumnsOfVersion {
  readonly columns: readonly {
    readonly name: string;
    readonly type: ColumnType;
    readonly format?: string;
    readonly description: string;
    readonly priority: number;
  }[];
  cells(object: Json, now: number): Cell[];
}

const NAME = {
  name: 'Name',
  type: 'string',
  format: 'name',
  description: 'Name of the object, unique among those of its kind in a namespace.',
  priority: 0,
} as const;
const AGE: CustomResourceColumnDefinition = {
  name: 'Age',
  type: 'date',
  description: 'When the object was created, on the clock of the server, in RFC 3339 and UTC.',
  jsonPath: '.metadata.creationTimestamp',
};

/**
 * The columns of a version: the name first, then its own, or the age when it has none. A column whose path cannot be
 * read ends them, as upstream's convertor does. `cells` never throws.
 */
export function columnsOf(
  version: Pick<CustomResourceDefinitionVersion, 'additionalPrinterColumns'>,
): ColumnsOfVersion {
  const declared = version.additionalPrinterColumns?.length ? version.additionalPrinterColumns : [AGE];
  const columns: ColumnsOfVersion['columns'][number][] = [NAME];
  const paths: JSONPath[] = [];
  for (const column of declared) {
    const path = pathOf(column.jsonPath);
    if (!path) break;
    paths.push(path);
    columns.push({
      name: column.name,
      type: column.type as ColumnType,
      ...(column.format ? { format: column.format } : {}),
      description:
        column.description || `Custom resource definition column (in JSONPath format): ${column.jsonPath}`,
      priority: column.priority ?? 0,
    });
  }
  return {
    columns,
    cells: (object, now) => [
      nameOf(object),
      ...paths.map((path, i) => cell(path, columns[i + 1]!.type, object, now)),
    ],
  };
}

function pathOf(text: string): JSONPath | undefined {
  try {
    return parseJSONPath(text);
  } catch (error) {
    if (error instanceof JSONPathError) return undefined;
    throw error;
  }
}

function nameOf({ metadata }: Json): string {
  const name = isObject(metadata) ? metadata.name : undefined;
  return typeof name === 'string' ? name : '';
}

function cell(path: JSONPath, type: ColumnType, object: Json, now: number): Cell {
  let value: unknown;
  try {
    [value] = evaluateJSONPath(path, object);
  } catch (error) {
    if (error instanceof JSONPathError) return null;
    throw error;
  }
  if (value === undefined) return null;
  if (type === 'string') return printJSONPathValue(value);
  if (value === null) return null;
  if (type === 'date') return typeof value === 'string' ? age(value, now) : null;
  if (typeof value === 'bigint') return type === 'integer' || type === 'number' ? Number(value) : null;
  if (type === 'integer') return typeof value === 'number' ? Math.trunc(value) : null;
  return typeof value === type ? (value as Cell) : null;
}

function age(text: string, now: number): string {
  // Go takes an empty text and this word for no time at all.
  if (text === '' || text === 'null') return '<unknown>';
  try {
    return translateTimestampSince(text, now);
  } catch (error) {
    if (error instanceof TimeError) return '<invalid>';
    throw error;
  }
}
