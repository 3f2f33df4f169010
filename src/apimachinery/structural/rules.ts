/**
 * The rules of a schema, compiled. Source: apiextensions-apiserver pkg/apiserver/schema/cel/compilation.go.
 */
import { compile, kubernetesEnvironment, type Program } from '../cel/cel.ts';
import type { Environment } from '../cel/environment.ts';
import { estimateCost } from '../cel/estimate.ts';
import { escapeName } from '../cel/escaping.ts';
import { type CelType, optionalType } from '../cel/types.ts';
import { declType } from '../cel/json-schema.ts';
import { followFieldPath } from './field-path.ts';
import { itemsOf, type JSONSchemaProps, type ValidationRule, valuesOf } from './types.ts';

export interface CompiledRule {
  readonly rule: ValidationRule;
  /** Missing for an empty rule and for one with an error. */
  readonly program?: Program;
  /** Why the rule cannot be asked. */
  readonly error?: string;
  readonly usesOldSelf: boolean;
  readonly messageProgram?: Program;
  readonly messageError?: string;
  /** Below the place of the rule; '' for the place itself. */
  readonly fieldPath: string;
}

/** A place with rules, or with such below it. */
export interface RuleNode {
  readonly schema: JSONSchemaProps;
  /** The object or an embedded one. */
  readonly resource: boolean;
  readonly type: CelType | undefined;
  readonly rules: readonly CompiledRule[];
  readonly items: RuleNode | undefined;
  readonly values: RuleNode | undefined;
  readonly fields: ReadonlyMap<string, RuleNode>;
}

const ruled = new WeakMap<JSONSchemaProps, boolean>();

/** Whether a schema has rules anywhere: most have none, and need no walk. */
export function hasRules(props: JSONSchemaProps | undefined): boolean {
  if (props === undefined) return false;
  let known = ruled.get(props);
  if (known === undefined) {
    known =
      (props['x-kubernetes-validations']?.length ?? 0) > 0 ||
      hasRules(itemsOf(props)) ||
      hasRules(valuesOf(props)) ||
      Object.values(props.properties ?? {}).some(hasRules);
    ruled.set(props, known);
  }
  return known;
}

/** By schema, for places that are a resource and for those that are none. */
const trees = [new WeakMap<JSONSchemaProps, RuleNode>(), new WeakMap<JSONSchemaProps, RuleNode>()] as const;

/** The rules of a schema and of all below it, compiled once; undefined when there are none. */
export function ruleTree(props: JSONSchemaProps, resource: boolean): RuleNode | undefined {
  if (!hasRules(props)) return undefined;
  const known = trees[resource ? 1 : 0];
  let tree = known.get(props);
  if (!tree) {
    tree = nodeOf(props, resource, declType(props, resource));
    known.set(props, tree);
  }
  return tree;
}

const isResource = (props: JSONSchemaProps): boolean => props['x-kubernetes-embedded-resource'] === true;

function nodeOf(props: JSONSchemaProps, resource: boolean, type: CelType | undefined): RuleNode {
  const items = itemsOf(props);
  const values = valuesOf(props);
  const fields = new Map<string, RuleNode>();
  for (const [name, property] of Object.entries(props.properties ?? {})) {
    if (!hasRules(property)) continue;
    const fieldType = typeOfField(type, name, property);
    // What rules cannot see they are not asked of.
    if (fieldType) fields.set(name, nodeOf(property, isResource(property), fieldType));
  }
  return {
    schema: props,
    resource,
    type,
    rules: compileRules(props, type),
    items: items && hasRules(items) ? nodeOf(items, isResource(items), type?.params[0]) : undefined,
    values: values && hasRules(values) ? nodeOf(values, isResource(values), type?.params[1]) : undefined,
    fields,
  };
}

/** Fields whose names no expression can write have a type as well. */
function typeOfField(
  type: CelType | undefined,
  name: string,
  property: JSONSchemaProps,
): CelType | undefined {
  const escaped = escapeName(name);
  if (escaped === undefined) return declType(property, isResource(property));
  return type?.struct?.field(escaped)?.type;
}

/** The rules of one place. Without a type there is nothing to compile them against. */
export function compileRules(props: JSONSchemaProps, type: CelType | undefined): readonly CompiledRule[] {
  const rules = props['x-kubernetes-validations'];
  if (!rules?.length || !type) return [];
  const environment = environmentsFor(type);
  return rules.map((rule) => compileRule(rule, props, environment(rule)));
}

/** What a rule may name: itself and the old value, which may be one that can be missing. */
function environmentsFor(type: CelType): (rule: ValidationRule) => Environment {
  const base = kubernetesEnvironment();
  const plain = base.extend({ variables: { self: type, oldSelf: type } });
  let optional: Environment | undefined;
  return (rule) => {
    if (!rule.optionalOldSelf) return plain;
    optional ??= base.extend({ variables: { self: type, oldSelf: optionalType(type) } });
    return optional;
  };
}

/** What a rule, and what its message expression may cost at most, once. */
export interface RuleCost {
  readonly rule: number;
  readonly message: number;
}

/** The worst cases of rules; those of rules that do not compile are 0. */
export function estimateRules(rules: readonly CompiledRule[], type: CelType): readonly RuleCost[] {
  const environment = environmentsFor(type);
  return rules.map(({ rule, program, messageProgram }) => ({
    rule: program ? (estimateCost(rule.rule, environment(rule), type) ?? 0) : 0,
    message: messageProgram ? (estimateCost(rule.messageExpression!, environment(rule), type) ?? 0) : 0,
  }));
}

function compileRule(rule: ValidationRule, props: JSONSchemaProps, environment: Environment): CompiledRule {
  const nothing = { rule, usesOldSelf: false, fieldPath: '' };
  if (!rule.rule || rule.rule.trim() === '') return nothing;
  const compiled = compile(rule.rule, environment);
  if (!compiled.ok) {
    const stage = compiled.stage === 'compile' ? 'compilation failed' : 'program instantiation failed';
    return { ...nothing, error: `${stage}: ${compiled.text}` };
  }
  const { program } = compiled;
  if (program.outputType.kind !== 'bool') {
    return { ...nothing, error: 'cel expression must evaluate to a bool' };
  }
  const usesOldSelf = program.references('oldSelf');
  const found = rule.fieldPath ? followFieldPath(rule.fieldPath, props, true) : undefined;
  const fieldPath = typeof found === 'object' ? found.path : '';
  return { rule, program, usesOldSelf, fieldPath, ...compileMessage(rule, environment) };
}

function compileMessage(
  { messageExpression }: ValidationRule,
  environment: Environment,
): Pick<CompiledRule, 'messageProgram' | 'messageError'> {
  if (!messageExpression) return {};
  const compiled = compile(messageExpression, environment);
  if (!compiled.ok) {
    const stage = compiled.stage === 'compile' ? 'compilation failed' : 'instantiation failed';
    return { messageError: `messageExpression ${stage}: ${compiled.text}` };
  }
  if (compiled.program.outputType.kind !== 'string') {
    return { messageError: 'messageExpression must evaluate to a string' };
  }
  return { messageProgram: compiled.program };
}
