/**
 * A container's environment: values, references to the pod's own fields, to ConfigMaps and to Secrets.
 * Source: kubernetes pkg/kubelet/kubelet_pods.go (makeEnvironmentVariables, podFieldSelectorRuntimeValue),
 * pkg/fieldpath, third_party/forked/golang/expansion.
 */
import type { Container, EnvVar, Pod, ResourceFieldSelector } from '../apimachinery/types/core.v1.gen.ts';
import { milliValue, parseQuantity, value } from '../apimachinery/quantity.ts';
import { allContainers } from '../apis/core/pod-util.ts';
import { type ConfigObject, type ConfigSource, notFoundMessage } from './config-source.ts';

/** What the node knows of a pod besides its object. */
export interface PodFacts {
  readonly podIP: string;
  readonly hostIP: string;
  readonly nodeName: string;
  readonly allocatable: Readonly<Record<string, string>>;
}

/** A container that cannot be created as it is configured: CreateContainerConfigError. */
export class ConfigError extends Error {
  override name = 'ConfigError';
}

/** `$(NAME)` by the name's value, `$$` by a dollar sign; names without a value stay as they are. */
export function expand(text: string, lookup: (name: string) => string | undefined): string {
  return text.replace(/\$(\$|\(([^)]*)\))/g, (whole, inner: string, name: string) => {
    if (inner === '$') return '$';
    return lookup(name) ?? whole;
  });
}

/** @throws ConfigError with the kubelet's message. */
export function environmentOf(
  pod: Pod,
  container: Container,
  config: ConfigSource,
  facts: PodFacts,
): Map<string, string> {
  const env = new Map<string, string>();
  for (const { prefix = '', configMapRef, secretRef } of container.envFrom ?? []) {
    if (configMapRef?.name) {
      const object = fetch(config, 'ConfigMap', configMapRef.name, configMapRef.optional);
      for (const [key, text] of Object.entries(object?.data ?? {})) env.set(prefix + key, text);
    }
    if (secretRef?.name) {
      const object = fetch(config, 'Secret', secretRef.name, secretRef.optional);
      for (const [key, text] of Object.entries(object?.data ?? {})) env.set(prefix + key, decode(text));
    }
  }
  for (const variable of container.env ?? []) {
    const text = variableOf(variable, pod, container, config, facts, env);
    if (text !== undefined) env.set(variable.name, text);
  }
  return env;
}

/** The variables of a container whose values follow from the pod alone. Others have values, too, that are not told. */
export function knownEnvironment(pod: Pod, { env = [] }: Pick<Container, 'env'>): Map<string, string> {
  const known = new Map<string, string>();
  const facts = { podIP: '', hostIP: '', nodeName: pod.spec?.nodeName ?? '', allocatable: {} };
  for (const { name, value: text = '', valueFrom } of env) {
    const path = valueFrom?.fieldRef?.fieldPath;
    if (path && !path.startsWith('status.')) known.set(name, podField(pod, path, facts));
    // A reference that is not found may be to a variable that is not told.
    else if (!valueFrom && !expand(text, (one) => known.get(one)).includes('$(')) {
      known.set(
        name,
        expand(text, (one) => known.get(one)),
      );
    } else known.delete(name);
  }
  return known;
}

/**
 * Whether the sub-paths of a container's mounts are paths inside their volumes.
 * @throws ConfigError
 */
export function checkSubPaths(container: Container, env: ReadonlyMap<string, string>): void {
  for (const mount of container.volumeMounts ?? []) {
    let path = mount.subPath ?? '';
    if (mount.subPathExpr) {
      path = expand(mount.subPathExpr, (name) => {
        const text = env.get(name);
        if (text === undefined) throw new ConfigError(`missing value for "${name}"`);
        return text;
      });
    }
    if (path.startsWith('/')) throw new ConfigError(`error SubPath \`${path}\` must not be an absolute path`);
    if (path.split('/').includes('..')) {
      throw new ConfigError(`unable to provision SubPath \`${path}\`: must not contain '..'`);
    }
  }
}

function fetch(
  config: ConfigSource,
  kind: 'ConfigMap' | 'Secret',
  name: string,
  optional: boolean | undefined,
): ConfigObject | undefined {
  const object = config.get(kind, name);
  if (!object && !optional) throw new ConfigError(notFoundMessage({ kind, name }));
  return object;
}

function variableOf(
  { value: text, valueFrom }: EnvVar,
  pod: Pod,
  container: Container,
  config: ConfigSource,
  facts: PodFacts,
  env: ReadonlyMap<string, string>,
): string | undefined {
  if (text) return expand(text, (name) => env.get(name));
  if (!valueFrom) return '';
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef } = valueFrom;
  if (fieldRef) return podField(pod, fieldRef.fieldPath, facts);
  if (resourceFieldRef) return resourceField(pod, container, resourceFieldRef, facts);
  const reference = configMapKeyRef ?? secretKeyRef;
  if (!reference) return undefined;
  const kind = configMapKeyRef ? 'ConfigMap' : 'Secret';
  const object = fetch(config, kind, reference.name ?? '', reference.optional);
  const found = object?.data?.[reference.key];
  if (found !== undefined) return configMapKeyRef ? found : decode(found);
  if (reference.optional) return undefined;
  throw new ConfigError(
    `couldn't find key ${reference.key} in ${kind} ${pod.metadata?.namespace}/${reference.name}`,
  );
}

const SUBSCRIPT = /^metadata\.(labels|annotations)\['(.*)'\]$/;

function podField(pod: Pod, path: string, facts: PodFacts): string {
  const subscript = SUBSCRIPT.exec(path);
  if (subscript) return pod.metadata?.[subscript[1] as 'labels' | 'annotations']?.[subscript[2]!] ?? '';
  switch (path) {
    case 'metadata.name':
      return pod.metadata?.name ?? '';
    case 'metadata.namespace':
      return pod.metadata?.namespace ?? '';
    case 'metadata.uid':
      return pod.metadata?.uid ?? '';
    case 'spec.nodeName':
      return facts.nodeName;
    case 'spec.serviceAccountName':
      return pod.spec?.serviceAccountName ?? '';
    case 'status.hostIP':
    case 'status.hostIPs':
      return facts.hostIP;
    case 'status.podIP':
    case 'status.podIPs':
      return facts.podIP;
    default:
      throw new ConfigError(`unsupported fieldPath: ${path}`);
  }
}

/** A resource of a container in units of the divisor, rounded up; without a limit, what the node can give. */
function resourceField(
  pod: Pod,
  self: Container,
  { containerName, resource, divisor }: ResourceFieldSelector,
  { allocatable }: PodFacts,
): string {
  const container = containerName ? allContainers(pod.spec).find((one) => one.name === containerName) : self;
  if (!container) throw new ConfigError(`container ${containerName} not found`);
  const dot = resource.indexOf('.');
  const [list, name] = [resource.slice(0, dot), resource.slice(dot + 1)];
  const text =
    container.resources?.[list as 'limits' | 'requests']?.[name] ??
    (list === 'limits' ? allocatable[name] : '0');
  const unit = !divisor || divisor === '0' ? '1' : divisor;
  const read = name === 'cpu' ? milliValue : value;
  return String(Math.ceil(read(parseQuantity(text ?? '0')) / Math.max(read(parseQuantity(unit)), 1)));
}

/** The text of a Secret's value; bytes that are no UTF-8 are replaced. */
const decode = (base64: string): string =>
  new TextDecoder().decode(Uint8Array.from(atob(base64), (char) => char.charCodeAt(0)));
