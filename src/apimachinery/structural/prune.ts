/**
 * Fields that a structural schema does not know. Source: apiextensions-apiserver pkg/apiserver/schema/pruning.
 */
import { MAX_STRICT_ERRORS, pathOf } from '../serializer/strict-fields.ts';
import { fieldOf, isObject, itemsOf, type Json, type JSONSchemaProps, valuesOf } from './types.ts';

const META_FIELDS = new Set(['apiVersion', 'kind', 'metadata']);

/**
 * Removes unknown fields, in place. What is in the metadata of the object and of the resources embedded in it is not
 * looked at: see `coerceObjectMeta`.
 * @param options.root the object is a resource of its own, with apiVersion, kind and metadata.
 * @returns `unknown field "spec.list[0].bar"` of each, sorted by path; the first hundred.
 */
export function prune(
  object: unknown,
  props: JSONSchemaProps | undefined,
  { root }: { readonly root: boolean },
): string[] {
  const pruner = new Pruner();
  pruner.prune(object, root ? asResource(props) : props);
  return pruner.report();
}

/** The schema of a resource, whatever it says of itself. */
export const asResource = (props: JSONSchemaProps | undefined): JSONSchemaProps =>
  props?.['x-kubernetes-embedded-resource'] ? props : { ...props, 'x-kubernetes-embedded-resource': true };

class Pruner {
  private readonly unknown: string[] = [];
  private readonly stack: (string | number)[] = [];

  report(): string[] {
    const sorted = this.unknown.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
    return [...new Set(sorted)].slice(0, MAX_STRICT_ERRORS).map((path) => `unknown field "${path}"`);
  }

  prune(value: unknown, props: JSONSchemaProps | undefined): void {
    if (props?.['x-kubernetes-preserve-unknown-fields']) this.keep(value, props);
    else if (Array.isArray(value)) this.items(value, (item) => this.prune(item, itemsOf(props)));
    else if (isObject(value)) this.fields(value, props, true);
  }

  /** Fields that are not declared stay, and what is in them. */
  private keep(value: unknown, props: JSONSchemaProps | undefined): void {
    if (props === undefined) return;
    if (Array.isArray(value)) this.items(value, (item) => this.keep(item, itemsOf(props)));
    else if (isObject(value)) this.fields(value, props, false);
  }

  private items(list: readonly unknown[], each: (item: unknown) => void): void {
    for (let i = 0; i < list.length; i++) {
      const item = list[i];
      if (typeof item !== 'object' || item === null) continue;
      this.stack.push(i);
      each(item);
      this.stack.pop();
    }
  }

  private fields(object: Json, props: JSONSchemaProps | undefined, remove: boolean): void {
    for (const key of Object.keys(object)) {
      if (props?.['x-kubernetes-embedded-resource'] && META_FIELDS.has(key)) continue;
      const declared = props && fieldOf(props, key);
      const isMap = props?.additionalProperties !== undefined;
      if (declared || isMap) {
        this.stack.push(key);
        this.prune(object[key], declared ?? valuesOf(props));
        this.stack.pop();
      } else if (remove) {
        this.record(key, props === undefined);
        delete object[key];
      }
    }
  }

  private record(key: string, undeclared: boolean): void {
    if (!undeclared && META_FIELDS.has(key) && this.stack.length === 0) return;
    this.stack.push(key);
    this.unknown.push(pathOf(this.stack));
    this.stack.pop();
  }
}
