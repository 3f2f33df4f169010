/** What clients should not send, and the answers they get: the exact code, reason and, where upstream has one, text. */
import { encode } from '../../src/apimachinery/protobuf/encode.ts';
import { encodeEnvelope } from '../../src/apimachinery/protobuf/envelope.ts';
import { struct } from '../../src/apimachinery/schema/table.ts';

export interface Row {
  readonly name: string;
  /** Default POST. */
  readonly method?: string;
  /** Below the cluster, or below the deployment with `root`; default: the config maps of the namespace. */
  readonly path?: string;
  readonly root?: true;
  readonly body?: unknown;
  readonly type?: string;
  readonly accept?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Default: the cluster's token, or the administrator's with `root`. */
  readonly token?: 'none' | 'wrong' | 'other' | 'admin' | 'own';
  readonly code: number;
  /** Absent: the answer is no Status. */
  readonly reason?: string | undefined;
  readonly message?: string | RegExp;
  /** A Warning header. */
  readonly warning?: string;
}

export const NAMESPACE = 'bad-input';
export const MAPS = `/api/v1/namespaces/${NAMESPACE}/configmaps`;
/** There when the rows run, and the same afterwards. */
export const TARGET = `${MAPS}/target`;
const DEPLOYMENTS = `/apis/apps/v1/namespaces/${NAMESPACE}/deployments`;
const PODS = `/api/v1/namespaces/${NAMESPACE}/pods`;

const map = (metadata: unknown = { name: 'new' }, more: object = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata,
  ...more,
});
const unrecognized = (why: string) =>
  `the object provided is unrecognized (must be of type ConfigMap): couldn't get version/kind; json parse error: ${why}`;
const unhandled = (why: string) => `ConfigMap in version "v1" cannot be handled as a ConfigMap: ${why}`;
const bad = { code: 400, reason: 'BadRequest' } as const;
const invalid = { code: 422, reason: 'Invalid' } as const;
/** An apply that does not fit the schema: an error upstream does not interpret. */
const notTyped = { code: 500, reason: undefined } as const;
const missing = { code: 404, reason: 'NotFound' } as const;
const NO_RESOURCE = 'the server could not find the requested resource';
const refusedMethod = {
  code: 405,
  reason: 'MethodNotAllowed',
  message: 'the server does not allow this method on the requested resource',
} as const;
const unauthorized = { code: 401, reason: 'Unauthorized', message: 'Unauthorized' } as const;

const JSON_PATCH = 'application/json-patch+json';
const MERGE_PATCH = 'application/merge-patch+json';
const STRATEGIC = 'application/strategic-merge-patch+json';
const APPLY = 'application/apply-patch+yaml';
const YAML = 'application/yaml';
const PROTOBUF = 'application/vnd.kubernetes.protobuf';
const patch = (type: string, body: unknown, query = '') =>
  ({ method: 'PATCH', path: `${TARGET}${query}`, type, body }) as const;
const list = (query: string) => ({ method: 'GET', path: `${MAPS}?${query}` }) as const;
const token = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

const DEEP = 100_000;
const BOMB = [
  'a: &a [x, x, x, x, x, x, x, x, x, x]',
  ...'bcdefghij'
    .split('')
    .map(
      (letter, index) => `${letter}: &${letter} [${Array(10).fill(`*${'abcdefghij'[index]}`).join(', ')}]`,
    ),
].join('\n');

