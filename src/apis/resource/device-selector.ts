/**
 * The expressions that choose devices: `device.attributes["dra.example.com"].model == "a"`.
 * Source: dynamic-resource-allocation cel/compile.go.
 */
import { adapt, compile, kubernetesEnvironment, type Program } from '../../apimachinery/cel/cel.ts';
import { CelError } from '../../apimachinery/cel/errors.ts';
import { estimateCost } from '../../apimachinery/cel/estimate.ts';
import { quantityType, toQuantity } from '../../apimachinery/cel/libraries/quantity.ts';
import { toSemver } from '../../apimachinery/cel/libraries/semver.ts';
import { bindingsLibrary } from '../../apimachinery/cel/libraries/two-variables.ts';
import {
  anyType,
  boolType,
  type CelType,
  mapType,
  stringType,
  structOf,
  withPlace,
} from '../../apimachinery/cel/types.ts';
import { MapValue, OpaqueValue, type Value } from '../../apimachinery/cel/values.ts';
import type { Device, DeviceAttribute } from '../../apimachinery/types/resource.v1.gen.ts';

/** What one selector may cost, in the worst case and for one device. */
export const SELECTOR_COST_MAX = 1_000_000;

const DOMAIN_LENGTH = 63;
const ID_LENGTH = 32;
const DRIVER_LENGTH = 63;
const VALUE_LENGTH = 64;
const ATTRIBUTES_MAX = 32;

const text = (maxElements: number): CelType => withPlace(stringType, { maxElements });
const few = { maxElements: ATTRIBUTES_MAX };
const attributeType = withPlace(anyType, { maxElements: VALUE_LENGTH });

/** By domain, then by identifier. `struct`: how long a value is, for the estimate. */
const attributesType = mapType(
  text(DOMAIN_LENGTH),
  {
    ...mapType(text(ID_LENGTH), attributeType, few),
    struct: { field: () => ({ type: attributeType }), names: () => [] },
  },
  few,
);
const capacityType = mapType(text(DOMAIN_LENGTH), mapType(text(ID_LENGTH), quantityType, few), few);

const DEVICE = structOf('kubernetes.DRADevice', {
  driver: text(DRIVER_LENGTH),
  allowMultipleAllocations: withPlace(boolType, { maxElements: 1 }),
  attributes: attributesType,
  capacity: capacityType,
});

const ENVIRONMENT = kubernetesEnvironment().extend({
  libraries: [bindingsLibrary],
  variables: { device: DEVICE },
  types: [DEVICE],
});

export type CompiledSelector =
  | { readonly ok: true; readonly program: Program }
  /** `internal`: the fault is not in the source. */
  | { readonly ok: false; readonly problem: string; readonly internal: boolean };

/** Compiles a selector: a boolean, or an attribute whose type nobody knows. */
export function compileSelector(expression: string): CompiledSelector {
  const compiled = compile(expression, ENVIRONMENT);
  if (!compiled.ok) {
    const internal = compiled.stage === 'program';
    const what = internal ? 'program instantiation failed' : 'compilation failed';
    return { ok: false, problem: `${what}: ${compiled.text}`, internal };
  }
  const { outputType } = compiled.program;
  if (outputType.kind !== 'bool' && outputType.kind !== 'any') {
    const problem = `must evaluate to bool or the unknown type, not ${runtimeName(outputType)}`;
    return { ok: false, problem, internal: false };
  }
  return { ok: true, program: compiled.program };
}

const runtimeName = ({ name, params }: CelType): string =>
  params.length > 0 ? `${name}(${params.map(runtimeName).join(', ')})` : name;

/** What a selector costs at most, for the largest device there can be; infinite for what does not compile. */
export const selectorCost = (expression: string): number =>
  estimateCost(expression, ENVIRONMENT, DEVICE, 'device') ?? Infinity;

export type SelectableDevice = Pick<Device, 'allowMultipleAllocations' | 'attributes' | 'capacity'>;

/**
 * Whether a device of a driver is meant.
 * @throws Error when that cannot be told: an attribute that is not there, a result that is no boolean, too dear.
 */
export function selects(program: Program, driver: string, device: SelectableDevice): boolean {
  try {
    const result = program.evaluate(
      { device: deviceValue(driver, device) },
      { costLimit: SELECTOR_COST_MAX },
    );
    if (!result.ok) throw result.error;
    if (typeof result.value !== 'boolean') throw noBoolean(result.value);
    return result.value;
  } catch (error) {
    throw error instanceof CelError ? new Error(error.message) : error;
  }
}

function noBoolean(value: Value): Error {
  const type = typeOf(value);
  const reason =
    type === 'string'
      ? "unsupported native conversion from string to 'bool'"
      : `unsupported type conversion from '${type}' to bool`;
  return new Error(`CEL result of type ${type} could not be converted to bool: ${reason}`);
}

function typeOf(value: Value): string {
  if (typeof value === 'string') return 'string';
  if (typeof value === 'bigint') return 'int';
  return value instanceof OpaqueValue ? value.type.name : 'dyn';
}

function deviceValue(driver: string, device: SelectableDevice): object {
  return {
    driver,
    allowMultipleAllocations: device.allowMultipleAllocations ?? false,
    attributes: byDomain(driver, device.attributes, attributeValue),
    capacity: byDomain(driver, device.capacity, ({ value }) => toQuantity(value)),
  };
}

function attributeValue(attribute: DeviceAttribute, name: string): Value {
  const value = attribute.int ?? attribute.bool ?? attribute.string;
  if (value !== undefined) return adapt(value, anyType);
  if (attribute.version === undefined) throw new CelError(`attribute ${name}: unsupported attribute value`);
  try {
    return toSemver(attribute.version);
  } catch (error) {
    if (!(error instanceof CelError)) throw error;
    throw new CelError(`attribute ${name}: parse semantic version: ${error.message}`);
  }
}

/** `name` is `identifier` of the driver's own domain, or `domain/identifier`. */
export function domainAndName(name: string, driver: string): [domain: string, identifier: string] {
  const slash = name.indexOf('/');
  return slash < 0 ? [driver, name] : [name.slice(0, slash), name.slice(slash + 1)];
}

function byDomain<T>(
  driver: string,
  named: Readonly<Record<string, T>> | undefined,
  convert: (item: T, name: string) => Value,
): Domains {
  const domains = new Map<string, Map<string, Value>>();
  for (const [name, item] of Object.entries(named ?? {})) {
    const [domain, identifier] = domainAndName(name, driver);
    const inner = domains.get(domain) ?? new Map<string, Value>();
    domains.set(domain, inner.set(identifier, convert(item, name)));
  }
  return new Domains(new Map([...domains].map(([domain, inner]) => [domain, new Named(inner)])));
}

class Named<V extends Value> extends MapValue {
  readonly values: ReadonlyMap<Value, V>;

  constructor(values: ReadonlyMap<Value, V>) {
    super();
    this.values = values;
  }

  size(): number {
    return this.values.size;
  }

  find(key: Value): V | undefined {
    return this.values.get(key);
  }

  keys(): Iterable<Value> {
    return this.values.keys();
  }
}

const NOTHING = new Named<Value>(new Map());

/** A domain that is not there has no attributes, and so is nothing to stumble over. */
class Domains extends Named<Named<Value>> {
  override find(key: Value): Named<Value> {
    return this.values.get(key) ?? NOTHING;
  }

  override has(key: Value): boolean {
    return this.values.has(key);
  }
}
