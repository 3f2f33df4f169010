/**
 * What is allowed in a pod, but hardly meant.
 * Source: kubernetes pkg/api/pod/warnings.go, pkg/api/node/util.go.
 */
import { at, child } from '../../apimachinery/field-error.ts';
import { parseQuantity } from '../../apimachinery/quantity.ts';
import type {
  Affinity,
  Container,
  ContainerPort,
  NodeSelectorTerm,
  Pod,
  PodSpec,
  PodTemplateSpec,
  Volume,
} from '../../apimachinery/types/core.v1.gen.ts';
import { warningsForIP } from '../../apimachinery/validation/ip.ts';
import { containersWithPaths } from './container-paths.ts';
import { SECCOMP_CONTAINER_PREFIX, SECCOMP_POD_ANNOTATION } from './pod-annotation-validation.ts';
import { APPARMOR_ANNOTATION_PREFIX, profileOfAnnotation } from './pod-apparmor.ts';

type Annotations = Readonly<Record<string, string>>;

const quote = (text: string): string => JSON.stringify(text);

/** Warnings for a new pod. Call it after the AppArmor annotations became fields. */
export function podWarnings(pod: Pod): string[] {
  const annotations = pod.metadata?.annotations ?? {};
  return specWarnings(pod.spec ?? { containers: [] }, annotations, '');
}

/** Warnings for the template of a workload. `path` is the template's own. */
export function podTemplateWarnings(template: PodTemplateSpec, path: string): string[] {
  const annotations = template.metadata?.annotations ?? {};
  const spec = template.spec ?? { containers: [] };
  return [...specWarnings(spec, annotations, path), ...templateAppArmorWarnings(spec, annotations, path)];
}

function specWarnings(spec: PodSpec, annotations: Annotations, path: string): string[] {
  const here = child(path, 'spec');
  return [
    ...nodeLabelWarnings(spec, here),
    ...spreadWarnings(spec, here),
    ...annotationWarnings(annotations, path),
    ...(spec.volumes ?? []).flatMap((volume, index) =>
      volumeWarnings(volume, at(child(here, 'volumes'), index)),
    ),
    ...projectionWarnings(spec.volumes ?? [], child(here, 'volumes')),
    ...duplicateWarnings(spec, here),
    ...fractionWarnings(spec.overhead, child(here, 'overhead')),
    ...seccompWarnings(spec, annotations, path),
    ...containersWithPaths(spec, here).flatMap(([container, containerPath]) =>
      containerWarnings(container, containerPath),
    ),
    ...portWarnings(spec, here),
    ...((spec.terminationGracePeriodSeconds ?? 0) < 0
      ? [
          `${child(here, 'terminationGracePeriodSeconds')}: must be >= 0; negative values are invalid and will be treated as 1`,
        ]
      : []),
    ...affinityWarnings(spec.affinity, child(here, 'affinity')),
    ...(spec.dnsConfig?.nameservers ?? []).flatMap((server, index) =>
      warningsForIP(at(child(here, 'dnsConfig', 'nameservers'), index), server),
    ),
    ...(spec.hostAliases ?? []).flatMap(({ ip }, index) =>
      warningsForIP(child(at(child(here, 'hostAliases'), index), 'ip'), ip ?? ''),
    ),
  ];
}

const DEPRECATED_NODE_LABELS: Readonly<Record<string, string>> = {
  'beta.kubernetes.io/arch': 'deprecated since v1.14; use "kubernetes.io/arch" instead',
  'beta.kubernetes.io/os': 'deprecated since v1.14; use "kubernetes.io/os" instead',
  'failure-domain.beta.kubernetes.io/region':
    'deprecated since v1.17; use "topology.kubernetes.io/region" instead',
  'failure-domain.beta.kubernetes.io/zone':
    'deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
  'beta.kubernetes.io/instance-type':
    'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead',
};
const deprecation = (label: string | undefined): string | undefined =>
  label !== undefined && Object.hasOwn(DEPRECATED_NODE_LABELS, label)
    ? DEPRECATED_NODE_LABELS[label]
    : undefined;

