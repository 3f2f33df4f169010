/** Choosing the overload of a call by the values it gets. */

import type { FunctionDeclaration, Implementation, Overload } from './environment.ts';
import { noSuchOverload } from './equality.ts';
import { CelError } from './errors.ts';
import { typeName } from './text.ts';
import type { CelType } from './types.ts';
import { ListValue, MapValue, type Value } from './values.ts';

/** Whether a value may be passed where a type is declared; of lists and maps the first entry speaks for all. */
export function matchesType(type: CelType, value: Value): boolean {
  switch (type.kind) {
    case 'dyn':
    case 'any':
    case 'param':
      return true;
    case 'list':
      return value instanceof ListValue && (value.size() === 0 || matchesType(type.params[0]!, value.at(0)));
    case 'map': {
      if (!(value instanceof MapValue)) return false;
      for (const key of value.keys()) {
        return matchesType(type.params[0]!, key) && matchesType(type.params[1]!, value.find(key)!);
      }
      return true;
    }
    case 'null':
      return value === null;
    default:
      return typeName(value) === type.name;
  }
}

const matches = (overload: Overload, args: readonly Value[]): boolean =>
  overload.args.length === args.length &&
  overload.args.every((type, index) => matchesType(type, args[index]!));

/** The implementation of a call whose fitting overloads the checker found. */
export function dispatch(declaration: FunctionDeclaration, overloads: readonly Overload[]): Implementation {
  const { name, singleton } = declaration;
  if (singleton !== undefined) return singleton;
  const candidates = overloads.length === 1 ? overloads : declaration.overloads;
  return (args, context) => {
    for (const overload of candidates) {
      if (overload.call === undefined) throw noSuchOverload();
      if (matches(overload, args)) return overload.call(args, context);
    }
    throw new CelError(`no such overload: ${name}(${args.map(typeName).join(', ')})`);
  };
}
