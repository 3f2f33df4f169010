/** Giving the containers of a pod that runs other resources. Source: kubernetes pkg/registry/core/pod/strategy.go (podResizeStrategy). */
import type { Pod } from '../../apimachinery/types/core.v1.gen.ts';
import { preparePodResize } from '../../apis/core/pod-subresources.ts';
import { validatePodResize } from '../../apis/core/pod-validation.ts';
import { keepingMetadata } from './pod-strategy.ts';
import type { UpdateStrategy } from './strategy.ts';

export const RESIZE: UpdateStrategy = {
  subresource: 'resize',
  countsGeneration: true,
  prepare: (_definition, object, old) =>
    keepingMetadata(object, () => preparePodResize(object as Pod, old as Pod)),
  validate: (_definition, object, old) => validatePodResize(object as Pod, old as Pod),
};
