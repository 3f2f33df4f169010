/** IngressClass. Source: kubernetes pkg/registry/networking/ingressclass/strategy.go. */
import {
  child,
  type FieldError,
  forbidden,
  invalid,
  required,
  tooLong,
} from '../../apimachinery/field-error.ts';
import type { IngressClass } from '../../apimachinery/types/networking.v1.gen.ts';
import { byteLength, isDNS1123Subdomain, regexError } from '../../apimachinery/validation/content.ts';
import { nameIsDNSSubdomain, validateNamespaceName } from '../../apimachinery/validation/names.ts';
import { checkOneOf, invalidEach } from '../core/field-rules.ts';
import { ALL_VERBS, define } from '../definition.ts';
import { AGE, age, column, NAME, nameOf } from '../printing.ts';

import { checkLocalReference } from './ingress-validation.ts';

const MAX_CONTROLLER = 250;
const HTTP_PATH = "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+";
const httpPath = new RegExp(`^${HTTP_PATH}$`);

/** Source: kubernetes pkg/apis/networking/validation/validation.go (ValidateIngressClass). */
function validateIngressClass({ spec = {} }: IngressClass): FieldError[] {
  const { controller = '', parameters } = spec;
  const errors: FieldError[] = [];
  if (byteLength(controller) > MAX_CONTROLLER) errors.push(tooLong('spec.controller', MAX_CONTROLLER));
  errors.push(...checkDomainPrefixedPath(controller, 'spec.controller'));
  if (!parameters) return errors;
  const path = 'spec.parameters';
  errors.push(...checkLocalReference(parameters, path));
  const { scope, namespace } = parameters;
  if (scope === undefined || scope === null) return [...errors, required(child(path, 'scope'))];
  errors.push(...checkOneOf(scope, ['Cluster', 'Namespace'], child(path, 'scope')));
  const here = child(path, 'namespace');
  if (scope === 'Namespace') {
    if (namespace === undefined) errors.push(required(here, "`parameters.scope` is set to 'Namespace'"));
    else errors.push(...invalidEach(here, namespace, validateNamespaceName(namespace, false)));
  }
  if (scope === 'Cluster' && namespace !== undefined) {
    errors.push(forbidden(here, "`parameters.scope` is set to 'Cluster'"));
  }
  return errors;
}

/** `example.com/name`. Source: kubernetes/apimachinery pkg/util/validation/validation.go (IsDomainPrefixedPath). */
function checkDomainPrefixedPath(text: string, path: string): FieldError[] {
  if (text === '') return [required(path)];
  const slash = text.indexOf('/');
  const [host, rest] = [text.slice(0, slash), text.slice(slash + 1)];
  if (slash < 1 || rest === '') {
    return [invalid(path, text, 'must be a domain-prefixed path (such as "acme.io/foo")')];
  }
  const errors = invalidEach(path, host, isDNS1123Subdomain(host));
  return httpPath.test(rest)
    ? errors
    : [...errors, invalid(path, rest, regexError('Invalid path', HTTP_PATH))];
}

/** `Kind.group/name`. */
function parametersText(object: IngressClass): string {
  const parameters = object.spec?.parameters;
  if (!parameters) return '<none>';
  const { kind, apiGroup, name } = parameters;
  return `${apiGroup == null ? kind : `${kind}.${apiGroup}`}/${name}`;
}

export const ingressClasses = define<IngressClass>({
  group: 'networking.k8s.io',
  version: 'v1',
  resource: 'ingressclasses',
  singular: 'ingressclass',
  kind: 'IngressClass',
  namespaced: false,
  verbs: ALL_VERBS,
  typeName: 'networking.v1.IngressClass',
  strategy: {
    validateName: nameIsDNSSubdomain,
    validate: validateIngressClass,
    validateUpdate: (object, old) => [
      ...(object.spec?.controller === old.spec?.controller
        ? []
        : [invalid('spec.controller', object.spec?.controller ?? '', 'field is immutable')]),
      ...validateIngressClass(object),
    ],
    default(object) {
      if (object.spec?.parameters) object.spec.parameters.scope ??= 'Cluster';
    },
  },
  printer: {
    columns: [
      NAME,
      column('Controller', 'The controller that serves this class'),
      column('Parameters', 'The object with further parameters'),
      AGE,
    ],
    cells: (object, now) => [
      nameOf(object),
      object.spec?.controller ?? '',
      parametersText(object),
      age(object, now),
    ],
  },
});
