import { describe, expect, it } from 'vitest';
import type { PodSpec, PodStatus } from '../../apimachinery/types/core.v1.gen.ts';
import {
  dropDisabledPodFields,
  dropDisabledPodStatusFields,
  dropDisabledTemplateFields,
} from './pod-disabled-fields.ts';

const CONTAINERS = { containers: [{ name: 'c' }] };

describe('fields of features that are off', () => {
  const bundle: PodSpec = {
    ...CONTAINERS,
    volumes: [{ name: 'v', projected: { sources: [{ clusterTrustBundle: { path: 'p' } }] } }],
  };
  const certificate: PodSpec = {
    ...CONTAINERS,
    volumes: [
      {
        name: 'v',
        projected: { sources: [{ podCertificate: { signerName: 'a.b/c', keyType: 'ED25519' } }] },
      },
    ],
  };
  const emptySource: PodSpec = { ...CONTAINERS, volumes: [{ name: 'v', projected: { sources: [{}] } }] };
  it.each<[string, PodSpec, PodSpec]>([
    ['trust bundles', bundle, emptySource],
    ['certificates of pods', certificate, emptySource],
    ['the group of a workload', { ...CONTAINERS, schedulingGroup: { podGroupName: 'g' } }, CONTAINERS],
    [
      'stop signals',
      {
        containers: [{ name: 'c', lifecycle: { stopSignal: 'SIGINT' } }],
        initContainers: [
          { name: 'i', lifecycle: { stopSignal: 'SIGINT', preStop: { sleep: { seconds: 1 } } } },
        ],
      },
      {
        containers: [{ name: 'c' }],
        initContainers: [{ name: 'i', lifecycle: { preStop: { sleep: { seconds: 1 } } } }],
      },
    ],
  ])('are dropped, unless they are stored: %s', (_, given, left) => {
    const fresh = structuredClone(given);
    dropDisabledPodFields(fresh);
    expect(fresh).toEqual(left);
    const kept = structuredClone(given);
    dropDisabledTemplateFields({ spec: kept }, { spec: given });
    expect(kept).toEqual(given);
    const added = structuredClone(given);
    dropDisabledTemplateFields({ spec: added }, { spec: CONTAINERS });
    expect(added).toEqual(left);
  });

  it('are dropped from a status, too', () => {
    const mount = { name: 'v', mountPath: '/v', volumeStatus: { image: { imageRef: 'r' } } };
    const one = { name: 'c', ready: true, restartCount: 0, image: 'i', imageID: '' };
    const given: PodStatus = {
      nodeAllocatableResourceClaimStatuses: [
        { resourceClaimName: 'r', containers: ['c'], resources: { cpu: '1' } },
      ],
      containerStatuses: [{ ...one, volumeMounts: [mount] }],
    };
    const fresh = structuredClone(given);
    dropDisabledPodStatusFields(fresh, {});
    expect(fresh).toEqual({
      containerStatuses: [{ ...one, volumeMounts: [{ name: 'v', mountPath: '/v' }] }],
    });
    const kept = structuredClone(given);
    dropDisabledPodStatusFields(kept, given);
    expect(kept).toEqual(given);
  });
});
