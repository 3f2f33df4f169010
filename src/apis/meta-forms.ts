/**
 * Values of the meta types as refusals show them: those have JSON names in Go as well, so that only the order of the
 * fields and what is left out matter. Source: kubernetes/apimachinery pkg/apis/meta/v1/types.go.
 */
import type { LabelSelector } from '../apimachinery/types/meta.v1.gen.ts';

type Json = Record<string, unknown>;

/** A map in the order in which Go writes it. */
export const sortedMap = (map: object): Json =>
  Object.fromEntries(Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1)));

const isShown = (value: unknown): boolean =>
  value !== undefined &&
  value !== null &&
  (typeof value !== 'object' || (Array.isArray(value) ? value.length > 0 : Object.keys(value).length > 0));

/** `{"matchLabels":…,"matchExpressions":[{"key":…,"operator":…,"values":…}]}`, or null for none. */
export function labelSelectorForm(selector: LabelSelector | null | undefined): Json | null {
  if (!selector) return null;
  const form: Json = {};
  if (isShown(selector.matchLabels)) form.matchLabels = sortedMap(selector.matchLabels!);
  if (isShown(selector.matchExpressions)) {
    form.matchExpressions = selector.matchExpressions!.map(({ key = '', operator = '', values }) =>
      isShown(values) ? { key, operator, values } : { key, operator },
    );
  }
  return form;
}

const META = [
  'name',
  'generateName',
  'namespace',
  'selfLink',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'labels',
  'annotations',
  'ownerReferences',
  'finalizers',
  'managedFields',
];

/** What of an object's metadata is set, in Go's order. */
export function objectMetaForm(metadata: object | null | undefined): Json {
  const record = (metadata ?? {}) as Json;
  const form: Json = {};
  for (const name of META) {
    const value = record[name];
    if (!isShown(value) || value === '' || value === 0) continue;
    form[name] = name === 'labels' || name === 'annotations' ? sortedMap(value as object) : value;
  }
  return form;
}

/** A condition of the shared type. */
export function conditionForm(condition: Json): Json {
  const {
    type = '',
    status = '',
    observedGeneration,
    lastTransitionTime = null,
    reason = '',
    message = '',
  } = condition;
  const seen = observedGeneration ? { observedGeneration } : {};
  return { type, status, ...seen, lastTransitionTime, reason, message };
}
