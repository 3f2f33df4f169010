/** How the sources of volumes say what holds for them. */
import type { FieldError } from '../../apimachinery/field-error.ts';
import type { PodValidationOptions } from './pod-options.ts';
import type { Volume } from '../../apimachinery/types/core.v1.gen.ts';

/** What a rule of a volume source may know. */
export interface VolumeContext {
  readonly volumeName: string;
  /** Name of the pod; '' for templates. */
  readonly podName: string;
  readonly options: PodValidationOptions;
}

/** One source of volumes: its field, its rule, and the path names that upstream gives its errors. */
export interface VolumeRule {
  readonly source: keyof Volume;
  readonly errorName?: string;
  readonly surplusName?: string;
  validate(volume: Volume, path: string, context: VolumeContext): FieldError[];
}
