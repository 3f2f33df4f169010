/**
 * Our document of version 2 against upstream's of the same release, in everything but descriptions.
 * Where that is: the environment variable KEDGE_SWAGGER (kubernetes api/openapi-spec/swagger.json).
 */
import { describe, expect, it } from 'vitest';
import { RESOURCES } from '../../apis/resources.ts';
import { documentV2, libraryOf } from './documents.ts';
import type { Json } from './schemas.ts';

// The sources know the Web's types only; this test alone reads a file.
const node = (name: string): Promise<any> => import(/* @vite-ignore */ `node:${name}`);
const { readFileSync } = await node('fs');
const { env } = await node('process');
const file: string | undefined = env.KEDGE_SWAGGER;
if (!file) console.warn('SKIPPED: set KEDGE_SWAGGER to upstream’s swagger.json');
const upstream: Json = file
  ? JSON.parse(readFileSync(file, 'utf8'))
  : { paths: {}, definitions: {}, parameters: {} };
const ours: Json = JSON.parse(
  JSON.stringify(documentV2(libraryOf({ catalog: RESOURCES, custom: new Map() }))),
);

/** Behind feature gates that are off. */
const GATED = /cbor/;

/** Parameters by name, with references followed. */
function parametersOf(document: Json, list: Json[] = []): Json {
  const found: Json = {};
  for (const one of list) {
    const parameter = one.$ref ? document.parameters[one.$ref.split('/').at(-1)] : one;
    const { description: _, ...rest } = parameter;
    if (!GATED.test(rest.name)) found[`${rest.in} ${rest.name}`] = rest;
  }
  return found;
}

const sorted = (list: string[] = []): string[] => list.filter((one) => !GATED.test(one)).sort();

function operationOf(document: Json, operation: Json): Json {
  const { description: _, parameters, consumes, produces, ...rest } = operation;
  return {
    ...rest,
    parameters: parametersOf(document, parameters),
    consumes: sorted(consumes),
    produces: sorted(produces),
  };
}

function pathOf(document: Json, item: Json): Json {
  const out: Json = {};
  for (const [method, value] of Object.entries<any>(item)) {
    out[method] = method === 'parameters' ? parametersOf(document, value) : operationOf(document, value);
  }
  return out;
}

/** A definition without descriptions, value sets, and what the schema table leaves out. */
function shapeOf(value: any, key = ''): any {
  if (Array.isArray(value))
    return key === 'required' ? [...value].sort() : value.map((item) => shapeOf(item));
  if (typeof value !== 'object' || value === null) return value;
  const out: Json = {};
  for (const [name, held] of Object.entries<any>(value)) {
    if (name === 'description' && typeof held === 'string') continue;
    if (name === 'enum' && Array.isArray(held)) continue;
    if (name === 'x-kubernetes-unions' || held === 'granular') continue;
    // DeleteOptions and WatchEvent are in every group version, of which upstream's document has more.
    if (name === 'x-kubernetes-group-version-kind' && Array.isArray(held) && held.length > 1) continue;
    out[name] = shapeOf(held, name);
  }
  return out;
}

const shared = (place: string): string[] =>
  Object.keys(ours[place]).filter((name) => upstream[place][name] !== undefined);

describe.skipIf(!file)('as upstream', () => {
  it.each(shared('paths'))('%s', (path) => {
    expect(pathOf(ours, ours.paths[path])).toEqual(pathOf(upstream, upstream.paths[path]));
  });

  it.each(shared('definitions'))('%s', (name) => {
    expect(shapeOf(ours.definitions[name])).toEqual(shapeOf(upstream.definitions[name]));
  });

  it('has every stable path that is served', () => {
    const missing = Object.keys(upstream.paths).filter(
      (path) => !ours.paths[path] && !/v\d+(alpha|beta)\d/.test(path),
    );
    expect(missing).toEqual([
      '/.well-known/openid-configuration/',
      '/apis/internal.apiserver.k8s.io/',
      '/logs/',
      '/logs/{logpath}',
      '/openid/v1/jwks/',
    ]);
  });
});