function nodeLabelWarnings(spec: PodSpec, path: string): string[] {
  const warnings: string[] = [];
  for (const key of Object.keys(spec.nodeSelector ?? {})) {
    const message = deprecation(key);
    if (message) warnings.push(`${at(child(path, 'nodeSelector'), key)}: ${message}`);
  }
  const affinity = spec.affinity?.nodeAffinity;
  const base = child(path, 'affinity', 'nodeAffinity');
  const terms = affinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  const termsPath = child(base, 'requiredDuringSchedulingIgnoredDuringExecution', 'nodeSelectorTerms');
  for (const [index, term] of terms.entries()) warnings.push(...termWarnings(term, at(termsPath, index)));
  const preferred = affinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
  const preferredPath = child(base, 'preferredDuringSchedulingIgnoredDuringExecution');
  for (const [index, { preference }] of preferred.entries()) {
    warnings.push(...termWarnings(preference ?? {}, child(at(preferredPath, index), 'preference')));
  }
  return warnings;
}

function termWarnings(term: NodeSelectorTerm, path: string): string[] {
  return (term.matchExpressions ?? []).flatMap(({ key }, index) => {
    const message = deprecation(key);
    const here = child(at(child(path, 'matchExpressions'), index), 'key');
    return message ? [`${here}: ${key} is ${message}`] : [];
  });
}

function spreadWarnings(spec: PodSpec, path: string): string[] {
  const warnings: string[] = [];
  for (const [index, { topologyKey, labelSelector }] of (spec.topologySpreadConstraints ?? []).entries()) {
    const here = at(child(path, 'topologySpreadConstraints'), index);
    const message = deprecation(topologyKey);
    if (message) warnings.push(`${child(here, 'topologyKey')}: ${topologyKey} is ${message}`);
    if (!labelSelector) warnings.push(nullSelector(child(here, 'labelSelector')));
  }
  return warnings;
}

const nullSelector = (path: string): string => `${path}: a null labelSelector results in matching no pod`;

function affinityWarnings(affinity: Affinity | undefined, path: string): string[] {
  const warnings: string[] = [];
  for (const side of ['podAffinity', 'podAntiAffinity'] as const) {
    const required = affinity?.[side]?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
    const preferred = affinity?.[side]?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
    for (const [index, term] of required.entries()) {
      const here = at(child(path, side, 'requiredDuringSchedulingIgnoredDuringExecution'), index);
      if (!term.labelSelector) warnings.push(nullSelector(child(here, 'labelSelector')));
    }
    for (const [index, { podAffinityTerm }] of preferred.entries()) {
      const here = at(child(path, side, 'preferredDuringSchedulingIgnoredDuringExecution'), index);
      if (!podAffinityTerm?.labelSelector)
        warnings.push(nullSelector(child(here, 'podAffinityTerm', 'labelSelector')));
    }
  }
  return warnings;
}

const DEPRECATED_ANNOTATIONS: Readonly<Record<string, string>> = {
  'scheduler.alpha.kubernetes.io/critical-pod':
    'non-functional in v1.16+; use the "priorityClassName" field instead',
  'security.alpha.kubernetes.io/sysctls': 'non-functional in v1.11+; use the "sysctls" field instead',
  'security.alpha.kubernetes.io/unsafe-sysctls': 'non-functional in v1.11+; use the "sysctls" field instead',
};

function annotationWarnings(annotations: Annotations, path: string): string[] {
  return Object.entries(DEPRECATED_ANNOTATIONS)
    .filter(([key]) => Object.hasOwn(annotations, key))
    .map(([key, message]) => `${annotationPath(path, key)}: ${message}`);
}

const annotationPath = (path: string, key: string): string => at(child(path, 'metadata', 'annotations'), key);

const SECCOMP_GONE = 'non-functional in v1.27+; use the "seccompProfile" field instead';

function seccompWarnings(spec: PodSpec, annotations: Annotations, path: string): string[] {
  const warnings: string[] = [];
  const warn = (key: string, hasField: boolean): void => {
    if (!hasField && Object.hasOwn(annotations, key)) {
      warnings.push(`${annotationPath(path, key)}: ${SECCOMP_GONE}`);
    }
  };
  warn(SECCOMP_POD_ANNOTATION, spec.securityContext?.seccompProfile !== undefined);
  for (const [container] of containersWithPaths(spec, '')) {
    warn(SECCOMP_CONTAINER_PREFIX + container.name, container.securityContext?.seccompProfile !== undefined);
  }
  return warnings;
}

