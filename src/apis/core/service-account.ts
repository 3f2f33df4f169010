/** ServiceAccount. Source: kubernetes pkg/registry/core/serviceaccount/strategy.go. */
import type { ServiceAccount } from '../../apimachinery/types/core.v1.gen.ts';
import { validateServiceAccountName } from '../../apimachinery/validation/names.ts';
import { ALL_VERBS, define } from '../definition.ts';
import { AGE, age, NAME, nameOf } from '../printing.ts';

const ENFORCE_MOUNTABLE_SECRETS = 'kubernetes.io/enforce-mountable-secrets';

/** Of its secrets an account keeps the names only. */
function cleanSecretReferences(account: ServiceAccount): void {
  if (account.secrets) account.secrets = account.secrets.map(({ name }) => ({ ...(name ? { name } : {}) }));
}

/** Warns where a request sets the deprecated annotation anew. */
function warnings({ metadata }: ServiceAccount, old?: ServiceAccount): string[] {
  if (old?.metadata?.annotations?.[ENFORCE_MOUNTABLE_SECRETS] !== undefined) return [];
  if (metadata?.annotations?.[ENFORCE_MOUNTABLE_SECRETS] === undefined) return [];
  return [
    `metadata.annotations[${ENFORCE_MOUNTABLE_SECRETS}]: deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets`,
  ];
}

export const serviceAccounts = define<ServiceAccount>({
  group: '',
  version: 'v1',
  resource: 'serviceaccounts',
  singular: 'serviceaccount',
  kind: 'ServiceAccount',
  namespaced: true,
  verbs: ALL_VERBS,
  shortNames: ['sa'],
  typeName: 'core.v1.ServiceAccount',
  subresources: [
    {
      name: 'token',
      verbs: ['create'],
      kind: 'TokenRequest',
      group: 'authentication.k8s.io',
      version: 'v1',
    },
  ],
  strategy: {
    validateName: validateServiceAccountName,
    prepareForCreate: cleanSecretReferences,
    prepareForUpdate: cleanSecretReferences,
    warningsOnCreate: (object) => warnings(object),
    warningsOnUpdate: warnings,
  },
  printer: {
    columns: [NAME, AGE],
    cells: (object, now) => [nameOf(object), age(object, now)],
  },
});
