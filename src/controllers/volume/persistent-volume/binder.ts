/**
 * What the volume controller sees and writes. It decides about many objects at once, so it must never go behind its own
 * writes: until the informers show them, what it wrote stands for their copies.
 * Source: kubernetes pkg/controller/volume/persistentvolume/pv_controller.go, pv_controller_base.go.
 */
import { deepCopy } from '../../../apimachinery/deep-copy.ts';
import type {
  PersistentVolume,
  PersistentVolumeClaim,
  PersistentVolumeClaimStatus,
} from '../../../apimachinery/types/core.v1.gen.ts';
import { cmp, parseQuantity } from '../../../apimachinery/quantity.ts';
import {
  BIND_COMPLETED,
  BOUND_BY_CONTROLLER,
  boundTo,
  type Claim,
  type Volume,
} from '../../../apis/core/volume-binding.ts';
import type { KubeObject, Stored } from '../../../apis/object.ts';
import { equalJSON } from '../../../apis/strategy.ts';
import type { ResourceName } from '../../../registry/client.ts';
import type { ControllerContext } from '../../framework.ts';
import { CLAIMS, VOLUMES } from '../claims.ts';

const PRE_RESIZE_CAPACITY = 'volume.alpha.kubernetes.io/pre-resize-capacity';

/** What was written last, by key, while the informers' copies are older. */
export class Written<T extends KubeObject> {
  readonly #objects = new Map<string, Stored<T>>();

  note(key: string, object: Stored<T>): void {
    this.#objects.set(key, object);
  }

  /** The newer of the copy and what was written. What has no copy any more is gone. */
  newest(key: string, copy: Stored<T> | undefined): Stored<T> | undefined {
    const written = this.#objects.get(key);
    if (!written) return copy;
    const isNewer =
      written.metadata.uid === copy?.metadata.uid &&
      Number(written.metadata.resourceVersion) > Number(copy?.metadata.resourceVersion);
    if (isNewer) return written;
    this.#objects.delete(key);
    return copy;
  }
}

export interface Memory {
  readonly claims: Written<PersistentVolumeClaim & KubeObject>;
  readonly volumes: Written<PersistentVolume & KubeObject>;
}

export class Binder {
  readonly ctx: ControllerContext;
  readonly #memory: Memory;

  constructor(ctx: ControllerContext, memory: Memory) {
    this.ctx = ctx;
    this.#memory = memory;
  }

