/** Expressions of selectors, compiled once. Source: dynamic-resource-allocation cel/cache.go. */
import type { DeviceSelector } from '../../apimachinery/types/resource.v1.gen.ts';
import { type CompiledSelector, compileSelector, selects } from '../../apis/resource/device-selector.ts';
import type { Candidate } from './pools.ts';

const KEPT = 64;

/** The expressions that were used last. */
export class SelectorCache {
  readonly #compiled = new Map<string, CompiledSelector>();

  get(expression: string): CompiledSelector {
    const compiled = this.#compiled.get(expression) ?? compileSelector(expression);
    this.#compiled.delete(expression);
    this.#compiled.set(expression, compiled);
    if (this.#compiled.size > KEPT) this.#compiled.delete(this.#compiled.keys().next().value!);
    return compiled;
  }
}

/**
 * Whether all selectors mean a device. `whose` names who has them: `class gpu`, `claim shop/gpu`.
 * @throws Error when that cannot be told.
 */
export function selectorsMatch(
  cache: SelectorCache,
  selectors: readonly DeviceSelector[],
  { slice, device }: Candidate,
  whose: string,
): boolean {
  for (const [index, { cel }] of selectors.entries()) {
    const compiled = cache.get(cel?.expression ?? '');
    if (!compiled.ok) throw new Error(`${whose}: selector #${index}: CEL compile error: ${compiled.problem}`);
    try {
      if (!selects(compiled.program, slice.spec.driver, device)) return false;
    } catch (error) {
      throw new Error(`${whose}: selector #${index}: CEL runtime error: ${(error as Error).message}`);
    }
  }
  return true;
}
