/**
 * The rules of a schema have to compile, and to speak of old values only where there are such.
 * Source: apiextensions-apiserver pkg/apis/apiextensions/validation/{validation,cel_validation}.go.
 */
import { at, child, type FieldError, internal, invalid } from '../../apimachinery/field-error.ts';
import { declType } from '../../apimachinery/cel/json-schema.ts';
import {
  type CompiledRule,
  compileRules,
  estimateRules,
  type RuleNode,
  ruleTree,
} from '../../apimachinery/structural/rules.ts';
import type { JSONSchemaProps } from '../../apimachinery/types/apiextensions.v1.gen.ts';
import { internalRule } from './internal-form.ts';
import { RuleCosts } from './rule-costs.ts';
import { itemsOf, propertiesOf, valuesOf } from './structural.ts';

/** Of the largest request, in bytes. */
const MAX_REQUEST_SIZE = 3 * 1024 * 1024;

const UNTYPED =
  'internal error: failed to construct type information for x-kubernetes-validations rules: unable to convert structural schema to CEL declarations';

/** Where in the objects a schema stands. */
interface Place {
  readonly resource: boolean;
  /** The highest place above whose parts belong to no parts of an old object. */
  readonly uncorrelatable: string | undefined;
  /** How often the place can be in one object; undefined: nobody says. */
  readonly cardinality: number | undefined;
}

/**
 * To be asked of structural schemas only.
 * @param kept the schema is that of the stored definition: what single rules cost is not judged again.
 */
export function validateSchemaRules(schema: JSONSchemaProps, path: string, kept: boolean): FieldError[] {
  const costs = new RuleCosts(kept);
  const place: Place = { resource: true, uncorrelatable: undefined, cardinality: 1 };
  return [...visit(schema, ruleTree(schema, true), path, place, costs), ...costs.judgeAll(path)];
}

function visit(
  schema: JSONSchemaProps,
  node: RuleNode | undefined,
  path: string,
  place: Place,
  costs: RuleCosts,
): FieldError[] {
  const errors: FieldError[] = [];
  const cardinality = cardinalityBelow(schema, place.cardinality);
  const below = (part: JSONSchemaProps, uncorrelatable = place.uncorrelatable): Place => ({
    resource: part['x-kubernetes-embedded-resource'] === true,
    uncorrelatable,
    cardinality,
  });
  const values = valuesOf(schema);
  if (values) {
    errors.push(...visit(values, node?.values, child(path, 'additionalProperties'), below(values), costs));
  }
  for (const [name, property] of propertiesOf(schema)) {
    const propertyPath = at(child(path, 'properties'), name);
    errors.push(...visit(property, node?.fields.get(name), propertyPath, below(property), costs));
  }
  const items = itemsOf(schema);
  if (items) {
    const merged = schema['x-kubernetes-list-type'] === 'map';
    const within = place.uncorrelatable ?? (merged ? undefined : path);
    errors.push(...visit(items, node?.items, child(path, 'items'), below(items, within), costs));
  }
  if (schema['x-kubernetes-validations']?.length)
    errors.push(...validateRules(schema, node, path, place, costs));
  return errors;
}

/** By how much a list or a map multiplies what is in it. */
function cardinalityBelow(schema: JSONSchemaProps, above: number | undefined): number | undefined {
  let factor: number | undefined = 1;
  if (schema.type === 'array') factor = schema.maxItems;
  else if (schema.type === 'object' && schema.additionalProperties !== undefined)
    factor = schema.maxProperties;
  return above === undefined || factor === undefined ? undefined : above * Math.max(factor, 0);
}

function validateRules(
  schema: JSONSchemaProps,
  node: RuleNode | undefined,
  path: string,
  { resource, uncorrelatable, cardinality }: Place,
  costs: RuleCosts,
): FieldError[] {
  const rulesPath = child(path, 'x-kubernetes-validations');
  // What the places above cannot see may have a type of its own.
  const type = node?.type ?? declType(schema, resource);
  if (!type) return [internal(rulesPath, UNTYPED)];
  const rules = node?.type ? node.rules : compileRules(schema, type);
  const estimates = estimateRules(rules, type);
  const times = cardinality ?? Math.floor(MAX_REQUEST_SIZE / ((type.place?.minSerializedSize ?? 2) + 1));
  return rules.flatMap((rule, index) => {
    const rulePath = at(rulesPath, index);
    return [
      ...costs.judge(estimates[index]!.rule * times, child(rulePath, 'rule'), 'estimated rule cost'),
      ...validateRule(rule, rulePath),
      ...(rule.messageProgram
        ? costs.judge(
            estimates[index]!.message,
            child(rulePath, 'messageExpression'),
            'estimated messageExpression cost',
          )
        : []),
      ...validateOldSelf(rule, rulePath, uncorrelatable),
    ];
  });
}

function validateRule({ rule, error, messageError }: CompiledRule, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (error !== undefined) errors.push(invalid(child(path, 'rule'), internalRule(rule), error));
  if (messageError !== undefined) {
    errors.push(invalid(child(path, 'messageExpression'), internalRule(rule), messageError));
  }
  return errors;
}

function validateOldSelf(
  { rule, usesOldSelf }: CompiledRule,
  path: string,
  uncorrelatable: string | undefined,
): FieldError[] {
  if (usesOldSelf && uncorrelatable !== undefined) {
    const detail = `oldSelf cannot be used on the uncorrelatable portion of the schema within ${uncorrelatable}`;
    return [invalid(child(path, 'rule'), rule.rule, detail)];
  }
  if (usesOldSelf || rule.optionalOldSelf === undefined) return [];
  const detail = 'may not be set if oldSelf is not used in rule';
  return [invalid(child(path, 'optionalOldSelf'), rule.optionalOldSelf, detail)];
}
