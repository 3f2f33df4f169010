/** What claims use, in all and by storage class. Source: kubernetes pkg/quota/v1/evaluator/core/persistent_volume_claims.go. */
import { cmp, parseQuantity, type Quantity, roundUp } from '../../../apimachinery/quantity.ts';
import type { PersistentVolumeClaim } from '../../../apimachinery/types/core.v1.gen.ts';
import type { Resources } from '../../../apis/core/resource-list.ts';
import { countName, type Evaluator, ONE, selects } from './evaluator.ts';

const COUNT = countName('', 'persistentvolumeclaims');
const CLAIMS = 'persistentvolumeclaims';
const STORAGE = 'requests.storage';
const OF_CLASS = '.storageclass.storage.k8s.io/';
const CLASS_ANNOTATION = 'volume.beta.kubernetes.io/storage-class';

export const persistentVolumeClaimEvaluator: Evaluator = {
  group: '',
  resource: CLAIMS,
  handles({ operation, subresource, object, old }) {
    if (operation === 'DELETE') return false;
    if (!subresource) return true;
    // What was allocated for a growth that failed counts as well.
    return subresource === 'status' && allocated(object as PersistentVolumeClaim) !== allocated(old!);
  },
  matching: (names) =>
    names.filter(
      (name) =>
        name === COUNT ||
        name === CLAIMS ||
        name === STORAGE ||
        name.endsWith(OF_CLASS + CLAIMS) ||
        name.endsWith(OF_CLASS + STORAGE),
    ),
  inScope: (object, selector) =>
    selector.scopeName === 'VolumeAttributesClass' &&
    selects(selector, attributesClasses(object as PersistentVolumeClaim)),
  usage(object) {
    const claim = object as PersistentVolumeClaim;
    const used: Resources = { [COUNT]: ONE, [CLAIMS]: ONE };
    const className = claim.metadata?.annotations?.[CLASS_ANNOTATION] ?? claim.spec?.storageClassName;
    if (className) used[className + OF_CLASS + CLAIMS] = ONE;
    const storage = storageOf(claim);
    if (!storage) return used;
    used[STORAGE] = storage;
    if (className) used[className + OF_CLASS + STORAGE] = storage;
    return used;
  },
};

const allocated = ({ status }: PersistentVolumeClaim): string | undefined =>
  status?.allocatedResources?.storage;

/** Whole bytes: what is requested, or what has been allocated beyond it. */
function storageOf(claim: PersistentVolumeClaim): Quantity | undefined {
  const text = claim.spec?.resources?.requests?.storage;
  if (text === undefined) return undefined;
  const requested = roundUp(parseQuantity(text), 0);
  const more = allocated(claim);
  if (more === undefined || cmp(parseQuantity(more), requested) <= 0) return requested;
  return roundUp(parseQuantity(more), 0);
}

/** The classes of volume attributes it has, wants or is changing to. */
function attributesClasses({ spec, status }: PersistentVolumeClaim): string[] {
  const names = [
    spec?.volumeAttributesClassName,
    status?.currentVolumeAttributesClassName,
    status?.modifyVolumeStatus?.targetVolumeAttributesClassName,
  ];
  return [...new Set(names.filter((name): name is string => Boolean(name)))];
}
