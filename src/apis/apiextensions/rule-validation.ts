/**
 * The rules of a schema have to compile, and to speak of old values only where there are such.
 * Source: apiextensions-apiserver pkg/apis/apiextensions/validation/{validation,cel_validation}.go.
 */
import { at, child, type FieldError, internal, invalid } from '../../apimachinery/field-error.ts';
import { declType } from '../../apimachinery/cel/json-schema.ts';
import {
  type CompiledRule,
  compileRules,
  type RuleNode,
  ruleTree,
} from '../../apimachinery/structural/rules.ts';
import type { JSONSchemaProps } from '../../apimachinery/types/apiextensions.v1.gen.ts';
import { internalRule } from './internal-form.ts';
import { itemsOf, propertiesOf, valuesOf } from './structural.ts';

const UNTYPED =
  'internal error: failed to construct type information for x-kubernetes-validations rules: unable to convert structural schema to CEL declarations';

/** To be asked of structural schemas only. */
export function validateSchemaRules(schema: JSONSchemaProps, path: string): FieldError[] {
  return visit(schema, ruleTree(schema, true), path, true, undefined);
}

/** `uncorrelatable`: the highest place above whose parts belong to no parts of an old object. */
function visit(
  schema: JSONSchemaProps,
  node: RuleNode | undefined,
  path: string,
  resource: boolean,
  uncorrelatable: string | undefined,
): FieldError[] {
  const errors: FieldError[] = [];
  const values = valuesOf(schema);
  if (values) {
    const below = child(path, 'additionalProperties');
    errors.push(...visit(values, node?.values, below, isResource(values), uncorrelatable));
  }
  for (const [name, property] of propertiesOf(schema)) {
    const below = at(child(path, 'properties'), name);
    errors.push(...visit(property, node?.fields.get(name), below, isResource(property), uncorrelatable));
  }
  const items = itemsOf(schema);
  if (items) {
    const merged = schema['x-kubernetes-list-type'] === 'map';
    const within = uncorrelatable ?? (merged ? undefined : path);
    errors.push(...visit(items, node?.items, child(path, 'items'), isResource(items), within));
  }
  if (!schema['x-kubernetes-validations']?.length) return errors;
  const place = child(path, 'x-kubernetes-validations');
  const rules = node?.type ? node.rules : compiledApart(schema, resource);
  if (!rules) return [...errors, internal(place, UNTYPED)];
  for (const [index, rule] of rules.entries())
    errors.push(...validateRule(rule, at(place, index), uncorrelatable));
  return errors;
}

const isResource = (schema: JSONSchemaProps): boolean => schema['x-kubernetes-embedded-resource'] === true;

/** The rules of a place that its parents cannot see; undefined when it has no type either. */
function compiledApart(schema: JSONSchemaProps, resource: boolean): readonly CompiledRule[] | undefined {
  const type = declType(schema, resource);
  return type && compileRules(schema, type);
}

function validateRule(
  compiled: CompiledRule,
  path: string,
  uncorrelatable: string | undefined,
): FieldError[] {
  const errors: FieldError[] = [];
  const { rule, error, messageError, usesOldSelf } = compiled;
  if (error !== undefined) errors.push(invalid(child(path, 'rule'), internalRule(rule), error));
  if (messageError !== undefined) {
    errors.push(invalid(child(path, 'messageExpression'), internalRule(rule), messageError));
  }
  if (usesOldSelf && uncorrelatable !== undefined) {
    const detail = `oldSelf cannot be used on the uncorrelatable portion of the schema within ${uncorrelatable}`;
    errors.push(invalid(child(path, 'rule'), rule.rule, detail));
  } else if (!usesOldSelf && rule.optionalOldSelf !== undefined) {
    const detail = 'may not be set if oldSelf is not used in rule';
    errors.push(invalid(child(path, 'optionalOldSelf'), rule.optionalOldSelf, detail));
  }
  return errors;
}