const appArmorDeprecated = (path: string, key: string): string =>
  `${annotationPath(path, key)}: deprecated since v1.30; use the "appArmorProfile" field instead`;

function templateAppArmorWarnings(spec: PodSpec, annotations: Annotations, path: string): string[] {
  if (spec.securityContext?.appArmorProfile) return [];
  return containersWithPaths(spec, '')
    .filter(([container]) => !container.securityContext?.appArmorProfile)
    .map(([container]) => APPARMOR_ANNOTATION_PREFIX + container.name)
    .filter((key) => Object.hasOwn(annotations, key))
    .map((key) => appArmorDeprecated(path, key));
}

/**
 * Warnings for a new pod's AppArmor annotations that became fields or that no field can be made of. Upstream warns
 * as it copies them, which it does before anything else.
 */
export function podAppArmorWarnings(pod: Pod): string[] {
  const annotations = pod.metadata?.annotations ?? {};
  if (pod.spec?.os?.name === 'windows') return [];
  return containersWithPaths(pod.spec ?? { containers: [] }, '')
    .filter(([container]) => {
      const annotation = annotations[APPARMOR_ANNOTATION_PREFIX + container.name];
      if (annotation === undefined) return false;
      return !!container.securityContext?.appArmorProfile || !profileOfAnnotation(annotation);
    })
    .map(([container]) => appArmorDeprecated('', APPARMOR_ANNOTATION_PREFIX + container.name));
}

const DEPRECATED_VOLUMES: readonly (readonly [source: keyof Volume, name: string, message: string])[] = [
  ['photonPersistentDisk', 'photonPersistentDisk', 'deprecated in v1.11, non-functional in v1.16+'],
  ['gitRepo', 'gitRepo', 'deprecated in v1.11, and disabled by default in v1.33+'],
  ['scaleIO', 'scaleIO', 'deprecated in v1.16, non-functional in v1.22+'],
  ['flocker', 'flocker', 'deprecated in v1.22, non-functional in v1.25+'],
  ['storageos', 'storageOS', 'deprecated in v1.22, non-functional in v1.25+'],
  ['quobyte', 'quobyte', 'deprecated in v1.22, non-functional in v1.25+'],
  ['glusterfs', 'glusterfs', 'deprecated in v1.25, non-functional in v1.26+'],
  ['cephfs', 'cephfs', 'deprecated in v1.28, non-functional in v1.31+'],
  ['rbd', 'rbd', 'deprecated in v1.28, non-functional in v1.31+'],
];

function volumeWarnings(volume: Volume, path: string): string[] {
  const warnings = DEPRECATED_VOLUMES.filter(([source]) => volume[source] !== undefined).map(
    ([, name, message]) => `${child(path, name)}: ${message}`,
  );
  const requests = volume.ephemeral?.volumeClaimTemplate?.spec?.resources?.requests;
  const here = child(path, 'ephemeral', 'volumeClaimTemplate', 'spec', 'resources', 'requests');
  return [...warnings, ...fractionWarnings(requests, here, ['storage'])];
}

/** Files of one projected volume that a service account token's would hide. */
function projectionWarnings(volumes: readonly Volume[], path: string): string[] {
  const sources = volumes.map((volume) => volume.projected?.sources ?? []);
  const tokens = new Set(
    sources.flat().flatMap((one) => (one.serviceAccountToken ? [one.serviceAccountToken.path] : [])),
  );
  if (tokens.size === 0) return [];
  const warnings: string[] = [];
  for (const [index, list] of sources.entries()) {
    const base = child(at(path, index), 'projected', 'sources');
    const warn = (file: string | undefined, here: string): void => {
      if (file === undefined || !tokens.has(file)) return;
      warnings.push(`${here}: has duplicated path with ServiceAccountToken ${quote(file)}`);
    };
    for (const { configMap, secret, downwardAPI, clusterTrustBundle } of list) {
      for (const [i, { path: file }] of (configMap?.items ?? []).entries())
        warn(file, at(child(base, 'configMap'), i));
      for (const [i, { path: file }] of (secret?.items ?? []).entries())
        warn(file, at(child(base, 'secrets'), i));
      for (const [i, { path: file }] of (downwardAPI?.items ?? []).entries())
        warn(file, at(child(base, 'downwardAPI'), i));
      warn(clusterTrustBundle?.path, child(base, 'ClusterTrustBundle'));
    }
  }
  return warnings;
}

