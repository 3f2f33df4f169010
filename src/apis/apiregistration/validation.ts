/** Source: kubernetes/kube-aggregator pkg/apis/apiregistration/validation/validation.go. */
import {
  at,
  child,
  type FieldError,
  invalid,
  required,
  unsupported,
} from '../../apimachinery/field-error.ts';
import type { APIService, APIServiceSpec } from '../../apimachinery/types/apiregistration.v1.gen.ts';
import { isDNS1035Label, isDNS1123Subdomain, isValidPortNum } from '../../apimachinery/validation/content.ts';
import { invalidEach } from '../meta-validation.ts';

const MAX_GROUP_PRIORITY = 20_000;
const MAX_VERSION_PRIORITY = 1000;
const STATUSES = ['True', 'False', 'Unknown'];

export function validateAPIService(apiService: APIService): FieldError[] {
  const errors: FieldError[] = [];
  const spec: Partial<APIServiceSpec> = apiService.spec ?? {};
  const { group = '', version = '', groupPriorityMinimum = 0, versionPriority = 0 } = spec;
  const name = apiService.metadata?.name ?? '';
  const requiredName = `${version}.${group}`;
  if (name !== requiredName) {
    const detail = `must be \`spec.version+"."+spec.group\`: ${JSON.stringify(requiredName)}`;
    errors.push(invalid('metadata.name', name, detail));
  }
  if (group === '' && version !== 'v1') {
    errors.push(required('spec.group', 'only v1 may have an empty group and it better be legacy kube'));
  }
  if (group !== '') errors.push(...invalidEach('spec.group', group, isDNS1123Subdomain(group)));
  errors.push(...invalidEach('spec.version', version, isDNS1035Label(version)));
  if (groupPriorityMinimum <= 0 || groupPriorityMinimum > MAX_GROUP_PRIORITY) {
    const detail = 'must be positive and less than 20000';
    errors.push(invalid('spec.groupPriorityMinimum', groupPriorityMinimum, detail));
  }
  if (versionPriority <= 0 || versionPriority > MAX_VERSION_PRIORITY) {
    errors.push(invalid('spec.versionPriority', versionPriority, 'must be positive and less than 1000'));
  }
  return [...errors, ...(spec.service ? validateRemote(spec) : validateLocal(spec))];
}

/** The size in bytes of base64 text, as a message of a caBundle has it. */
const decodedSize = (base64: string): number => Math.floor((base64.replace(/=+$/, '').length * 3) / 4);

function validateLocal({ caBundle = '', insecureSkipTLSVerify }: Partial<APIServiceSpec>): FieldError[] {
  const errors: FieldError[] = [];
  if (caBundle !== '') {
    const shown = `${decodedSize(caBundle)} bytes`;
    errors.push(invalid('spec.caBundle', shown, 'local APIServices may not have a caBundle'));
  }
  if (insecureSkipTLSVerify) {
    const detail = 'local APIServices may not have insecureSkipTLSVerify';
    errors.push(invalid('spec.insecureSkipTLSVerify', true, detail));
  }
  return errors;
}

function validateRemote({ service, caBundle, insecureSkipTLSVerify }: Partial<APIServiceSpec>): FieldError[] {
  const errors: FieldError[] = [];
  if (!service?.namespace) errors.push(required('spec.service.namespace'));
  if (!service?.name) errors.push(required('spec.service.name'));
  const port = service?.port ?? 0;
  const messages = isValidPortNum(port);
  if (messages.length)
    errors.push(invalid('spec.service.port', port, `port is not valid: ${messages.join(', ')}`));
  if (insecureSkipTLSVerify && caBundle) {
    errors.push(invalid('spec.insecureSkipTLSVerify', true, 'may not be true if caBundle is present'));
  }
  return errors;
}

export const validateAPIServiceStatus = ({ status }: APIService): FieldError[] =>
  (status?.conditions ?? []).flatMap((condition, index) =>
    STATUSES.includes(condition.status)
      ? []
      : [unsupported(child(at('status.conditions', index), 'status'), condition.status, STATUSES)],
  );
