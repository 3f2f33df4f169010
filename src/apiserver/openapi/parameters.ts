/**
 * The parameters of operations. Which operation takes which: apiserver pkg/endpoints/installer.go, and the options of
 * apimachinery pkg/apis/meta/v1/types.go.
 */
import { struct } from '../../apimachinery/schema/table.ts';
import { describeField } from '../../apimachinery/schema/describe.ts';

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query';
  readonly type: 'string' | 'integer' | 'boolean';
  readonly description: string;
  readonly required?: boolean;
}

const query = (name: string, type: Parameter['type'], description: string): Parameter => ({
  name,
  in: 'query',
  type,
  description,
});

export const NAMESPACE: Parameter = {
  name: 'namespace',
  in: 'path',
  type: 'string',
  required: true,
  description: 'Name of the namespace the object is in.',
};
export const PATH: Parameter = {
  name: 'path',
  in: 'path',
  type: 'string',
  required: true,
  description: 'Rest of the path, which is handed on as it is.',
};
export const nameOf = (kind: string): Parameter => ({
  name: 'name',
  in: 'path',
  type: 'string',
  required: true,
  description: `Name of the ${kind}.`,
});

export const PRETTY = query(
  'pretty',
  'string',
  "'true' indents the answer. Browsers, curl and wget get indented answers unless this is 'false'.",
);

const DRY_RUN = query(
  'dryRun',
  'string',
  "'All': the request is checked and answered in full, and nothing is stored.",
);
const FIELD_MANAGER = query(
  'fieldManager',
  'string',
  'Name under which the changed fields are owned: at most 128 printable characters. The default comes from the User-Agent.',
);
const FIELD_VALIDATION = query(
  'fieldValidation',
  'string',
  'What becomes of unknown and duplicate fields. Ignore: they are dropped. Warn: they are dropped and named in warnings (the default). Strict: the request is refused.',
);
const FORCE = query(
  'force',
  'boolean',
  'Only for apply: take over fields that other managers own, instead of failing with a conflict.',
);
/** Of create and replace. */
export const WRITE: readonly Parameter[] = [DRY_RUN, FIELD_MANAGER, FIELD_VALIDATION];
export const PATCH: readonly Parameter[] = [
  DRY_RUN,
  { ...FIELD_MANAGER, description: `${FIELD_MANAGER.description} Required for apply.` },
  FIELD_VALIDATION,
  FORCE,
];

const GRACE_PERIOD = query(
  'gracePeriodSeconds',
  'integer',
  "Seconds until the object is deleted, not negative; 0 deletes at once. The default is the kind's own.",
);
const IGNORE_STORE_READ_ERROR = query(
  'ignoreStoreReadErrorWithClusterBreakingPotential',
  'boolean',
  'Delete even what can no longer be read from storage. Skips finalizers and preconditions, and may break the cluster.',
);
const ORPHAN_DEPENDENTS = query(
  'orphanDependents',
  'boolean',
  'Deprecated: use propagationPolicy. Whether dependents stay behind as orphans.',
);
const PROPAGATION_POLICY = query(
  'propagationPolicy',
  'string',
  'What becomes of dependents. Orphan: they stay. Background: they are deleted afterwards. Foreground: they are deleted first.',
);
export const DELETE: readonly Parameter[] = [
  DRY_RUN,
  GRACE_PERIOD,
  IGNORE_STORE_READ_ERROR,
  ORPHAN_DEPENDENTS,
  PROPAGATION_POLICY,
];

const RESOURCE_VERSION = query(
  'resourceVersion',
  'string',
  'The state that is asked for, as resourceVersionMatch tells; for a watch, the state it begins behind.',
);
/** Of a read, where it is told of. */
export const GET: readonly Parameter[] = [RESOURCE_VERSION];

const SELECT: readonly Parameter[] = [
  query(
    'continue',
    'string',
    'Token of the last answer, to get the next page of the same list. It expires after some minutes (410), after which the list has to be begun anew.',
  ),
  query('fieldSelector', 'string', 'Narrows the list of returned objects to those whose fields match.'),
  query('labelSelector', 'string', 'Narrows the list of returned objects to those whose labels match.'),
  query(
    'limit',
    'integer',
    'Most objects of one answer; when there are more, the answer has a continue token.',
  ),
  RESOURCE_VERSION,
  query('resourceVersionMatch', 'string', 'How resourceVersion is meant: Exact or NotOlderThan.'),
  query(
    'sendInitialEvents',
    'boolean',
    'A watch begins with an ADDED event for each object there is and a bookmark that ends them. Needs resourceVersionMatch NotOlderThan.',
  ),
  query(
    'shardSelector',
    'string',
    'Narrows the list of returned objects to a range of hashes. The feature gate is off: nothing is narrowed.',
  ),
  query('timeoutSeconds', 'integer', 'Seconds after which the call ends, whatever happens.'),
];
const ALLOW_WATCH_BOOKMARKS = query(
  'allowWatchBookmarks',
  'boolean',
  'A watch may send BOOKMARK events, which only tell the resource version it has come to.',
);
const WATCH = query(
  'watch',
  'boolean',
  'Watch for changes to the described resources: the answer is a stream of add, update and remove events.',
);
export const LIST: readonly Parameter[] = [ALLOW_WATCH_BOOKMARKS, ...SELECT, WATCH];
export const DELETE_COLLECTION: readonly Parameter[] = [...DELETE, ...SELECT];

/** The options of a subresource as query parameters: one for each field that has a scalar type, or a list of them. */
export function optionsOf(typeName: string): Parameter[] {
  const parameters: Parameter[] = [];
  for (const [name, { schema }] of struct(typeName).fields!) {
    if (name === 'apiVersion' || name === 'kind') continue;
    const { type } = schema.items ?? schema;
    if (type !== 'string' && type !== 'integer' && type !== 'boolean') continue;
    parameters.push(query(name, type, describeField(typeName, name)));
  }
  return parameters.sort((a, b) => (a.name < b.name ? -1 : 1));
}
