/**
 * Who a request is made for, and whether they may make it: impersonation first, then authorization, in front of everything
 * else, so that nobody learns what is there. Source: apiserver pkg/server/config.go (DefaultBuildHandlerChain).
 */
import { forbidden } from '../../apimachinery/status.ts';
import type { UserInfo } from '../../apis/definition.ts';
import { type Attributes, isSuperuser } from '../../registry/authorization/attributes.ts';
import { Authorizer, type AuthorizerOptions } from '../../registry/authorization/authorizer.ts';
import { Permissions } from '../../registry/authorization/permissions.ts';
import type { RequestInfo } from '../request-info.ts';
import { attributesOf } from './authorization.ts';
import { impersonated } from './impersonation.ts';

export interface Authorized {
  readonly user: UserInfo;
  /** Absent: the user may do everything. */
  readonly permissions?: Permissions;
}

/** What goes on in a container may be begun with GET, since WebSockets are; it takes the right to create all the same. */
const STREAMS = new Set(['attach', 'exec', 'portforward']);

/** Source: kubernetes pkg/registry/core/pod/rest/authorize.go. @throws StatusError 403. */
async function checkStream(authorizer: Authorizer, attributes: Attributes): Promise<void> {
  if (!attributes.isResource || attributes.verb !== 'get') return;
  const { group, resource, subresource, name } = attributes;
  if (group !== '' || resource !== 'pods' || !STREAMS.has(subresource)) return;
  const { allowed, reason } = await authorizer.authorize({ ...attributes, verb: 'create' });
  if (!allowed) throw forbidden({ group, resource }, name, reason);
}

/** @throws StatusError 400, 403. */
export async function authorize(
  request: Request,
  info: RequestInfo,
  query: URLSearchParams,
  requestor: UserInfo,
  options: AuthorizerOptions,
): Promise<Authorized> {
  const authorizer = new Authorizer(options);
  const attributes = attributesOf(requestor, info, query);
  const user = await impersonated(request.headers, attributes, (asked) => authorizer.authorize(asked));
  if (isSuperuser(user)) return { user };
  const permissions = new Permissions(authorizer);
  await permissions.require({ ...attributes, user });
  await checkStream(authorizer, { ...attributes, user });
  return { user, permissions };
}
