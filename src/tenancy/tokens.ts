/** Bearer tokens: made from 32 random bytes, kept only as their SHA-256. */

export function newToken(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

const hashes = new Map<string, string>();
const LIMIT = 1000;
/** Longer ones are none of ours, and are not kept. */
const MAX_TOKEN = 4096;

/** SHA-256 in hex. Remembered, since every request needs that of its token. */
export async function hashToken(token: string): Promise<string> {
  const known = hashes.get(token);
  if (known) return known;
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(token)));
  const hash = [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  if (token.length > MAX_TOKEN) return hash;
  hashes.set(token, hash);
  if (hashes.size > LIMIT) hashes.delete(hashes.keys().next().value!);
  return hash;
}

/** Compares hashes in constant time. */
export function sameHash(a: string, b: string): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let index = 0; index < a.length; index++) difference |= a.charCodeAt(index) ^ b.charCodeAt(index);
  return difference === 0;
}

/** The token of a request: the Authorization header, or the subprotocol of a browser's WebSocket. */
export function tokenOf(request: Request): string | undefined {
  const match = /^Bearer\s+(\S+)\s*$/i.exec(request.headers.get('Authorization') ?? '');
  if (match) return match[1];
  const prefix = 'base64url.bearer.authorization.k8s.io.';
  for (const protocol of (request.headers.get('Sec-WebSocket-Protocol') ?? '').split(',')) {
    const text = protocol.trim();
    if (!text.startsWith(prefix) || text.length > 8192) continue;
    try {
      return atob(text.slice(prefix.length).replace(/-/g, '+').replace(/_/g, '/'));
    } catch {
      return undefined;
    }
  }
  return undefined;
}
