/** Source: kubernetes pkg/apis/admissionregistration/validation/validation.go. */
import {
  at,
  child,
  duplicate,
  type FieldError,
  invalid,
  notSupported,
  required,
} from '../../apimachinery/field-error.ts';
import type {
  MutatingWebhook,
  MutatingWebhookConfiguration,
  ValidatingWebhook,
  ValidatingWebhookConfiguration,
  WebhookClientConfig,
} from '../../apimachinery/types/admissionregistration.v1.gen.ts';
import { validateLabelSelector } from '../../apimachinery/validation/labels.ts';
import { isDNS1035Label } from '../../apimachinery/validation/content.ts';
import { invalidEach, validateFullyQualifiedName } from '../meta-validation.ts';
import { semanticEqual } from '../strategy.ts';
import { validateWebhookService, validateWebhookURL } from '../webhook.ts';
import {
  FAILURE_POLICIES,
  MATCH_POLICIES,
  REINVOCATION_POLICIES,
  validateMatchConditions,
  validateRuleWithOperations,
} from './rule-validation.ts';

const REVIEW_VERSIONS = ['v1', 'v1beta1'];
/** Webhooks of v1 must be callable in a dry run, or say that they are not. */
const SIDE_EFFECTS = ['None', 'NoneOnDryRun'];
const ALL_SIDE_EFFECTS = ['None', 'NoneOnDryRun', 'Some', 'Unknown'];

type Webhook = ValidatingWebhook & Pick<MutatingWebhook, 'reinvocationPolicy'>;

/** Rules that what is stored already breaks are not held against an update. */
interface Tolerated {
  readonly sideEffects?: boolean;
  readonly reviewVersions?: boolean;
  readonly repeatedNames?: boolean;
  /** Neither webhooks nor their conditions have changed in number or content. */
  readonly conditions?: boolean;
}

function toleratedBy(webhooks: readonly Webhook[], old: readonly Webhook[]): Tolerated {
  const names = old.map(({ name }) => name);
  return {
    sideEffects: old.some(({ sideEffects }) => !SIDE_EFFECTS.includes(sideEffects ?? '')),
    reviewVersions: old.some(
      ({ admissionReviewVersions: versions }) =>
        versions?.length && !versions.some((version) => REVIEW_VERSIONS.includes(version)),
    ),
    repeatedNames: new Set(names).size < names.length,
    conditions:
      webhooks.length === old.length &&
      webhooks.every((webhook, index) => semanticEqual(webhook.matchConditions, old[index]?.matchConditions)),
  };
}

function validateConfiguration(
  webhooks: readonly Webhook[] | undefined,
  old?: readonly Webhook[] | undefined,
): FieldError[] {
  const errors: FieldError[] = [];
  const tolerated = old ? toleratedBy(webhooks ?? [], old) : {};
  const seen = new Set<string>();
  for (const [index, webhook] of (webhooks ?? []).entries()) {
    const path = at('webhooks', index);
    errors.push(...validateWebhook(webhook, path, tolerated));
    const versions = webhook.admissionReviewVersions ?? [];
    errors.push(
      ...validateReviewVersions(versions, child(path, 'admissionReviewVersions'), !tolerated.reviewVersions),
    );
    if (seen.has(webhook.name) && !tolerated.repeatedNames)
      errors.push(duplicate(child(path, 'name'), webhook.name));
    if (webhook.name) seen.add(webhook.name);
  }
  return errors;
}

export const validateValidatingWebhookConfiguration = (
  object: ValidatingWebhookConfiguration,
): FieldError[] => validateConfiguration(object.webhooks);
export const validateValidatingWebhookConfigurationUpdate = (
  object: ValidatingWebhookConfiguration,
  old: ValidatingWebhookConfiguration,
): FieldError[] => validateConfiguration(object.webhooks, old.webhooks ?? []);
export const validateMutatingWebhookConfiguration = (object: MutatingWebhookConfiguration): FieldError[] =>
  validateConfiguration(object.webhooks);
export const validateMutatingWebhookConfigurationUpdate = (
  object: MutatingWebhookConfiguration,
  old: MutatingWebhookConfiguration,
): FieldError[] => validateConfiguration(object.webhooks, old.webhooks ?? []);

function validateWebhook(webhook: Webhook, path: string, tolerated: Tolerated): FieldError[] {
  const errors = validateFullyQualifiedName(webhook.name ?? '', child(path, 'name'));
  for (const [index, rule] of (webhook.rules ?? []).entries()) {
    errors.push(...validateRuleWithOperations(rule, at(child(path, 'rules'), index)));
  }
  const oneOf = (
    field: 'failurePolicy' | 'matchPolicy' | 'reinvocationPolicy',
    known: readonly string[],
  ): void => {
    const value = webhook[field];
    if (value !== undefined && !known.includes(value))
      errors.push(notSupported(child(path, field), value, known));
  };
  oneOf('failurePolicy', FAILURE_POLICIES);
  oneOf('matchPolicy', MATCH_POLICIES);
  const { sideEffects, timeoutSeconds } = webhook;
  const sideEffectsPath = child(path, 'sideEffects');
  const known = tolerated.sideEffects ? ALL_SIDE_EFFECTS : SIDE_EFFECTS;
  if (sideEffects === undefined || sideEffects === null) {
    errors.push(required(sideEffectsPath, `must specify one of ${known.join(', ')}`));
  } else if (!known.includes(sideEffects)) {
    errors.push(notSupported(sideEffectsPath, sideEffects, known));
  }
  if (timeoutSeconds !== undefined && (timeoutSeconds < 1 || timeoutSeconds > 30)) {
    const detail = 'the timeout value must be between 1 and 30 seconds';
    errors.push(invalid(child(path, 'timeoutSeconds'), timeoutSeconds, detail));
  }
  errors.push(...validateLabelSelector(webhook.namespaceSelector, child(path, 'namespaceSelector')));
  errors.push(...validateLabelSelector(webhook.objectSelector, child(path, 'objectSelector')));
  oneOf('reinvocationPolicy', REINVOCATION_POLICIES);
  errors.push(...validateClientConfig(webhook.clientConfig ?? {}, child(path, 'clientConfig')));
  if (!tolerated.conditions) {
    errors.push(...validateMatchConditions(webhook.matchConditions, child(path, 'matchConditions')));
  }
  return errors;
}

function validateClientConfig({ url, service }: WebhookClientConfig, path: string): FieldError[] {
  if (url !== undefined && !service) return validateWebhookURL(child(path, 'url'), url);
  if (service && url === undefined) {
    // Upstream hands over name and namespace in each other's place, and that is what its messages show.
    const swapped = { ...service, name: service.namespace, namespace: service.name };
    return validateWebhookService(child(path, 'service'), swapped);
  }
  return [required(path, 'exactly one of url or service is required')];
}

function validateReviewVersions(
  versions: readonly string[],
  path: string,
  recognized: boolean,
): FieldError[] {
  if (!versions.length) return [required(path, `must specify one of ${REVIEW_VERSIONS.join(', ')}`)];
  const errors: FieldError[] = [];
  for (const [index, version] of versions.entries()) {
    const here = at(path, index);
    if (versions.indexOf(version) < index) errors.push(invalid(here, version, 'duplicate version'));
    else errors.push(...invalidEach(here, version, isDNS1035Label(version)));
  }
  if (recognized && !versions.some((version) => REVIEW_VERSIONS.includes(version))) {
    errors.push(invalid(path, versions, `must include at least one of ${REVIEW_VERSIONS.join(', ')}`));
  }
  return errors;
}
