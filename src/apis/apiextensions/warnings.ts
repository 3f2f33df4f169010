/** Source: kubernetes/apiextensions-apiserver pkg/registry/customresourcedefinition/strategy.go, pkg/apiserver/validation/formats.go. */
import type {
  CustomResourceDefinition,
  JSONSchemaProps,
} from '../../apimachinery/types/apiextensions.v1.gen.ts';
import { itemsOf, partsOf } from './structural.ts';

/** Known formats of strings, without their dashes. */
const STRING_FORMATS = new Set(
  (
    'bsonobjectid uri email hostname ipv4 ipv6 cidr mac uuid uuid3 uuid4 uuid5 isbn isbn10 isbn13 creditcard ssn ' +
    'hexcolor rgbcolor byte password date duration datetime k8sshortname k8slongname'
  ).split(' '),
);
const NUMBER_FORMATS: Readonly<Record<string, readonly string[]>> = {
  integer: ['int32', 'int64'],
  number: ['float', 'double'],
};

function knowsFormat({ type = '', format = '' }: JSONSchemaProps): boolean {
  if (format === '') return true;
  if (type === '' || type === 'string') return STRING_FORMATS.has(format.replaceAll('-', ''));
  return NUMBER_FORMATS[type]?.includes(format) ?? false;
}

function visit(schema: JSONSchemaProps | undefined, see: (schema: JSONSchemaProps) => void): void {
  if (!schema) return;
  see(schema);
  for (const part of partsOf(schema)) visit(part, see);
}

/** Formats that are not checked, then sets whose items server-side apply and CEL cannot tell apart. */
function warningsOf(crd: CustomResourceDefinition): string[] {
  const formats: string[] = [];
  const sets = new Set<string>();
  // Versions with one and the same schema are warned of once.
  const schemas = new Map(
    (crd.spec?.versions ?? []).map((version) => [
      JSON.stringify(version.schema),
      version.schema?.openAPIV3Schema,
    ]),
  );
  for (const root of schemas.values()) {
    visit(root, (schema) => {
      if (!knowsFormat(schema)) formats.push(`unrecognized format ${JSON.stringify(schema.format)}`);
      const type = itemsOf(schema)?.type;
      if (schema['x-kubernetes-list-type'] === 'set' && (type === 'object' || type === 'array')) {
        sets.add(
          `x-kubernetes-list-type: set for items of type "${type}" is not supported by server-side apply or CEL validation rules`,
        );
      }
    });
  }
  return [...formats, ...[...sets].sort()];
}

export const warningsOnCreate = warningsOf;

/** Only what this update brought. */
export function warningsOnUpdate(crd: CustomResourceDefinition, old: CustomResourceDefinition): string[] {
  const before = new Set(warningsOf(old));
  return warningsOf(crd).filter((warning) => !before.has(warning));
}
