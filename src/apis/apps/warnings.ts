/** Warnings that workload kinds share. Source: the strategy.go files of kubernetes pkg/registry/apps. */
import type { PodTemplateSpec } from '../../apimachinery/types/core.v1.gen.ts';
import { isDNS1123Label } from '../../apimachinery/validation/content.ts';
import { podTemplateWarnings } from '../core/pod-warnings.ts';
import type { KubeObject } from '../object.ts';

/** Names of workloads become names and host names of pods: upstream warns when they are no DNS labels. */
export function nameWarnings(name: string | undefined): string[] {
  const messages = isDNS1123Label(name ?? '');
  if (messages.length === 0) return [];
  return [
    'metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior; ' +
      `a DNS label is recommended: [${messages.join(' ')}]`,
  ];
}

/** What is unwise in `spec.template`. */
export const templateWarnings = (template: PodTemplateSpec | undefined): string[] =>
  template ? podTemplateWarnings(template, 'spec.template') : [];

/** The same for an update, which only warns when it changed something that counts. */
export const templateWarningsOnUpdate = (object: KubeObject, old: KubeObject): string[] =>
  object.metadata?.generation === old.metadata?.generation ? [] : templateWarnings(object.spec?.template);

/** Warnings for the creation of a workload whose pods have its name. */
export const workloadWarnings = (object: KubeObject): string[] => [
  ...nameWarnings(object.metadata?.name),
  ...templateWarnings(object.spec?.template),
];
