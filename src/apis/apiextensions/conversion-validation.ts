/** Source: kubernetes/apiextensions-apiserver pkg/apis/apiextensions/validation/validation.go. */
import {
  at,
  child,
  type FieldError,
  forbidden,
  invalid,
  notSupported,
  required,
} from '../../apimachinery/field-error.ts';
import type {
  CustomResourceConversion,
  WebhookClientConfig,
} from '../../apimachinery/types/apiextensions.v1.gen.ts';
import { isDNS1035Label } from '../../apimachinery/validation/content.ts';
import { validateCABundle } from './ca-bundle.ts';
import { validateWebhookService, validateWebhookURL } from '../webhook.ts';

const REVIEW_VERSIONS = ['v1', 'v1beta1'];

/** Whether the server speaks one of these versions of ConversionReview. No version at all counts as yes. */
export const hasKnownReviewVersion = (versions: readonly string[]): boolean =>
  versions.length === 0 || versions.some((version) => REVIEW_VERSIONS.includes(version));

export interface ConversionOptions {
  /** Whether a version of ConversionReview that the server speaks has to be among those of the webhook. */
  readonly requireKnownVersion: boolean;
  /** Whether certificates may be unreadable: as long as nobody is served, or as they have been. */
  readonly allowBadBundle: boolean;
}

export function validateConversion(
  conversion: CustomResourceConversion,
  { requireKnownVersion, allowBadBundle }: ConversionOptions,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  const { strategy, webhook } = conversion;
  if (!strategy) errors.push(required(child(path, 'strategy')));
  else if (strategy !== 'None' && strategy !== 'Webhook') {
    errors.push(notSupported(child(path, 'strategy'), strategy, ['None', 'Webhook']));
  }
  const config = child(path, 'webhookClientConfig');
  const versions = child(path, 'conversionReviewVersions');
  if (strategy === 'Webhook') {
    errors.push(...validateClientConfig(webhook?.clientConfig, config));
    const bundle = webhook?.clientConfig?.caBundle;
    if (bundle && !allowBadBundle) errors.push(...validateCABundle(bundle, child(config, 'caBundle')));
    errors.push(
      ...validateReviewVersions(webhook?.conversionReviewVersions ?? [], requireKnownVersion, versions),
    );
    return errors;
  }
  const detail = 'should not be set when strategy is not set to Webhook';
  if (webhook?.clientConfig) errors.push(forbidden(config, detail));
  if (webhook?.conversionReviewVersions?.length) errors.push(forbidden(versions, detail));
  return errors;
}

function validateClientConfig(config: WebhookClientConfig | undefined, path: string): FieldError[] {
  if (!config) return [required(path, 'required when strategy is set to Webhook')];
  const { url, service } = config;
  if ((url === undefined) === (service === undefined)) {
    return [required(path, 'exactly one of url or service is required')];
  }
  if (url !== undefined) return validateWebhookURL(child(path, 'url'), url);
  // Upstream hands over name and namespace in each other's place, and that is what its messages show.
  return validateWebhookService(child(path, 'service'), {
    ...service,
    name: service?.namespace,
    namespace: service?.name,
  });
}

function validateReviewVersions(
  versions: readonly string[],
  requireKnown: boolean,
  path: string,
): FieldError[] {
  if (versions.length === 0) return [required(path)];
  const errors: FieldError[] = [];
  for (const [index, version] of versions.entries()) {
    if (versions.indexOf(version) < index) {
      errors.push(invalid(at(path, index), version, 'duplicate version'));
      continue;
    }
    for (const message of isDNS1035Label(version)) errors.push(invalid(at(path, index), version, message));
  }
  if (requireKnown && !hasKnownReviewVersion(versions)) {
    errors.push(invalid(path, versions, `must include at least one of ${REVIEW_VERSIONS.join(', ')}`));
  }
  return errors;
}
