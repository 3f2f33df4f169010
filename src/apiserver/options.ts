/** Query parameters of the API, checked. Source: apimachinery pkg/apis/meta/v1/validation, internalversion/validation. */
import * as field from '../apimachinery/field-error.ts';
import { parseFieldSelector } from '../apimachinery/fields.ts';
import { parseSelector } from '../apimachinery/labels.ts';
import { goQuote } from '../apimachinery/go-quote.ts';
import { badRequest, invalid, type StatusError } from '../apimachinery/status.ts';
import type * as meta from '../apimachinery/types/meta.v1.gen.ts';
import { managerOfUserAgent } from '../apimachinery/validation/field-manager.ts';
import { validateCreateOptions, validateDeleteOptions, validatePatchOptions } from './option-rules.ts';
import type { ResourceDefinition } from '../apis/definition.ts';
import { isSelectable } from '../apis/selectable.ts';
import type { DeleteOptions, GivenOptions } from '../registry/context.ts';
import { decodeContinue, type ListOptions } from '../registry/list.ts';
import type { FieldError } from '../apimachinery/field-error.ts';
import type { Format } from './negotiation.ts';
import type { IncludeObject } from './table.ts';

const LIST_OPTIONS = { group: 'meta.k8s.io', kind: 'ListOptions' };
/** Selectors beyond this are refused before they are looked at. */
const MAX_SELECTOR = 12_000;

/** What is given is true, unless it is 0 or false. */
export function flag(query: URLSearchParams, name: string): boolean | undefined {
  const value = query.get(name)?.toLowerCase();
  if (value === undefined) return undefined;
  return value !== 'false' && value !== '0';
}

/** @throws StatusError 400 for something that is no whole number of 64 bits. */
export function integer(query: URLSearchParams, name: string): number | undefined {
  const value = query.get(name);
  if (value === null) return undefined;
  if (!/^[+-]?\d+$/.test(value)) throw notParsed('ParseInt', value, 'invalid syntax');
  const number = BigInt(value.replace('+', ''));
  if (BigInt.asIntN(64, number) !== number) throw notParsed('ParseInt', value, 'value out of range');
  return Number(number);
}

/** What Go's strconv says of a text that is no number. */
const goParseError = (parser: string, value: string, why: string): string =>
  `strconv.${parser}: parsing ${goQuote(value.slice(0, 64))}: ${why}`;
const notParsed = (parser: string, value: string, why: string): StatusError =>
  badRequest(goParseError(parser, value, why));

/** Versions are numbers of 64 bits; those that are beyond JavaScript's are beyond every cluster's, too. */
const MAX_VERSION = 2n ** 64n - 1n;

/** What is wrong with a resource version; undefined when nothing is. Source: apiserver pkg/storage/api_object_versioner.go. */
export function resourceVersionError(version: string): string | undefined {
  if (version === '') return undefined;
  const isNumber = /^\d+$/.test(version);
  if (isNumber && (version.length < 20 || BigInt(version) <= MAX_VERSION)) return undefined;
  const why = goParseError('ParseUint', version, isNumber ? 'value out of range' : 'invalid syntax');
  return `resourceVersion: Invalid value: ${goQuote(version.slice(0, 64))}: ${why}`;
}

export interface ListParameters extends ListOptions {
  readonly watch: boolean;
  readonly bookmarks: boolean;
  readonly sendInitialEvents?: boolean;
  readonly timeoutSeconds?: number;
}

