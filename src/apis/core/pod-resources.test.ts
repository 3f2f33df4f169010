import { describe, expect, it } from 'vitest';
import type { Container, Pod, PodSpec, PodStatus } from '../../apimachinery/types/core.v1.gen.ts';
import { computePodQOS, podQOS } from './pod-qos.ts';
import { podLimits, podRequests } from './pod-resources.ts';
import { formatResources, parseResources } from './resource-list.ts';

const container = (requests?: Record<string, string>, limits?: Record<string, string>): Container => ({
  name: 'c',
  resources: { ...(requests ? { requests } : {}), ...(limits ? { limits } : {}) },
});
const sidecar = (cpu: string): Container => ({ ...container({ cpu }, { cpu }), restartPolicy: 'Always' });
const pod = (spec: Partial<PodSpec>, status: PodStatus = {}): Pod => ({
  spec: { containers: [], ...spec },
  status,
});
const requests = (one: Pod, options = {}) => formatResources(podRequests(one, options));
const limits = (one: Pod, options = {}) => formatResources(podLimits(one, options));

describe('podRequests', () => {
  it('adds containers up', () => {
    const one = pod({ containers: [container({ cpu: '100m', memory: '1Gi' }), container({ cpu: '0.2' })] });
    expect(requests(one)).toEqual({ cpu: '300m', memory: '1Gi' });
  });

  it('takes the greatest init container when that is more', () => {
    const one = pod({
      initContainers: [container({ cpu: '2', memory: '1Mi' })],
      containers: [container({ cpu: '1' })],
    });
    expect(requests(one)).toEqual({ cpu: '2', memory: '1Mi' });
  });

  it('counts sidecars beside the containers and beside later init containers', () => {
    const containers = [container({ cpu: '1' })];
    expect(requests(pod({ initContainers: [sidecar('500m')], containers }))).toEqual({ cpu: '1500m' });
    const late = pod({ initContainers: [sidecar('500m'), container({ cpu: '2' })], containers });
    expect(requests(late)).toEqual({ cpu: '2500m' });
    const early = pod({ initContainers: [container({ cpu: '2' }), sidecar('500m')], containers });
    expect(requests(early)).toEqual({ cpu: '2' });
  });

  it('adds overhead, to limits only where there is one', () => {
    const one = pod({
      containers: [container({ cpu: '1' }, { cpu: '1' })],
      overhead: { cpu: '100m', memory: '1Mi' },
    });
    expect(requests(one)).toEqual({ cpu: '1100m', memory: '1Mi' });
    expect(limits(one)).toEqual({ cpu: '1100m' });
    expect(requests(one, { excludeOverhead: true })).toEqual({ cpu: '1' });
  });

  it('takes what is said of the pod as a whole', () => {
    const resources = { requests: { cpu: '4', 'example.com/x': '9' }, limits: { memory: '1Gi' } };
    const one = pod({ containers: [container({ cpu: '1', memory: '1Mi' }, { cpu: '2' })], resources });
    expect(requests(one)).toEqual({ cpu: '4', memory: '1Mi' });
    expect(limits(one)).toEqual({ cpu: '2', memory: '1Gi' });
    expect(requests(one, { skipPodLevelResources: true })).toEqual({ cpu: '1', memory: '1Mi' });
  });

  it('counts the greatest of spec, allocated and actuated while resizing', () => {
    const allocated = { allocatedResources: { cpu: '2' }, resources: { requests: { cpu: '3' } } };
    const status = { containerStatuses: [{ name: 'c', ...allocated }] } as unknown as PodStatus;
    const one = pod({ containers: [container({ cpu: '1', memory: '1Mi' })] }, status);
    expect(requests(one)).toEqual({ cpu: '1', memory: '1Mi' });
    expect(requests(one, { useStatusResources: true })).toEqual({ cpu: '3', memory: '1Mi' });
    const conditions = [{ type: 'PodResizePending', status: 'True', reason: 'Infeasible' }];
    const stuck = pod({ containers: [container({ cpu: '9' })] }, { ...status, conditions });
    expect(requests(stuck, { useStatusResources: true })).toEqual({ cpu: '3' });
  });

  it('puts numbers where containers say nothing', () => {
    const nonMissingContainerRequests = parseResources({ cpu: '100m', memory: '200Mi' });
    const one = pod({ containers: [container({ cpu: '0' }), container()] });
    expect(requests(one, { nonMissingContainerRequests })).toEqual({ cpu: '100m', memory: '400Mi' });
  });
});

describe('computePodQOS', () => {
  const both = { cpu: '1', memory: '1Gi' };
  it.each<[string, Partial<PodSpec>, string]>([
    ['nothing', { containers: [container()] }, 'BestEffort'],
    ['zero requests', { containers: [container({ cpu: '0' })] }, 'BestEffort'],
    [
      'other resources',
      { containers: [container({ 'example.com/x': '1' }, { 'example.com/x': '1' })] },
      'BestEffort',
    ],
    ['both equal', { containers: [container(both, both)] }, 'Guaranteed'],
    [
      'equal in other words',
      { containers: [container({ cpu: '1000m', memory: '1024Mi' }, both)] },
      'Guaranteed',
    ],
    ['lower requests', { containers: [container({ cpu: '1', memory: '1Mi' }, both)] }, 'Burstable'],
    ['one container without', { containers: [container(both, both), container()] }, 'Burstable'],
    [
      'an init container without',
      { initContainers: [container()], containers: [container(both, both)] },
      'Burstable',
    ],
    ['only requests', { containers: [container(both)] }, 'Burstable'],
    [
      'the pod as a whole',
      { resources: { requests: both, limits: both }, containers: [container()] },
      'Guaranteed',
    ],
    [
      'the pod without memory',
      { resources: { limits: { cpu: '1' } }, containers: [container()] },
      'Burstable',
    ],
  ])('%s', (_name, spec, expected) => {
    expect(computePodQOS(pod(spec))).toBe(expected);
  });

  it('keeps the class of the status', () => {
    expect(podQOS(pod({}, { qosClass: 'Guaranteed' }))).toBe('Guaranteed');
    expect(podQOS(pod({}))).toBe('BestEffort');
  });
});
