/**
 * Rules for metadata.name.
 * Source: kubernetes/apimachinery pkg/api/validation/generic.go, pkg/api/validation/path/name.go.
 */
import {
  isDNS1035Label,
  isDNS1123Label,
  isDNS1123Subdomain,
  isPathSegmentName,
  isPathSegmentPrefix,
  type Messages,
} from './content.ts';

/** What is wrong with a name, or with a generateName when `prefix`: more characters will follow it. */
export type ValidateName = (name: string, prefix: boolean) => readonly string[];

/**
 * A prefix may end with a dash: upstream puts an `a` in its stead before it looks. (It cuts the character
 * before the dash as well; that is kept, because it decides which prefixes pass.)
 */
const maskTrailingDash = (name: string): string =>
  name.length > 1 && name.endsWith('-') ? `${name.slice(0, -2)}a` : name;

const named =
  (check: (name: string) => Messages): ValidateName =>
  (name, prefix) =>
    check(prefix ? maskTrailingDash(name) : name);

export const nameIsDNSSubdomain = named(isDNS1123Subdomain);
export const nameIsDNSLabel = named(isDNS1123Label);
export const nameIsDNS1035Label = named(isDNS1035Label);
export const validateNamespaceName = nameIsDNSLabel;
export const validateServiceAccountName = nameIsDNSSubdomain;
export const nameIsPathSegment: ValidateName = (name, prefix) =>
  prefix ? isPathSegmentPrefix(name) : isPathSegmentName(name);
