/** Source: pod-security-admission policy/check_seccompProfile_{baseline,restricted}.go. */
import { allContainers } from '../../../apis/core/pod-util.ts';
import { goQuote } from '../../../apimachinery/go-quote.ts';
import { type Check, containersThat, named, plural, quoted, settersThat, sorted } from './check.ts';

const POD_ANNOTATION = 'seccomp.security.alpha.kubernetes.io/pod';
const CONTAINER_ANNOTATION = 'container.seccomp.security.alpha.kubernetes.io/';
const REASON = 'seccompProfile';

const isGood = (type: string | undefined): boolean => type === 'Localhost' || type === 'RuntimeDefault';
const isGoodAnnotation = (value: string): boolean =>
  value === 'runtime/default' || value === 'docker/default' || value.startsWith('localhost/');

/** Before there was a field for it. */
export const seccompAnnotations: Check = ({ metadata, spec }) => {
  const keys = [POD_ANNOTATION, ...allContainers(spec).map(({ name }) => `${CONTAINER_ANNOTATION}${name}`)];
  const bad = new Set<string>();
  for (const key of keys) {
    const value = metadata?.annotations?.[key];
    if (value !== undefined && !isGoodAnnotation(value)) bad.add(`${key}=${goQuote(value)}`);
  }
  if (bad.size === 0) return undefined;
  const detail = `forbidden ${plural(bad.size, 'annotation')} ${sorted(bad).join(', ')}`;
  return { reason: REASON, detail };
};

export const seccompBaseline: Check = ({ spec }) => {
  const types = new Set<string>();
  const setters = settersThat(spec, ({ seccompProfile }) => {
    if (!seccompProfile || isGood(seccompProfile.type)) return false;
    types.add(seccompProfile.type ?? '');
    return true;
  });
  if (setters === undefined) return undefined;
  return {
    reason: REASON,
    detail: `${setters} must not set securityContext.seccompProfile.type to ${quoted(sorted(types))}`,
  };
};

export const seccompRestricted: Check = (pod) => {
  const explicit = seccompBaseline(pod);
  if (explicit) return explicit;
  if (pod.spec.securityContext?.seccompProfile) return undefined;
  const missing = containersThat(pod.spec, ({ securityContext }) => !securityContext?.seccompProfile);
  if (missing.length === 0) return undefined;
  return {
    reason: REASON,
    detail: `pod or ${named(missing)} must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"`,
  };
};
