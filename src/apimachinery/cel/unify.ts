/**
 * When a value of one type may stand where another is wanted, and what type parameters become by that
 * (cel-go checker/types.go).
 */

import { type CelType, dynType, isExactType } from './types.ts';

/** What type parameters stand for, by their names. What an assignment that failed has written is taken back. */
export class Mapping {
  readonly #types = new Map<string, CelType>();
  /** Names written since the outermost attempt began, with what they stood for. */
  readonly #journal: [string, CelType | undefined][] = [];

  get(name: string): CelType | undefined {
    return this.#types.get(name);
  }

  set(name: string, type: CelType): void {
    this.#journal.push([name, this.#types.get(name)]);
    this.#types.set(name, type);
  }

  /** Runs `assigns`, and undoes its writes when it answers no. */
  attempt(assigns: () => boolean): boolean {
    const start = this.#journal.length;
    const ok = assigns();
    while (!ok && this.#journal.length > start) {
      const [name, before] = this.#journal.pop()!;
      if (before === undefined) this.#types.delete(name);
      else this.#types.set(name, before);
    }
    if (start === 0) this.#journal.length = 0;
    return ok;
  }
}

export const isDyn = (type: CelType) => type.kind === 'dyn' || type.kind === 'any';
export const isDynOrError = (type: CelType) => isDyn(type) || type.kind === 'error';

/** Replaces bound parameters; free ones become dyn when `toDyn`. */
export function substitute(mapping: Mapping, type: CelType, toDyn: boolean): CelType {
  if (type.kind === 'param') {
    const bound = mapping.get(type.name);
    if (bound !== undefined) return substitute(mapping, bound, toDyn);
    return toDyn ? dynType : type;
  }
  if (type.params.length === 0) return type;
  const params = type.params.map((param) => substitute(mapping, param, toDyn));
  return params.every((param, index) => param === type.params[index]) ? type : { ...type, params };
}

function isEqualOrLessSpecific(a: CelType, b: CelType): boolean {
  if (isDyn(a) || a.kind === 'param') return true;
  if (isDyn(b) || b.kind === 'param') return false;
  if (a.kind !== b.kind) return false;
  switch (a.kind) {
    case 'opaque':
    case 'list':
    case 'map':
      return (
        a.name === b.name &&
        a.params.length === b.params.length &&
        a.params.every((param, index) => isEqualOrLessSpecific(param, b.params[index]!))
      );
    case 'type':
      return true;
    default:
      return isExactType(a, b);
  }
}

/** The wider of two types that unify. */
export function mostGeneral(a: CelType, b: CelType): CelType {
  return isEqualOrLessSpecific(a, b) ? a : b;
}

function notReferencedIn(mapping: Mapping, param: CelType, within: CelType): boolean {
  if (isExactType(param, within)) return false;
  if (within.kind === 'param') {
    const bound = mapping.get(within.name);
    return bound === undefined || notReferencedIn(mapping, param, bound);
  }
  return within.params.every((inner) => notReferencedIn(mapping, param, inner));
}

/** Whether parameter `param` may stand for `type`, and whether it stood for something before. */
function bind(mapping: Mapping, type: CelType, param: CelType): { valid: boolean; bound: boolean } {
  if (isExactType(type, param)) return { valid: true, bound: true };
  const current = mapping.get(param.name);
  if (param.kind === 'param' && current !== undefined) {
    if (type.kind === current.kind && isExactType(type, current)) return { valid: true, bound: true };
    if (!assignable(mapping, type, current)) return { valid: false, bound: true };
    const wider = mostGeneral(type, current);
    if (notReferencedIn(mapping, param, wider)) mapping.set(param.name, wider);
    return { valid: true, bound: true };
  }
  if (!notReferencedIn(mapping, param, type)) return { valid: false, bound: false };
  mapping.set(param.name, type);
  return { valid: true, bound: false };
}

const NULLABLE = new Set(['opaque', 'struct', 'any', 'duration', 'timestamp', 'null']);

function assignable(mapping: Mapping, a: CelType, b: CelType): boolean {
  if (b.kind === 'param') {
    const { valid, bound } = bind(mapping, a, b);
    if (valid) return true;
    if (bound) return false;
  }
  if (a.kind === 'param') return bind(mapping, b, a).valid;
  if (isDynOrError(a) || isDynOrError(b)) return true;
  if (a.kind === 'null') return NULLABLE.has(b.kind);
  if (b.kind === 'null') return NULLABLE.has(a.kind);
  if (a.kind === 'type') return b.kind === 'type';
  if (a.kind !== b.kind || a.name !== b.name || a.params.length !== b.params.length) return false;
  return a.params.every((param, index) => assignable(mapping, param, b.params[index]!));
}

/** Whether `a` may stand where `b` is wanted; binds parameters only when it may. */
export function assign(mapping: Mapping, a: CelType, b: CelType): boolean {
  return mapping.attempt(() => assignable(mapping, a, b));
}

export function assignAll(mapping: Mapping, from: readonly CelType[], to: readonly CelType[]): boolean {
  if (from.length !== to.length) return false;
  return mapping.attempt(() => from.every((type, index) => assignable(mapping, type, to[index]!)));
}
