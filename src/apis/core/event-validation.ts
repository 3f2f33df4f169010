/**
 * Validation of events: the old rules of core/v1, and the strict ones of events.k8s.io/v1, over the form of core/v1.
 * Source: kubernetes pkg/apis/core/validation/events.go.
 */
import { type FieldError, invalid, required } from '../../apimachinery/field-error.ts';
import type { Event } from '../../apimachinery/types/core.v1.gen.ts';
import { byteLength, isDNS1123Subdomain, isQualifiedName } from '../../apimachinery/validation/content.ts';
import { internalForm } from './internal-form.ts';
import { semanticEqual } from '../strategy.ts';
import { invalidEach } from './field-rules.ts';

const MAX_LENGTH = 128;
const MAX_NOTE_LENGTH = 1024;
const NAMESPACE_MISMATCH = 'does not match event.namespace';

const tooManyCharacters = (path: string, text: string, limit: number): FieldError[] =>
  byteLength(text) > limit ? [invalid(path, '', `can have at most ${limit} characters`)] : [];
const requiredWithin = (path: string, text: string, limit: number): FieldError[] => [
  ...(text ? [] : [required(path)]),
  ...tooManyCharacters(path, text, limit),
];

/** What every event must be. Events with an eventTime are of the newer form. `reporter`: the controller's field. */
export function validateLegacyEvent(event: Event, reporter = 'reportingComponent'): FieldError[] {
  const namespace = event.metadata?.namespace ?? '';
  return [
    ...(event.eventTime
      ? validateNewForm(event, namespace, reporter)
      : checkNamespace(event, namespace, ['', 'default'])),
    ...invalidEach('namespace', namespace, isDNS1123Subdomain(namespace)),
  ];
}

/** Events about cluster-scoped objects may only be in some namespaces, others in that of their object. */
function checkNamespace(event: Event, namespace: string, clusterScoped: readonly string[]): FieldError[] {
  const subject = event.involvedObject?.namespace ?? '';
  const matches = subject === '' ? clusterScoped.includes(namespace) : subject === namespace;
  return matches ? [] : [invalid('involvedObject.namespace', subject, NAMESPACE_MISMATCH)];
}

function validateNewForm(event: Event, namespace: string, reporter: string): FieldError[] {
  const { reportingComponent = '', reportingInstance = '', action = '', reason = '', message = '' } = event;
  const subject = event.involvedObject?.namespace ?? '';
  const misplaced = subject === '' && namespace !== 'default' && namespace !== 'kube-system';
  return [
    ...(misplaced ? [invalid('involvedObject.namespace', subject, NAMESPACE_MISMATCH)] : []),
    ...(reportingComponent ? [] : [required(reporter)]),
    ...invalidEach(reporter, reportingComponent, isQualifiedName(reportingComponent)),
    ...requiredWithin('reportingInstance', reportingInstance, MAX_LENGTH),
    ...requiredWithin('action', action, MAX_LENGTH),
    ...requiredWithin('reason', reason, MAX_LENGTH),
    ...tooManyCharacters('message', message, MAX_NOTE_LENGTH),
  ];
}

/** A new event of events.k8s.io/v1: the fields of the old form must be unset. */
export function validateEvent(event: Event): FieldError[] {
  const unset = (path: string): FieldError => invalid(path, '', 'needs to be unset');
  const errors = [...validateLegacyEvent(event, 'reportingController'), ...validateSeries(event)];
  if (!event.eventTime) errors.push(required('eventTime'));
  if (event.type !== 'Normal' && event.type !== 'Warning') {
    errors.push(invalid('type', '', `has invalid value: ${event.type ?? ''}`));
  }
  if (event.firstTimestamp) errors.push(unset('firstTimestamp'));
  if (event.lastTimestamp) errors.push(unset('lastTimestamp'));
  if (event.count) errors.push(unset('count'));
  if (event.source?.component || event.source?.host) errors.push(unset('source'));
  return errors;
}

/** Path in the error, field of the event and its internal type, in upstream's order (which has the reason twice). */
const IMMUTABLE: readonly (readonly [path: string, field: keyof Event, type: string])[] = [
  ['involvedObject', 'involvedObject', 'ObjectReference'],
  ['reason', 'reason', 's'],
  ['message', 'message', 's'],
  ['source', 'source', 'EventSource'],
  ['firstTimestamp', 'firstTimestamp', '?'],
  ['lastTimestamp', 'lastTimestamp', '?'],
  ['count', 'count', 'n'],
  ['reason', 'reason', 's'],
  ['type', 'type', 's'],
  ['eventTime', 'eventTime', '?'],
  ['action', 'action', 's'],
  ['related', 'related', '*ObjectReference'],
  ['reportingController', 'reportingComponent', 's'],
  ['reportingInstance', 'reportingInstance', 's'],
];

/** An update through events.k8s.io/v1: only the series may change. */
export function validateEventUpdate(event: Event, old: Event): FieldError[] {
  const errors = validateLegacyEvent(event, 'reportingController');
  if (!semanticEqual(event.series, old.series)) errors.push(...validateSeries(event));
  for (const [path, field, type] of IMMUTABLE) {
    const [now, before] = [internalForm(type, event[field]), internalForm(type, old[field])];
    if (!semanticEqual(now, before)) errors.push(invalid(path, now, 'field is immutable'));
  }
  return errors;
}

function validateSeries({ series }: Event): FieldError[] {
  if (!series) return [];
  return [
    ...((series.count ?? 0) < 2 ? [invalid('series.count', '', 'should be at least 2')] : []),
    ...(series.lastObservedTime ? [] : [required('series.lastObservedTime')]),
  ];
}
