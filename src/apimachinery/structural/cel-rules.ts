/**
 * Objects against the rules of their schema (`x-kubernetes-validations`).
 * Source: apiextensions-apiserver pkg/apiserver/schema/cel/validation.go.
 */
import { adapt, type Activation } from '../cel/cel.ts';
import { OptionalValue } from '../cel/values.ts';
import { Allowance } from '../cel/work.ts';
import { at, child, duplicate, type FieldError, forbidden, invalid, required } from '../field-error.ts';
import { goQuote } from '../go-quote.ts';
import { byteLength } from '../validation/content.ts';
import { Correlation, keyedItems, keyOfItem } from './correlation.ts';
import { type CompiledRule, type RuleNode, ruleTree } from './rules.ts';
import { isObject, type Json, type JSONSchemaProps, type ValidationRule } from './types.ts';

export { hasRules } from './rules.ts';

/** What all rules together may cost for one object. Source: apiserver pkg/apis/cel/config.go. */
const COST_BUDGET = 10_000_000;
const MAX_MESSAGE_BYTES = 5 * 1024;
const OUT_OF_BUDGET =
  'validation failed due to running out of cost budget, no further validation rules will be run';

/**
 * The rules that an object breaks. Rules that speak of the old object are asked only where there is one, unless they
 * can do without. To be called only of objects of the right shape.
 * @param old undefined: a creation.
 * @param warn what is broken where nothing changed is no error, but told: `path: message`.
 */
export function validateRules(
  object: Json,
  old: Json | undefined,
  props: JSONSchemaProps | undefined,
  warn?: (text: string) => void,
): FieldError[] {
  const tree = props && ruleTree(props, true);
  if (!tree) return [];
  const run = new Run(COST_BUDGET, warn);
  const correlation = old === undefined ? undefined : new Correlation(object, old, props);
  run.visit(tree, object, old, '', { current: correlation });
  return run.errors;
}

/**
 * The rules that a default breaks, as an update that changes nothing and as what comes without an old value.
 * @param budget what is left for all defaults of a schema.
 * @returns the errors, and the budget that is left: negative when it is used up.
 */
export function validateDefaultRules(
  value: unknown,
  props: JSONSchemaProps,
  resource: boolean,
  path: string,
  budget: number,
): { readonly errors: FieldError[]; readonly budget: number } {
  const tree = ruleTree(props, resource);
  if (!tree) return { errors: [], budget };
  const unchanged = new Run(budget);
  unchanged.visit(tree, value, value, path, {});
  if (unchanged.errors.length > 0) return { errors: unchanged.errors, budget: unchanged.budget };
  const fresh = new Run(budget);
  fresh.visit(tree, value, undefined, path, {});
  return { errors: fresh.errors, budget: Math.min(unchanged.budget, fresh.budget) };
}

/** Which part of the old object a place belongs to, and the nearest place above that belongs to one. */
interface Ratchet {
  readonly current?: Correlation | undefined;
  readonly nearest?: Correlation | undefined;
}

const isUnchanged = ({ current, nearest }: Ratchet): boolean => (current ?? nearest)?.isUnchanged() ?? false;

function below({ current, nearest }: Ratchet, step: string | number): Ratchet {
  if (!current) return { nearest };
  // In these the old version does not show.
  if (!nearest && (step === 'apiVersion' || step === 'kind')) return {};
  return { current: typeof step === 'string' ? current.key(step) : current.index(step), nearest: current };
}

/** One object's validation: the errors so far, and what may still be spent; negative: nothing. */
class Run {
  readonly errors: FieldError[] = [];
  budget: number;
  /** Of all rules together, as the budget is. */
  private readonly options = { allowance: new Allowance() };
  private readonly warn: ((text: string) => void) | undefined;

  constructor(budget: number, warn?: (text: string) => void) {
    this.budget = budget;
    this.warn = warn;
  }

  visit(node: RuleNode, value: unknown, old: unknown, path: string, ratchet: Ratchet): void {
    if (value === null || value === undefined || this.budget < 0) return;
    this.askAll(node, value, old ?? undefined, path, ratchet);
    if (this.budget < 0) return;
    if (Array.isArray(value)) this.visitItems(node, value, old, path, ratchet);
    else if (isObject(value)) this.visitFields(node, value, isObject(old) ? old : undefined, path, ratchet);
  }

  private visitItems(
    { schema, items }: RuleNode,
    list: readonly unknown[],
    old: unknown,
    path: string,
    ratchet: Ratchet,
  ): void {
    if (!items) return;
    const oldItems =
      schema['x-kubernetes-list-type'] === 'map' && Array.isArray(old) ? keyedItems(old, schema) : undefined;
    for (let i = 0; i < list.length && this.budget >= 0; i++) {
      const key = oldItems && keyOfItem(list[i], schema);
      const before = key === undefined ? undefined : oldItems?.get(key);
      this.visit(items, list[i], before, at(path, i), below(ratchet, i));
    }
  }

  private visitFields(
    { values, fields }: RuleNode,
    object: Json,
    old: Json | undefined,
    path: string,
    ratchet: Ratchet,
  ): void {
    for (const key of Object.keys(object)) {
      if (this.budget < 0) return;
      const node = fields.get(key);
      if (!node && !values) continue;
      const before = old && Object.hasOwn(old, key) ? old[key] : undefined;
      const ratchetBelow = below(ratchet, key);
      if (values) this.visit(values, object[key], before, at(path, key), ratchetBelow);
      if (node) this.visit(node, object[key], before, child(path, key), ratchetBelow);
    }
  }

