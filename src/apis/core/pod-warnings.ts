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
  Pod,
  PodSpec,
  PodTemplateSpec,
  Volume,
} from '../../apimachinery/types/core.v1.gen.ts';
import { warningsForIP } from '../../apimachinery/validation/ip.ts';
import { semanticEqual } from '../strategy.ts';
import { containersWithPaths } from './container-paths.ts';
import { SECCOMP_CONTAINER_PREFIX, SECCOMP_POD_ANNOTATION } from './pod-annotation-keys.ts';
import {
  APPARMOR_ANNOTATION_PREFIX,
  outdatedAppArmorAnnotations,
  profileOfAnnotation,
} from './pod-apparmor.ts';
import { nodeLabelDeprecation, nodeSelectorTermWarnings } from './node-label-warnings.ts';
import { claimSpecWarnings } from './persistent-volume-claim-validation.ts';
import { overlappingPathWarnings } from './volume-path-warnings.ts';

type Annotations = Readonly<Record<string, string>>;

const quote = (text: string): string => JSON.stringify(text);

/** Warnings for a new pod. Call it after the AppArmor annotations became fields. */
export function podWarnings(pod: Pod): string[] {
  const annotations = pod.metadata?.annotations ?? {};
  return specWarnings(pod.spec ?? { containers: [] }, annotations, '');
}

/** Warnings about a status that is reported. Source: kubernetes pkg/registry/core/pod/strategy.go. */
export const podStatusWarnings = ({ status }: Pod): string[] =>
  (['podIPs', 'hostIPs'] as const).flatMap((list) =>
    (status?.[list] ?? []).flatMap(({ ip }, index) =>
      warningsForIP(child(at(child('status', list), index), 'ip'), ip ?? ''),
    ),
  );

/** Warnings for the template of a workload. `path` is the template's own. */
export function podTemplateWarnings(template: PodTemplateSpec, path: string): string[] {
  const annotations = template.metadata?.annotations ?? {};
  const spec = template.spec ?? { containers: [] };
  return specWarnings(spec, annotations, path);
}

