/** Upstream test/e2e/kubectl/kubectl.go, with the kubectl of the machine. Skipped where there is none. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, inject } from 'vitest';
import { kubectl, missing, run } from './kubectl.ts';
import { conformance, type E2E, eventually, ok } from './suite.ts';

conformance(
  'A',
  '[sig-cli] Kubectl client Kubectl api-versions should check if v1 is in available api versions [Conformance]',
  async () => {
    expect((await run(['api-versions'])).split('\n')).toContain('v1');
  },
  missing,
);

conformance(
  'A',
  '[sig-cli] Kubectl client Kubectl cluster-info should check if Kubernetes control plane services is included in cluster-info [Conformance]',
  async () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: kubectl colours its words.
    const out = (await run(['cluster-info'])).replace(/\u001b\[[\d;]*m/g, '');
    expect(out).toContain('Kubernetes control plane is running at https://');
  },
  missing,
);

conformance(
  'A',
  '[sig-cli] Kubectl client Kubectl version should check is all data is printed [Conformance]',
  async () => {
    const out = await run(['version']);
    expect(out).toMatch(/Client Version: v\d/);
    expect(out).toMatch(/Server Version: v\d/);
  },
  missing,
);

const deployment = ({ namespace }: E2E, image: string): string =>
  JSON.stringify({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'httpd-deployment', namespace },
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: 'httpd' } },
      template: { metadata: { labels: { app: 'httpd' } }, spec: { containers: [{ name: 'httpd', image }] } },
    },
  });

conformance(
  'A',
  '[sig-cli] Kubectl client Kubectl diff should check if kubectl diff finds a difference for Deployments [Conformance]',
  async (e2e) => {
    await run(['create', '-f', '-'], deployment(e2e, 'httpd:2.4.38'));
    const { code, out } = await kubectl(['diff', '-f', '-'], deployment(e2e, 'httpd:2.4.39'));
    // One: there is a difference.
    expect(code).toBe(1);
    expect(out).toMatch(/^-.*httpd:2\.4\.38/m);
    expect(out).toMatch(/^\+.*httpd:2\.4\.39/m);
    await run(['delete', '-f', '-'], deployment(e2e, 'httpd:2.4.38'));
  },
  missing,
);

conformance(
  'A',
  '[sig-cli] Kubectl client Kubectl run pod should create a pod from an image when restart is Never [Conformance]',
  async (e2e) => {
    const { client, namespace } = e2e;
    await run(['-n', namespace, 'run', 'e2e-test-httpd-pod', '--restart=Never', '--image=httpd:2.4.38']);
    const pod = await ok(client.get(`${e2e.at('v1/pods')}/e2e-test-httpd-pod`));
    expect(pod.spec.containers[0].image).toBe('httpd:2.4.38');
    expect(pod.spec.restartPolicy).toBe('Never');
  },
  missing,
);

conformance(
  'A',
  '[sig-cli] Kubectl client Kubectl server-side dry-run should check if kubectl can dry-run update Pods [Conformance]',
  async (e2e) => {
    const { client, namespace } = e2e;
    await run([
      '-n',
      namespace,
      'run',
      'e2e-test-httpd-pod',
      '--image=httpd:2.4.38',
      '--labels=run=e2e-test-httpd-pod',
    ]);
    const patch = '{"spec":{"containers":[{"name": "e2e-test-httpd-pod","image": "busybox:1.36"}]}}';
    await run(['-n', namespace, 'patch', 'pod', 'e2e-test-httpd-pod', '-p', patch, '--dry-run=server']);
    const pod = await ok(client.get(`${e2e.at('v1/pods')}/e2e-test-httpd-pod`));
    expect(pod.spec.containers[0].image).toBe('httpd:2.4.38');
  },
  missing,
);

/** What `kubectl proxy` says when it serves. */
async function proxy(args: readonly string[], use: (said: string) => Promise<void>): Promise<void> {
  const { state } = inject('server');
  const child = spawn('kubectl', [`--kubeconfig=${join(state, 'kubeconfig')}`, 'proxy', ...args]);
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  try {
    await use(
      await eventually('the proxy', async () => (said.includes('Starting to serve') ? said : undefined)),
    );
  } finally {
    child.kill();
  }
}

const ask = (options: { port?: number; socketPath?: string }): Promise<any> =>
  new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', path: '/api/', ...options }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (piece: string) => {
        text += piece;
      });
      response.on('end', () => resolve(JSON.parse(text)));
    });
    asked.on('error', reject);
    asked.end();
  });

conformance(
  'A',
  '[sig-cli] Kubectl client Proxy server should support proxy with --port 0 [Conformance]',
  () =>
    proxy(['-p', '0', '--disable-filter'], async (said) => {
      const port = Number(/127\.0\.0\.1:(\d+)/.exec(said)![1]);
      expect((await ask({ port })).versions).toEqual(['v1']);
    }),
  missing,
);

conformance(
  'A',
  '[sig-cli] Kubectl client Proxy server should support --unix-socket=/path [Conformance]',
  async () => {
    const directory = mkdtempSync(join(tmpdir(), 'kubectl-proxy-'));
    const socketPath = join(directory, 'test');
    await proxy([`--unix-socket=${socketPath}`], async () => {
      expect((await ask({ socketPath })).versions).toEqual(['v1']);
    });
    rmSync(directory, { recursive: true, force: true });
  },
  missing,
);

