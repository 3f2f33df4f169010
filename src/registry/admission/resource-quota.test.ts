import { beforeEach, describe, expect, it } from 'vitest';
import type { KubeObject } from '../../apis/object.ts';
import { NAMESPACE, refusal, type TestCluster, testCluster, testPod } from './testing.ts';

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await testCluster();
});

/** A quota as the quota controller leaves it. */
async function addQuota(
  hard: Record<string, string>,
  used: Record<string, string> = Object.fromEntries(Object.keys(hard).map((name) => [name, '0'])),
  spec: Record<string, unknown> = {},
  name = 'q',
): Promise<void> {
  await cluster.put('', 'resourcequotas', {
    metadata: { name, namespace: NAMESPACE },
    spec: { hard, ...spec },
    status: { hard, used },
  });
}
const usedOf = async (name = 'q') => (await cluster.get('', 'resourcequotas', NAMESPACE, name))!.status.used;
const createPod = (name: string, spec: Record<string, unknown> = {}, on = cluster) =>
  on.create('', 'pods', testPod(name, spec));
const withResources = (resources: unknown) => ({ containers: [{ name: 'c', image: 'i', resources }] });

describe('ResourceQuota', () => {
  it('charges what is created and refuses what does not fit', async () => {
    await addQuota({ pods: '2', 'requests.cpu': '1', 'count/pods': '5' });
    await createPod('a', withResources({ requests: { cpu: '600m' } }));
    expect(await usedOf()).toEqual({ pods: '1', 'requests.cpu': '600m', 'count/pods': '1' });
    expect(await refusal(createPod('b', withResources({ requests: { cpu: '500m' } })))).toBe(
      '403 pods "b" is forbidden: exceeded quota: q, requested: requests.cpu=500m, used: requests.cpu=600m, limited: requests.cpu=1',
    );
    await createPod('b', withResources({ requests: { cpu: '400m' } }));
    expect(await refusal(createPod('web-', withResources({ requests: { cpu: '1m' } })))).toMatch(
      /^403 pods "web-\w{5}" is forbidden: exceeded quota: q, requested: pods=1,requests.cpu=1m, used: pods=2,requests.cpu=1, limited: pods=2,requests.cpu=1$/,
    );
    expect(await usedOf()).toEqual({ pods: '2', 'requests.cpu': '1', 'count/pods': '2' });
  });

  it('is exact when many create at once on several servers', async () => {
    await addQuota({ pods: '30' });
    const servers = [cluster, cluster.other(), cluster.other()];
    const tries = Array.from({ length: 60 }, (_, index) =>
      refusal(createPod(`p${index}`, {}, servers[index % servers.length])),
    );
    const answers = await Promise.all(tries);
    expect(answers.filter((answer) => answer === 'not refused')).toHaveLength(30);
    const refused = answers.filter((answer) => answer !== 'not refused');
    for (const answer of refused) expect(answer).toMatch(/^403 .*exceeded quota: q, requested: pods=1/);
    expect(await usedOf()).toEqual({ pods: '30' });
    expect((await cluster.storage.list(`core/pods/${NAMESPACE}/`)).rows).toHaveLength(30);
  });

  it('sees what the controller has given back', async () => {
    await addQuota({ pods: '1' });
    await createPod('a');
    expect(await refusal(createPod('b'))).toMatch(/^403/);
    await addQuota({ pods: '1' });
    expect(await refusal(createPod('b'))).toBe('not refused');
  });

  it('holds in every quota of the namespace, and charges all or none', async () => {
    await addQuota({ pods: '5' }, { pods: '0' }, {}, 'a');
    await addQuota({ pods: '1' }, { pods: '0' }, {}, 'b');
    await createPod('p');
    expect(await refusal(createPod('r'))).toContain('exceeded quota: b,');
    expect([await usedOf('a'), await usedOf('b')]).toEqual([{ pods: '1' }, { pods: '1' }]);
  });

  it('does not charge a dry run, nor what fails', async () => {
    await addQuota({ pods: '1' });
    await cluster.create('', 'pods', testPod('p'), { dryRun: true });
    expect(await refusal(createPod('p', { containers: [] }))).toMatch(/^422/);
    expect(await usedOf()).toEqual({ pods: '0' });
    await createPod('p');
    expect(await refusal(createPod('p'))).toMatch(/^(409|403)/);
    const dry = cluster.create('', 'pods', testPod('r'), { dryRun: true });
    expect(await refusal(dry)).toContain('exceeded quota');
    expect(await usedOf()).toEqual({ pods: '1' });
  });

  it('wants limited resources to be said', async () => {
    await addQuota({ 'limits.cpu': '4', memory: '1Gi', 'requests.ephemeral-storage': '1Gi' });
    const containers = [
      { name: 'c', image: 'i', resources: { requests: { memory: '1Mi' } } },
      { name: 'd', image: 'i', resources: { limits: { cpu: '1' } } },
    ];
    const initContainers = [{ name: 'i', image: 'i' }];
    expect(await refusal(createPod('p', { containers, initContainers }))).toBe(
      '403 pods "p" is forbidden: failed quota: q: must specify limits.cpu for: c,i; memory for: d,i',
    );
  });

  it('refuses while the usage is not known', async () => {
    await addQuota({ pods: '1', 'count/pods': '1' }, { pods: '0' });
    expect(await refusal(createPod('p'))).toBe(
      '403 pods "p" is forbidden: status unknown for quota: q, resources: count/pods,pods',
    );
  });

  const affinity = {
    podAntiAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: [
        { topologyKey: 'kubernetes.io/hostname', namespaces: ['other'], labelSelector: {} },
      ],
    },
  };
  const selector = (operator: string, ...values: string[]) => ({
    scopeSelector: {
      matchExpressions: [{ scopeName: 'PriorityClass', operator, ...(values.length > 0 ? { values } : {}) }],
    },
  });
  it.each<[Record<string, unknown>, KubeObject, boolean]>([
    [{ scopes: ['Terminating'] }, { activeDeadlineSeconds: 5 }, true],
    [{ scopes: ['Terminating'] }, {}, false],
    [{ scopes: ['NotTerminating'] }, {}, true],
    [{ scopes: ['BestEffort'] }, {}, true],
    [{ scopes: ['BestEffort'] }, withResources({ requests: { cpu: '1' } }), false],
    [{ scopes: ['NotBestEffort'] }, withResources({ requests: { cpu: '1' } }), true],
    [{ scopes: ['BestEffort', 'Terminating'] }, {}, false],
    [{ scopes: ['CrossNamespacePodAffinity'] }, { affinity }, true],
    [{ scopes: ['CrossNamespacePodAffinity'] }, {}, false],
    [selector('In', 'high'), { priorityClassName: 'high' }, true],
    [selector('In', 'low'), { priorityClassName: 'high' }, false],
    [selector('NotIn', 'low'), { priorityClassName: 'high' }, true],
    [selector('NotIn', 'low'), {}, true],
    [selector('Exists'), {}, false],
    [selector('DoesNotExist'), {}, true],
  ])('of scope %j counts a pod with %j: %s', async (spec, pod, counts) => {
    await cluster.put('scheduling.k8s.io', 'priorityclasses', { metadata: { name: 'high' }, value: 1 });
    await addQuota({ pods: '1' }, { pods: '0' }, spec);
    await createPod('p', pod);
    expect(await usedOf()).toEqual({ pods: counts ? '1' : '0' });
  });

  it('counts any resource, and some under their old names', async () => {
    await addQuota({ configmaps: '1', 'count/deployments.apps': '0', 'count/widgets.example.com': '0' });
    await cluster.create('', 'configmaps', { metadata: { name: 'c' } });
    expect(await refusal(cluster.create('', 'configmaps', { metadata: { name: 'd' } }))).toBe(
      '403 configmaps "d" is forbidden: exceeded quota: q, requested: configmaps=1, used: configmaps=1, limited: configmaps=1',
    );
    const deployment = {
      metadata: { name: 'web' },
      spec: {
        selector: { matchLabels: { a: 'b' } },
        template: { metadata: { labels: { a: 'b' } }, spec: testPod('p').spec },
      },
    };
    expect(await refusal(cluster.create('apps', 'deployments', deployment))).toContain(
      'requested: count/deployments.apps=1',
    );
  });

  it('charges a service that changes its type for the difference', async () => {
    await addQuota({ services: '1', 'services.nodeports': '1' });
    const ports = [{ name: 'a', port: 80 }];
    await cluster.create('', 'services', { metadata: { name: 's' }, spec: { ports } });
    const change = (type: string, more: object[] = []) =>
      cluster.update('', 'services', 's', (service) => ({
        ...service,
        spec: { ...service.spec, type, ports: [...service.spec.ports, ...more] },
      }));
    await change('NodePort');
    expect(await usedOf()).toEqual({ services: '1', 'services.nodeports': '1' });
    expect(await refusal(change('NodePort', [{ name: 'b', port: 81 }]))).toContain(
      'exceeded quota: q, requested: services.nodeports=1, used: services.nodeports=1, limited: services.nodeports=1',
    );
  });

  it('charges storage in all and by class', async () => {
    const ofGold = 'gold.storageclass.storage.k8s.io/requests.storage';
    await addQuota({ 'requests.storage': '10Gi', [ofGold]: '2Gi', persistentvolumeclaims: '9' });
    const claim = (name: string, storage: string, storageClassName: string) =>
      cluster.create('', 'persistentvolumeclaims', {
        metadata: { name },
        spec: { accessModes: ['ReadWriteOnce'], storageClassName, resources: { requests: { storage } } },
      });
    await claim('a', '2Gi', 'gold');
    await claim('b', '3Gi', 'silver');
    expect(await usedOf()).toEqual({
      'requests.storage': '5Gi',
      [ofGold]: '2Gi',
      persistentvolumeclaims: '2',
    });
    expect(await refusal(claim('c', '1Gi', 'gold'))).toContain(`exceeded quota: q, requested: ${ofGold}=1Gi`);
  });
});
