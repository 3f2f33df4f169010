/** Query parameters of the API, checked. Source: apimachinery pkg/apis/meta/v1/validation, internalversion/validation. */
import * as field from '../apimachinery/field-error.ts';
import { parseFieldSelector } from '../apimachinery/fields.ts';
import { parseSelector } from '../apimachinery/labels.ts';
import { badRequest, invalid } from '../apimachinery/status.ts';
import { managerOfUserAgent, validateFieldManager } from '../apimachinery/validation/field-manager.ts';
import type { ResourceDefinition } from '../apis/definition.ts';
import { isSelectable } from '../apis/selectable.ts';
import type { DeleteOptions } from '../registry/context.ts';
import type { ListOptions } from '../registry/list.ts';
import type { FieldError } from '../apimachinery/field-error.ts';
import type { IncludeObject } from './table.ts';

const LIST_OPTIONS = { group: 'meta.k8s.io', kind: 'ListOptions' };
/** Selectors beyond this are refused before they are looked at. */
const MAX_SELECTOR = 12_000;

export function flag(query: URLSearchParams, name: string): boolean | undefined {
  const value = query.get(name)?.toLowerCase();
  if (value === undefined) return undefined;
  return value !== 'false' && value !== '0';
}

/** @throws StatusError 400 for something that is no whole number. */
export function integer(query: URLSearchParams, name: string): number | undefined {
  const value = query.get(name);
  if (value === null || value === '') return undefined;
  if (!/^-?\d{1,18}$/.test(value)) {
    throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(value.slice(0, 64))}: invalid syntax`);
  }
  return Number(value);
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
  const fields = fieldText ? fieldSelector(fieldText, definition) : undefined;
  const labels = labelText ? labelSelector(labelText) : undefined;
  const limit = integer(query, 'limit');
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
  if (resourceVersion !== '' && !/^\d{1,16}$/.test(resourceVersion)) {
    throw badRequest(
      `invalid resource version: resourceVersion: Invalid value: ${JSON.stringify(resourceVersion.slice(0, 64))}: strconv.ParseUint: parsing ${JSON.stringify(resourceVersion.slice(0, 64))}: invalid syntax`,
    );
  }
  if (!watch && token && resourceVersion && resourceVersion !== '0') {
    throw badRequest('specifying resource version is not allowed when using continue');
  }
  const timeoutSeconds = integer(query, 'timeoutSeconds');
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

function fieldSelector(text: string, definition: ResourceDefinition) {
  let selector: ReturnType<typeof parseFieldSelector>;
  try {
    selector = parseFieldSelector(text);
  } catch (error) {
    throw badRequest((error as Error).message);
  }
  const unknown = selector.requirements.find(({ field: name }) => !isSelectable(definition, name));
  if (unknown) {
    // Kinds without fields of their own: apimachinery pkg/runtime, DefaultMetaV1FieldSelectorConversion.
    throw badRequest(
      definition.selectableFields
        ? `field label not supported: ${unknown.field}`
        : `${JSON.stringify(unknown.field)} is not a known field selector: only "metadata.name", "metadata.namespace"`,
    );
  }
  return selector;
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

export function includeObject(query: URLSearchParams): IncludeObject {
  const value = query.get('includeObject');
  if (value === null || value === '') return 'Metadata';
  if (value === 'None' || value === 'Metadata' || value === 'Object') return value;
  const { message } = field.invalid('includeObject', value, "must be 'Metadata', 'Object', 'None', or empty");
  throw badRequest(`Unable to convert to Table as requested: includeObject: ${message}`);
}

export type FieldValidation = 'Strict' | 'Warn' | 'Ignore';

export interface WriteParameters {
  readonly dryRun: boolean;
  readonly fieldManager: string;
  readonly fieldValidation: FieldValidation;
  readonly force?: boolean;
}

/** @throws StatusError 422 kind CreateOptions, UpdateOptions or PatchOptions. */
export function writeParameters(
  query: URLSearchParams,
  userAgent: string,
  kind: 'CreateOptions' | 'UpdateOptions' | 'PatchOptions',
): WriteParameters {
  const manager = query.get('fieldManager') ?? '';
  const errors: FieldError[] = validateFieldManager(manager, 'fieldManager');
  const dryRun = query.getAll('dryRun').filter(Boolean);
  if (dryRun.some((value) => value !== 'All')) {
    errors.push(field.notSupported('dryRun', dryRun, ['All']));
  }
  const validation = query.get('fieldValidation') ?? '';
  if (validation && !['Ignore', 'Warn', 'Strict'].includes(validation)) {
    errors.push(field.notSupported('fieldValidation', validation, ['', 'Ignore', 'Strict', 'Warn']));
  }
  const force = flag(query, 'force');
  if (errors.length > 0) throw invalid({ group: 'meta.k8s.io', kind }, '', errors);
  return {
    dryRun: dryRun.length > 0,
    fieldManager: manager || managerOfUserAgent(userAgent) || 'unknown',
    fieldValidation: (validation || 'Warn') as FieldValidation,
    ...(force === undefined ? {} : { force }),
  };
}

/** DeleteOptions from a body, or from the query when there is none. @throws StatusError 400, 422. */
export function deleteOptions(query: URLSearchParams, body: any): DeleteOptions {
  const source = body ?? {
    gracePeriodSeconds: integer(query, 'gracePeriodSeconds'),
    propagationPolicy: query.get('propagationPolicy') ?? undefined,
    orphanDependents: flag(query, 'orphanDependents'),
    dryRun: query.getAll('dryRun').filter(Boolean),
  };
  const errors: FieldError[] = [];
  const { gracePeriodSeconds, propagationPolicy, orphanDependents, dryRun = [], preconditions } = source;
  if (propagationPolicy && orphanDependents !== undefined && orphanDependents !== null) {
    errors.push(
      field.invalid(
        'propagationPolicy',
        propagationPolicy,
        'orphanDependents and deletionPropagation cannot be both set',
      ),
    );
  }
  if (propagationPolicy && !['Foreground', 'Background', 'Orphan'].includes(propagationPolicy)) {
    errors.push(
      field.unsupported('propagationPolicy', propagationPolicy, [
        'Foreground',
        'Background',
        'Orphan',
        'nil',
      ]),
    );
  }
  if (!Array.isArray(dryRun) || dryRun.some((value) => value !== 'All')) {
    errors.push(field.notSupported('dryRun', dryRun, ['All']));
  }
  if (errors.length > 0) throw invalid({ group: 'meta.k8s.io', kind: 'DeleteOptions' }, '', errors);
  const dry = dryRun.length > 0 || query.getAll('dryRun').includes('All');
  return {
    dryRun: dry,
    ...(typeof gracePeriodSeconds === 'number' ? { gracePeriodSeconds } : {}),
    ...(propagationPolicy ? { propagationPolicy } : {}),
    ...(typeof orphanDependents === 'boolean' ? { orphanDependents } : {}),
    ...(preconditions ? { preconditions } : {}),
  };
}
