import type { ResourceDefinition } from '../../apis/definition.ts';
import type { RequestContext } from '../../registry/context.ts';
import type { StorageEnv } from '../../storage/env.ts';
import type { Authenticate } from '../authentication/authenticate.ts';
import type { RequestInfo } from '../request-info.ts';

/** One request to a resource, on its way through the handlers. */
export interface Handling {
  readonly request: Request;
  readonly query: URLSearchParams;
  readonly info: RequestInfo;
  readonly definition: ResourceDefinition;
  readonly ctx: RequestContext;
  readonly env: StorageEnv;
  readonly userAgent: string;
  /** Who a token stands for. */
  readonly authenticate: Authenticate;
  /** Whether the client takes gzip. */
  readonly gzip: boolean;
}