  claim(namespace: string, name: string): Claim | undefined {
    return this.#memory.claims.newest(
      `${namespace}/${name}`,
      this.ctx.lister<PersistentVolumeClaim & KubeObject>(CLAIMS).get(namespace, name),
    );
  }

  volume(name: string): Volume | undefined {
    return this.#memory.volumes.newest(
      name,
      this.ctx.lister<PersistentVolume & KubeObject>(VOLUMES).get('', name),
    );
  }

  *claims(): Generator<Claim> {
    for (const copy of this.ctx.lister<PersistentVolumeClaim & KubeObject>(CLAIMS).list()) {
      const { namespace, name } = copy.metadata;
      const newest = this.#memory.claims.newest(`${namespace}/${name}`, copy);
      if (newest) yield newest;
    }
  }

  *volumes(): Generator<Volume> {
    for (const copy of this.ctx.lister<PersistentVolume & KubeObject>(VOLUMES).list('')) {
      const newest = this.#memory.volumes.newest(copy.metadata.name!, copy);
      if (newest) yield newest;
    }
  }

  /** @throws StatusError 409 when the claim has changed since. */
  async writeClaim(claim: Claim, what: 'spec' | 'status' = 'spec'): Promise<Claim> {
    const { namespace = '', name = '' } = claim.metadata;
    const written = await this.#write(CLAIMS, namespace, name, claim, what);
    this.#memory.claims.note(`${namespace}/${name}`, written);
    return written as Claim;
  }

  /** @throws StatusError 409 when the volume has changed since. */
  async writeVolume(volume: Volume, what: 'spec' | 'status' = 'spec'): Promise<Volume> {
    const { name = '' } = volume.metadata;
    const written = await this.#write(VOLUMES, '', name, volume, what);
    this.#memory.volumes.note(name, written);
    return written as Volume;
  }

  #write(
    resource: ResourceName,
    namespace: string,
    name: string,
    object: Stored,
    what: 'spec' | 'status',
  ): Promise<Stored<any>> {
    const { client } = this.ctx;
    // It names its resourceVersion, so that nothing anybody else wrote is lost.
    const change = (): KubeObject => deepCopy(object);
    return what === 'spec'
      ? client.update(resource, namespace, name, change)
      : client.updateStatus(resource, namespace, name, change);
  }

  async setVolumePhase(volume: Volume, phase: string, message = ''): Promise<Volume> {
    if (volume.status?.phase === phase) return volume;
    const { message: _, ...status } = volume.status ?? {};
    return this.writeVolume(
      { ...volume, status: { ...status, phase, ...(message ? { message } : {}) } },
      'status',
    );
  }

  /** The same, told as an event when it is news. */
  async failVolume(volume: Volume, reason: string, message: string): Promise<void> {
    if (volume.status?.phase === 'Failed') return;
    this.ctx.recorder.event(await this.setVolumePhase(volume, 'Failed', message), 'Warning', reason, message);
  }

  async setClaimStatus(claim: Claim, phase: string, volume?: Volume): Promise<Claim> {
    const status = claimStatus(claim, phase, volume);
    return equalJSON(status, claim.status ?? {}) ? claim : this.writeClaim({ ...claim, status }, 'status');
  }

  /** The claim has lost its volume: told as an event when it is news. */
  async loseClaim(claim: Claim, reason: string, message: string): Promise<void> {
    if (claim.status?.phase === 'Lost') return;
    this.ctx.recorder.event(await this.setClaimStatus(claim, 'Lost'), 'Warning', reason, message);
  }

  /** Binds both to each other, the volume first. What is so already is not written. */
  async bind(volume: Volume, claim: Claim): Promise<void> {
    const bound = boundTo(volume, claim);
    const taken = await this.setVolumePhase(
      bound === volume ? volume : await this.writeVolume(bound),
      'Bound',
    );
    await this.setClaimStatus(await this.#bindClaim(claim, taken), 'Bound', taken);
  }

  async #bindClaim(claim: Claim, volume: Volume): Promise<Claim> {
    const { annotations = {} } = claim.metadata;
    const volumeName = volume.metadata.name!;
    const chosen = claim.spec?.volumeName === volumeName;
    if (chosen && annotations[BIND_COMPLETED] !== undefined) return claim;
    return this.writeClaim({
      ...claim,
      metadata: {
        ...claim.metadata,
        annotations: {
          ...(chosen ? {} : { [BOUND_BY_CONTROLLER]: 'yes' }),
          [BIND_COMPLETED]: 'yes',
          ...annotations,
        },
      },
      spec: { ...claim.spec, volumeName },
    });
  }

  /** Takes a binding back: all of it when it was made here, else only which claim of that name it was. */
  async unbind(volume: Volume): Promise<void> {
    const { [BOUND_BY_CONTROLLER]: mark, ...annotations } = volume.metadata.annotations ?? {};
    const { claimRef, ...spec } = volume.spec ?? {};
    const { uid: _, ...reference } = claimRef ?? {};
    const unbound: Volume = {
      ...volume,
      metadata: { ...volume.metadata, annotations },
      spec: mark === undefined ? { ...spec, claimRef: reference } : spec,
    };
    await this.setVolumePhase(await this.writeVolume(unbound), 'Available');
  }
}

/** The status of a claim in this phase, with the volume it is bound to. */
export function claimStatus(
  { status = {} }: Claim,
  phase: string,
  volume: Volume | undefined,
): PersistentVolumeClaimStatus {
  const { accessModes: _, capacity, currentVolumeAttributesClassName, ...others } = status;
  if (!volume) return { ...others, phase };
  const { spec = {}, metadata } = volume;
  const attributesClass =
    status.phase === 'Pending' && phase === 'Bound'
      ? spec.volumeAttributesClassName
      : currentVolumeAttributesClassName;
  let size = capacity;
  // Once bound, a difference may be meant: the file system may be smaller than its device.
  if (status.phase !== phase) {
    const preResize = metadata.annotations?.[PRE_RESIZE_CAPACITY];
    const offered = spec.capacity?.storage;
    if (preResize !== undefined) size = { ...capacity, storage: preResize };
    else if (
      capacity?.storage === undefined ||
      offered === undefined ||
      cmp(parseQuantity(offered), parseQuantity(capacity.storage)) !== 0
    )
      size = spec.capacity;
  }
  return {
    ...others,
    phase,
    ...(spec.accessModes ? { accessModes: spec.accessModes } : {}),
    ...(size ? { capacity: size } : {}),
    ...(attributesClass === undefined ? {} : { currentVolumeAttributesClassName: attributesClass }),
  };
}
