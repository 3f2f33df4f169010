/**
 * What the rules of a schema may cost at most, one by one and together.
 * Source: apiextensions-apiserver pkg/apis/apiextensions/validation/{validation,cel_validation}.go.
 */
import { type FieldError, forbidden } from '../../apimachinery/field-error.ts';

/** Of one expression in all of an object. */
const RULE_LIMIT = 10_000_000;
/** Of all expressions of a schema. */
const SCHEMA_LIMIT = 100_000_000;
/** Rules are named as the dearest only from this part of the limit on. */
const NOTABLE = SCHEMA_LIMIT / 100;
const MAX_NAMED = 4;
const MAX_COST = 2 ** 64;

export class RuleCosts {
  private total = 0;
  private dearest: { readonly path: string; readonly cost: number }[] = [];
  private readonly kept: boolean;

  /** @param kept the rules have been accepted before, each for itself. */
  constructor(kept: boolean) {
    this.kept = kept;
  }

  /** Counts an expression, and refuses it when it alone is too dear. */
  judge(estimate: number, path: string, name: string): FieldError[] {
    const cost = Math.min(estimate, MAX_COST);
    this.total = Math.min(this.total + cost, MAX_COST);
    if (cost >= NOTABLE) {
      this.dearest = [...this.dearest, { path, cost }].sort((a, b) => b.cost - a.cost).slice(0, MAX_NAMED);
    }
    if (this.kept || cost <= RULE_LIMIT) return [];
    return [forbidden(path, tooDear(name, cost, RULE_LIMIT))];
  }

  /** Refuses the schema when all its expressions together are too dear. */
  judgeAll(path: string): FieldError[] {
    if (this.total <= SCHEMA_LIMIT) return [];
    const part = 'contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema';
    const name = 'x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema';
    return [
      ...this.dearest.map((one) => forbidden(one.path, part)),
      forbidden(path, tooDear(name, this.total, SCHEMA_LIMIT)),
    ];
  }
}

function tooDear(name: string, cost: number, limit: number): string {
  const factor = cost / limit;
  const shown = factor > 100 ? 'more than 100' : factor.toFixed(factor < 1.5 ? 6 : 1);
  return (
    `${name} exceeds budget by factor of ${shown}x (try simplifying the rule, or adding maxItems, maxProperties, ` +
    'and maxLength where arrays, maps, and strings are declared)'
  );
}