const bodies: readonly Row[] = [
  {
    name: 'cut off JSON',
    body: '{"apiVersion":"v1"',
    ...bad,
    message: `${unrecognized('unexpected end of JSON input')} ({"apiVersion":"v1")`,
  },
  {
    name: 'no JSON',
    body: 'not json',
    ...bad,
    message: `${unrecognized("invalid character 'o' in literal null (expecting 'u')")} (6e6f74206a736f6e)`,
  },
  { name: 'nothing', body: '', ...bad, message: `${unrecognized('unexpected end of JSON input')} (<empty>)` },
  { name: 'a list', body: [], ...bad, message: /cannot unmarshal array into Go value of type struct/ },
  {
    name: 'a string',
    body: '"text"',
    ...bad,
    message: /cannot unmarshal string into Go value of type struct/,
  },
  {
    name: 'null',
    body: 'null',
    ...invalid,
    message: 'ConfigMap "" is invalid: metadata.name: Required value: name or generateName is required',
  },
  { name: 'two objects', body: '{} {}', ...bad, message: /invalid character '\{' after top-level value/ },
  {
    name: 'single quotes',
    body: "{'a':1}",
    ...bad,
    message: /invalid character '\\'' looking for beginning of object key string/,
  },
  { name: 'a byte order mark', body: '\ufeff{}', ...bad, message: /invalid character/ },
  {
    name: 'another kind',
    body: { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'new' } },
    ...bad,
    message:
      'Secret in version "v1" cannot be handled as a ConfigMap: converting (v1.Secret) to (core.ConfigMap): unknown conversion',
  },
  {
    name: 'an unknown kind',
    body: { apiVersion: 'v1', kind: 'Foo' },
    ...bad,
    message:
      'Foo in version "v1" cannot be handled as a ConfigMap: no kind "Foo" is registered for version "v1" in scheme "pkg/api/legacyscheme/scheme.go:30"',
  },
  {
    name: 'another group version',
    body: { ...map(), apiVersion: 'apps/v1' },
    ...bad,
    message:
      'ConfigMap in version "v1" cannot be handled as a ConfigMap: no kind "ConfigMap" is registered for version "apps/v1" in scheme "pkg/api/legacyscheme/scheme.go:30"',
  },
  {
    name: 'an apiVersion of three parts',
    body: { ...map(), apiVersion: 'a/b/c' },
    ...bad,
    message: /unexpected GroupVersion string: a\/b\/c/,
  },
  {
    name: 'a number as kind',
    body: { ...map(), kind: 5 },
    ...bad,
    message: /cannot unmarshal number into Go struct field \.kind of type string/,
  },
  {
    name: 'a list as data',
    body: map(undefined, { data: [1] }),
    ...bad,
    message: unhandled(
      'json: cannot unmarshal array into Go struct field ConfigMap.data of type map[string]string',
    ),
  },
  {
    name: 'a number in data',
    body: map(undefined, { data: { a: 1 } }),
    ...bad,
    message: unhandled('json: cannot unmarshal number into Go struct field ConfigMap.data of type string'),
  },
  {
    name: 'metadata that is a list',
    body: map([]),
    ...bad,
    message: unhandled(
      'json: cannot unmarshal array into Go struct field ConfigMap.metadata of type v1.ObjectMeta',
    ),
  },
  {
    name: 'a time that is none',
    body: map({ name: 'new', creationTimestamp: 'yesterday' }),
    ...bad,
    message: /parsing time "yesterday" as "2006-01-02T15:04:05Z07:00": cannot parse "yesterday" as "2006"/,
  },
  {
    name: 'binary data that is no base64',
    body: map(undefined, { binaryData: { a: '!' } }),
    ...bad,
    message: /illegal base64 data at input byte 0/,
  },
  {
    name: 'an unknown field, strictly',
    path: `${MAPS}?fieldValidation=Strict`,
    body: map(undefined, { spec: {} }),
    ...bad,
    message: unhandled('strict decoding error: unknown field "spec"'),
  },
  {
    name: 'a field twice, strictly',
    path: `${MAPS}?fieldValidation=Strict`,
    body: '{"metadata":{"name":"new"},"data":{},"data":{}}',
    ...bad,
    message: unhandled('strict decoding error: duplicate field "data"'),
  },
  {
    name: 'an unknown field, with a warning',
    path: `${MAPS}?fieldValidation=Warn&dryRun=All`,
    body: map(undefined, { spec: {} }),
    code: 201,
    warning: '299 - "unknown field \\"spec\\""',
  },
  {
    name: 'an unknown field, ignored',
    path: `${MAPS}?fieldValidation=Ignore&dryRun=All`,
    body: map(undefined, { spec: {} }),
    code: 201,
  },
  {
    name: 'an unknown way of validation',
    path: `${MAPS}?fieldValidation=Sometimes`,
    body: map(),
    ...invalid,
    message:
      'CreateOptions.meta.k8s.io "" is invalid: fieldValidation: Unsupported value: "Sometimes": supported values: "", "Ignore", "Strict", "Warn"',
  },
  {
    name: 'more than 3 MiB',
    body: 'x'.repeat(3 * 1024 * 1024 + 1),
    code: 413,
    reason: 'RequestEntityTooLarge',
    message: /limit is 3145728/,
  },
  {
    name: 'a config map of 2 MiB',
    body: map(undefined, { data: { a: 'x'.repeat(2 * 1024 * 1024) } }),
    ...invalid,
    message: /Too long: may not be more than 1048576 bytes/,
  },
  { name: 'lists in lists', body: '['.repeat(DEEP), ...bad, message: /exceeded max depth/ },
  {
    name: 'objects in objects',
    body: `${'{"a":'.repeat(DEEP)}1${'}'.repeat(DEEP)}`,
    ...bad,
    message: /exceeded max depth/,
  },
  { name: 'lists in lists of YAML', body: '['.repeat(DEEP), type: YAML, ...bad },
  {
    name: 'indented YAML without end',
    body: Array.from({ length: 1500 }, (_, index) => `${' '.repeat(index)}a:`).join('\n'),
    type: YAML,
    ...bad,
  },
  { name: 'a bomb of YAML aliases', body: `${BOMB}\ndata: *j`, type: YAML, ...bad },
  { name: 'YAML that is none', body: 'a: [b', type: YAML, ...bad },
  { name: 'YAML tabs', body: 'a:\n\t- b', type: YAML, ...bad },
  {
    name: 'YAML with a field twice, strictly',
    path: `${MAPS}?fieldValidation=Strict`,
    type: YAML,
    body: 'metadata:\n  name: new\ndata: {}\ndata: {}\n',
    ...bad,
    message: /key "data" already set in map/,
  },
  {
    name: 'no protobuf',
    body: 'not protobuf',
    type: PROTOBUF,
    ...bad,
    message: /provided data does not appear to be a protobuf message, expected prefix \[107 56 115 0\]/,
  },
  { name: 'an empty protobuf', body: Buffer.from('k8s\0'), type: PROTOBUF, ...bad, message: /empty body/ },
  {
    name: 'cut off protobuf',
    body: encodeEnvelope('v1', 'ConfigMap', encode(struct('core.v1.ConfigMap'), map())).slice(0, -3),
    type: PROTOBUF,
    ...bad,
  },
  {
    name: 'protobuf of noise',
    body: Buffer.concat([Buffer.from('k8s\0'), Buffer.alloc(64, 0xff)]),
    type: PROTOBUF,
    ...bad,
  },
  {
    name: 'protobuf of another kind',
    body: encodeEnvelope('v1', 'Secret', encode(struct('core.v1.Secret'), map())),
    type: PROTOBUF,
    ...bad,
    message: /converting \(v1\.Secret\) to \(core\.ConfigMap\): unknown conversion/,
  },
  {
    name: 'an unknown media type',
    body: 'x',
    type: 'text/plain',
    code: 415,
    reason: 'UnsupportedMediaType',
    message:
      'the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf',
  },
  {
    name: 'bytes that are no UTF-8, which become replacement characters',
    path: `${MAPS}?dryRun=All`,
    body: Buffer.concat([
      Buffer.from('{"metadata":{"name":"new"},"data":{"a":"'),
      Buffer.from([0xff, 0xfe]),
      Buffer.from('"}}'),
    ]),
    code: 201,
  },
  {
    name: 'bytes that are no UTF-8, as a name',
    body: Buffer.concat([Buffer.from('{"metadata":{"name":"'), Buffer.from([0xff]), Buffer.from('"}}')]),
    ...invalid,
    message: /a lowercase RFC 1123 subdomain must consist of/,
  },
  {
    name: '__proto__ as a field, strictly',
    path: `${MAPS}?fieldValidation=Strict`,
    body: '{"metadata":{"name":"new"},"__proto__":{"polluted":true}}',
    ...bad,
    message: unhandled('strict decoding error: unknown field "__proto__"'),
  },
  {
    name: '__proto__ as a label',
    body: '{"metadata":{"name":"new","labels":{"__proto__":"a"}}}',
    ...invalid,
    message: /metadata\.labels: Invalid value: "__proto__"/,
  },
  {
    name: 'constructor as a field, strictly',
    path: `${MAPS}?fieldValidation=Strict`,
    body: '{"metadata":{"name":"new"},"constructor":{"prototype":{"polluted":true}}}',
    ...bad,
    message: unhandled('strict decoding error: unknown field "constructor"'),
  },
  {
    name: 'a number too large for its field',
    path: DEPLOYMENTS,
    body: { metadata: { name: 'new' }, spec: { replicas: 2147483648 } },
    ...bad,
    message:
      /cannot unmarshal number 2147483648 into Go struct field DeploymentSpec\.spec\.replicas of type int32/,
  },
  {
    name: 'a fraction for a whole number',
    path: DEPLOYMENTS,
    body: { metadata: { name: 'new' }, spec: { replicas: 1.5 } },
    ...bad,
    message: /cannot unmarshal number 1\.5 into Go struct field DeploymentSpec\.spec\.replicas of type int32/,
  },
  {
    name: 'a quantity that is none',
    path: PODS,
    body: {
      metadata: { name: 'new' },
      spec: { containers: [{ name: 'a', image: 'b', resources: { limits: { cpu: 'much' } } }] },
    },
    ...bad,
    message: /quantities must match the regular expression/,
  },
];

