import { describe, expect, it } from 'vitest';
import { compileSelector, type SelectableDevice, selectorCost, selects } from './device-selector.ts';

const DRIVER = 'dra.example.com';
const named = (attribute: object): SelectableDevice => ({ attributes: { name: attribute } });
const sized = (value: string): SelectableDevice => ({ capacity: { name: { value } } });
const attribute = 'device.attributes["dra.example.com"].name';

function outcome(expression: string, device: SelectableDevice, driver = DRIVER): boolean | string {
  const compiled = compileSelector(expression);
  if (!compiled.ok) return compiled.problem;
  try {
    return selects(compiled.program, driver, device);
  } catch (error) {
    return (error as Error).message;
  }
}

describe('a selector', () => {
  // Expression, device, outcome, and what it costs at most.
  it.each<[string, SelectableDevice, boolean | string, number]>([
    ['true', {}, true, 0],
    ['"no-such-domain" in device.attributes', {}, false, 3],
    ['"dra.example.com" in device.attributes', named({ bool: true }), true, 3],
    ['device.driver == "dra.example.com"', {}, true, 4],
    [attribute, named({ bool: true }), true, 4],
    ['device.attributes["dra.example.com"]["name"]', named({ bool: true }), true, 4],
    ['cel.bind(dra, device.attributes["dra.example.com"], dra.name)', named({ bool: true }), true, 15],
    [
      'device.attributes["other.example.com"].name',
      { attributes: { 'other.example.com/name': { bool: true } } },
      true,
      4,
    ],
    [`${attribute} > 0`, named({ int: 1 }), true, 5],
    [`${attribute} == "fish"`, named({ string: 'fish' }), true, 5],
    [`${attribute}.isGreaterThan(semver("0.0.1"))`, named({ version: '1.0.0' }), true, 6],
    ['device.capacity["dra.example.com"].name.isGreaterThan(quantity("1Ki"))', sized('1Mi'), true, 6],
    [
      '!("name" in device.capacity["dra.example.com"]) || device.capacity["dra.example.com"].name.isGreaterThan(quantity("1Ki"))',
      {},
      true,
      11,
    ],
    ['device.attributes.exists_one(x, x == "dra.example.com")', named({ string: 'x' }), true, 164],
    ['device.attributes["dra.example.com"].exists_one(x, x == "name")', named({ string: 'x' }), true, 133],
    ['device.capacity["dra.example.com"].exists_one(x, x == "name")', sized('1Mi'), true, 133],
    [`${attribute}.split("example").size() >= 2`, named({ string: 'some_example_value' }), true, 19],
    [`${attribute}.matches("[^a]?sym")`, named({ string: 'asymetric' }), true, 18],
    ['device.allowMultipleAllocations == true', { allowMultipleAllocations: true }, true, 3],
    ['device.allowMultipleAllocations == false', {}, true, 3],
    [
      'device.attributes["no-such-domain"].noSuchAttr.isGreaterThan(quantity("0"))',
      {},
      'no such key: noSuchAttr',
      6,
    ],
    [attribute, named({ strings: ['a'] }), 'attribute name: unsupported attribute value', 4],
    [
      attribute,
      named({ int: 1 }),
      "CEL result of type int could not be converted to bool: unsupported type conversion from 'int' to bool",
      4,
    ],
  ])('%s', (expression, device, result, cost) => {
    expect(outcome(expression, device)).toBe(result);
    expect(selectorCost(expression)).toBe(cost);
  });

  it.each([
    ['1', 'must evaluate to bool or the unknown type, not int'],
    [
      'device.attributes',
      'must evaluate to bool or the unknown type, not map(string, map(string, google.protobuf.Any))',
    ],
    [
      'device.name == ""',
      'compilation failed: ERROR: <input>:1:7: undefined field \'name\'\n | device.name == ""\n | ......^',
    ],
  ])('%s does not compile', (expression, problem) => {
    expect(outcome(expression, {})).toBe(problem);
  });

  it('is stopped when it costs too much', () => {
    const loops = (depth: number): string =>
      depth === 0
        ? "int('1'.find('[0-9]*')) < 100"
        : `[1,2,3,4,5,6,7,8,9,10].all(z${depth}, ${loops(depth - 1)})`;
    expect(selectorCost(loops(7))).toBe(85_555_551);
    expect(outcome(loops(7), {})).toBe('operation cancelled: actual cost limit exceeded');
  });
});
