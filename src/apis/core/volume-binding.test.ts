import { describe, expect, it } from 'vitest';
import type {
  PersistentVolumeClaimSpec,
  PersistentVolumeSpec,
} from '../../apimachinery/types/core.v1.gen.ts';
import { boundTo, type Claim, findVolume, isBoundTo, mismatch, type Volume } from './volume-binding.ts';

const claim = (spec: PersistentVolumeClaimSpec = {}): Claim => ({
  metadata: { name: 'data', namespace: 'shop', uid: 'u1', resourceVersion: '5' },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '5Gi' } }, ...spec },
});
const volume = (
  name: string,
  storage = '5Gi',
  spec: PersistentVolumeSpec = {},
  phase = 'Available',
): Volume => ({
  metadata: { name, labels: { disk: name } },
  spec: { capacity: { storage }, accessModes: ['ReadWriteOnce'], ...spec },
  status: { phase },
});
const meantFor = { claimRef: { name: 'data', namespace: 'shop' } };

describe('the volume for a claim', () => {
  it.each<[string, Volume[], string | undefined]>([
    ['the smallest that is large enough', [volume('l', '9Gi'), volume('m', '6Gi'), volume('s', '4Gi')], 'm'],
    ['the one meant for it, however large', [volume('s'), volume('l', '9Gi', meantFor)], 'l'],
    [
      'that of the fewest access modes',
      [volume('many', '5Gi', { accessModes: ['ReadWriteOnce', 'ReadWriteMany'] }), volume('few', '9Gi')],
      'few',
    ],
    ['none without the access mode', [volume('rox', '5Gi', { accessModes: ['ReadOnlyMany'] })], undefined],
    ['none of another class', [volume('fast', '5Gi', { storageClassName: 'fast' })], undefined],
    ['none of another mode', [volume('raw', '5Gi', { volumeMode: 'Block' })], undefined],
    ['none that is not available', [volume('new', '5Gi', {}, 'Pending')], undefined],
    [
      "none that is another's",
      [volume('taken', '5Gi', { claimRef: { name: 'x', namespace: 'shop' } })],
      undefined,
    ],
    [
      'none of a claim that had its name',
      [volume('old', '5Gi', { claimRef: { ...meantFor.claimRef, uid: 'u0' } })],
      undefined,
    ],
  ])('%s', (_, volumes, expected) => {
    expect(findVolume(claim(), volumes)?.metadata.name).toBe(expected);
  });

  it('has the labels it asks for', () => {
    const picky = claim({ selector: { matchLabels: { disk: 'b' } } });
    expect(findVolume(picky, [volume('a'), volume('b', '9Gi')])?.metadata.name).toBe('b');
  });

  it('is left to the scheduler unless it is meant for the claim', () => {
    expect(findVolume(claim(), [volume('a')], { onlyPrebound: true })).toBeUndefined();
    const prebound = volume('b', '5Gi', meantFor);
    expect(findVolume(claim(), [volume('a'), prebound], { onlyPrebound: true })).toBe(prebound);
  });

  it('reaches the node', () => {
    const reaches = ({ metadata }: Volume): boolean => metadata.name === 'near';
    expect(findVolume(claim(), [volume('far'), volume('near', '9Gi')], { reaches })?.metadata.name).toBe(
      'near',
    );
    expect(
      findVolume(claim(), [volume('far', '5Gi', meantFor), volume('near')], { reaches }),
    ).toBeUndefined();
  });
});

describe('a volume the claim names', () => {
  it.each<[string | undefined, Volume]>([
    [undefined, volume('v')],
    [
      'the volume is marked for deletion "v"',
      { ...volume('v'), metadata: { name: 'v', deletionTimestamp: 'x' } },
    ],
    ['requested PV is too small', volume('v', '1Gi')],
    ['storageClassName does not match', volume('v', '5Gi', { storageClassName: 'fast' })],
    ['volumeAttributesClassName does not match', volume('v', '5Gi', { volumeAttributesClassName: 'gold' })],
    ['incompatible volumeMode', volume('v', '5Gi', { volumeMode: 'Block' })],
    ['incompatible accessMode', volume('v', '5Gi', { accessModes: ['ReadOnlyMany'] })],
  ])('%s', (expected, one) => {
    expect(mismatch(one, claim())).toBe(expected);
  });
});

describe('binding', () => {
  const claimRef = {
    kind: 'PersistentVolumeClaim',
    apiVersion: 'v1',
    namespace: 'shop',
    name: 'data',
    uid: 'u1',
    resourceVersion: '5',
  };
  it('marks the choice of the control plane', () => {
    const bound = boundTo(volume('v'), claim());
    expect(bound.spec?.claimRef).toEqual(claimRef);
    expect(bound.metadata.annotations).toEqual({ 'pv.kubernetes.io/bound-by-controller': 'yes' });
    expect(isBoundTo(bound, claim())).toBe(true);
    expect(boundTo(bound, claim())).toBe(bound);
  });
  it('does not mark the choice of the user', () => {
    const bound = boundTo(volume('v', '5Gi', meantFor), claim());
    expect(bound.spec?.claimRef).toEqual(claimRef);
    expect(bound.metadata.annotations).toBeUndefined();
  });
});