const objects: readonly Row[] = [
  {
    name: 'a name in capitals',
    body: map({ name: 'Bad_Name' }),
    ...invalid,
    message: `ConfigMap "Bad_Name" is invalid: metadata.name: Invalid value: "Bad_Name": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')`,
  },
  {
    name: 'no name',
    body: map({}),
    ...invalid,
    message: 'ConfigMap "" is invalid: metadata.name: Required value: name or generateName is required',
  },
  {
    name: 'a name of 254 characters',
    body: map({ name: 'a'.repeat(254) }),
    ...invalid,
    message: /must be no more than 253/,
  },
  {
    name: 'a prefix of bad characters',
    body: map({ generateName: 'A_' }),
    ...invalid,
    message: /metadata\.generateName: Invalid value: "A_"/,
  },
  {
    name: 'another namespace',
    body: map({ name: 'new', namespace: 'default' }),
    ...bad,
    message: 'the namespace of the provided object does not match the namespace sent on the request',
  },
  {
    name: 'a namespace that is missing',
    path: '/api/v1/namespaces/nowhere/configmaps',
    body: map(),
    ...missing,
    message: 'namespaces "nowhere" not found',
  },
  {
    name: 'a namespace in a cluster-scoped object, which is dropped',
    path: '/api/v1/namespaces?dryRun=All',
    body: { metadata: { name: 'new', namespace: 'default' } },
    code: 201,
  },
  {
    name: 'a label value too long',
    body: map({ name: 'new', labels: { a: 'x'.repeat(64) } }),
    ...invalid,
    message: /metadata\.labels: Invalid value: "x{64}": must be no more than 63/,
  },
  {
    name: 'annotations of more than 256 KiB',
    body: map({ name: 'new', annotations: { a: 'x'.repeat(256 * 1024) } }),
    ...invalid,
    message: /metadata\.annotations: Too long: may not be more than 262144 bytes/,
  },
  {
    name: 'a finalizer without a domain',
    body: map({ name: 'new', finalizers: ['plain'] }),
    ...invalid,
    message:
      'ConfigMap "new" is invalid: metadata.finalizers[0]: Invalid value: "plain": name is neither a standard finalizer name nor is it fully qualified',
  },
  {
    name: 'an owner without a uid',
    body: map({ name: 'new', ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: 'a' }] }),
    ...invalid,
    message: /metadata\.ownerReferences(\[0\])?\.uid/,
  },
  {
    name: 'a bad key in data',
    body: map(undefined, { data: { 'a/b': 'c' } }),
    ...invalid,
    message: /a valid config key must consist of alphanumeric characters/,
  },
  {
    name: 'a pod without containers',
    path: PODS,
    body: { metadata: { name: 'new' }, spec: {} },
    ...invalid,
    message: 'Pod "new" is invalid: spec.containers: Required value',
  },
  {
    name: 'a selector that misses its template',
    path: DEPLOYMENTS,
    body: {
      metadata: { name: 'new' },
      spec: {
        selector: { matchLabels: { a: 'b' } },
        template: { metadata: { labels: { a: 'c' } }, spec: { containers: [{ name: 'a', image: 'b' }] } },
      },
    },
    ...invalid,
    message:
      'Deployment.apps "new" is invalid: spec.template.metadata.labels: Invalid value: {"a":"c"}: `selector` does not match template `labels`',
  },
  {
    name: 'a definition without a schema',
    path: '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
    body: {
      metadata: { name: 'things.bad.example' },
      spec: {
        group: 'bad.example',
        scope: 'Namespaced',
        names: { plural: 'things', kind: 'Thing' },
        versions: [{ name: 'v1', served: true, storage: true }],
      },
    },
    ...invalid,
    message: /spec\.versions\[0\]\.schema\.openAPIV3Schema: Required value/,
  },
  {
    name: 'a review that asks nothing',
    path: '/apis/authorization.k8s.io/v1/subjectaccessreviews',
    body: { spec: {} },
    ...invalid,
    message: /^\.authorization\.k8s\.io "" is invalid: \[spec\.resourceAttributes: /,
  },
  {
    name: 'a binding of a pod that is missing',
    path: `${PODS}/nobody/binding`,
    body: { metadata: { name: 'nobody' }, target: { name: 'node' } },
    ...missing,
    message: 'pods "nobody" not found',
  },
  {
    name: 'a binding of another pod than the path names',
    path: `${PODS}/nobody/binding`,
    body: { target: { name: 'node' } },
    ...bad,
    message: 'name in URL does not match name in Binding object',
  },
  {
    name: 'an update of another name',
    method: 'PUT',
    path: TARGET,
    body: map({ name: 'other' }),
    ...bad,
    message: 'the name of the object (other) does not match the name on the URL (target)',
  },
  {
    name: 'an update without a name',
    method: 'PUT',
    path: TARGET,
    body: map({}),
    ...bad,
    message: 'the name of the object (target based on URL) was undeterminable: name must be provided',
  },
  {
    name: 'an update of another namespace',
    method: 'PUT',
    path: TARGET,
    body: map({ name: 'target', namespace: 'default' }),
    ...bad,
    message: 'the namespace of the provided object does not match the namespace sent on the request',
  },
  {
    name: 'an update of another uid',
    method: 'PUT',
    path: TARGET,
    body: map({ name: 'target', uid: 'other' }),
    code: 409,
    reason: 'Conflict',
    message: /Precondition failed: UID in precondition: other, UID in object meta: /,
  },
  {
    name: 'an update of something older',
    method: 'PUT',
    path: TARGET,
    body: map({ name: 'target', resourceVersion: '1' }),
    code: 409,
    reason: 'Conflict',
    message:
      'Operation cannot be fulfilled on configmaps "target": the object has been modified; please apply your changes to the latest version and try again',
  },
  {
    name: 'an update of a resourceVersion that is none',
    method: 'PUT',
    path: TARGET,
    body: map({ name: 'target', resourceVersion: 'abc' }),
    ...invalid,
    message: /metadata\.resourceVersion: Invalid value: "abc"/,
  },
  {
    name: 'an update of what is missing',
    method: 'PUT',
    path: `${MAPS}/nobody`,
    body: map({ name: 'nobody' }),
    ...missing,
    message: 'configmaps "nobody" not found',
  },
  {
    name: 'a dry run of some kind',
    path: `${MAPS}?dryRun=Some`,
    body: map(),
    ...invalid,
    message:
      'CreateOptions.meta.k8s.io "" is invalid: dryRun: Unsupported value: ["Some"]: supported values: "All"',
  },
  {
    name: 'a manager of 129 characters',
    path: `${MAPS}?fieldManager=${'m'.repeat(129)}`,
    body: map(),
    ...invalid,
    message:
      'CreateOptions.meta.k8s.io "" is invalid: fieldManager: Too long: may not be more than 128 bytes',
  },
  {
    name: 'a manager that cannot be printed',
    path: `${MAPS}?fieldManager=a%0Ab`,
    body: map(),
    ...invalid,
    message: /fieldManager: Invalid value/,
  },
];

