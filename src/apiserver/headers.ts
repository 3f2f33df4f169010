/**
 * What every answer carries, whoever made it.
 * Source: apiserver pkg/endpoints/filters/{request_received_time,audit_init,cachecontrol}.go, pkg/server/filters/priority-and-fairness.go.
 */
import type { UserInfo } from '../apis/definition.ts';
import { flowControlUid } from '../apis/flowcontrol/uid.ts';

/** The first schema whose group the user is in is that of the request, with its level. */
const FLOWS: readonly (readonly [group: string, schema: string, level: string])[] = [
  ['system:masters', 'exempt', 'exempt'],
  ['system:nodes', 'system-nodes', 'system'],
  ['system:serviceaccounts:kube-system', 'kube-system-service-accounts', 'workload-high'],
  ['system:serviceaccounts', 'service-accounts', 'workload-low'],
];

/** A flow schema and its priority level. */
export interface Flow {
  readonly schema: string;
  readonly level: string;
}

/** The flow of health checks, whoever asks. */
export const PROBES: Flow = { schema: 'probes', level: 'exempt' };

/** That of the requests of a user. */
export function flowOf({ groups }: Pick<UserInfo, 'groups'>): Flow {
  const found = FLOWS.find(([group]) => groups.includes(group));
  return { schema: found?.[1] ?? 'global-default', level: found?.[2] ?? 'global-default' };
}

/** An id for the audit log that a client may choose, as upstream takes it: cut to 64 characters. */
const auditId = (request: Request): string =>
  request.headers.get('Audit-ID')?.slice(0, 64) || crypto.randomUUID();

/** What an answer carries before it is known who asks. */
export function addAuditId(response: Response, request: Request): Response {
  response.headers.set('Audit-Id', auditId(request));
  return response;
}

/** Adds the headers to an answer; those it has stay. */
export function addHeaders(
  response: Response,
  request: Request,
  cluster: string,
  { schema, level }: Flow,
): Response {
  const { headers } = addAuditId(response, request);
  if (!headers.has('Cache-Control')) headers.set('Cache-Control', 'no-cache, private');
  headers.set('X-Kubernetes-Pf-Flowschema-Uid', flowControlUid(cluster, 'flowschemas', schema));
  headers.set(
    'X-Kubernetes-Pf-Prioritylevel-Uid',
    flowControlUid(cluster, 'prioritylevelconfigurations', level),
  );
  return response;
}
