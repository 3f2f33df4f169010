import { decodeJwt } from 'jose';
import { describe, expect, it } from 'vitest';
import type { Secret, ServiceAccount } from '../apimachinery/types/core.v1.gen.ts';
import type { KubeObject } from '../apis/object.ts';
import type { ResourceName } from '../registry/client.ts';
import { ROOT_CA_NAME } from './root-ca-publisher.ts';
import { serviceAccountTokenController } from './service-account-token.ts';
import { startCluster, type TestCluster } from './testing.ts';

const SECRETS: ResourceName = ['', 'secrets'];
const ACCOUNTS: ResourceName = ['', 'serviceaccounts'];
type SecretObject = Secret & KubeObject;

const tokenSecret = (name: string, account: string): SecretObject => ({
  metadata: { name, annotations: { 'kubernetes.io/service-account.name': account } },
  type: 'kubernetes.io/service-account-token',
});

async function start(): Promise<TestCluster> {
  const cluster = await startCluster({ controllers: [serviceAccountTokenController] });
  await cluster.client.create(['', 'configmaps'], 'default', {
    metadata: { name: ROOT_CA_NAME },
    data: { 'ca.crt': 'CA' },
  });
  await cluster.client.create(ACCOUNTS, 'default', { metadata: { name: 'robot' } });
  await cluster.client.create(SECRETS, 'default', tokenSecret('robot-token', 'robot'));
  await cluster.settle();
  return cluster;
}
const find = (cluster: TestCluster, name = 'robot-token') =>
  cluster.client.get<SecretObject>(SECRETS, 'default', name);

describe('token controller', () => {
  it('fills a secret with a token of its account', async () => {
    const cluster = await start();
    const account = await cluster.get(ACCOUNTS, 'robot');
    const secret = (await find(cluster))!;
    expect(secret.metadata.annotations).toEqual({
      'kubernetes.io/service-account.name': 'robot',
      'kubernetes.io/service-account.uid': account.metadata.uid,
    });
    expect([atob(secret.data!.namespace!), atob(secret.data!['ca.crt']!)]).toEqual(['default', 'CA']);
    expect(decodeJwt(atob(secret.data!.token!))).toEqual({
      iss: 'kubernetes/serviceaccount',
      sub: 'system:serviceaccount:default:robot',
      'kubernetes.io/serviceaccount/namespace': 'default',
      'kubernetes.io/serviceaccount/secret.name': 'robot-token',
      'kubernetes.io/serviceaccount/service-account.name': 'robot',
      'kubernetes.io/serviceaccount/service-account.uid': account.metadata.uid,
    });
  });

  it('makes another one when the token is taken out, and leaves one that is there', async () => {
    const cluster = await start();
    await cluster.client.update<SecretObject>(SECRETS, 'default', 'robot-token', (secret) => {
      delete secret.data!.token;
      return secret;
    });
    await cluster.settle();
    const { token } = (await find(cluster))!.data!;
    expect(token).toBeTruthy();
    await cluster.client.update<SecretObject>(SECRETS, 'default', 'robot-token', (secret) => ({
      ...secret,
      data: { ...secret.data, 'ca.crt': btoa('another') },
    }));
    await cluster.settle();
    expect((await find(cluster))!.data).toMatchObject({ token, 'ca.crt': btoa('CA') });
  });

  it('deletes the secrets of an account that is gone, made anew, or never was', async () => {
    const cluster = await start();
    await cluster.client.delete(ACCOUNTS, 'default', 'robot');
    await cluster.client.create(ACCOUNTS, 'default', { metadata: { name: 'robot' } });
    await cluster.client.create(SECRETS, 'default', tokenSecret('stray', 'nobody'));
    await cluster.settle();
    expect(await find(cluster)).toBeUndefined();
    expect(await find(cluster, 'stray')).toBeUndefined();
  });

  it('leaves other secrets alone', async () => {
    const cluster = await start();
    const other = { ...tokenSecret('other', 'nobody'), type: 'Opaque' };
    await cluster.client.create(SECRETS, 'default', other);
    await cluster.settle();
    expect((await find(cluster, 'other'))!.data).toBeUndefined();
  });

  it('takes a secret that is gone from the list of its account', async () => {
    const cluster = await start();
    await cluster.client.update<ServiceAccount & KubeObject>(ACCOUNTS, 'default', 'robot', (account) => ({
      ...account,
      secrets: [{ name: 'robot-token' }, { name: 'kept' }],
    }));
    await cluster.client.delete(SECRETS, 'default', 'robot-token');
    await cluster.settle();
    expect((await cluster.get<ServiceAccount & KubeObject>(ACCOUNTS, 'robot')).secrets).toEqual([
      { name: 'kept' },
    ]);
  });
});
