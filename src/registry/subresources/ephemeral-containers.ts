/** Adding containers to a pod that runs. Source: kubernetes pkg/registry/core/pod/strategy.go (podEphemeralContainersStrategy). */
import type { Pod } from '../../apimachinery/types/core.v1.gen.ts';
import { prepareEphemeralContainersUpdate } from '../../apis/core/pod-subresources.ts';
import { validatePodEphemeralContainersUpdate } from '../../apis/core/pod-validation.ts';
import { keepingMetadata } from './pod-strategy.ts';
import type { UpdateStrategy } from './strategy.ts';

export const EPHEMERAL_CONTAINERS: UpdateStrategy = {
  subresource: 'ephemeralcontainers',
  countsGeneration: true,
  prepare: (_definition, object, old) =>
    keepingMetadata(object, () => prepareEphemeralContainersUpdate(object as Pod, old as Pod)),
  validate: (_definition, object, old) => validatePodEphemeralContainersUpdate(object as Pod, old as Pod),
};
