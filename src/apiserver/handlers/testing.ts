/** Requests to the handlers of a test cluster. */
import { BUILT_IN, type ResourceCatalog } from '../../apis/catalog.ts';
import type { TestCluster } from '../../registry/admission/testing.ts';
import { requestInfo } from '../request-info.ts';
import { respondError } from '../respond.ts';
import { dispatch } from './dispatch.ts';
import type { Handling } from './handling.ts';

export interface TestAnswer {
  readonly code: number;
  readonly body: any;
  readonly headers: Headers;
}

export interface TestOptions {
  readonly accept?: string;
  /** What the cluster serves; default: what is built in. */
  readonly catalog?: ResourceCatalog;
}

/** The answer to a request, whose body is sent as it is when it is text. */
export async function call(
  cluster: TestCluster,
  method: string,
  path: string,
  body?: unknown,
  contentType = 'application/json',
  { accept = 'application/json', catalog = BUILT_IN }: TestOptions = {},
): Promise<TestAnswer> {
  const url = new URL(`https://cluster${path}`);
  const request = new Request(url, {
    method,
    headers: { 'Content-Type': contentType, Accept: accept },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const info = requestInfo(method, url.pathname, url.searchParams);
  const warnings: string[] = [];
  const handling: Handling = {
    request,
    query: url.searchParams,
    info,
    definition: catalog.find(info.group, info.version, info.resource)!,
    ctx: { ...cluster.ctx, warnings },
    env: {} as Handling['env'],
    userAgent: 'tester/1',
    gzip: false,
    authenticate: () => Promise.reject(new Error('nobody is authenticated here')),
  };
  let response: Response;
  try {
    response = await dispatch(handling);
  } catch (error) {
    response = respondError(error, undefined, warnings);
  }
  const text = await response.text();
  const isJSON = response.headers.get('Content-Type') === 'application/json';
  return { code: response.status, body: isJSON ? JSON.parse(text) : text, headers: response.headers };
}
