/** A first day with a cluster, command by command, by kubectl itself: what the README promises and a little more. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { adminClient, eventually, makeCluster } from '../support/client.ts';
import { findClient, Shell, words } from '../support/clients.ts';

const kubectl = findClient('kubectl');

describe.skipIf(!kubectl)('a tour with kubectl', () => {
  let shell: Shell;
  /** What a command line prints; it must succeed. */
  const run = (line: string): Promise<string> => shell.out(kubectl!, words(line));
  const rows = async (line: string): Promise<string[][]> =>
    (await run(`${line} --no-headers`))
      .trim()
      .split('\n')
      .filter(Boolean)
      .map((row) => row.trim().split(/\s{2,}/));

  beforeAll(async () => {
    const { kubeconfig } = await makeCluster(adminClient(), 3);
    shell = new Shell(kubeconfig);
    await run('wait --for=create serviceaccount/default --timeout=20s');
  });
  afterAll(() => shell.remove());

  it('get nodes: three, ready', async () => {
    const nodes = await rows('get nodes');
    expect(nodes.map(([name, status, , , version]) => [name, status, version])).toEqual([
      ['node-1', 'Ready', 'v1.36.0'],
      ['node-2', 'Ready', 'v1.36.0'],
      ['node-3', 'Ready', 'v1.36.0'],
    ]);
  });

  it('get pods -w: a pod is Pending, then ContainerCreating, then Running', async () => {
    const watch = spawn(kubectl!, ['get', 'pods', '-w', '--output-watch-events'], {
      env: { HOME: shell.directory, KUBECONFIG: `${shell.directory}/kubeconfig` },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let seen = '';
    watch.stdout.on('data', (data) => {
      seen += data;
    });
    const exited = new Promise((resolve) => watch.once('exit', resolve));
    try {
      // What lasts less than a tenth of a second is not reported: this one takes its time to pull.
      await run('run slow --image=nginx --annotations=kedge.dev/pull-seconds=1');
      expect(await run('create deployment web --image=nginx --replicas=3')).toBe(
        'deployment.apps/web created\n',
      );
      const statuses = await eventually('running pods in the watch', async () => {
        const found = new Map<string, string[]>();
        for (const row of seen.split('\n').slice(1, -1)) {
          const [, name, , status] = row.trim().split(/\s+/);
          const list = found.get(name!) ?? [];
          if (list.at(-1) !== status) found.set(name!, [...list, status!]);
        }
        const running = [...found.values()].every((list) => list.at(-1) === 'Running');
        return found.size === 4 && running && found;
      });
      const states = ['Pending', 'ContainerCreating', 'Running'];
      expect(statuses.get('slow')).toEqual(states);
      for (const list of statuses.values()) {
        expect(list[0]).toBe('Pending');
        expect(list).toEqual(states.filter((state) => list.includes(state)));
      }
    } finally {
      watch.kill('SIGKILL');
      await exited;
    }
    await run('delete pod slow');
  });

  it('expose, and get pods -o wide: ready, with an address, on every node', async () => {
    expect(await run('expose deployment web --port=80')).toBe('service/web exposed\n');
    expect(await run('rollout status deployment/web')).toMatch(/deployment "web" successfully rolled out\n$/);
    const pods = await rows('get pods -o wide');
    expect(pods).toHaveLength(3);
    for (const [name, ready, status, restarts, , ip] of pods) {
      expect(name).toMatch(/^web-[a-z0-9]{8,10}-[a-z0-9]{5}$/);
      expect([ready, status, restarts]).toEqual(['1/1', 'Running', '0']);
      expect(ip).toMatch(/^10\.244\.\d+\.\d+$/);
    }
    expect(pods.map((row) => row[6]).sort()).toEqual(['node-1', 'node-2', 'node-3']);
    expect(new Set(pods.map((row) => row[5])).size).toBe(3);
  });

  it('get endpointslices: the addresses of the pods', async () => {
    const addresses = (await rows('get pods -o wide')).map((row) => row[5]).sort();
    await eventually('the slice', async () => {
      const [slice] = await rows('get endpointslices -l kubernetes.io/service-name=web');
      return slice?.[2] === '80' && slice[3]?.split(',').sort().join() === addresses.join();
    });
  });

  it('scale: up and down', async () => {
    expect(await run('scale deployment web --replicas=5')).toBe('deployment.apps/web scaled\n');
    await run('rollout status deployment/web');
    expect(await rows('get pods')).toHaveLength(5);
    await run('scale deployment web --replicas=3');
    await eventually('three pods', async () => (await rows('get pods')).length === 3);
  });

  it('set image, rollout status, history and undo', async () => {
    await run('set image deployment/web nginx=nginx:1.27');
    expect(await run('rollout status deployment/web')).toMatch(/successfully rolled out\n$/);
    const images = (): Promise<string> =>
      run(
        "get pods -l app=web --field-selector=status.phase=Running -o jsonpath='{.items[*].spec.containers[*].image}'",
      );
    await eventually('new pods only', async () => (await images()) === 'nginx:1.27 nginx:1.27 nginx:1.27');
    expect(await run('rollout history deployment/web')).toMatch(/^1 +<none>\n2 +<none>$/m);
    expect(await run('rollout undo deployment/web')).toBe('deployment.apps/web rolled back\n');
    await run('rollout status deployment/web');
    await eventually('old pods again', async () => (await images()) === 'nginx nginx nginx');
    expect(await run('rollout history deployment/web')).toMatch(/^2 +<none>\n3 +<none>$/m);
  });

  it('describe pod: what happened to it, in order', async () => {
    const [[name]] = (await rows('get pods')) as [[string]];
    const text = await run(`describe pod ${name}`);
    expect(text).toMatch(/^Status: +Running$/m);
    const reasons = [...text.slice(text.indexOf('\nEvents:')).matchAll(/^ {2}Normal +(\w+)/gm)].map(
      ([, reason]) => reason,
    );
    expect(reasons).toEqual(['Scheduled', 'Pulling', 'Pulled', 'Created', 'Started']);
  });

  it('delete pod: another takes its place', async () => {
    const before = (await rows('get pods')).map(([name]) => name!);
    expect(await run(`delete pod ${before[0]}`)).toBe(`pod "${before[0]}" deleted from default namespace\n`);
    await run('wait deployment/web --for=jsonpath={.status.readyReplicas}=3 --timeout=30s');
    const after = (await rows('get pods')).map(([name]) => name!);
    expect(after).toHaveLength(3);
    expect(after).not.toContain(before[0]);
  });

  it('drain: the pods move elsewhere', async () => {
    const text = await run('drain node-1 --ignore-daemonsets');
    expect(text).toMatch(/^node\/node-1 cordoned\n/);
    expect(text).toMatch(/^pod\/web-\S+ evicted$/m);
    expect(text).toMatch(/^node\/node-1 drained\n$/m);
    await run('rollout status deployment/web');
    expect((await rows('get pods -o wide')).map((row) => row[6])).not.toContain('node-1');
    expect((await rows('get node node-1'))[0]![1]).toBe('Ready,SchedulingDisabled');
    expect(await run('uncordon node-1')).toBe('node/node-1 uncordoned\n');
  });

  it('delete node: the pods are made anew on the others', async () => {
    expect(await run('delete node node-2')).toBe('node "node-2" deleted\n');
    await eventually('pods on the other nodes', async () => {
      const pods = await rows('get pods -o wide');
      return pods.length === 3 && pods.every((row) => row[1] === '1/1' && row[6] !== 'node-2');
    });
    expect((await rows('get nodes')).map(([name]) => name)).toEqual(['node-1', 'node-3']);
  });

  it('delete deployment: its ReplicaSets and Pods go', async () => {
    expect(await run('delete deployment web')).toBe('deployment.apps "web" deleted from default namespace\n');
    await eventually('nothing left', async () => (await rows('get replicasets,pods')).length === 0);
  });

  it('create namespace, apply ten kinds, delete namespace: nothing is left', async () => {
    await run('create namespace shop');
    shell.file('ten-kinds.yaml', readFileSync(new URL('manifests/ten-kinds.yaml', import.meta.url), 'utf8'));
    const applied = await run('apply -n shop -f ten-kinds.yaml');
    expect(applied.match(/ created$/gm)).toHaveLength(10);
    await run('-n shop rollout status deployment/shop');
    await run('-n shop rollout status daemonset/agent');
    // As everywhere: kubectl sends stringData, and selectors that are replaced as a whole, each time.
    const again = await run('apply -n shop -f ten-kinds.yaml');
    expect(again.match(/ unchanged$/gm)).toHaveLength(8);
    expect(again).toContain('secret/shop configured\n');
    expect(again).toContain('poddisruptionbudget.policy/shop configured\n');
    expect(await run('delete namespace shop')).toBe('namespace "shop" deleted\n');
    expect(await run('get namespaces -o name')).not.toContain('namespace/shop');
    expect(
      await run('get all,configmaps,secrets,ingresses,roles,rolebindings,pdb -n shop --ignore-not-found'),
    ).toBe('');
  });
});
