/** Who depends on whom: the owner references of all objects, the other way round. */
import type { Stored } from '../../apis/object.ts';
import type { ResourceName } from '../../registry/client.ts';

/** Where a dependent is. */
export interface Dependent {
  readonly resource: ResourceName;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

export class OwnerIndex {
  /** uid of an owner -> uid of a dependent -> the dependent. */
  readonly #dependents = new Map<string, Map<string, Dependent>>();

  /** Notes a change of an object. */
  update(resource: ResourceName, object: Stored | undefined, old: Stored | undefined): void {
    const before = old?.metadata.ownerReferences;
    const after = object?.metadata.ownerReferences;
    if (!before?.length && !after?.length) return;
    const same = object?.metadata.uid === old?.metadata.uid;
    for (const { uid } of before ?? []) {
      if (!same || !after?.some((reference) => reference.uid === uid)) this.#remove(uid, old!.metadata.uid!);
    }
    if (!object || !after) return;
    const { namespace = '', name = '', uid = '' } = object.metadata;
    for (const owner of after) this.#add(owner.uid, { resource, namespace, name, uid });
  }

  has(owner: string): boolean {
    return this.#dependents.has(owner);
  }

  dependentsOf(owner: string): Dependent[] {
    return [...(this.#dependents.get(owner)?.values() ?? [])];
  }

  #add(owner: string, dependent: Dependent): void {
    let dependents = this.#dependents.get(owner);
    if (!dependents) {
      dependents = new Map();
      this.#dependents.set(owner, dependents);
    }
    if (!dependents.has(dependent.uid)) dependents.set(dependent.uid, dependent);
  }

  #remove(owner: string, uid: string): void {
    const dependents = this.#dependents.get(owner);
    dependents?.delete(uid);
    if (dependents?.size === 0) this.#dependents.delete(owner);
  }
}