  private askAll(node: RuleNode, value: unknown, old: unknown, path: string, ratchet: Ratchet): void {
    if (node.rules.length === 0) return;
    const { type } = node.schema;
    const problem = (detail: string): void => {
      this.errors.push(invalid(path || '<nil>', type ?? '', detail));
    };
    if (this.budget <= 0) {
      problem(OUT_OF_BUDGET);
      this.budget = -1;
      return;
    }
    const activations = activationsOf(node, value, old);
    for (const compiled of node.rules) {
      if (compiled.error !== undefined) problem(`rule compile error: ${compiled.error}`);
      else if (
        compiled.program &&
        !(compiled.usesOldSelf && old === undefined && !compiled.rule.optionalOldSelf)
      ) {
        this.ask(compiled, node, value, activations, path, ratchet, problem);
        if (this.budget < 0) return;
      }
    }
  }

  private ask(
    compiled: CompiledRule,
    { schema }: RuleNode,
    value: unknown,
    activations: Activations,
    path: string,
    ratchet: Ratchet,
    problem: (detail: string) => void,
  ): void {
    const { rule, program, usesOldSelf } = compiled;
    const activation = rule.optionalOldSelf ? activations.optional : activations.plain;
    const result = program!.evaluate(activation, this.options);
    if (result.cost > this.budget) {
      problem(OUT_OF_BUDGET);
      this.budget = -1;
      return;
    }
    this.budget -= result.cost;
    if (!result.ok) {
      if (failure(result.error.message, rule, problem)) this.budget = -1;
      return;
    }
    if (result.value === true) return;
    const where = child(path, compiled.fieldPath) || '<nil>';
    const report = (error: FieldError): void => {
      if (!usesOldSelf && isUnchanged(ratchet)) this.warn?.(`${error.field}: ${error.message}`);
      else this.errors.push(error);
    };
    const message = this.messageOf(compiled, activations.plain);
    if (message !== undefined && 'fatal' in message) {
      report(invalid(where, schema.type ?? '', message.fatal));
      this.budget = -1;
      return;
    }
    const omitted = schema.type === 'object' || schema.type === 'array';
    report(errorFor(rule, where, omitted ? undefined : value, message?.text ?? messageOrDefault(rule)));
  }

  /** The text of a rule's message expression; undefined when it gives none that could be used. */
  private messageOf(
    { messageProgram, rule }: CompiledRule,
    activation: Activation,
  ): { text: string } | { fatal: string } | undefined {
    if (!messageProgram) return undefined;
    const result = messageProgram.evaluate(activation, this.options);
    if (result.cost > this.budget) {
      return {
        fatal:
          'messageExpression evaluation failed due to running out of cost budget, no further validation rules will be run',
      };
    }
    if (!result.ok && isOverLimit(result.error.message)) {
      const source = goQuote(rule.messageExpression ?? '');
      return {
        fatal: `no further validation rules will be run due to call cost exceeds limit for messageExpression: ${source}`,
      };
    }
    this.budget -= result.cost;
    if (!result.ok || typeof result.value !== 'string') return undefined;
    const text = result.value.trim();
    const usable = text !== '' && !/[\n\r]/.test(text) && byteLength(text) <= MAX_MESSAGE_BYTES;
    return usable ? { text } : undefined;
  }
}

interface Activations {
  readonly plain: Activation;
  /** For rules that take a missing old value for one that may be missing. */
  readonly optional: Activation;
}

function activationsOf({ type, rules }: RuleNode, self: unknown, old: unknown): Activations {
  const plain: Record<string, unknown> = { self };
  if (!rules.some((rule) => rule.usesOldSelf)) return { plain, optional: plain };
  if (old === undefined) return { plain, optional: { self, oldSelf: OptionalValue.none } };
  const oldSelf = adapt(old, type);
  return { plain: { self, oldSelf }, optional: { self, oldSelf: new OptionalValue(oldSelf) } };
}

const isOverLimit = (message: string): boolean =>
  message.startsWith('operation cancelled: actual cost limit exceeded');

/** Says why a rule came to no result. True when no further rules may be asked. */
function failure(message: string, rule: ValidationRule, problem: (detail: string) => void): boolean {
  const text = ruleText(rule);
  if (message.startsWith('no such overload')) {
    problem(
      `'${message}': call arguments did not match a supported operator, function or macro signature for rule: ${text}`,
    );
  } else if (isOverLimit(message)) {
    problem(
      `'${message}': no further validation rules will be run due to call cost exceeds limit for rule: ${text}`,
    );
    return true;
  } else problem(`${message} evaluating rule: ${text}`);
  return false;
}

const ruleText = ({ message, rule }: ValidationRule): string => (message || rule).trim();
const messageOrDefault = (rule: ValidationRule): string =>
  rule.message ? rule.message.trim() : `failed rule: ${ruleText(rule)}`;

/** @param value what the error shows; undefined: nothing, as of objects and lists. */
function errorFor({ reason }: ValidationRule, path: string, value: unknown, detail: string): FieldError {
  switch (reason) {
    case 'FieldValueForbidden':
      return forbidden(path, detail);
    case 'FieldValueRequired':
      return required(path, detail);
    case 'FieldValueDuplicate':
      return value === undefined
        ? { type: 'FieldValueDuplicate', field: path, message: 'Duplicate value' }
        : duplicate(path, value);
    default:
      return value === undefined
        ? { type: 'FieldValueInvalid', field: path, message: `Invalid value: ${detail}` }
        : invalid(path, value, detail);
  }
}
