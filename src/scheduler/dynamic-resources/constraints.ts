/** What devices of a claim have to have in common, or not. Source: dynamic-resource-allocation structured/internal/incubating (constraint.go, matchAttributeConstraint). */
import type { DeviceAttribute, DeviceConstraint } from '../../apimachinery/types/resource.v1.gen.ts';
import { domainAndName } from '../../apis/resource/device-selector.ts';
import type { Candidate } from './pools.ts';
import type { Wanted } from './requests.ts';

/** Devices are added and taken off again, the last one first. */
export interface Constraint {
  /** False: the device would not do, and is not added. */
  add(wanted: Wanted, candidate: Candidate): boolean;
  remove(wanted: Wanted): void;
}

/** The attribute of that name, which has a domain; the driver's own may be published without one. */
function attributeOf({ device, slice }: Candidate, name: string): DeviceAttribute | undefined {
  const attributes = device.attributes ?? {};
  if (Object.hasOwn(attributes, name)) return attributes[name];
  const [domain, identifier] = domainAndName(name, '');
  return domain === slice.spec.driver && Object.hasOwn(attributes, identifier)
    ? attributes[identifier]
    : undefined;
}

/** A value that is equal to that of another attribute exactly if they are equal; undefined: of a type that is not known. */
function comparable({ string, int, bool, version }: DeviceAttribute): string | undefined {
  if (string !== undefined) return `string ${string}`;
  if (int !== undefined) return `int ${int}`;
  if (bool !== undefined) return `bool ${bool}`;
  return version === undefined ? undefined : `version ${version}`;
}

export function newConstraint({
  requests,
  matchAttribute,
  distinctAttribute,
}: DeviceConstraint): Constraint | undefined {
  const isDistinct = matchAttribute === undefined;
  const name = matchAttribute ?? distinctAttribute;
  if (name === undefined) return undefined;
  const names = new Set(requests);
  const concerns = ({ name: own, parent, fullName }: Wanted): boolean =>
    names.size === 0 || names.has(parent ?? own) || names.has(fullName);
  const values: (string | undefined)[] = [];
  return {
    add(wanted, candidate) {
      if (!concerns(wanted)) return true;
      const attribute = attributeOf(candidate, name);
      if (!attribute) return false;
      const value = comparable(attribute);
      if (values.length > 0) {
        if (value === undefined) return false;
        if (isDistinct ? values.includes(value) : values[0] !== value) return false;
      }
      values.push(value);
      return true;
    },
    remove(wanted) {
      if (concerns(wanted)) values.pop();
    },
  };
}
