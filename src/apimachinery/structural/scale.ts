/**
 * How a custom resource is scaled and selected. Sources: apiextensions-apiserver pkg/registry/customresource
 * (etcd.go, validator.go, strategy.go).
 */
import { type FieldError, invalid } from '../field-error.ts';
import { evaluateJSONPath, JSONPathError, parseJSONPath, printJSONPathValue } from '../jsonpath.ts';
import { goType, goValue } from '../patch/go-format.ts';
import { getOwn, setOwn } from '../patch/values.ts';
import {
  type CustomResourceDefinitionVersion,
  type CustomResourceSubresourceScale,
  isObject,
  type Json,
} from './types.ts';

const MAX_INT32 = 2 ** 31 - 1;

/** Fits ScaleAccess of the kinds. */
export interface CustomScaleAccess {
  getReplicas(object: Json): number;
  setReplicas(object: Json, replicas: number): void;
  statusReplicas(object: Json): number;
  selector(object: Json): string;
  readonly replicasPath: readonly string[];
  obstacle(object: Json): { readonly missing: string } | { readonly wrong: string } | undefined;
}

/** `.spec.replicas` -> spec, replicas. Paths of scale have no brackets that mean anything. */
export const namesOfPath = (path: string): string[] => path.replace(/^\./, '').split('.');

function follow(object: Json, names: readonly string[]): unknown {
  let value: unknown = object;
  for (const name of names) {
    if (!isObject(value)) return undefined;
    value = getOwn(value, name);
  }
  return value;
}

/** Reads and writes the replicas at the paths of the scale subresource; what is missing or no number counts as 0. */
export function scaleAccessOf(scale: CustomResourceSubresourceScale): CustomScaleAccess {
  const spec = namesOfPath(scale.specReplicasPath);
  const status = namesOfPath(scale.statusReplicasPath);
  const selector = scale.labelSelectorPath ? namesOfPath(scale.labelSelectorPath) : undefined;
  const number = (object: Json, names: readonly string[]): number => {
    const value = follow(object, names);
    return typeof value === 'number' ? value : 0;
  };
  return {
    getReplicas: (object) => number(object, spec),
    setReplicas(object, replicas) {
      let parent = object;
      for (const name of spec.slice(0, -1)) {
        const inner = getOwn(parent, name);
        if (isObject(inner)) parent = inner;
        else {
          const made: Json = {};
          setOwn(parent, name, made);
          parent = made;
        }
      }
      setOwn(parent, spec.at(-1)!, replicas);
    },
    statusReplicas: (object) => number(object, status),
    selector(object) {
      const value = selector && follow(object, selector);
      return typeof value === 'string' ? value : '';
    },
    replicasPath: spec,
    obstacle(object) {
      const wrong =
        typeProblem(object, scale.specReplicasPath, 'int64') ??
        typeProblem(object, scale.statusReplicasPath, 'int64') ??
        (scale.labelSelectorPath ? typeProblem(object, scale.labelSelectorPath, 'string') : undefined);
      if (wrong !== undefined) return { wrong };
      return follow(object, spec) === undefined ? { missing: scale.specReplicasPath } : undefined;
    },
  };
}

/**
 * What stands at the paths of the scale subresource. Part of every validation of a version that has it.
 * @param options.spec false for an update of the status, which leaves the spec alone.
 */
export function validateScalePaths(
  object: Json,
  scale: CustomResourceSubresourceScale | undefined,
  { spec = true }: { readonly spec?: boolean } = {},
): FieldError[] {
  if (!scale) return [];
  const errors = spec ? validateReplicas(object, scale.specReplicasPath) : [];
  errors.push(...validateReplicas(object, scale.statusReplicasPath));
  if (scale.labelSelectorPath) {
    const problem = typeProblem(object, scale.labelSelectorPath, 'string');
    if (problem) errors.push(invalid(scale.labelSelectorPath, '', problem));
  }
  return errors;
}

function validateReplicas(object: Json, path: string): FieldError[] {
  const problem = typeProblem(object, path, 'int64');
  if (problem) return [invalid(path, 0, problem)];
  const value = (follow(object, namesOfPath(path)) as number | undefined) ?? 0;
  if (value < 0) return [invalid(path, value, 'should be a non-negative integer')];
  if (value > MAX_INT32) return [invalid(path, value, `should be less than or equal to ${MAX_INT32}`)];
  return [];
}

/** Source of the texts: apimachinery pkg/apis/meta/v1/unstructured/helpers.go. */
function typeProblem(object: Json, path: string, type: 'int64' | 'string'): string | undefined {
  const names = namesOfPath(path);
  let value: unknown = object;
  for (const [i, name] of names.entries()) {
    if (value === undefined || value === null) return undefined;
    if (!isObject(value)) {
      const at = `.${names.slice(0, i + 1).join('.')}`;
      return `${at} accessor error: ${goValue(value)} is of the type ${goType(value)}, expected map[string]interface{}`;
    }
    value = getOwn(value, name);
    if (value === undefined) return undefined;
  }
  const good =
    type === 'string' ? typeof value === 'string' : typeof value === 'bigint' || Number.isInteger(value);
  if (good) return undefined;
  return `.${names.join('.')} accessor error: ${goValue(value)} is of the type ${value === null ? '<nil>' : goType(value)}, expected ${type}`;
}

/**
 * Field selectors of a version besides metadata.name and metadata.namespace: `spec.color` -> its value as text, ''
 * where there is none. The functions never throw.
 */
export function selectableFieldsOf(
  version: Pick<CustomResourceDefinitionVersion, 'selectableFields'>,
): Readonly<Record<string, (object: Json) => string>> {
  const fields: Record<string, (object: Json) => string> = {};
  for (const { jsonPath } of version.selectableFields ?? []) {
    const path = parseJSONPath(jsonPath);
    setOwn(fields, jsonPath.replace(/^\./, ''), (object: Json) => {
      try {
        const [value] = evaluateJSONPath(path, object);
        return value === undefined || value === null ? '' : printJSONPathValue(value);
      } catch (error) {
        if (error instanceof JSONPathError) return '';
        throw error;
      }
    });
  }
  return fields;
}
