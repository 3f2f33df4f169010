/**
 * Hashes: FNV for short names, SHA for identity and ETags.
 * Source of the Kubernetes ones: kubernetes pkg/controller/controller_utils.go ComputeHash,
 * kubernetes/apiserver pkg/endpoints/discovery/storageversionhash.go.
 */
import { safeEncodeString } from './names.ts';
import { sha256 } from './sha256.ts';

export { sha256 } from './sha256.ts';

const encoder = new TextEncoder();
const bytesOf = (data: string | Uint8Array): Uint8Array =>
  typeof data === 'string' ? encoder.encode(data) : data;

/** FNV-1a, 32 bits; `hash` continues an earlier one. Texts count as UTF-8. */
export function fnv1a32(data: string | Uint8Array, hash = 0x811c9dc5): number {
  for (const byte of bytesOf(data)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

export const toHex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
const toBase64 = (bytes: Uint8Array): string => {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
};

export const sha256Hex = (data: string | Uint8Array): string => toHex(sha256(bytesOf(data)));

/** SHA-512 in upper-case hexadecimal, as the ETags of OpenAPI and discovery documents are written. */
export async function sha512Hex(data: string | Uint8Array): Promise<string> {
  return toHex(new Uint8Array(await crypto.subtle.digest('SHA-512', bytesOf(data)))).toUpperCase();
}

/** Discovery's storageVersionHash: eight bytes of `group/version/kind`, hashed. */
export const storageVersionHash = (group: string, version: string, kind: string): string =>
  toBase64(sha256(encoder.encode(`${group}/${version}/${kind}`)).subarray(0, 8));

/** JSON with sorted keys and without absent fields: equal texts for equal objects. */
export function canonicalJSON(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJSON(item ?? null)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null);
  const object = value as Record<string, unknown>;
  const parts: string[] = [];
  for (const key of Object.keys(object).sort()) {
    if (object[key] !== undefined) parts.push(`${JSON.stringify(key)}:${canonicalJSON(object[key])}`);
  }
  return `{${parts.join(',')}}`;
}

/**
 * The pod-template-hash. Upstream hashes a dump of Go's memory, which nothing else can repeat and nobody may rely
 * on; here it is the canonical JSON, and after it, as upstream, the collision count in eight bytes.
 */
export function podTemplateHash(template: unknown, collisionCount?: number): string {
  let hash = fnv1a32(canonicalJSON(template));
  if (collisionCount !== undefined) {
    const count = new Uint8Array(8);
    new DataView(count.buffer).setUint32(0, collisionCount, true);
    hash = fnv1a32(count, hash);
  }
  return safeEncodeString(String(hash));
}