/** @throws StatusError 400 for selectors, 422 for combinations that make no sense. */
export function listParameters(
  query: URLSearchParams,
  definition: ResourceDefinition,
  watch: boolean,
): ListParameters {
  const labelText = query.get('labelSelector') ?? '';
  const fieldText = query.get('fieldSelector') ?? '';
  if (labelText.length > MAX_SELECTOR || fieldText.length > MAX_SELECTOR)
    throw badRequest('the selector is too long');
  // Upstream reads the numbers first, then the selectors, and looks at the fields' names last.
  const timeoutSeconds = integer(query, 'timeoutSeconds');
  const limit = integer(query, 'limit');
  const labels = labelText ? labelSelector(labelText) : undefined;
  const fields = fieldText ? fieldSelector(fieldText) : undefined;
  const token = query.get('continue') ?? '';
  const resourceVersion = query.get('resourceVersion') ?? '';
  let match = query.get('resourceVersionMatch') ?? '';
  let sendInitialEvents = flag(query, 'sendInitialEvents');
  // As upstream's SetListOptionsDefaults: a watch from no version or from 0 has always begun with what there is.
  if (watch && sendInitialEvents === undefined && match === '' && /^0?$/.test(resourceVersion)) {
    sendInitialEvents = true;
    match = 'NotOlderThan';
  }
  const bookmarks = flag(query, 'allowWatchBookmarks') ?? false;
  const errors = watch
    ? watchErrors(match, token, sendInitialEvents)
    : listErrors(resourceVersion, match, token, sendInitialEvents);
  if (errors.length > 0) throw invalid(LIST_OPTIONS, '', errors);
  if (fields) checkFields(fields, definition);
  if (!watch && token && resourceVersion && resourceVersion !== '0') {
    decodeContinue(token);
    throw badRequest('specifying resource version is not allowed when using continue');
  }
  const wrong = resourceVersionError(resourceVersion);
  if (wrong) throw badRequest(`invalid resource version: ${wrong}`);
  return {
    watch,
    bookmarks,
    resourceVersion,
    ...(labels && labels.requirements.length > 0 ? { labels } : {}),
    ...(fields && fields.requirements.length > 0 ? { fields } : {}),
    ...(limit !== undefined && limit > 0 ? { limit } : {}),
    ...(token ? { continue: token } : {}),
    ...(match ? { resourceVersionMatch: match as 'Exact' | 'NotOlderThan' } : {}),
    ...(sendInitialEvents === undefined ? {} : { sendInitialEvents }),
    ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }),
  };
}

function labelSelector(text: string) {
  try {
    return parseSelector(text);
  } catch (error) {
    throw badRequest((error as Error).message);
  }
}

function fieldSelector(text: string) {
  try {
    return parseFieldSelector(text);
  } catch (error) {
    throw badRequest((error as Error).message);
  }
}

function checkFields(selector: ReturnType<typeof parseFieldSelector>, definition: ResourceDefinition): void {
  const { custom, namespaced } = definition;
  const unknown = selector.requirements.find(
    ({ field: name }) =>
      !isSelectable(definition, name) || (custom && !namespaced && name === 'metadata.namespace'),
  );
  if (unknown) {
    // Kinds without fields of their own: apimachinery pkg/runtime, DefaultMetaV1FieldSelectorConversion.
    throw badRequest(
      definition.selectableFields || custom
        ? (definition.refuseField?.(unknown.field) ?? `field label not supported: ${unknown.field}`)
        : `${JSON.stringify(unknown.field)} is not a known field selector: only "metadata.name", "metadata.namespace"`,
    );
  }
}

function listErrors(
  version: string,
  match: string,
  token: string,
  initial: boolean | undefined,
): FieldError[] {
  const errors: FieldError[] = [];
  if (match) {
    if (!version)
      errors.push(
        field.forbidden(
          'resourceVersionMatch',
          'resourceVersionMatch is forbidden unless resourceVersion is provided',
        ),
      );
    if (token)
      errors.push(
        field.forbidden(
          'resourceVersionMatch',
          'resourceVersionMatch is forbidden when continue is provided',
        ),
      );
    if (match !== 'Exact' && match !== 'NotOlderThan') {
      errors.push(field.unsupported('resourceVersionMatch', match, ['Exact', 'NotOlderThan', '']));
    }
    if (match === 'Exact' && version === '0') {
      errors.push(
        field.forbidden(
          'resourceVersionMatch',
          'resourceVersionMatch "exact" is forbidden for resourceVersion "0"',
        ),
      );
    }
  }
  if (initial !== undefined)
    errors.push(field.forbidden('sendInitialEvents', 'sendInitialEvents is forbidden for list'));
  return errors;
}

function watchErrors(match: string, token: string, initial: boolean | undefined): FieldError[] {
  const errors: FieldError[] = [];
  if (initial !== undefined && match !== 'NotOlderThan') {
    errors.push(
      field.forbidden(
        'resourceVersionMatch',
        'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan',
      ),
    );
  }
  if (match === '') return errors;
  if (initial === undefined) {
    errors.push(
      field.forbidden(
        'resourceVersionMatch',
        'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided',
      ),
    );
  }
  if (match !== 'NotOlderThan') {
    errors.push(field.notSupported('resourceVersionMatch', match, ['NotOlderThan']));
  }
  if (token) {
    errors.push(
      field.forbidden('resourceVersionMatch', 'resourceVersionMatch is forbidden when continue is provided'),
    );
  }
  return errors;
}

