/** Validation of Jobs. Source: kubernetes pkg/apis/batch/validation/validation.go, pkg/registry/batch/job/strategy.go. */
import { at, child, type FieldError, invalid, required } from '../../apimachinery/field-error.ts';
import { matches } from '../../apimachinery/labels.ts';
import type { Job, JobSpec } from '../../apimachinery/types/batch.v1.gen.ts';
import type { Container, PodTemplateSpec } from '../../apimachinery/types/core.v1.gen.ts';
import { isDNS1123Label } from '../../apimachinery/validation/content.ts';
import { mismatch, parsedSelector } from '../apps/selector.ts';
import { immutable } from '../apps/validation.ts';
import { validateLabelSelector } from '../../apimachinery/validation/labels.ts';
import { type PodValidationOptions, templateUpdateOptions } from '../core/pod-validation.ts';
import { labelSelectorForm, sortedMap } from '../meta-forms.ts';
import { semanticEqual } from '../strategy.ts';
import { isConditionTrue } from './job-conditions.ts';
import { CONTROLLER_UID, JOB_NAME, LEGACY_CONTROLLER_UID, LEGACY_JOB_NAME } from './job-selector.ts';
import { validateJobSpecTemplate } from './job-spec-validation.ts';

/** Validates a new Job. */
export const validateJob = (job: Job): FieldError[] => validate(job, true, {});

function validate(job: Job, prefixedLabels: boolean, options: PodValidationOptions): FieldError[] {
  return [
    ...validateGeneratedSelector(job, prefixedLabels),
    ...validateSpec(job.spec!, 'spec', options),
    ...validateHostnames(job),
  ];
}

function validateSpec(spec: JobSpec, path: string, options: PodValidationOptions): FieldError[] {
  const errors = validateJobSpecTemplate(spec, path, options);
  const { selector } = spec;
  if (selector) errors.push(...validateLabelSelector(selector, child(path, 'selector')));
  else errors.push(required(child(path, 'selector')));
  const parsed = parsedSelector(selector);
  const labels = spec.template.metadata?.labels;
  if (parsed && !matches(parsed, labels)) {
    errors.push(mismatch(labels, child(path, 'template')));
  }
  return errors;
}

/** Where the selector is generated, the template must have the labels that go with it. */
function validateGeneratedSelector({ metadata, spec }: Job, prefixedLabels: boolean): FieldError[] {
  if (spec?.manualSelector || !spec?.selector) return [];
  const uid = metadata?.uid ?? '';
  const name = metadata?.name ?? '';
  const errors = uid === '' ? [required('metadata.uid')] : [];
  const expected: Record<string, string> = {
    [LEGACY_CONTROLLER_UID]: uid,
    [LEGACY_JOB_NAME]: name,
    ...(prefixedLabels ? { [CONTROLLER_UID]: uid, [JOB_NAME]: name } : {}),
  };
  const labels = spec.template.metadata?.labels;
  for (const [key, value] of Object.entries(expected)) {
    const field = at('spec.template.metadata.labels', key);
    const actual = labels?.[key];
    if (actual === undefined) errors.push(required(field, `must be '${value}'`));
    else if (actual !== value) errors.push(invalid(field, sortedMap(labels!), `must be '${value}'`));
  }
  const selector = parsedSelector(spec.selector);
  if (selector && !matches(selector, expected)) {
    errors.push(invalid('spec.selector', labelSelectorForm(spec.selector), '`selector` not auto-generated'));
  }
  return errors;
}

/** Pods of an Indexed Job have its name and their index for a host name. */
function validateHostnames({ metadata, spec }: Job): FieldError[] {
  if (spec?.completionMode !== 'Indexed' || !spec.completions || spec.completions < 0) return [];
  const name = metadata?.name ?? '';
  const longest = `${name}-${spec.completions - 1}`;
  if (isDNS1123Label(longest).length === 0) return [];
  const detail = `will not able to create pod with invalid DNS label: ${longest}`;
  return [invalid('metadata.name', name, detail)];
}

/** Fields that never change, with their internal types where those are structs. */
const IMMUTABLE: readonly (readonly [name: keyof JobSpec, type: string])[] = [
  ['completionMode', '?'],
  ['podFailurePolicy', '*PodFailurePolicy'],
  ['backoffLimitPerIndex', '?'],
  ['managedBy', '?'],
  ['successPolicy', '*SuccessPolicy'],
];

/** Validates an update: the Job itself, and what may change of it. */
export function validateJobUpdate(job: Job, old: Job): FieldError[] {
  const [spec, oldSpec] = [job.spec!, old.spec!];
  const oldLabels = oldSpec.template.metadata?.labels;
  const prefixed = oldLabels?.[JOB_NAME] !== undefined && oldLabels[CONTROLLER_UID] !== undefined;
  const options = templateUpdateOptions(oldSpec.template);
  const errors = validate(job, prefixed, options);
  // Upstream looks at the spec a second time.
  if (errors.length > 0) errors.push(...validateSpec(spec, 'spec', options));
  errors.push(...validateCompletions(spec, oldSpec));
  errors.push(...immutable('spec.selector', spec.selector, oldSpec.selector, '*L'));
  if (canReschedule(old)) {
    const allowed = withMutableFieldsOf(oldSpec.template, spec.template);
    errors.push(...immutable('spec.template.spec', spec.template.spec, allowed, 'PodSpec'));
  } else {
    errors.push(...immutable('spec.template', spec.template, oldSpec.template, 'PodTemplateSpec'));
  }
  for (const [name, type] of IMMUTABLE) {
    errors.push(...immutable(child('spec', name), spec[name], oldSpec[name], type));
  }
  return errors;
}

/** Completions of an Indexed Job may change, together with its parallelism. */
function validateCompletions(spec: JobSpec, old: JobSpec): FieldError[] {
  const { completions } = spec;
  if (spec.completionMode !== 'Indexed') return immutable('spec.completions', completions, old.completions);
  if (completions === old.completions || completions === undefined) return [];
  if (completions === spec.parallelism) return [];
  return [invalid('spec.completions', completions, 'can only be modified in tandem with spec.parallelism')];
}

/** Whether no pod runs and none will: where pods are scheduled and what they ask for may still change. */
const canReschedule = (job: Job): boolean =>
  job.spec?.suspend === true && isConditionTrue(job, 'Suspended') && (job.status?.active ?? 0) === 0;

/** The old template's spec with those fields of the new one that may change while a Job is suspended. */
function withMutableFieldsOf({ spec: old }: PodTemplateSpec, { spec }: PodTemplateSpec): object {
  const { nodeSelector, tolerations, schedulingGates, containers, initContainers } = spec ?? {};
  const nodeAffinity = spec?.affinity?.nodeAffinity;
  let affinity = old?.affinity && { ...old.affinity, nodeAffinity };
  if (spec?.affinity) affinity ??= { nodeAffinity };
  // An affinity of nothing but the node's may go away.
  else if (semanticEqual(affinity, {})) affinity = undefined;
  return {
    ...old,
    affinity,
    nodeSelector,
    tolerations,
    schedulingGates,
    containers: withResourcesOf(old?.containers ?? [], containers ?? []),
    initContainers: withResourcesOf(old?.initContainers ?? [], initContainers ?? []),
  };
}

/** Resources of containers may change; the containers must stay what they are. */
function withResourcesOf(old: readonly Container[], containers: readonly Container[]): readonly object[] {
  if (old.length !== containers.length) return old;
  return old.map((container, index) => {
    const counterpart = containers[index];
    if (counterpart?.name !== container.name) return container;
    return { ...container, resources: counterpart.resources };
  });
}
