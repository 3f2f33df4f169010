/**
 * Defaults have to be what the schema itself asks for.
 * Source: apiextensions-apiserver pkg/apiserver/schema/defaulting/validation.go.
 */
import { deepCopy } from '../../apimachinery/deep-copy.ts';
import { aggregate, at, child, type FieldError, invalid } from '../../apimachinery/field-error.ts';
import { validateDefaultRules } from '../../apimachinery/structural/cel-rules.ts';
import { type Step, surround } from '../../apimachinery/structural/defaulting.ts';
import { coerceObjectMeta, validateObjectMeta } from '../../apimachinery/structural/object-meta.ts';
import { asResource, prune } from '../../apimachinery/structural/prune.ts';
import { validateValue } from '../../apimachinery/structural/validate.ts';
import { shown } from '../../apimachinery/structural/violation.ts';
import type { JSONSchemaProps } from '../../apimachinery/types/apiextensions.v1.gen.ts';
import { isSchema, itemsOf, propertiesOf } from './structural.ts';

const META_FIELDS = ['apiVersion', 'kind', 'metadata'];

/** Where in which resource a schema stands. */
interface Place {
  readonly resource: JSONSchemaProps;
  readonly steps: readonly Step[];
  /** In apiVersion, kind or metadata: the default is judged as a part of the resource. */
  readonly insideMeta: boolean;
  /** What the rules of all defaults may still cost. */
  readonly budget: { left: number };
}

const COST_BUDGET = 10_000_000;

export function validateDefaults(schema: JSONSchemaProps, path: string): FieldError[] {
  const root = asResource(schema);
  return validateAt(root, path, {
    resource: root,
    steps: [],
    insideMeta: false,
    budget: { left: COST_BUDGET },
  });
}

/** Defaults below additionalProperties are not looked at, as upstream. */
function validateAt(schema: JSONSchemaProps, path: string, place: Place): FieldError[] {
  const embedded = schema['x-kubernetes-embedded-resource'] === true;
  const { budget } = place;
  const here: Place = embedded ? { resource: schema, steps: [], insideMeta: false, budget } : place;
  const errors: FieldError[] = [];
  if (budget.left < 0) return errors;
  if (schema.default !== undefined && schema.default !== null) {
    const defaultPath = child(path, 'default');
    const own = here.insideMeta
      ? validateInMeta(schema, here, defaultPath)
      : validateOwn(schema, defaultPath);
    errors.push(...own);
    // Rules are asked of values that are of the right shape.
    if (own.length === 0) {
      const rules = validateDefaultRules(
        schema.default,
        schema,
        schema === here.resource,
        defaultPath,
        budget.left,
      );
      budget.left = rules.budget;
      errors.push(...rules.errors);
    }
  }
  const items = itemsOf(schema);
  if (items) {
    errors.push(...validateAt(items, child(path, 'items'), { ...here, steps: [...here.steps, 'item'] }));
  }
  for (const [name, property] of propertiesOf(schema)) {
    const insideMeta = here.insideMeta || (embedded && META_FIELDS.includes(name));
    const steps = [...here.steps, { key: name }];
    errors.push(...validateAt(property, at(child(path, 'properties'), name), { ...here, steps, insideMeta }));
  }
  return errors;
}

function validateOwn(schema: JSONSchemaProps, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const root = schema['x-kubernetes-embedded-resource'] === true;
  const value: unknown = deepCopy(schema.default);
  if (prune(value, schema, { root }).length > 0) {
    errors.push(invalid(path, shown(schema.default), 'must not have unknown fields'));
  }
  const whole: unknown = deepCopy(schema.default);
  const { error } = isSchema(whole)
    ? coerceObjectMeta(whole as Record<string, unknown>, schema, { root, path })
    : {};
  if (error) return [...errors, error];
  const meta = validateObjectMeta(whole, schema, { root, path });
  return [...errors, ...(meta.length > 0 ? meta : validateValue(whole, schema, path))];
}

function validateInMeta(schema: JSONSchemaProps, { resource, steps }: Place, path: string): FieldError[] {
  const object = surround(deepCopy(schema.default), steps).object as Record<string, unknown>;
  object.kind ??= 'Validation';
  object.apiVersion ??= 'validation/v1';
  const problem = (detail: string): FieldError[] => [
    invalid(path, shown(schema.default), `must result in valid metadata: ${detail}`),
  ];
  const { error } = coerceObjectMeta(object, resource, { root: true });
  if (error) return problem(`${error.field}: ${error.message}`);
  const errors = validateObjectMeta(object, resource, { root: true });
  return errors.length > 0 ? problem(aggregate(errors)) : validateValue(schema.default, schema, path);
}
