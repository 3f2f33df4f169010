import { beforeEach, describe, expect, it } from 'vitest';
import type { KubeObject, Stored } from '../../../apis/object.ts';
import { resourceNamed } from '../../../apis/resources.ts';
import { EPHEMERAL_CONTAINERS } from '../../subresources/ephemeral-containers.ts';
import { guaranteedUpdate } from '../../update.ts';
import { NAMESPACE, refusal, type TestCluster, testCluster } from '../testing.ts';

const LABEL = 'pod-security.kubernetes.io/';

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await testCluster();
});

/** Labels the namespace past admission. */
async function ask(labels: Record<string, string>): Promise<void> {
  const prefixed = Object.fromEntries(Object.entries(labels).map(([key, value]) => [LABEL + key, value]));
  await cluster.put('', 'namespaces', { metadata: { name: NAMESPACE, labels: prefixed } });
}

const GOOD = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  runAsNonRoot: true,
  seccompProfile: { type: 'RuntimeDefault' },
};
const pod = (spec: object = {}, securityContext?: object): KubeObject => ({
  metadata: { name: 'p' },
  spec: { containers: [{ name: 'a', image: 'i', ...(securityContext && { securityContext }) }], ...spec },
});
const create = (object: KubeObject) => refusal(cluster.create('', 'pods', object));
const refused = (text: string) => `403 pods "p" is forbidden: violates PodSecurity ${text}`;

describe('a pod', () => {
  it('is as it likes where nothing is asked of it', async () => {
    expect(await create(pod({ hostNetwork: true, hostPID: true }, { privileged: true }))).toBe('not refused');
    expect(cluster.ctx.warnings).toEqual([]);
  });

  it('is refused for all that its namespace does not allow, the baseline first', async () => {
    await ask({ enforce: 'restricted' });
    expect(await create(pod({ hostPID: true }))).toBe(
      refused(
        '"restricted:latest": host namespaces (hostPID=true), allowPrivilegeEscalation != false (container "a" must set securityContext.allowPrivilegeEscalation=false), unrestricted capabilities (container "a" must set securityContext.capabilities.drop=["ALL"]), runAsNonRoot != true (pod or container "a" must set securityContext.runAsNonRoot=true), seccompProfile (pod or container "a" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")',
      ),
    );
    expect(await create(pod({}, GOOD))).toBe('not refused');
    expect(cluster.ctx.warnings).toEqual([]);
  });

  it('is held to the level of the version that is asked for', async () => {
    await ask({ enforce: 'restricted', 'enforce-version': 'v1.7' });
    expect(await create(pod())).toBe(
      refused(
        '"restricted:v1.7": runAsNonRoot != true (pod or container "a" must set securityContext.runAsNonRoot=true)',
      ),
    );
  });

  it('is held to the strictest level when the label is none', async () => {
    await ask({ enforce: 'strict', 'enforce-version': 'v1.7' });
    expect(await create(pod())).toContain('"restricted:v1.7"');
  });

  it('is let in with a warning, where that is all that is asked', async () => {
    await ask({ warn: 'baseline', 'warn-version': 'v1.20', audit: 'restricted' });
    expect(await create(pod({ hostNetwork: true }))).toBe('not refused');
    expect(cluster.ctx.warnings).toEqual([
      'would violate PodSecurity "baseline:v1.20": host namespaces (hostNetwork=true)',
    ]);
  });

  it('is looked at again when it gets another image or container, and not for its labels', async () => {
    await cluster.create('', 'pods', pod());
    await ask({ enforce: 'restricted' });
    const update = (change: (object: Stored) => KubeObject) =>
      refusal(cluster.update('', 'pods', 'p', change));
    expect(await update((old) => ({ ...old, metadata: { ...old.metadata, labels: { a: 'b' } } }))).toBe(
      'not refused',
    );
    const replaced = await update((old) => ({
      ...old,
      spec: { ...old.spec, containers: [{ ...old.spec.containers[0], image: 'another' }] },
    }));
    expect(replaced).toContain('violates PodSecurity "restricted:latest"');
    const debug = await refusal(
      guaranteedUpdate(
        cluster.ctx,
        resourceNamed('', 'pods'),
        NAMESPACE,
        'p',
        (old) => ({
          ...old,
          spec: { ...old.spec, ephemeralContainers: [{ name: 'debug', image: 'i' }] },
        }),
        { strategy: EPHEMERAL_CONTAINERS },
      ),
    );
    expect(debug).toContain(
      'containers "a", "debug" must set securityContext.allowPrivilegeEscalation=false',
    );
  });
});

