/**
 * What the status of a CustomResourceDefinition says besides its names.
 * Sources: apiextensions-apiserver pkg/controller/{establish,nonstructuralschema,apiapproval}, pkg/apihelpers.
 */
import { aggregate, type FieldError, invalid } from '../../apimachinery/field-error.ts';
import type {
  CustomResourceDefinition,
  CustomResourceDefinitionCondition,
} from '../../apimachinery/types/apiextensions.v1.gen.ts';
import { validateCABundle } from '../../apis/apiextensions/ca-bundle.ts';
import { notStructural, validateStructural } from '../../apis/apiextensions/structural.ts';

type Condition = Omit<CustomResourceDefinitionCondition, 'lastTransitionTime'>;

/** Once established a definition stays so, even when another name of it is refused. */
export function established({ spec, status }: CustomResourceDefinition, accepted: boolean): Condition {
  const old = status?.conditions?.find(({ type }) => type === 'Established');
  if (old?.status === 'True') return old;
  if (!accepted) {
    return old ?? notEstablished('NotAccepted', 'not all names are accepted');
  }
  const bundle = spec.conversion?.webhook?.clientConfig?.caBundle;
  if (bundle && validateCABundle(bundle, '').length > 0) {
    return notEstablished('InvalidCABundle', 'The conversion webhook CABundle is invalid');
  }
  return {
    type: 'Established',
    status: 'True',
    reason: 'InitialNamesAccepted',
    message: 'the initial names have been accepted',
  };
}

const notEstablished = (reason: string, message: string): Condition => ({
  type: 'Established',
  status: 'False',
  reason,
  message,
});

/** Undefined: all schemas are structural, and the condition goes. */
export function nonStructural({ spec }: CustomResourceDefinition): Condition | undefined {
  const errors: FieldError[] = [];
  if (spec.preserveUnknownFields) errors.push(invalid('spec.preserveUnknownFields', true, 'must be false'));
  for (const [index, { name, schema }] of (spec.versions ?? []).entries()) {
    const props = schema?.openAPIV3Schema;
    if (!props) continue;
    const problem = notStructural(props);
    if (problem !== undefined) {
      return {
        type: 'NonStructuralSchema',
        status: 'Unknown',
        reason: 'StructuralError',
        message: `failed to check validation schema for version ${name}: ${problem}`,
      };
    }
    errors.push(...validateStructural(`spec.versions[${index}].schema.openAPIV3Schema`, props));
  }
  if (errors.length === 0) return undefined;
  return { type: 'NonStructuralSchema', status: 'True', reason: 'Violations', message: aggregate(errors) };
}

const APPROVED = 'api-approved.kubernetes.io';
const MORE = 'see https://github.com/kubernetes/enhancements/pull/1111';

/** Of groups that are the Kubernetes community's; undefined for all others. */
export function approval({ metadata, spec }: CustomResourceDefinition): Condition | undefined {
  const { group } = spec;
  if (!/(^|\.)(k8s|kubernetes)\.io$/.test(group)) return undefined;
  const annotation = metadata?.annotations?.[APPROVED] ?? '';
  const type = 'KubernetesAPIApprovalPolicyConformant';
  const quoted = JSON.stringify(APPROVED);
  if (annotation === '') {
    const message = `protected groups must have approval annotation ${quoted}, ${MORE}`;
    return { type, status: 'False', reason: 'MissingAnnotation', message };
  }
  if (annotation.startsWith('unapproved')) {
    const message = `not approved: ${JSON.stringify(annotation)}`;
    return { type, status: 'False', reason: 'UnapprovedAnnotation', message };
  }
  if (/^[a-z][a-z0-9+.-]*:\/\/[^/]/i.test(annotation) && URL.canParse(annotation)) {
    return { type, status: 'True', reason: 'ApprovedAnnotation', message: `approved in ${annotation}` };
  }
  const message = `protected groups must have approval annotation ${quoted} with either a URL or a reason starting with "unapproved", ${MORE}`;
  return { type, status: 'False', reason: 'InvalidAnnotation', message };
}