/** In upstream's order. `path` is empty for a pod. */
function specWarnings(spec: PodSpec, annotations: Annotations, path: string): string[] {
  const here = child(path, 'spec');
  return [
    ...nodeLabelWarnings(spec, here),
    ...spreadWarnings(spec, here),
    ...annotationWarnings(annotations, path),
    ...(spec.volumes ?? []).flatMap((volume, index) =>
      volumeWarnings(volume, at(child(here, 'volumes'), index)),
    ),
    ...overlappingPathWarnings(spec.volumes ?? []),
    ...duplicateWarnings(spec, here),
    ...fractionWarnings(spec.overhead, child(here, 'overhead')),
    ...(spec.securityContext?.seccompProfile
      ? []
      : seccompWarning(annotations, SECCOMP_POD_ANNOTATION, path)),
    ...containersWithPaths(spec, here).flatMap(([container, containerPath]) => [
      ...(container.securityContext?.seccompProfile
        ? []
        : seccompWarning(annotations, SECCOMP_CONTAINER_PREFIX + container.name, path)),
      ...appArmorWarnings(spec, container, annotations, path),
      ...containerWarnings(container, containerPath),
    ]),
    ...portWarnings(spec, here),
    ...portNameWarnings(spec, here),
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

function nodeLabelWarnings(spec: PodSpec, path: string): string[] {
  const warnings: string[] = [];
  for (const key of Object.keys(spec.nodeSelector ?? {})) {
    const message = nodeLabelDeprecation(key);
    if (message) warnings.push(`${at(child(path, 'nodeSelector'), key)}: ${message}`);
  }
  const affinity = spec.affinity?.nodeAffinity;
  const base = child(path, 'affinity', 'nodeAffinity');
  const terms = affinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  const termsPath = child(base, 'requiredDuringSchedulingIgnoredDuringExecution', 'nodeSelectorTerms');
  for (const [index, term] of terms.entries()) {
    warnings.push(...nodeSelectorTermWarnings(term, false, at(termsPath, index)));
  }
  const preferred = affinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
  const preferredPath = child(base, 'preferredDuringSchedulingIgnoredDuringExecution');
  for (const [index, { preference }] of preferred.entries()) {
    const here = child(at(preferredPath, index), 'preference');
    warnings.push(...nodeSelectorTermWarnings(preference ?? {}, true, here));
  }
  return warnings;
}

function spreadWarnings(spec: PodSpec, path: string): string[] {
  const warnings: string[] = [];
  for (const [index, { topologyKey, labelSelector }] of (spec.topologySpreadConstraints ?? []).entries()) {
    const here = at(child(path, 'topologySpreadConstraints'), index);
    const message = nodeLabelDeprecation(topologyKey);
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

const seccompWarning = (annotations: Annotations, key: string, path: string): string[] =>
  Object.hasOwn(annotations, key) ? [`${annotationPath(path, key)}: ${SECCOMP_GONE}`] : [];

const appArmorDeprecated = (path: string, key: string): string =>
  `${annotationPath(path, key)}: deprecated since v1.30; use the "appArmorProfile" field instead`;

/** Of templates: what holds for a pod is told when its annotations become fields. */
function appArmorWarnings(
  spec: PodSpec,
  { name, securityContext }: Container,
  annotations: Annotations,
  path: string,
): string[] {
  if (path === '' || securityContext?.appArmorProfile) return [];
  const key = APPARMOR_ANNOTATION_PREFIX + name;
  if (!Object.hasOwn(annotations, key)) return [];
  const own = spec.securityContext?.appArmorProfile;
  return own && semanticEqual(own, profileOfAnnotation(annotations[key]!))
    ? []
    : [appArmorDeprecated(path, key)];
}

/**
 * Warnings for a new pod's AppArmor annotations that became fields or that no field can be made of. Upstream warns
 * as it copies them, which it does before anything else.
 */
export const podAppArmorWarnings = (pod: Pod): string[] =>
  outdatedAppArmorAnnotations(pod).map((key) => appArmorDeprecated('', key));

const DEPRECATED_VOLUMES: readonly (readonly [source: keyof Volume, name: string, message: string])[] = [
  ['photonPersistentDisk', 'photonPersistentDisk', 'deprecated in v1.11, non-functional in v1.16+'],
  ['gitRepo', 'gitRepo', 'deprecated in v1.11, and disabled by default in v1.33+'],
  ['scaleIO', 'scaleIO', 'deprecated in v1.16, non-functional in v1.22+'],
  ['flocker', 'flocker', 'deprecated in v1.22, non-functional in v1.25+'],
  ['storageos', 'storageOS', 'deprecated in v1.22, non-functional in v1.25+'],
  ['quobyte', 'quobyte', 'deprecated in v1.22, non-functional in v1.25+'],
  ['glusterfs', 'glusterfs', 'deprecated in v1.25, non-functional in v1.26+'],
  ['ephemeral', 'ephemeral', ''],
  ['cephfs', 'cephfs', 'deprecated in v1.28, non-functional in v1.31+'],
  ['rbd', 'rbd', 'deprecated in v1.28, non-functional in v1.31+'],
];

function volumeWarnings(volume: Volume, path: string): string[] {
  const template = volume.ephemeral?.volumeClaimTemplate;
  return DEPRECATED_VOLUMES.flatMap(([source, name, message]) => {
    if (volume[source] === undefined) return [];
    if (source !== 'ephemeral') return [`${child(path, name)}: ${message}`];
    const here = child(path, 'ephemeral', 'volumeClaimTemplate', 'spec');
    return template ? claimSpecWarnings(template.spec ?? {}, here) : [];
  });
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
  const seen = new Set<string>();
  for (const [index, name] of secrets.entries()) {
    if (seen.has(name)) warnings.push(`${secretPath(index)}: duplicate name ${quote(name)}`);
    seen.add(name);
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

/** Of so many the answer shows some, and ports are compared with each other: all of them would be millions. */
const MAX_WARNINGS = 1000;
const MAX_COMPARISONS = 1_000_000;

/** Ports of all containers that say the same twice, or nearly so. */
function portWarnings(spec: PodSpec, path: string): string[] {
  const warnings: string[] = [];
  let comparisons = MAX_COMPARISONS;
  const known = new Map<string, { port: ContainerPort; path: string }[]>();
  for (const [container, containerPath] of containersWithPaths(spec, path)) {
    for (const [index, port] of (container.ports ?? []).entries()) {
      const here = at(child(containerPath, 'ports'), index);
      if (port.hostIP && !port.hostPort)
        warnings.push(`${here}: hostIP set without hostPort: ${asGoStruct(port)}`);
      const key = `${port.containerPort}/${port.protocol}`;
      const others = known.get(key) ?? [];
      for (const other of others) {
        if (comparisons-- === 0 || warnings.length >= MAX_WARNINGS) return warnings;
        const relation = overlap(port, other.port);
        if (relation) warnings.push(`${here}: ${relation} port definition with ${other.path}`);
      }
      others.push({ port, path: here });
      known.set(key, others);
    }
  }
  return warnings;
}

function portNameWarnings(spec: PodSpec, path: string): string[] {
  const warnings: string[] = [];
  const known = new Map<string, string>();
  for (const [container, containerPath] of containersWithPaths(spec, path)) {
    for (const [index, { name }] of (container.ports ?? []).entries()) {
      if (!name) continue;
      const here = at(child(containerPath, 'ports'), index);
      const other = known.get(name);
      if (other === undefined) known.set(name, here);
      else {
        const text = `duplicate port name ${quote(name)} with ${other}, services and probes that select ports by name will use ${other}`;
        warnings.push(`${here}: ${text}`);
      }
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