describe('a template of pods', () => {
  const template = { metadata: { labels: { app: 'a' } }, spec: pod({ hostIPC: true }).spec };

  it('is warned of, with the level that is enforced when no other is named', async () => {
    await ask({ enforce: 'baseline' });
    const selector = { matchLabels: { app: 'a' } };
    await cluster.create('apps', 'deployments', { metadata: { name: 'd' }, spec: { selector, template } });
    expect(cluster.ctx.warnings).toEqual([
      'would violate PodSecurity "baseline:latest": host namespaces (hostIPC=true)',
    ]);
  });

  it('is found in a template of jobs', async () => {
    await ask({ warn: 'baseline' });
    const job = { spec: { template: { spec: { ...template.spec, restartPolicy: 'Never' } } } };
    const spec = { schedule: '0 0 * * *', jobTemplate: job };
    await cluster.create('batch', 'cronjobs', { metadata: { name: 'c' }, spec });
    expect(cluster.ctx.warnings).toHaveLength(1);
  });

  it('is nothing to warn of where no warning is asked for', async () => {
    await ask({ enforce: 'baseline', warn: 'privileged' });
    await cluster.create('', 'podtemplates', { metadata: { name: 't' }, template });
    expect(cluster.ctx.warnings).toEqual([]);
  });
});

describe('a namespace', () => {
  const label = (name: string, labels: Record<string, string>) =>
    refusal(
      cluster.update('', 'namespaces', name, (old) => ({
        ...old,
        metadata: { ...old.metadata, labels: { ...old.metadata.labels, ...labels } },
      })),
    );

  it('is refused for labels that are no levels or versions', async () => {
    const labels = { [`${LABEL}enforce`]: 'strict', [`${LABEL}warn-version`]: 'v1.01' };
    expect(await refusal(cluster.create('', 'namespaces', { metadata: { name: 'n', labels } }))).toBe(
      '422 Namespace "n" is invalid: [metadata.labels[pod-security.kubernetes.io/enforce]: Invalid value: "strict": must be one of privileged, baseline, restricted, metadata.labels[pod-security.kubernetes.io/warn-version]: Invalid value: "v1.01": must be "latest" or "v1.x"]',
    );
  });

  it('keeps labels that were wrong before, and gets no others', async () => {
    await ask({ enforce: 'strict' });
    expect(await label(NAMESPACE, { other: 'label' })).toBe('not refused');
    expect(await label(NAMESPACE, { [`${LABEL}warn`]: 'lax' })).toContain('422 Namespace');
  });

  it('tells which of its pods a stricter level would refuse', async () => {
    const named = (name: string, spec: object) => ({ ...pod(spec), metadata: { name } });
    for (const name of ['c', 'b', 'a']) await cluster.create('', 'pods', named(name, { hostPID: true }));
    await cluster.create(
      '',
      'pods',
      named('d', { hostNetwork: true, volumes: [{ name: 'v', hostPath: { path: '/' } }] }),
    );
    await cluster.create('', 'pods', named('e', {}));
    expect(await label(NAMESPACE, { [`${LABEL}enforce`]: 'baseline' })).toBe('not refused');
    expect(cluster.ctx.warnings).toEqual([
      'existing pods in namespace "shop" violate the new PodSecurity enforce level "baseline:latest"',
      'a (and 2 other pods): host namespaces',
      'd: host namespaces, hostPath volumes',
    ]);
    cluster.ctx.warnings.length = 0;
    expect(await label(NAMESPACE, { [`${LABEL}enforce`]: 'privileged' })).toBe('not refused');
    expect(cluster.ctx.warnings).toEqual([]);
  });
});
