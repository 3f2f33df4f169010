/** The state directory: certificates, the administrator's token, the databases. */
import { createPrivateKey, randomBytes, X509Certificate } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Certificates } from './certificates.ts';

/** The state directory cannot be used: shown as one line, exit code 1. */
export class StateError extends Error {}

export interface State {
  readonly directory: string;
  readonly certificates: Certificates;
  readonly token: string;
}

const FILE = 'identity.json';

/** Opens a state directory, or makes it. @throws StateError. */
export async function openState(directory: string, now: number): Promise<State> {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const probe = join(directory, '.probe');
    writeFileSync(probe, '');
    renameSync(probe, join(directory, '.writable'));
  } catch (error) {
    throw new StateError(`cannot write to the state directory ${directory}: ${(error as Error).message}`);
  }
  const file = join(directory, FILE);
  if (existsSync(file)) return { directory, ...read(file) };
  if (existsSync(join(directory, 'storage'))) {
    throw new StateError(`the state directory ${directory} is damaged: it has data but no ${FILE}`);
  }
  // Needed once in the life of a state directory: not loaded otherwise.
  const { makeCertificates } = await import('./certificates.ts');
  const identity = { certificates: await makeCertificates(now), token: randomBytes(32).toString('hex') };
  // Written beside and renamed, so that a crash leaves the whole file or none.
  writeFileSync(`${file}.new`, JSON.stringify(identity, null, 2), { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return { directory, ...identity };
}

function read(file: string): { certificates: Certificates; token: string } {
  try {
    const { certificates, token } = JSON.parse(readFileSync(file, 'utf8'));
    const texts = [certificates.ca, certificates.caKey, certificates.certificate, certificates.key, token];
    if (texts.some((text) => typeof text !== 'string' || text === '')) throw new Error('a field is missing');
    if (!new X509Certificate(certificates.certificate).checkPrivateKey(createPrivateKey(certificates.key))) {
      throw new Error('the key is of another certificate');
    }
    return { certificates, token };
  } catch (error) {
    throw new StateError(`the state directory is damaged: ${file}: ${(error as Error).message}`);
  }
}

export function writePrivately(file: string, text: string): void {
  writeFileSync(file, text, { mode: 0o600 });
  chmodSync(file, 0o600);
}
