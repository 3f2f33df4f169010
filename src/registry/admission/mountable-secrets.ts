/**
 * What pods of an account may refer to that enforces its list of secrets.
 * Source: kubernetes plugin/pkg/admission/serviceaccount/admission.go (limitSecretReferences).
 */
import type {
  Container,
  EphemeralContainer,
  PodSpec,
  ServiceAccount,
} from '../../apimachinery/types/core.v1.gen.ts';
import type { Stored } from '../../apis/object.ts';

/** The first rule the pod breaks, or undefined. `ephemeral`: only its ephemeral containers are looked at. */
export function secretRuleBroken(
  spec: PodSpec,
  account: Stored<ServiceAccount>,
  ephemeral: boolean,
): string | undefined {
  const name = account.metadata.name!;
  const mountable = new Set(account.secrets?.map((secret) => secret.name));
  if (ephemeral) return brokenByContainers('ephemeral container', spec.ephemeralContainers, mountable, name);
  for (const { secret } of spec.volumes ?? []) {
    if (secret && !mountable.has(secret.secretName)) {
      return `volume with secret.secretName="${secret.secretName ?? ''}" is not allowed because service account ${name} does not reference that secret`;
    }
  }
  const broken =
    brokenByContainers('init container', spec.initContainers, mountable, name) ??
    brokenByContainers('container', spec.containers, mountable, name);
  if (broken) return broken;
  const pullable = new Set(account.imagePullSecrets?.map((secret) => secret.name));
  for (const [index, secret] of (spec.imagePullSecrets ?? []).entries()) {
    if (pullable.has(secret.name)) continue;
    return `imagePullSecrets[${index}].name="${secret.name ?? ''}" is not allowed because service account ${name} does not reference that imagePullSecret`;
  }
  return undefined;
}

function brokenByContainers(
  what: string,
  containers: readonly (Container | EphemeralContainer)[] | null | undefined,
  mountable: ReadonlySet<string | undefined>,
  account: string,
): string | undefined {
  const refused = (container: string, how: string, secret: string | undefined): string =>
    `${what} ${container} with ${how} referencing secret.secretName="${secret ?? ''}" is not allowed because service account ${account} does not reference that secret`;
  for (const { name, env, envFrom } of containers ?? []) {
    for (const { name: variable, valueFrom } of env ?? []) {
      const reference = valueFrom?.secretKeyRef;
      if (reference && !mountable.has(reference.name))
        return refused(name, `envVar ${variable}`, reference.name);
    }
    for (const { secretRef } of envFrom ?? []) {
      if (secretRef && !mountable.has(secretRef.name)) return refused(name, 'envFrom', secretRef.name);
    }
  }
  return undefined;
}
