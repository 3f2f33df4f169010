/**
 * Keeps volume attributes classes that claims or volumes name.
 * Source: kubernetes pkg/controller/volume/vacprotection/vac_protection_controller.go.
 */
import type { Stored } from '../../apis/object.ts';
import type { ResourceName } from '../../registry/client.ts';
import type { Change, ControllerContext } from '../framework.ts';
import { CLAIMS, VOLUMES } from './claims.ts';
import { isGoing, protectionController } from './protection.ts';

const CLASSES: ResourceName = ['storage.k8s.io', 'volumeattributesclasses'];
const FINALIZER = 'kubernetes.io/vac-protection';

/** The classes a claim or a volume names. */
const namesIn = (object: Stored | undefined): string[] =>
  [
    object?.spec?.volumeAttributesClassName,
    object?.status?.currentVolumeAttributesClassName,
    object?.status?.modifyVolumeStatus?.targetVolumeAttributesClassName,
  ].filter((name): name is string => Boolean(name));

function noLongerNamed({ object, old }: Change, ctx: ControllerContext): string[] {
  const still = namesIn(object);
  return namesIn(old).filter(
    (name) => !still.includes(name) && isGoing(ctx.lister(CLASSES).get('', name), FINALIZER),
  );
}

export const vacProtectionController = protectionController({
  name: 'volumeattributesclass-protection-controller',
  resource: CLASSES,
  finalizer: FINALIZER,
  isUsed: ({ metadata }, ctx) =>
    [VOLUMES, CLAIMS].some((resource) =>
      ctx
        .lister(resource)
        .list()
        .some((object) => namesIn(object).includes(metadata.name!)),
    ),
  watches: [VOLUMES, CLAIMS].map((resource) => ({ resource, keys: noLongerNamed })),
});