const queries: readonly Row[] = [
  ...['/version', '/apis', '/readyz', '/nothing', MAPS].map(
    (path): Row => ({
      name: `a timeout that is none of ${path}`,
      method: 'GET',
      path: `${path}?timeout=invalid`,
      token: 'none',
      ...bad,
      message: 'invalid timeout specified in the request URL - time: invalid duration "invalid"',
    }),
  ),
  { name: 'half a selector', ...list('labelSelector=a+in+('), ...bad },
  { name: 'a selector of signs', ...list('labelSelector=%3D%3D%3D'), ...bad },
  { name: 'a selector with a bad key', ...list('labelSelector=-a-%3Db'), ...bad },
  { name: 'a selector without end', ...list(`labelSelector=${'a,'.repeat(6100)}a`), ...bad },
  {
    name: 'an unknown field to select',
    ...list('fieldSelector=data.a%3Db'),
    ...bad,
    message: '"data.a" is not a known field selector: only "metadata.name", "metadata.namespace"',
  },
  {
    name: 'a field selector without an operator',
    ...list('fieldSelector=metadata.name'),
    ...bad,
    message: /invalid selector: 'metadata.name'; can't understand 'metadata.name'/,
  },
  {
    name: 'a limit of letters',
    ...list('limit=abc'),
    ...bad,
    message: /strconv\.ParseInt: parsing "abc": invalid syntax/,
  },
  {
    name: 'a limit beyond numbers',
    ...list('limit=99999999999999999999'),
    ...bad,
    message: /strconv\.ParseInt: parsing "99999999999999999999"/,
  },
  {
    name: 'a continue token of noise',
    ...list('continue=%21%21'),
    ...bad,
    message: /^invalid continue token: continue key is not valid/,
  },
  {
    name: 'a continue token of another version',
    ...list(`continue=${token({ v: 'v9', rv: 5, start: 'a' })}`),
    ...bad,
    message:
      'invalid continue token: continue key is not valid: server does not recognize this encoded version v9',
  },
  {
    name: 'a continue token without a revision',
    ...list(`continue=${token({ v: 'meta.k8s.io/v1', rv: 0, start: 'a' })}`),
    ...bad,
    message:
      'invalid continue token: continue key is not valid: incorrect encoded start resourceVersion (version meta.k8s.io/v1)',
  },
  {
    name: 'a continue token without a start',
    ...list(`continue=${token({ v: 'meta.k8s.io/v1', rv: 5, start: '' })}`),
    ...bad,
    message:
      'invalid continue token: continue key is not valid: encoded start key empty (version meta.k8s.io/v1)',
  },
  {
    name: 'a continue token that climbs',
    ...list(`continue=${token({ v: 'meta.k8s.io/v1', rv: 5, start: '../../secrets/' })}`),
    ...bad,
    message: 'invalid continue token: continue key is not valid: ../../secrets/',
  },
  {
    name: 'a continue token from the future',
    ...list(`continue=${token({ v: 'meta.k8s.io/v1', rv: 9_000_000_000_000, start: 'a\0' })}`),
    code: 504,
    reason: 'Timeout',
    message: /^Timeout: Too large resource version: 9000000000000, current: \d+$/,
  },
  {
    name: 'a resourceVersion of letters',
    ...list('resourceVersion=abc'),
    ...bad,
    message: /strconv\.ParseUint: parsing "abc": invalid syntax/,
  },
  { name: 'a negative resourceVersion', ...list('resourceVersion=-1'), ...bad },
  {
    name: 'a resourceVersion from the future',
    ...list('resourceVersion=9000000000000'),
    code: 504,
    reason: 'Timeout',
    message: /^Timeout: Too large resource version: 9000000000000, current: \d+$/,
  },
  {
    name: 'a match without a resourceVersion',
    ...list('resourceVersionMatch=Exact'),
    ...invalid,
    message:
      'ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided',
  },
  {
    name: 'an unknown match',
    ...list('resourceVersion=5&resourceVersionMatch=Nearly'),
    ...invalid,
    message: /resourceVersionMatch: Unsupported value: "Nearly"/,
  },
  {
    name: 'initial events of a list',
    ...list('sendInitialEvents=true'),
    ...invalid,
    message:
      'ListOptions.meta.k8s.io "" is invalid: sendInitialEvents: Forbidden: sendInitialEvents is forbidden for list',
  },
  { name: 'a watch from letters', ...list('watch=true&resourceVersion=abc'), ...bad, message: /abc/ },
  {
    name: 'a watch with initial events and no match',
    ...list('watch=true&sendInitialEvents=true'),
    ...invalid,
    message:
      'ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan',
  },
  {
    name: 'a watch with a match',
    ...list('watch=true&resourceVersion=5&resourceVersionMatch=Exact'),
    ...invalid,
    message: /resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided/,
  },
  {
    name: 'a table of unknown objects',
    ...list('includeObject=Some'),
    accept: 'application/json;as=Table;v=v1;g=meta.k8s.io',
    ...bad,
  },
  {
    name: 'a form nobody has',
    method: 'GET',
    path: MAPS,
    accept: 'image/png',
    code: 406,
    reason: 'NotAcceptable',
    message:
      '406: Not Acceptable\n\nAvailable representations: application/json, application/yaml, application/vnd.kubernetes.protobuf, application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch',
  },
  {
    name: 'a table in protobuf',
    method: 'GET',
    path: MAPS,
    accept: `${PROTOBUF};as=Table;v=v1;g=meta.k8s.io`,
    code: 406,
    reason: 'NotAcceptable',
  },
];

