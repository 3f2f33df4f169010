/** The requests of a claim, whichever way they are written. Source: dynamic-resource-allocation structured/internal (requestAccessor). */
import type {
  CapacityRequirements,
  DeviceRequest,
  DeviceSelector,
  DeviceSubRequest,
  DeviceToleration,
  ExactDeviceRequest,
  ResourceClaim,
} from '../../apimachinery/types/resource.v1.gen.ts';
import type { Stored } from '../../apis/object.ts';

export type Claim = Stored<ResourceClaim>;

/** A request or one alternative of it. */
export interface Wanted {
  readonly name: string;
  /** The request it is an alternative of. */
  readonly parent: string | undefined;
  /** `request` or `request/alternative`. */
  readonly fullName: string;
  readonly deviceClassName: string;
  readonly mode: string;
  readonly count: number;
  readonly adminAccess: boolean;
  readonly selectors: readonly DeviceSelector[];
  readonly tolerations: readonly DeviceToleration[];
  readonly capacity: CapacityRequirements | undefined;
}

function wanted(name: string, request: ExactDeviceRequest | DeviceSubRequest, parent?: string): Wanted {
  return {
    name,
    parent,
    fullName: parent === undefined ? name : `${parent}/${name}`,
    deviceClassName: request.deviceClassName ?? '',
    mode: request.allocationMode ?? 'ExactCount',
    count: Number(request.count ?? 1),
    adminAccess: 'adminAccess' in request && request.adminAccess === true,
    selectors: request.selectors ?? [],
    tolerations: request.tolerations ?? [],
    capacity: request.capacity,
  };
}

/** What would satisfy a request, the best first. */
export const alternativesOf = ({ name, exactly, firstAvailable }: DeviceRequest): Wanted[] =>
  exactly ? [wanted(name, exactly)] : (firstAvailable ?? []).map((one) => wanted(one.name, one, name));

export const requestsOf = ({ spec }: ResourceClaim): readonly DeviceRequest[] =>
  spec?.devices?.requests ?? [];
export const keyOf = ({ metadata }: Claim): string => `${metadata.namespace}/${metadata.name}`;