function duplicateWarnings(spec: PodSpec, path: string): string[] {
  const warnings: string[] = [];
  const addresses = new Set<string>();
  for (const [index, { ip }] of (spec.hostAliases ?? []).entries()) {
    if (addresses.has(ip)) {
      warnings.push(`${child(at(child(path, 'hostAliases'), index), 'ip')}: duplicate ip ${quote(ip)}`);
    }
    addresses.add(ip);
  }
  const secrets = (spec.imagePullSecrets ?? []).map(({ name = '' }) => name);
  const secretPath = (index: number): string => child(at(child(path, 'imagePullSecrets'), index), 'name');
  for (const [index, name] of secrets.entries()) {
    if (secrets.indexOf(name) < index) warnings.push(`${secretPath(index)}: duplicate name ${quote(name)}`);
  }
  for (const [index, name] of secrets.entries()) {
    if (name === '') warnings.push(`${secretPath(index)}: invalid empty name ""`);
  }
  return warnings;
}

const BYTES = ['memory', 'ephemeral-storage'];

/** Bytes are not divided. */
function fractionWarnings(
  list: Readonly<Record<string, string>> | undefined,
  path: string,
  names = BYTES,
): string[] {
  return names.flatMap((name) => {
    const text = list?.[name];
    if (text === undefined) return [];
    const { unscaled, scale } = parseQuantity(text);
    if (scale >= 0 || unscaled % 10n ** BigInt(-scale) === 0n) return [];
    return [`${at(path, name)}: fractional byte value ${quote(text)} is invalid, must be an integer`];
  });
}

function containerWarnings(container: Container, path: string): string[] {
  const resources = child(path, 'resources');
  const warnings = BYTES.flatMap((name) => [
    ...fractionWarnings(container.resources?.limits, child(resources, 'limits'), [name]),
    ...fractionWarnings(container.resources?.requests, child(resources, 'requests'), [name]),
  ]);
  const seen = new Set<string>();
  for (const [index, { name, value = '', valueFrom }] of (container.env ?? []).entries()) {
    const reference = `$(${name})`;
    // A variable may build on its earlier self.
    const builds = !valueFrom && value !== reference && value.includes(reference);
    if (seen.has(name) && !builds) {
      const text = `hides previous definition of ${quote(name)}, which may be dropped when using apply`;
      warnings.push(`${at(child(path, 'env'), index)}: ${text}`);
    }
    seen.add(name);
  }
  return warnings;
}

/** Ports of all containers that say the same twice, or nearly so. */
function portWarnings(spec: PodSpec, path: string): string[] {
  const warnings: string[] = [];
  const known = new Map<string, { port: ContainerPort; path: string }[]>();
  for (const [container, containerPath] of containersWithPaths(spec, path)) {
    for (const [index, port] of (container.ports ?? []).entries()) {
      const here = at(child(containerPath, 'ports'), index);
      if (port.hostIP && !port.hostPort)
        warnings.push(`${here}: hostIP set without hostPort: ${asGoStruct(port)}`);
      const key = `${port.containerPort}/${port.protocol}`;
      const others = known.get(key) ?? [];
      for (const other of others) {
        const relation = overlap(port, other.port);
        if (relation) warnings.push(`${here}: ${relation} port definition with ${other.path}`);
      }
      known.set(key, [...others, { port, path: here }]);
    }
  }
  return warnings;
}

function overlap(a: ContainerPort, b: ContainerPort): string | undefined {
  const sameIP = (a.hostIP ?? '') === (b.hostIP ?? '');
  const samePort = (a.hostPort ?? 0) === (b.hostPort ?? 0);
  if (sameIP && samePort) return 'duplicate';
  if (!a.hostPort || !b.hostPort) return 'overlapping';
  return samePort && !a.hostIP !== !b.hostIP ? 'dangerously ambiguous' : undefined;
}

const asGoStruct = ({
  name = '',
  hostPort = 0,
  containerPort,
  protocol = '',
  hostIP = '',
}: ContainerPort): string =>
  `{Name:${name} HostPort:${hostPort} ContainerPort:${containerPort} Protocol:${protocol} HostIP:${hostIP}}`;