const patches: readonly Row[] = [
  {
    name: 'a patch of an unknown type',
    ...patch('application/json', {}),
    code: 415,
    reason: 'UnsupportedMediaType',
    message: '415: Unsupported Media Type',
  },
  {
    name: 'a JSON patch of 10,001 operations',
    ...patch(JSON_PATCH, Array(10_001).fill({ op: 'test', path: '/kind', value: 'ConfigMap' })),
    code: 413,
    reason: 'RequestEntityTooLarge',
    message: 'Request entity too large: The allowed maximum operations in a JSON patch is 10000, got 10001',
  },
  {
    name: 'a JSON patch whose test fails',
    ...patch(JSON_PATCH, [
      { op: 'replace', path: '/data/a', value: 'lost' },
      { op: 'test', path: '/data/a', value: 'no' },
    ]),
    ...invalid,
    message: 'the server rejected our request due to an error in our request',
  },
  {
    name: 'a JSON patch of a missing path',
    ...patch(JSON_PATCH, [{ op: 'remove', path: '/data/none' }]),
    ...invalid,
    message: 'the server rejected our request due to an error in our request',
  },
  {
    name: 'a JSON patch with a bad pointer',
    ...patch(JSON_PATCH, [{ op: 'add', path: 'data', value: 'c' }]),
    ...invalid,
  },
  {
    name: 'a JSON patch through __proto__',
    ...patch(JSON_PATCH, [{ op: 'add', path: '/__proto__/polluted', value: true }]),
    ...invalid,
  },
  {
    name: 'a JSON patch through constructor',
    ...patch(JSON_PATCH, [{ op: 'add', path: '/constructor/prototype/polluted', value: true }]),
    ...invalid,
  },
  {
    name: 'a JSON patch that doubles',
    ...patch(
      JSON_PATCH,
      [...Array(40)].map((_, index) => ({ op: 'copy', from: '/data', path: `/data/x${index}` })),
    ),
    code: 422,
    reason: 'Invalid',
  },
  {
    name: 'a JSON patch that is an object',
    ...patch(JSON_PATCH, {}),
    ...bad,
    message:
      /^error decoding patch: json: cannot unmarshal object into Go value of type \[\]handlers\.jsonPatchOp/,
  },
  {
    name: 'a JSON patch of an unknown operation',
    ...patch(JSON_PATCH, [{ op: 'explode', path: '/data' }]),
    ...invalid,
  },
  {
    name: 'a JSON patch that is cut off',
    ...patch(JSON_PATCH, '[{"op":'),
    ...bad,
    message: /^error decoding patch: unexpected end of JSON input/,
  },
  { name: 'a merge patch that is a list', ...patch(MERGE_PATCH, []), ...bad },
  {
    name: 'a merge patch that is cut off',
    ...patch(MERGE_PATCH, '{"data":'),
    ...bad,
    message: /^error decoding patch: unexpected end of JSON input/,
  },
  {
    name: 'a merge patch of 100,000 levels',
    ...patch(MERGE_PATCH, `${'{"a":'.repeat(DEEP)}1${'}'.repeat(DEEP)}`),
    ...bad,
  },
  {
    name: 'a merge patch of the kind',
    ...patch(MERGE_PATCH, { kind: 'Secret' }),
    ...invalid,
    message: /converting \(v1\.Secret\) to \(core\.ConfigMap\): unknown conversion$/,
  },
  {
    name: 'a merge patch of the name',
    ...patch(MERGE_PATCH, { metadata: { name: 'other' } }),
    ...bad,
    message: 'the name of the object (other) does not match the name on the URL (target)',
  },
  { name: 'a merge patch to a wrong type', ...patch(MERGE_PATCH, { data: 5 }), ...invalid },
  {
    name: 'a merge patch of an unknown field, strictly',
    ...patch(MERGE_PATCH, { spec: 1 }, '?fieldValidation=Strict'),
    ...invalid,
    message: /strict decoding error: unknown field "spec"/,
  },
  {
    name: 'a merge patch that takes away metadata',
    ...patch(MERGE_PATCH, { metadata: null }),
    ...bad,
    message: 'the name of the object (target based on URL) was undeterminable: name must be provided',
  },
  {
    name: 'a merge patch with __proto__, strictly',
    ...patch(MERGE_PATCH, '{"__proto__":{"polluted":true}}', '?fieldValidation=Strict'),
    ...invalid,
    message: /unknown field "__proto__"/,
  },
  {
    name: 'a strategic patch of an unknown directive',
    ...patch(STRATEGIC, { data: { $patch: 'explode' } }),
    ...bad,
    message: 'unknown patch type: explode in map: map[$patch:explode]',
  },
  { name: 'a strategic patch that is a list', ...patch(STRATEGIC, []), ...bad },
  {
    name: 'a forced merge patch',
    ...patch(MERGE_PATCH, {}, '?force=true'),
    ...invalid,
    message:
      'PatchOptions.meta.k8s.io "" is invalid: force: Forbidden: may not be specified for non-apply patch',
  },
  {
    name: 'apply without a manager',
    ...patch(APPLY, map({ name: 'target' })),
    ...invalid,
    message:
      'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
  },
  {
    name: 'apply by a manager of 129 characters',
    ...patch(APPLY, map({ name: 'target' }), `?fieldManager=${'m'.repeat(129)}`),
    ...invalid,
    message: /fieldManager: Too long: may not be more than 128 bytes/,
  },
  {
    name: 'apply of YAML that is none',
    ...patch(APPLY, 'a: [', '?fieldManager=m'),
    ...bad,
    message: /^error decoding YAML: /,
  },
  {
    name: 'apply of a list',
    ...patch(APPLY, '[]', '?fieldManager=m'),
    ...bad,
    message: /^error decoding YAML: /,
  },
  { name: 'apply of a bomb', ...patch(APPLY, `${BOMB}\ndata: *j`, '?fieldManager=m'), ...bad },
  {
    name: 'apply of another kind',
    ...patch(APPLY, { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'target' } }, '?fieldManager=m'),
    ...bad,
  },
  {
    name: 'apply of another name',
    ...patch(APPLY, map({ name: 'other' }), '?fieldManager=m'),
    ...bad,
    message: /the name of the object \(other\) does not match/,
  },
  {
    name: 'apply of metadata that is a text',
    ...patch(APPLY, map('target'), '?fieldManager=m'),
    ...notTyped,
  },
  {
    name: 'apply with managed fields',
    ...patch(APPLY, map({ name: 'target', managedFields: [{ manager: 'm' }] }), '?fieldManager=m'),
    ...bad,
    message: 'metadata.managedFields must be nil',
  },
  {
    name: 'apply of an unknown field',
    ...patch(APPLY, map({ name: 'target' }, { spec: {} }), '?fieldManager=m'),
    ...notTyped,
    message:
      'failed to create typed patch object (/target; /v1, Kind=ConfigMap): .spec: field not declared in schema',
  },
  {
    name: 'a scale of letters',
    method: 'PATCH',
    path: `${DEPLOYMENTS}/target/scale`,
    type: MERGE_PATCH,
    body: { spec: { replicas: 'many' } },
    ...invalid,
  },
  {
    name: 'a patch of what is missing',
    method: 'PATCH',
    path: `${MAPS}/nobody`,
    type: MERGE_PATCH,
    body: {},
    ...missing,
    message: 'configmaps "nobody" not found',
  },
];

