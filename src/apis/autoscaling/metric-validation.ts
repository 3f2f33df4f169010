/** Validation of the metrics of autoscalers. Source: kubernetes pkg/apis/autoscaling/validation/validation.go. */
import {
  child,
  type FieldError,
  forbidden,
  invalid,
  notSupported,
  required,
} from '../../apimachinery/field-error.ts';
import { parseQuantity, sign } from '../../apimachinery/quantity.ts';
import type {
  MetricIdentifier,
  MetricSpec,
  MetricTarget,
} from '../../apimachinery/types/autoscaling.v2.gen.ts';
import { nameIsPathSegment } from '../../apimachinery/validation/names.ts';
import { checkDNS1123Label, invalidEach } from '../core/field-rules.ts';
import { validateContainerResourceName } from '../core/resources-requirements-validation.ts';
import { type ReferenceOptions, validateReference } from './reference-validation.ts';

type Source = 'object' | 'external' | 'pods' | 'resource' | 'containerResource';

/** Types of metrics and the fields they are described in, in the order upstream looks at them. */
const SOURCES: Readonly<Record<string, Source>> = {
  Object: 'object',
  External: 'external',
  Pods: 'pods',
  Resource: 'resource',
  ContainerResource: 'containerResource',
};
const TYPES = Object.keys(SOURCES);

/** A metric has a type and exactly the one source that belongs to it. */
export function validateMetric(metric: MetricSpec, path: string, described: ReferenceOptions): FieldError[] {
  const type = metric.type ?? '';
  const errors: FieldError[] = [];
  if (type === '') errors.push(required(child(path, 'type'), 'must specify a metric source type'));
  const expected = Object.hasOwn(SOURCES, type) ? SOURCES[type] : undefined;
  if (!expected) errors.push(notSupported(child(path, 'type'), type, TYPES));
  const present = Object.values(SOURCES).filter((source) => metric[source]);
  if (present[0]) errors.push(...validateSource(metric, present[0], child(path, present[0]), described));
  if (!expected) errors.push(notSupported(child(path, 'type'), type, TYPES));
  else if (!metric[expected]) {
    errors.push(required(child(path, expected), 'must populate information for the given metric source'));
  }
  if (present.length === 1) return errors;
  for (const other of present.filter((source) => source !== expected)) {
    errors.push(forbidden(child(path, other), 'must populate the given metric source only'));
  }
  return errors;
}

function validateSource(
  metric: MetricSpec,
  source: Source,
  path: string,
  described: ReferenceOptions,
): FieldError[] {
  const targetPath = child(path, 'target');
  switch (source) {
    case 'object': {
      const { describedObject, metric: identifier, target } = metric.object!;
      return [
        ...validateReference(
          describedObject ?? { kind: '', name: '' },
          child(path, 'describedObject'),
          described,
        ),
        ...validateIdentifier(identifier, child(path, 'metric')),
        ...validateTarget(target, targetPath),
        ...needsEither(
          target,
          targetPath,
          'averageValue',
          'value',
          'must set either a target value or averageValue',
        ),
      ];
    }
    case 'external': {
      const { metric: identifier, target } = metric.external!;
      const detail = 'must set either a target value for metric or a per-pod target';
      const both = 'may not set both a target value for metric and a per-pod target';
      return [
        ...validateIdentifier(identifier, child(path, 'metric')),
        ...validateTarget(target, targetPath),
        ...needsEither(target, targetPath, 'averageValue', 'value', detail),
        ...notBoth(target, targetPath, 'value', 'averageValue', both),
      ];
    }
    case 'pods': {
      const { metric: identifier, target } = metric.pods!;
      const detail = 'must specify a positive target averageValue';
      return [
        ...validateIdentifier(identifier, child(path, 'metric')),
        ...validateTarget(target, targetPath),
        ...needsEither(target, targetPath, 'averageValue', 'averageValue', detail),
      ];
    }
    case 'resource':
      return [
        ...validateResourceName(metric.resource!.name, child(path, 'name')),
        ...validateResourceTarget(metric.resource!.target, targetPath),
      ];
    case 'containerResource': {
      const { name, container, target } = metric.containerResource!;
      const field = child(path, 'container');
      return [
        ...(name
          ? validateContainerResourceName(name, child(path, 'name'))
          : validateResourceName(name, child(path, 'name'))),
        ...(container ? checkDNS1123Label(container, field) : [required(field, 'must specify a container')]),
        ...validateResourceTarget(target, targetPath),
      ];
    }
  }
}

const validateResourceName = (name: string, path: string): FieldError[] =>
  name ? [] : [required(path, 'must specify a resource name')];

function validateResourceTarget(target: MetricTarget | undefined, path: string): FieldError[] {
  const detail = 'must set either a target raw value or a target utilization';
  const both = 'may not set both a target raw value and a target utilization';
  return [
    ...validateTarget(target, path),
    ...needsEither(target, path, 'averageUtilization', 'averageValue', detail),
    ...notBoth(target, path, 'averageValue', 'averageUtilization', both),
  ];
}

type Value = 'averageUtilization' | 'averageValue' | 'value';

/** The error stands at the first of the two. */
const needsEither = (
  target: MetricTarget | undefined,
  path: string,
  one: Value,
  other: Value,
  detail: string,
): FieldError[] =>
  target?.[one] === undefined && target?.[other] === undefined ? [required(child(path, one), detail)] : [];

const notBoth = (
  target: MetricTarget | undefined,
  path: string,
  one: Value,
  other: Value,
  detail: string,
): FieldError[] =>
  target?.[one] !== undefined && target[other] !== undefined ? [forbidden(child(path, one), detail)] : [];

const TARGET_TYPES = ['Utilization', 'Value', 'AverageValue'];

function validateTarget(target: MetricTarget | undefined, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const type = target?.type ?? '';
  const field = child(path, 'type');
  if (type === '') errors.push(required(field, 'must specify a metric target type'));
  if (!TARGET_TYPES.includes(type)) {
    errors.push(invalid(field, type, 'must be either Utilization, Value, or AverageValue'));
  }
  for (const name of ['value', 'averageValue'] as const) {
    const value = target?.[name];
    if (value === undefined || sign(parseQuantity(value)) > 0) continue;
    errors.push(invalid(child(path, name), value, 'must be positive'));
  }
  const utilization = target?.averageUtilization;
  if (utilization !== undefined && utilization < 1) {
    errors.push(invalid(child(path, 'averageUtilization'), utilization, 'must be greater than 0'));
  }
  return errors;
}

function validateIdentifier(identifier: MetricIdentifier | undefined, path: string): FieldError[] {
  const name = identifier?.name ?? '';
  const field = child(path, 'name');
  if (name === '') return [required(field, 'must specify a metric name')];
  return invalidEach(field, name, nameIsPathSegment(name, false));
}
