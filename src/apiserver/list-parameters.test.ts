import { describe, expect, it } from 'vitest';
import { findResource, resourceNamed } from '../apis/resources.ts';
import { StatusError } from '../apimachinery/status.ts';
import { listParameters } from './options.ts';

const configMaps = findResource('', 'v1', 'configmaps')!;

/** The parameters, or the message of the refusal. */
function parse(query: string, watch: boolean): unknown {
  try {
    return listParameters(new URLSearchParams(query), configMaps, watch);
  } catch (error) {
    expect(error).toBeInstanceOf(StatusError);
    return (error as StatusError).message.replace('ListOptions.meta.k8s.io "" is invalid: ', '');
  }
}

describe('listParameters', () => {
  it.each([
    ['', { sendInitialEvents: true, resourceVersionMatch: 'NotOlderThan' }],
    ['resourceVersion=0', { sendInitialEvents: true, resourceVersionMatch: 'NotOlderThan' }],
    ['resourceVersion=5', { resourceVersion: '5' }],
    [
      'sendInitialEvents=False&resourceVersionMatch=NotOlderThan',
      { sendInitialEvents: false, resourceVersionMatch: 'NotOlderThan' },
    ],
    ['resourceVersion=5&allowWatchBookmarks=1&timeoutSeconds=7', { bookmarks: true, timeoutSeconds: 7 }],
  ])('watches with %j', (query, wanted) => {
    expect(parse(query, true)).toMatchObject(wanted);
  });

  it('takes a number with a sign', () => {
    expect(parse('limit=%2B1', false)).toMatchObject({ limit: 1 });
  });

  it('begins a watch from a version without what there is', () => {
    expect(parse('resourceVersion=5', true)).not.toHaveProperty('sendInitialEvents');
  });

  const match = (message: string): string => `resourceVersionMatch: ${message}`;
  const needs = match('Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan');
  const alone = match(
    'Forbidden: resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided',
  );
  const besideToken = match('Forbidden: resourceVersionMatch is forbidden when continue is provided');
  const other = match('Unsupported value: "Exact": supported values: "NotOlderThan"');
  it.each([
    [true, 'sendInitialEvents=true', needs],
    [true, 'sendInitialEvents=true&resourceVersionMatch=Exact', `[${needs}, ${other}]`],
    [true, 'resourceVersionMatch=Exact&resourceVersion=1', `[${alone}, ${other}]`],
    [true, 'continue=x', besideToken],
    [
      false,
      'resourceVersionMatch=Exact',
      match('Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided'),
    ],
    [
      false,
      'resourceVersionMatch=Exact&resourceVersion=0',
      match('Forbidden: resourceVersionMatch "exact" is forbidden for resourceVersion "0"'),
    ],
    [false, 'resourceVersionMatch=NotOlderThan&resourceVersion=1&continue=x', besideToken],
    [
      false,
      'sendInitialEvents=false',
      'sendInitialEvents: Forbidden: sendInitialEvents is forbidden for list',
    ],
    [
      false,
      'resourceVersion=1&continue=x',
      'invalid continue token: continue key is not valid: illegal base64 data at input byte 0',
    ],
    [
      false,
      `resourceVersion=1&continue=${btoa('{"v":"meta.k8s.io/v1","rv":1,"start":"a"}').replace(/=+$/, '')}`,
      'specifying resource version is not allowed when using continue',
    ],
    [
      false,
      'resourceVersion=x&continue=x',
      'invalid continue token: continue key is not valid: illegal base64 data at input byte 0',
    ],
    [
      false,
      `resourceVersion=x&continue=${btoa('{"v":"meta.k8s.io/v1","rv":1,"start":"a"}').replace(/=+$/, '')}`,
      'specifying resource version is not allowed when using continue',
    ],
    [false, 'limit=', 'strconv.ParseInt: parsing "": invalid syntax'],
    [
      false,
      'limit=99999999999999999999',
      'strconv.ParseInt: parsing "99999999999999999999": value out of range',
    ],
    [false, 'labelSelector=(&fieldSelector=(', "found '(', expected: !, identifier, or 'end of string'"],
    [false, 'limit=x&labelSelector=(', 'strconv.ParseInt: parsing "x": invalid syntax'],
    [false, 'timeoutSeconds=y&limit=x', 'strconv.ParseInt: parsing "y": invalid syntax'],
    [
      false,
      'resourceVersion=1&resourceVersionMatch=x',
      match('Unsupported value: "x": supported values: "Exact", "NotOlderThan", ""'),
    ],
    [
      false,
      'resourceVersion=99999999999999999999999',
      'invalid resource version: resourceVersion: Invalid value: "99999999999999999999999": strconv.ParseUint: parsing "99999999999999999999999": value out of range',
    ],
    [
      false,
      'resourceVersion=x',
      'invalid resource version: resourceVersion: Invalid value: "x": strconv.ParseUint: parsing "x": invalid syntax',
    ],
  ])('refuses (watch: %s) %s', (watch, query, message) => {
    expect(parse(query, watch)).toBe(message);
  });
});

describe('a field that a kind cannot be selected by', () => {
  it.each([
    ['', 'pods', 'spec.x', 'field label not supported: spec.x'],
    [
      '',
      'configmaps',
      'type',
      '"type" is not a known field selector: only "metadata.name", "metadata.namespace"',
    ],
    ['batch', 'jobs', 'a"b', 'field label "a\\"b" not supported for Job'],
    [
      'resource.k8s.io',
      'resourceslices',
      'metadata.namespace',
      'field label not supported for resource.k8s.io/v1, Kind=ResourceSlice: metadata.namespace',
    ],
  ])('%s %s: %s', (group, resource, field, message) => {
    const query = new URLSearchParams({ fieldSelector: `${field}=x` });
    expect(() => listParameters(query, resourceNamed(group, resource), false)).toThrow(message);
  });
});
