import { describe, expect, it } from 'vitest';
import {
  canonicalElement,
  fieldElement,
  goJSON,
  keyElement,
  printPath,
  valueElement,
  sortingOrder,
} from './path-element.ts';

describe('path elements', () => {
  it.each([
    [fieldElement('a.b/c'), 'f:a.b/c'],
    [
      keyElement([
        ['containerPort', 80],
        ['protocol', 'TCP'],
      ]),
      'k:{"containerPort":80,"protocol":"TCP"}',
    ],
    [
      keyElement([
        ['a', undefined],
        ['b', 'x'],
      ]),
      'k:{"b":"x"}',
    ],
    [valueElement('x'), 'v:"x"'],
    [valueElement(1.5), 'v:1.5'],
    [valueElement(true), 'v:true'],
    [valueElement('<a&b>\u2028\b"\\b'), 'v:"\\u003ca\\u0026b\\u003e\\u2028\\u0008\\"\\\\b"'],
  ])('%s', (element, text) => expect(element).toBe(text));

  it('writes JSON as Go does', () => {
    expect(goJSON({ b: [1, null], a: { d: 'x>y', c: false } })).toBe(
      '{"a":{"c":false,"d":"x\\u003ey"},"b":[1,null]}',
    );
  });
});

describe('canonicalElement', () => {
  it.each([
    ['f:a', 'f:a'],
    ['f:', 'f:'],
    ['k:{"b":1, "a":"<"}', 'k:{"a":"\\u003c","b":1}'],
    ['v: "a"', 'v:"a"'],
    ['i:007', 'i:7'],
    ['z:future', undefined],
  ])('%s', (text, canonical) => expect(canonicalElement(text)).toBe(canonical));
  it.each(['f', 'name', 'k:{', 'k:[]', 'v:', 'v:1 2', 'i:x'])('refuses %s', (text) => {
    expect(() => canonicalElement(text)).toThrow();
  });
});

describe('the order of elements', () => {
  it('is fields, keys, values, indices, each by its own order', () => {
    const sorted = [
      'f:B',
      'f:a',
      'f:\uffee',
      'f:\u{1f600}',
      'k:{"name":"a"}',
      'k:{"name":"a","protocol":"TCP"}',
      'k:{"name":"b"}',
      'k:{"port":9}',
      'k:{"port":80}',
      'k:{"port":"80"}',
      'v:2',
      'v:10',
      'v:"a"',
      'v:false',
      'v:true',
      'v:[1]',
      'v:[1,2]',
      'v:{"a":1}',
      'v:null',
      'i:2',
      'i:10',
    ];
    const reversed = sorted.toReversed();
    expect(sortingOrder(reversed)!.map((i) => reversed[i])).toEqual(sorted);
    expect(sortingOrder(sorted)).toBeUndefined();
  });
});

it('prints paths for people', () => {
  expect(
    printPath([
      'f:spec',
      'f:ports',
      'k:{"port":80,"protocol":"TCP"}',
      'f:a.b',
      'v:"x"',
      'v:1',
      'v:null',
      'i:0',
    ]),
  ).toBe('.spec.ports[port=80,protocol="TCP"].a.b[="x"][=1][=null][0]');
});

it('keys of wrong types are shown as values are', () => {
  expect(
    printPath(['k:{"port":{},"protocol":"TCP"}', 'k:{"a":{"b":1,"c":"d"}}', 'v:[1,"x",null,true]']),
  ).toBe('[port=,protocol="TCP"][a=b=1c="d"][=[1,"x",null,true]]');
});