/** What the rows of a table hold; of any other form it is not looked at. @throws StatusError 400. */
export function includeObject(query: URLSearchParams, { as }: Pick<Format, 'as'>): IncludeObject {
  const value = as === 'Table' ? query.get('includeObject') : null;
  if (value === null || value === '') return 'Metadata';
  if (value === 'None' || value === 'Metadata' || value === 'Object') return value;
  const { message } = field.invalid('includeObject', value, "must be 'Metadata', 'Object', 'None', or empty");
  throw badRequest(`Unable to convert to Table as requested: includeObject: ${message}`);
}

export type FieldValidation = 'Strict' | 'Warn' | 'Ignore';

export interface WriteParameters {
  readonly dryRun: boolean;
  readonly given?: GivenOptions;
  readonly fieldManager: string;
  readonly fieldValidation: FieldValidation;
  readonly force?: boolean;
}

const isEmpty = (value: unknown): boolean =>
  value === undefined || value === '' || (Array.isArray(value) && value.length === 0);

/** What of the options a client gave. */
function givenOf(options: GivenOptions): { given?: GivenOptions } {
  const given = Object.entries(options).filter(([, value]) => !isEmpty(value));
  return given.length > 0 ? { given: Object.fromEntries(given) } : {};
}

/** @throws StatusError 422 kind CreateOptions, UpdateOptions or PatchOptions. `apply`: of a PATCH that is an apply. */
export function writeParameters(
  query: URLSearchParams,
  userAgent: string,
  kind: 'CreateOptions' | 'UpdateOptions' | 'PatchOptions',
  apply = false,
): WriteParameters {
  const dryRun = query.getAll('dryRun');
  const fieldManager = query.get('fieldManager') ?? '';
  const fieldValidation = query.get('fieldValidation') ?? '';
  const force = flag(query, 'force');
  const options = { dryRun, fieldManager, fieldValidation, ...(force === undefined ? {} : { force }) };
  const errors =
    kind === 'PatchOptions' ? validatePatchOptions(options, apply) : validateCreateOptions(options);
  if (errors.length > 0) throw invalid({ group: 'meta.k8s.io', kind }, '', errors);
  return {
    dryRun: dryRun.length > 0,
    ...givenOf({ dryRun, fieldManager, fieldValidation }),
    fieldManager: fieldManager || managerOfUserAgent(userAgent) || 'unknown',
    fieldValidation: (fieldValidation || 'Warn') as FieldValidation,
    ...(force === undefined ? {} : { force }),
  };
}

/** The options of a deletion that stand in the query, which counts when there is no body. @throws StatusError 400. */
function deleteOptionsOf(query: URLSearchParams): meta.DeleteOptions {
  const gracePeriodSeconds = integer(query, 'gracePeriodSeconds');
  const propagationPolicy = query.get('propagationPolicy');
  const orphanDependents = flag(query, 'orphanDependents');
  return {
    ...(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds }),
    ...(propagationPolicy === null ? {} : { propagationPolicy }),
    ...(orphanDependents === undefined ? {} : { orphanDependents }),
    dryRun: query.getAll('dryRun'),
  };
}

/** DeleteOptions from a body, or from the query when there is none. @throws StatusError 400, 422. */
export function deleteOptions(query: URLSearchParams, body: meta.DeleteOptions | undefined): DeleteOptions {
  // The gate of ignoreStoreReadErrorWithClusterBreakingPotential is off: it is as if it were not there.
  const options = body ?? deleteOptionsOf(query);
  const errors = validateDeleteOptions(options);
  if (errors.length > 0) throw invalid({ group: 'meta.k8s.io', kind: 'DeleteOptions' }, '', errors);
  const { gracePeriodSeconds, propagationPolicy, orphanDependents, dryRun = [], preconditions } = options;
  return {
    dryRun: dryRun.length > 0,
    ...givenOf({ gracePeriodSeconds, propagationPolicy, orphanDependents, dryRun, preconditions }),
    ...(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds }),
    ...(propagationPolicy === undefined
      ? {}
      : { propagationPolicy: propagationPolicy as DeleteOptions['propagationPolicy'] & string }),
    ...(orphanDependents === undefined ? {} : { orphanDependents }),
    ...(preconditions ? { preconditions } : {}),
  };
}