conformance(
  'B',
  "[sig-cli] Kubectl client Kubectl replace should update a single-container pod's image [Conformance]",
  async (e2e) => {
    const { client, namespace } = e2e;
    const path = `${e2e.at('v1/pods')}/e2e-test-httpd-pod`;
    await run([
      '-n',
      namespace,
      'run',
      'e2e-test-httpd-pod',
      '--image=httpd:2.4.38',
      '--labels=run=e2e-test-httpd-pod',
    ]);
    await eventually('a running pod', async () => (await ok(client.get(path))).status.phase === 'Running');
    const pod = (await run(['-n', namespace, 'get', 'pod', 'e2e-test-httpd-pod', '-o', 'json'])).replaceAll(
      'httpd:2.4.38',
      'busybox:1.36',
    );
    await run(['-n', namespace, 'replace', '-f', '-'], pod);
    expect((await ok(client.get(path))).spec.containers[0].image).toBe('busybox:1.36');
  },
  missing,
);

conformance(
  'B',
  '[sig-cli] Kubectl client Kubectl label should update the label on a resource [Conformance]',
  async ({ namespace }) => {
    await run(['-n', namespace, 'run', 'pause', '--image=registry.k8s.io/pause:3.10']);
    const label = async (): Promise<string> =>
      run(['-n', namespace, 'get', 'pod', 'pause', '-L', 'testing-label']);
    await run(['-n', namespace, 'label', 'pods', 'pause', 'testing-label=testing-label-value']);
    expect(await label()).toContain('testing-label-value');
    await run(['-n', namespace, 'label', 'pods', 'pause', 'testing-label-']);
    expect(await label()).not.toContain('testing-label-value');
  },
  missing,
);

const controller = ({ namespace }: E2E): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'ReplicationController',
    metadata: { name: 'primary', namespace, labels: { app: 'store' } },
    spec: {
      replicas: 1,
      selector: { app: 'store' },
      template: {
        metadata: { labels: { app: 'store' } },
        spec: {
          terminationGracePeriodSeconds: 0,
          containers: [
            { name: 'primary', image: 'registry.k8s.io/pause:3.10', ports: [{ containerPort: 6379 }] },
          ],
        },
      },
    },
  });

/** The pod of the controller, when it runs. */
const podOf = (e2e: E2E): Promise<any> =>
  eventually('a running pod', async () => {
    const { items } = await ok(e2e.client.get(`${e2e.at('v1/pods')}?labelSelector=app%3Dstore`));
    return items.find(({ status }: any) => status.phase === 'Running');
  });

conformance(
  'B',
  '[sig-cli] Kubectl client Kubectl describe should check if kubectl describe prints relevant information for rc and pods [Conformance]',
  async (e2e) => {
    const { namespace } = e2e;
    await run(['create', '-f', '-'], controller(e2e));
    await run(['expose', 'rc', 'primary', '--port=6379', `--namespace=${namespace}`]);
    const { metadata, spec, status } = await podOf(e2e);
    const words = async (...args: string[]): Promise<string> =>
      (await run(['describe', ...args])).replace(/ +/g, ' ');
    const pod = await words('pod', metadata.name, `--namespace=${namespace}`);
    for (const line of [
      `Name: ${metadata.name}`,
      `Namespace: ${namespace}`,
      `Node: ${spec.nodeName}/`,
      'Labels: app=store',
      'Status: Running',
      `IP: ${status.podIP}`,
      'Controlled By: ReplicationController/primary',
      'Image: registry.k8s.io/pause:3.10',
      'State: Running',
      'QoS Class: BestEffort',
    ]) {
      expect(pod).toContain(line);
    }
    const rc = await words('rc', 'primary', `--namespace=${namespace}`);
    for (const line of [
      'Name: primary',
      'Selector: app=store',
      'Replicas: 1 current / 1 desired',
      'Pods Status: 1 Running / 0 Waiting / 0 Succeeded / 0 Failed',
      'SuccessfulCreate',
    ]) {
      expect(rc).toContain(line);
    }
    const service = await words('service', 'primary', `--namespace=${namespace}`);
    for (const line of ['Type: ClusterIP', 'Port: <unset> 6379/TCP', `Endpoints: ${status.podIP}:6379`]) {
      expect(service).toContain(line);
    }
    const node = await words('node', spec.nodeName);
    for (const line of [
      `Name: ${spec.nodeName}`,
      'Conditions:',
      'Capacity:',
      'OSImage',
      'Kubelet Version:',
    ]) {
      expect(node.replace('OS Image', 'OSImage')).toContain(line);
    }
    expect(await words('namespace', namespace)).toContain('Status: Active');
  },
  missing,
);

conformance(
  'B',
  '[sig-cli] Kubectl client Kubectl patch should add annotations for pods in rc [Conformance]',
  async (e2e) => {
    await run(['create', '-f', '-'], controller(e2e));
    const { metadata } = await podOf(e2e);
    const patch = JSON.stringify({ metadata: { annotations: { x: 'y' } } });
    await run(['patch', 'pod', metadata.name, '-p', patch, `--namespace=${e2e.namespace}`]);
    const found = await ok(e2e.client.get(`${e2e.at('v1/pods')}/${metadata.name}`));
    expect(found.metadata.annotations.x).toBe('y');
  },
  missing,
);
