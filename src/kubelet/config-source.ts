/**
 * The ConfigMaps and Secrets a pod refers to, and what is missing of them.
 * Source: kubernetes pkg/volume/{configmap,secret,projected}, pkg/kubelet/kubelet_pods.go (makeEnvironmentVariables).
 */
import type { KeyToPath, Pod, Volume } from '../apimachinery/types/core.v1.gen.ts';
import { allContainers } from '../apis/core/pod-util.ts';

export type ConfigKind = 'ConfigMap' | 'Secret';

/** Texts of a ConfigMap or Secret by their keys; of a Secret in base64. */
export interface ConfigObject {
  readonly data?: Readonly<Record<string, string>>;
  readonly binaryData?: Readonly<Record<string, string>>;
}

/** What a pod's namespace has of what the pod refers to; undefined: there is none of this name. */
export interface ConfigSource {
  get(kind: ConfigKind, name: string): ConfigObject | undefined;
}

export interface ConfigReference {
  readonly kind: ConfigKind;
  readonly name: string;
}

interface ProjectedObject extends ConfigReference {
  readonly optional: boolean;
  readonly items: readonly KeyToPath[];
}

/** Everything a pod refers to, each once. */
export function configReferences(pod: Pod): ConfigReference[] {
  const found = new Map<string, ConfigReference>();
  const add = (kind: ConfigKind, name: string | undefined): void => {
    if (name) found.set(`${kind}/${name}`, { kind, name });
  };
  for (const volume of pod.spec?.volumes ?? []) {
    for (const { kind, name } of projectedObjects(volume)) add(kind, name);
  }
  for (const container of allContainers(pod.spec)) {
    for (const { configMapRef, secretRef } of container.envFrom ?? []) {
      add('ConfigMap', configMapRef?.name);
      add('Secret', secretRef?.name);
    }
    for (const { valueFrom } of container.env ?? []) {
      add('ConfigMap', valueFrom?.configMapKeyRef?.name);
      add('Secret', valueFrom?.secretKeyRef?.name);
    }
  }
  return [...found.values()];
}

function projectedObjects(volume: Volume): ProjectedObject[] {
  const objects: ProjectedObject[] = [];
  const add = (
    kind: ConfigKind,
    name: string | undefined,
    source: { optional?: boolean; items?: KeyToPath[] },
  ): void => {
    if (name) objects.push({ kind, name, optional: source.optional ?? false, items: source.items ?? [] });
  };
  if (volume.configMap) add('ConfigMap', volume.configMap.name, volume.configMap);
  if (volume.secret) add('Secret', volume.secret.secretName, volume.secret);
  for (const { configMap, secret } of volume.projected?.sources ?? []) {
    if (configMap) add('ConfigMap', configMap.name, configMap);
    if (secret) add('Secret', secret.name, secret);
  }
  return objects;
}

/** How a missing object is called in messages. */
export const notFoundMessage = ({ kind, name }: ConfigReference): string =>
  `${kind.toLowerCase()} "${name}" not found`;

/** Why the first volume that cannot be set up cannot be; undefined when all can. */
export function mountError(pod: Pod, config: ConfigSource): string | undefined {
  for (const volume of pod.spec?.volumes ?? []) {
    for (const wanted of projectedObjects(volume)) {
      const error = projectionError(wanted, config);
      if (error) return `MountVolume.SetUp failed for volume "${volume.name}" : ${error}`;
    }
  }
  return undefined;
}

function projectionError(wanted: ProjectedObject, config: ConfigSource): string | undefined {
  if (wanted.optional) return undefined;
  const object = config.get(wanted.kind, wanted.name);
  if (!object) return notFoundMessage(wanted);
  const absent = wanted.items.find(
    ({ key }) => object.data?.[key] === undefined && object.binaryData?.[key] === undefined,
  );
  if (!absent) return undefined;
  return `references non-existent ${wanted.kind === 'ConfigMap' ? 'config' : 'secret'} key: ${absent.key}`;
}
