/** Admission: what shapes or refuses an object after it is decoded. Source: apiserver pkg/admission/interfaces.go. */
import type { ResourceDefinition, UserInfo } from '../../apis/definition.ts';
import type { KubeObject } from '../../apis/object.ts';
import type { ReadSet } from '../cache.ts';
import type { Write } from '../../storage/types.ts';

export type Operation = 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT';

export interface AdmissionAttributes {
  readonly operation: Operation;
  readonly definition: ResourceDefinition;
  readonly subresource?: string;
  readonly namespace: string;
  readonly name: string;
  /** The new object; of a deletion: undefined. Plug-ins change it in place when they mutate. */
  readonly object?: KubeObject;
  readonly old?: KubeObject;
  readonly user: UserInfo;
  readonly dryRun: boolean;
  /** ms, the cluster's clock. */
  readonly now: number;
  readonly random: () => number;
  /** Cached reads, proved at commit. */
  readonly reads: ReadSet;
  readonly warnings: string[];
  /** Writes that are committed together with the object (quota usage). */
  readonly writes: Write[];
}

/** One plug-in. Refusals are thrown as StatusError. */
export interface AdmissionPlugin {
  readonly name: string;
  handles(attributes: AdmissionAttributes): boolean;
  /** Changes the object. */
  admit?(attributes: AdmissionAttributes): Promise<void> | void;
  /** Refuses the object, after all have changed it and the strategy found it valid. */
  validate?(attributes: AdmissionAttributes): Promise<void> | void;
}