const deletions: readonly Row[] = [
  {
    name: 'deletion of another uid',
    method: 'DELETE',
    path: TARGET,
    body: { preconditions: { uid: 'other' } },
    code: 409,
    reason: 'Conflict',
    message: /the UID in the precondition \(other\) does not match the UID in record \(/,
  },
  {
    name: 'deletion of another version',
    method: 'DELETE',
    path: TARGET,
    body: { preconditions: { resourceVersion: '1' } },
    code: 409,
    reason: 'Conflict',
    message: /the ResourceVersion in the precondition \(1\) does not match the ResourceVersion in record \(/,
  },
  {
    name: 'deletion sideways',
    method: 'DELETE',
    path: `${TARGET}?propagationPolicy=Sideways`,
    ...invalid,
    message:
      /^DeleteOptions\.meta\.k8s\.io "" is invalid: propagationPolicy: Unsupported value: "Sideways": supported values: /,
  },
  {
    name: 'deletion in two ways',
    method: 'DELETE',
    path: TARGET,
    body: { propagationPolicy: 'Orphan', orphanDependents: true },
    ...invalid,
    message:
      'DeleteOptions.meta.k8s.io "" is invalid: propagationPolicy: Invalid value: "Orphan": orphanDependents and deletionPropagation cannot be both set',
  },
  {
    name: 'deletion after letters',
    method: 'DELETE',
    path: `${TARGET}?gracePeriodSeconds=abc`,
    ...bad,
    message: /strconv\.ParseInt: parsing "abc": invalid syntax/,
  },
  { name: 'deletion with the body of another kind', method: 'DELETE', path: TARGET, body: map(), ...bad },
  { name: 'deletion with a body of noise', method: 'DELETE', path: TARGET, body: '{', ...bad },
  {
    name: 'a dry deletion of some kind',
    method: 'DELETE',
    path: `${TARGET}?dryRun=Some`,
    ...invalid,
    message: /dryRun: Unsupported value/,
  },
  {
    name: 'deletion of the default namespace',
    method: 'DELETE',
    path: '/api/v1/namespaces/default',
    code: 403,
    reason: 'Forbidden',
    message: 'namespaces "default" is forbidden: this namespace may not be deleted',
  },
  {
    name: 'deletion of what is missing',
    method: 'DELETE',
    path: `${MAPS}/nobody`,
    ...missing,
    message: 'configmaps "nobody" not found',
  },
  {
    name: 'deletion of a collection by a bad selector',
    method: 'DELETE',
    path: `${MAPS}?labelSelector=%3D%3D`,
    ...bad,
  },
];

const paths: readonly Row[] = [
  {
    name: 'an unknown group',
    method: 'GET',
    path: '/apis/nope.example/v1/things',
    // Text, as upstream's multiplexer answers.
    code: 404,
  },
  {
    name: 'an unknown version',
    method: 'GET',
    path: '/apis/apps/v9/deployments',
    ...missing,
    message: NO_RESOURCE,
  },
  {
    name: 'an unknown resource',
    method: 'GET',
    path: '/api/v1/namespaces/default/things',
    ...missing,
    message: NO_RESOURCE,
  },
  {
    name: 'an unknown subresource',
    method: 'GET',
    path: `${TARGET}/things`,
    ...missing,
    message: NO_RESOURCE,
  },
  {
    name: 'status of a kind without',
    method: 'GET',
    path: `${TARGET}/status`,
    ...missing,
    message: NO_RESOURCE,
  },
  {
    name: 'a cluster resource in a namespace',
    method: 'GET',
    path: '/api/v1/namespaces/default/nodes',
    ...missing,
    message: NO_RESOURCE,
  },
  {
    name: 'a namespaced name without its namespace',
    method: 'GET',
    path: '/api/v1/configmaps/target',
    ...missing,
    message: NO_RESOURCE,
  },
  { name: 'a path of nobody', method: 'GET', path: '/nothing/here', code: 404 },
  { name: 'a broken escape', method: 'GET', path: '/api/v1/namespaces/%zz/configmaps', code: 400 },
  {
    name: 'a name with a percent sign',
    method: 'GET',
    path: `${MAPS}/a%25b`,
    ...bad,
    message: 'Name parameter invalid: "a%b": may not contain \'%\'',
  },
  { name: 'a name with a zero byte', method: 'GET', path: `${MAPS}/a%00b`, ...missing },
  { name: 'a name with a slash', method: 'GET', path: `${MAPS}/a%2Fb`, ...missing },
  {
    name: 'a name that is __proto__',
    method: 'GET',
    path: `${MAPS}/__proto__`,
    ...missing,
    message: 'configmaps "__proto__" not found',
  },
  {
    name: 'a resource that is constructor',
    method: 'GET',
    path: '/api/v1/constructor',
    ...missing,
    message: NO_RESOURCE,
  },
  {
    name: 'a subresource that is constructor',
    method: 'GET',
    path: `${TARGET}/constructor`,
    ...missing,
    message: NO_RESOURCE,
  },
  { name: 'PUT of a collection', method: 'PUT', path: MAPS, body: map(), ...refusedMethod },
  {
    name: 'PATCH of a collection',
    method: 'PATCH',
    path: MAPS,
    body: {},
    type: MERGE_PATCH,
    ...refusedMethod,
  },
  { name: 'POST to an object', path: TARGET, body: map(), ...refusedMethod },
  { name: 'POST to all namespaces', path: '/api/v1/configmaps', body: map(), ...refusedMethod },
  { name: 'an unknown method', method: 'PROPFIND', path: TARGET, ...refusedMethod },
  { name: 'OPTIONS', method: 'OPTIONS', path: TARGET, ...refusedMethod },
  {
    name: 'listing reviews',
    method: 'GET',
    path: '/apis/authorization.k8s.io/v1/subjectaccessreviews',
    ...refusedMethod,
  },
  { name: 'creating component statuses', path: '/api/v1/componentstatuses', body: {}, ...refusedMethod },
  { name: 'a URL of 7,000 characters', method: 'GET', path: `${MAPS}/${'a'.repeat(7000)}`, ...missing },
];

const tokens: readonly Row[] = [
  { name: 'no token', method: 'GET', path: MAPS, token: 'none', ...unauthorized },
  { name: 'a wrong token', method: 'GET', path: MAPS, token: 'wrong', ...unauthorized },
  { name: "another cluster's token", method: 'GET', path: MAPS, token: 'other', ...unauthorized },
  {
    name: 'a name and a password',
    method: 'GET',
    path: MAPS,
    token: 'none',
    headers: { Authorization: 'Basic YTpi' },
    ...unauthorized,
  },
  {
    name: 'a token of nothing',
    method: 'GET',
    path: MAPS,
    token: 'none',
    headers: { Authorization: 'Bearer ' },
    ...unauthorized,
  },
  {
    name: 'a token of 8,000 characters',
    method: 'GET',
    path: MAPS,
    token: 'none',
    headers: { Authorization: `Bearer ${'a'.repeat(8000)}` },
    ...unauthorized,
  },
  {
    name: "a cluster's token at the root",
    method: 'GET',
    root: true,
    path: '/api/v1/namespaces',
    token: 'own',
    ...unauthorized,
  },
  {
    name: "a cluster's token for clusters",
    method: 'GET',
    root: true,
    path: '/clusters',
    token: 'own',
    ...unauthorized,
  },
  {
    name: 'clusters without a token',
    method: 'GET',
    root: true,
    path: '/clusters',
    token: 'none',
    ...unauthorized,
  },
  {
    name: 'a cluster that is missing',
    method: 'GET',
    root: true,
    path: '/clusters/nowhere/api',
    ...missing,
    message: 'clusters.kedge.dev "nowhere" not found',
  },
  {
    name: 'a cluster that is missing, asked by somebody',
    method: 'GET',
    root: true,
    path: '/clusters/nowhere/api',
    token: 'own',
    ...unauthorized,
  },
  { name: 'a cluster of a bad name', method: 'GET', root: true, path: '/clusters/Bad_Name/api', ...missing },
  {
    name: 'a cluster that climbs',
    method: 'GET',
    root: true,
    path: '/clusters/..%2F..%2Fdefault/api',
    ...missing,
  },
];

const clusterBody = (name: string, body: unknown, message?: string | RegExp): Row => ({
  name: `a cluster: ${name}`,
  root: true,
  path: '/clusters',
  body,
  ...bad,
  ...(message === undefined ? {} : { message }),
});

const clusters: readonly Row[] = [
  clusterBody('cut off', '{', /^the body is not JSON: /),
  clusterBody('a list', []),
  clusterBody('a text', '"a"'),
  clusterBody('null', 'null'),
  clusterBody('a bad name', { name: 'Bad_Name' }, /^name: /),
  clusterBody('a long name', { name: 'a'.repeat(41) }, /^name: /),
  clusterBody('a number as name', { name: 5 }, /^name: /),
  clusterBody('a negative number of nodes', { nodes: -1 }, /^nodes: /),
  clusterBody('501 nodes', { nodes: 501 }, /^nodes: /),
  clusterBody('half a node', { nodes: 1.5 }, /^nodes: /),
  clusterBody('nodes as a text', { nodes: '3' }, /^nodes: /),
  clusterBody('an unknown field', { color: 'blue' }, /color/),
  clusterBody('__proto__', '{"__proto__":{"nodes":1}}', /__proto__/),
  clusterBody('100,000 levels', '['.repeat(DEEP)),
  {
    name: 'a cluster: more than 3 MiB',
    root: true,
    path: '/clusters',
    body: 'x'.repeat(3 * 1024 * 1024 + 1),
    code: 413,
    reason: 'RequestEntityTooLarge',
  },
  {
    name: 'a cluster: taken',
    root: true,
    path: '/clusters',
    body: { name: 'default' },
    code: 409,
    reason: 'AlreadyExists',
    message: 'clusters.kedge.dev "default" already exists',
  },
  {
    name: 'a cluster: missing',
    method: 'GET',
    root: true,
    path: '/clusters/nowhere',
    ...missing,
    message: 'clusters.kedge.dev "nowhere" not found',
  },
  {
    name: 'a cluster: deletion of a missing one',
    method: 'DELETE',
    root: true,
    path: '/clusters/nowhere',
    ...missing,
    message: 'clusters.kedge.dev "nowhere" not found',
  },
];

export const ROWS: readonly Row[] = [
  ...bodies,
  ...objects,
  ...queries,
  ...patches,
  ...deletions,
  ...paths,
  ...tokens,
  ...clusters,
];
