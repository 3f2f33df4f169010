/** Validation of a JobSpec, also of a CronJob's. Source: kubernetes pkg/apis/batch/validation/validation.go. */
import {
  child,
  type FieldError,
  invalid,
  required,
  tooLong,
  unsupported,
} from '../../apimachinery/field-error.ts';
import type { JobSpec } from '../../apimachinery/types/batch.v1.gen.ts';
import { byteLength, isDNS1123Subdomain, regexError } from '../../apimachinery/validation/content.ts';
import { nonNegativeFields } from '../apps/validation.ts';
import { invalidEach } from '../core/field-rules.ts';
import { internalForm } from '../core/internal-form.ts';
import { type PodValidationOptions, validatePodTemplateSpec } from '../core/pod-validation.ts';
import { validatePodFailurePolicy, validateSuccessPolicy } from './job-policy-validation.ts';

const MAX_PARALLELISM_INDEXED = 100_000;
const MAX_FAILED_INDEXES = 100_000;
/** Above this many completions the numbers of an Indexed Job with limits per index are bounded more tightly. */
const COMPLETIONS_SOFT_LIMIT = 100_000;
const PARALLELISM_LIMIT_HIGH_COMPLETIONS = 10_000;
const MAX_FAILED_INDEXES_HIGH_COMPLETIONS = 10_000;
const MAX_MANAGED_BY_LENGTH = 63;

const COUNTS = [
  'parallelism',
  'completions',
  'activeDeadlineSeconds',
  'backoffLimit',
  'ttlSecondsAfterFinished',
  'backoffLimitPerIndex',
  'maxFailedIndexes',
];

/** What holds of Jobs and of templates of Jobs: all but the selector. */
export function validateJobSpecTemplate(
  spec: JobSpec,
  path: string,
  options?: PodValidationOptions,
): FieldError[] {
  const errors = nonNegativeFields(path, spec, COUNTS);
  if (spec.maxFailedIndexes !== undefined && spec.backoffLimitPerIndex === undefined) {
    errors.push(required(child(path, 'backoffLimitPerIndex'), 'when maxFailedIndexes is specified'));
  }
  if (spec.managedBy !== undefined)
    errors.push(...validateManagedBy(spec.managedBy, child(path, 'managedBy')));
  errors.push(...validateCompletionMode(spec, path));
  if (spec.podFailurePolicy) errors.push(...validatePodFailurePolicy(spec, child(path, 'podFailurePolicy')));
  if (spec.successPolicy) {
    const field = child(path, 'successPolicy');
    if (spec.completionMode === 'Indexed') errors.push(...validateSuccessPolicy(spec, field));
    else
      errors.push(
        invalid(field, internalForm('SuccessPolicy', spec.successPolicy), 'requires indexed completion mode'),
      );
  }
  errors.push(...validatePodReplacementPolicy(spec, child(path, 'podReplacementPolicy')));
  errors.push(...validatePodTemplateSpec(spec.template, child(path, 'template'), options));
  errors.push(...validateRestartPolicy(spec, child(path, 'template', 'spec', 'restartPolicy')));
  return errors;
}

const HTTP_PATH = "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+";
const httpPath = new RegExp(`^${HTTP_PATH}$`);

/** A path behind a domain, as `acme.io/foo`. Source: apimachinery pkg/util/validation IsDomainPrefixedPath. */
function validateManagedBy(name: string, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const slash = name.indexOf('/');
  const [host, rest] = [name.slice(0, Math.max(slash, 0)), name.slice(slash + 1)];
  if (name === '') errors.push(required(path));
  else if (host === '' || rest === '') {
    errors.push(invalid(path, name, 'must be a domain-prefixed path (such as "acme.io/foo")'));
  } else {
    errors.push(...invalidEach(path, host, isDNS1123Subdomain(host)));
    if (!httpPath.test(rest)) errors.push(invalid(path, rest, regexError('Invalid path', HTTP_PATH)));
  }
  if (byteLength(name) > MAX_MANAGED_BY_LENGTH) errors.push(tooLong(path, MAX_MANAGED_BY_LENGTH));
  return errors;
}

function validateCompletionMode(spec: JobSpec, path: string): FieldError[] {
  const mode = spec.completionMode;
  if (mode === 'Indexed') return validateIndexed(spec, path);
  if (mode !== undefined && mode !== 'NonIndexed') {
    return [unsupported(child(path, 'completionMode'), mode, ['NonIndexed', 'Indexed'])];
  }
  return (['backoffLimitPerIndex', 'maxFailedIndexes'] as const)
    .filter((name) => spec[name] !== undefined)
    .map((name) => invalid(child(path, name), spec[name], 'requires indexed completion mode'));
}

function validateIndexed(spec: JobSpec, path: string): FieldError[] {
  const { completions, parallelism, maxFailedIndexes } = spec;
  const errors: FieldError[] = [];
  const atMost = (name: 'parallelism' | 'maxFailedIndexes', limit: number, detail: string): void => {
    const value = spec[name];
    if (value !== undefined && value > limit) errors.push(invalid(child(path, name), value, detail));
  };
  if (completions === undefined) {
    errors.push(required(child(path, 'completions'), 'when completion mode is Indexed'));
  }
  atMost(
    'parallelism',
    MAX_PARALLELISM_INDEXED,
    `must be less than or equal to ${MAX_PARALLELISM_INDEXED} when completion mode is Indexed`,
  );
  if (completions !== undefined) {
    atMost('maxFailedIndexes', completions, 'must be less than or equal to completions');
  }
  atMost('maxFailedIndexes', MAX_FAILED_INDEXES, `must be less than or equal to ${MAX_FAILED_INDEXES}`);
  if ((completions ?? 0) <= COMPLETIONS_SOFT_LIMIT || spec.backoffLimitPerIndex === undefined) return errors;
  if (maxFailedIndexes === undefined) {
    const detail = `must be specified when completions is above ${COMPLETIONS_SOFT_LIMIT}`;
    errors.push(required(child(path, 'maxFailedIndexes'), detail));
  }
  const above = (limit: number): string =>
    `must be less than or equal to ${limit} when completions are above ${COMPLETIONS_SOFT_LIMIT} and used with backoff limit per index`;
  if (parallelism !== undefined) {
    atMost('parallelism', PARALLELISM_LIMIT_HIGH_COMPLETIONS, above(PARALLELISM_LIMIT_HIGH_COMPLETIONS));
  }
  atMost('maxFailedIndexes', MAX_FAILED_INDEXES_HIGH_COMPLETIONS, above(MAX_FAILED_INDEXES_HIGH_COMPLETIONS));
  return errors;
}

function validatePodReplacementPolicy(
  { podReplacementPolicy: policy, podFailurePolicy }: JobSpec,
  path: string,
): FieldError[] {
  if (policy === undefined) return [];
  // Pods that may count as failed cannot be replaced before they have.
  const supported = podFailurePolicy ? ['Failed'] : ['Failed', 'TerminatingOrFailed'];
  return supported.includes(policy) ? [] : [unsupported(path, policy, supported)];
}

function validateRestartPolicy({ template, podFailurePolicy }: JobSpec, path: string): FieldError[] {
  const policy = template.spec?.restartPolicy ?? '';
  if (policy === '' || policy === 'Always') return [required(path, 'valid values: "OnFailure", "Never"')];
  if (policy !== 'OnFailure' && policy !== 'Never') {
    return [unsupported(path, policy, ['OnFailure', 'Never'])];
  }
  if (!podFailurePolicy || policy === 'Never') return [];
  return [invalid(path, policy, 'only "Never" is supported when podFailurePolicy is specified')];
}
