/** Admission: what shapes or refuses an object after it is decoded. Source: apiserver pkg/admission/interfaces.go. */
import { forbidden, type StatusCause, type StatusError } from '../../apimachinery/status.ts';
import type { ResourceDefinition, UserInfo } from '../../apis/definition.ts';
import type { KubeObject } from '../../apis/object.ts';
import type { ReadSet } from '../cache.ts';
import type { GivenOptions } from '../context.ts';
import type { Write } from '../../storage/types.ts';

export type Operation = 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT';

export interface View {
  readonly kind: { readonly group: string; readonly version: string; readonly kind: string };
  of(definition: ResourceDefinition, object: KubeObject): KubeObject;
}

export interface AdmissionAttributes {
  readonly operation: Operation;
  readonly definition: ResourceDefinition;
  readonly subresource?: string;
  readonly namespace: string;
  readonly name: string;
  /** The new object; of a deletion: undefined. Plug-ins change it in place when they mutate. */
  readonly object?: KubeObject;
  readonly old?: KubeObject;
  /** What stands for the object and the old one in the eyes of policies: the Scale of a workload. */
  readonly view?: View;
  readonly user: UserInfo;
  readonly dryRun: boolean;
  /** What the client wrote of the options of its request. */
  readonly options?: GivenOptions;
  /** ms, the cluster's clock. */
  readonly now: number;
  readonly random: () => number;
  /** Cached reads, proved at commit. */
  readonly reads: ReadSet;
  /** The resource of a kind of the cluster, custom or not. */
  findKind(apiVersion: string, kind: string): Promise<ResourceDefinition | undefined>;
  readonly warnings: string[];
  /** Writes that are committed together with the object (quota usage). */
  readonly writes: Write[];
  /** Set when the chain goes over the object again, because a policy changed it. */
  readonly again?: boolean;
  /** To be called by whoever changed the object in a way that the plug-ins before it have to see. */
  mutated?(): void;
  /** Takes what is to be called when this try is over, committed or not. */
  readonly settled: (() => void)[];
}

/** A refusal: 403, of the object by the name it has or is going to be derived from. Source: apiserver pkg/admission/errors.go. */
export function refuse(
  { definition, name, object }: AdmissionAttributes,
  message: string,
  causes?: StatusCause[],
): StatusError {
  const shown = name || object?.metadata?.name || object?.metadata?.generateName || 'Unknown';
  return forbidden(definition, shown, message, causes);
}

/** Whether a request is for the main resource of that name. */
export const isFor = (
  { definition, subresource }: AdmissionAttributes,
  group: string,
  resource: string,
): boolean => !subresource && definition.resource === resource && definition.group === group;

/** One plug-in. Refusals are thrown as StatusError. */
export interface AdmissionPlugin {
  readonly name: string;
  handles(attributes: AdmissionAttributes): boolean;
  /** Changes the object. */
  admit?(attributes: AdmissionAttributes): Promise<void> | void;
  /** Refuses the object, after all have changed it and the strategy found it valid. */
  validate?(attributes: AdmissionAttributes): Promise<void> | void;
}
