/** What the restricted level asks beyond the baseline. Source: pod-security-admission policy/check_*.go. */
import { procMount } from './baseline.ts';
import {
  type Check,
  containersThat,
  named,
  plural,
  quoted,
  settersThat,
  sorted,
  unlessOwnUsers,
  unlessWindows,
  type VersionedCheck,
} from './check.ts';
import { seccompRestricted } from './seccomp.ts';

const escalation: Check = ({ spec }) => {
  const bad = containersThat(
    spec,
    ({ securityContext }) => securityContext?.allowPrivilegeEscalation !== false,
  );
  if (bad.length === 0) return undefined;
  return {
    reason: 'allowPrivilegeEscalation != false',
    detail: `${named(bad)} must set securityContext.allowPrivilegeEscalation=false`,
  };
};

const capabilities: Check = ({ spec }) => {
  const keeping = containersThat(
    spec,
    ({ securityContext }) => !securityContext?.capabilities?.drop?.includes('ALL'),
  );
  const others = new Set<string>();
  const adding = containersThat(spec, ({ securityContext }) => {
    const added = securityContext?.capabilities?.add?.filter((one) => one !== 'NET_BIND_SERVICE') ?? [];
    for (const one of added) others.add(one);
    return added.length > 0;
  });
  const details: string[] = [];
  if (keeping.length > 0)
    details.push(`${named(keeping)} must set securityContext.capabilities.drop=["ALL"]`);
  if (adding.length > 0) {
    details.push(
      `${named(adding)} must not include ${quoted(sorted(others))} in securityContext.capabilities.add`,
    );
  }
  return details.length === 0
    ? undefined
    : { reason: 'unrestricted capabilities', detail: details.join('; ') };
};

const VOLUMES = [
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'image',
  'persistentVolumeClaim',
  'projected',
  'secret',
] as const;
const OTHER_VOLUMES = [
  'hostPath',
  'gcePersistentDisk',
  'awsElasticBlockStore',
  'gitRepo',
  'nfs',
  'iscsi',
  'glusterfs',
  'rbd',
  'flexVolume',
  'cinder',
  'cephfs',
  'flocker',
  'fc',
  'azureFile',
  'vsphereVolume',
  'quobyte',
  'azureDisk',
  'photonPersistentDisk',
  'portworxVolume',
  'scaleIO',
  'storageos',
] as const;

const volumes: Check = ({ spec }) => {
  const bad = (spec.volumes ?? []).filter((volume) => !VOLUMES.some((type) => volume[type]));
  if (bad.length === 0) return undefined;
  const names = bad.map(({ name }) => name ?? '');
  const types = new Set(bad.map((volume) => OTHER_VOLUMES.find((type) => volume[type]) ?? 'unknown'));
  const uses = plural(names.length, 'uses', 'use');
  const what = plural(types.size, 'restricted volume type');
  return {
    reason: 'restricted volume types',
    detail: `${plural(names.length, 'volume')} ${quoted(names)} ${uses} ${what} ${quoted(sorted(types))}`,
  };
};

const nonRoot: Check = ({ spec }) => {
  const reason = 'runAsNonRoot != true';
  const setters = settersThat(spec, ({ runAsNonRoot }) => runAsNonRoot === false);
  if (setters !== undefined) {
    return { reason, detail: `${setters} must not set securityContext.runAsNonRoot=false` };
  }
  if (spec.securityContext?.runAsNonRoot) return undefined;
  const bad = containersThat(spec, ({ securityContext }) => securityContext?.runAsNonRoot === undefined);
  if (bad.length === 0) return undefined;
  return { reason, detail: `pod or ${named(bad)} must set securityContext.runAsNonRoot=true` };
};

const nonZeroUser: Check = ({ spec }) => {
  const setters = settersThat(spec, ({ runAsUser }) => runAsUser !== undefined && Number(runAsUser) === 0);
  return setters === undefined
    ? undefined
    : { reason: 'runAsUser=0', detail: `${setters} must not set runAsUser=0` };
};

export const RESTRICTED: readonly VersionedCheck[] = [
  {
    id: 'allowPrivilegeEscalation',
    versions: [
      { since: 8, check: escalation },
      { since: 25, check: unlessWindows(escalation) },
    ],
  },
  {
    id: 'capabilities_restricted',
    versions: [
      { since: 22, check: capabilities, instead: ['capabilities_baseline'] },
      { since: 25, check: unlessWindows(capabilities), instead: ['capabilities_baseline'] },
    ],
  },
  { id: 'procMount_restricted', versions: [{ since: 35, check: procMount, instead: ['procMount'] }] },
  { id: 'restrictedVolumes', versions: [{ since: 0, check: volumes, instead: ['hostPathVolumes'] }] },
  {
    id: 'runAsNonRoot',
    versions: [
      { since: 0, check: nonRoot },
      { since: 35, check: unlessOwnUsers(nonRoot) },
    ],
  },
  {
    id: 'runAsUser',
    versions: [
      { since: 23, check: nonZeroUser },
      { since: 35, check: unlessOwnUsers(nonZeroUser) },
    ],
  },
  {
    id: 'seccompProfile_restricted',
    versions: [
      { since: 19, check: seccompRestricted, instead: ['seccompProfile_baseline'] },
      { since: 25, check: unlessWindows(seccompRestricted), instead: ['seccompProfile_baseline'] },
    ],
  },
];
