/** Pods run as a service account and get its token. Source: kubernetes plugin/pkg/admission/serviceaccount/admission.go. */
import { generateName } from '../../apimachinery/names.ts';
import type { Random } from '../../apimachinery/random.ts';
import type { Pod, PodSpec, ServiceAccount, Volume } from '../../apimachinery/types/core.v1.gen.ts';
import type { Stored } from '../../apis/object.ts';
import { secretRuleBroken } from './mountable-secrets.ts';
import { type AdmissionAttributes, type AdmissionPlugin, isFor, refuse } from './plugin.ts';

const DEFAULT_NAME = 'default';
const VOLUME_PREFIX = 'kube-api-access-';
const MOUNT_PATH = '/var/run/secrets/kubernetes.io/serviceaccount';
/** An hour and what tells such a token from one that was asked for. */
const TOKEN_SECONDS = 3607;
const ENFORCE_MOUNTABLE_SECRETS = 'kubernetes.io/enforce-mountable-secrets';
const MIRROR = 'kubernetes.io/config.mirror';
/** Every reference to a secret, in whatever volume or variable, stands under one of these names. */
const SECRET_REFERENCE = /"(secret|secretKeyRef|\w*[sS]ecretRef|azureFile)":\{|"imagePullSecrets":\[\{/;
/** A new namespace gets its default account from a controller: it is waited for this often, this long each time. */
const WAITS = 10;
const WAIT_MS = 100;

export const serviceAccount: AdmissionPlugin = {
  name: 'ServiceAccount',
  handles: (attributes) =>
    attributes.definition.resource === 'pods' &&
    ((attributes.operation === 'CREATE' && isFor(attributes, '', 'pods')) ||
      (attributes.operation === 'UPDATE' && attributes.subresource === 'ephemeralcontainers')),
  async admit(attributes) {
    if (attributes.operation !== 'CREATE') return;
    const pod = attributes.object as Stored<Pod>;
    const { spec } = pod;
    if (!spec) return;
    if (!isMirror(pod)) {
      const name = spec.serviceAccountName || DEFAULT_NAME;
      spec.serviceAccountName = name;
      spec.serviceAccount = name;
      const account = await accountOf(attributes, name);
      if (spec.automountServiceAccountToken ?? account.automountServiceAccountToken ?? true) {
        mountToken(spec, attributes.random);
      }
      if (!spec.imagePullSecrets?.length && account.imagePullSecrets?.length) {
        spec.imagePullSecrets = account.imagePullSecrets.map((one) => (one.name ? { name: one.name } : {}));
      }
    }
    await check(attributes);
  },
  validate: check,
};

async function check(attributes: AdmissionAttributes): Promise<void> {
  const pod = attributes.object as Stored<Pod>;
  if (isMirror(pod)) {
    if (attributes.operation === 'CREATE') checkMirror(attributes, pod);
    return;
  }
  const account = await accountOf(attributes, pod.spec!.serviceAccountName || DEFAULT_NAME);
  if (!isTrue(account.metadata.annotations?.[ENFORCE_MOUNTABLE_SECRETS])) return;
  const broken = secretRuleBroken(pod.spec!, account, attributes.operation === 'UPDATE');
  if (broken) throw refuse(attributes, broken);
}

const isMirror = ({ metadata }: Stored<Pod>): boolean => metadata.annotations?.[MIRROR] !== undefined;

/** As strconv.ParseBool. */
const isTrue = (text: string | undefined): boolean =>
  text !== undefined && ['1', 't', 'T', 'TRUE', 'true', 'True'].includes(text);

/** A pod that mirrors a node's file has no part in what the API server keeps. */
function checkMirror(attributes: AdmissionAttributes, { spec }: Pod): void {
  if (spec?.serviceAccountName) throw refuse(attributes, 'a mirror pod may not reference service accounts');
  if (SECRET_REFERENCE.test(JSON.stringify(spec))) {
    throw refuse(attributes, 'a mirror pod may not reference secrets');
  }
  for (const volume of spec?.volumes ?? []) {
    if (volume.projected?.sources?.some((source) => source.serviceAccountToken)) {
      throw refuse(attributes, 'a mirror pod may not use ServiceAccountToken volume projections');
    }
  }
}

async function accountOf(attributes: AdmissionAttributes, name: string): Promise<Stored<ServiceAccount>> {
  const { namespace, reads } = attributes;
  const waits = name === DEFAULT_NAME && attributes.operation === 'CREATE' ? WAITS : 1;
  for (let turn = 0; turn < waits; turn++) {
    if (turn > 0) {
      await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
      reads.forget('', 'serviceaccounts', namespace, name);
    }
    const account = await reads.get<ServiceAccount>('', 'serviceaccounts', namespace, name);
    if (account) return account;
  }
  throw refuse(
    attributes,
    `error looking up service account ${namespace}/${name}: serviceaccount "${name}" not found`,
  );
}

/** Mounts the token where no container has mounted anything of its own. */
function mountToken(spec: PodSpec, random: Random): void {
  const existing = spec.volumes?.find(({ name }) => name.startsWith(VOLUME_PREFIX));
  let name = existing?.name;
  let mounted = false;
  for (const container of [...(spec.initContainers ?? []), ...(spec.containers ?? [])]) {
    if (container.volumeMounts?.some(({ mountPath }) => mountPath === MOUNT_PATH)) continue;
    name ??= generateName(VOLUME_PREFIX, random);
    container.volumeMounts ??= [];
    container.volumeMounts.push({ name, readOnly: true, mountPath: MOUNT_PATH });
    mounted = true;
  }
  if (!mounted || existing) return;
  spec.volumes ??= [];
  spec.volumes.push(tokenVolume(name!));
}

const tokenVolume = (name: string): Volume => ({
  name,
  projected: {
    sources: [
      { serviceAccountToken: { expirationSeconds: TOKEN_SECONDS, path: 'token' } },
      { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
      {
        downwardAPI: {
          items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }],
        },
      },
    ],
    defaultMode: 0o644,
  },
});
