/** Source: kubernetes/apiextensions-apiserver pkg/registry/customresourcedefinition/strategy.go. */
import { goQuote } from '../../apimachinery/go-quote.ts';
import { knowsFormat } from '../../apimachinery/structural/formats.ts';
import type {
  CustomResourceDefinition,
  JSONSchemaProps,
} from '../../apimachinery/types/apiextensions.v1.gen.ts';
import { semanticEqual } from '../strategy.ts';
import { partsOf } from './structural.ts';

function visit(schema: JSONSchemaProps | undefined, see: (schema: JSONSchemaProps) => void): void {
  if (!schema) return;
  see(schema);
  for (const part of partsOf(schema)) visit(part, see);
}

/** Formats that are not checked. */
function warningsOf(crd: CustomResourceDefinition): string[] {
  const warnings: string[] = [];
  const schemas = (crd.spec?.versions ?? []).map((version) => version.schema?.openAPIV3Schema);
  // A schema that all versions have is the definition's own.
  const same = schemas.every((schema) => semanticEqual(schema, schemas[0]));
  for (const root of same ? schemas.slice(0, 1) : schemas) {
    visit(root, ({ type = '', format = '' }) => {
      if (format !== '' && !knowsFormat(type, format))
        warnings.push(`unrecognized format ${goQuote(format)}`);
    });
  }
  return warnings;
}

export const warningsOnCreate = warningsOf;

/** Only what this update brought. */
export function warningsOnUpdate(crd: CustomResourceDefinition, old: CustomResourceDefinition): string[] {
  const before = new Set(warningsOf(old));
  return warningsOf(crd).filter((warning) => !before.has(warning));
}
