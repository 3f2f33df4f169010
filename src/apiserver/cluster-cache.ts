/** What the isolate keeps of each cluster; what a write rests on is proved when it is committed. */
import { AdmissionCache } from '../registry/cache.ts';

const caches = new Map<string, AdmissionCache>();
const MAX_CACHES = 1000;

/** `created`: when the cluster was made (ms), for there may have been another one of its name before. */
export function cacheOf(cluster: string, created: number): AdmissionCache {
  const key = `${cluster}@${created}`;
  let cache = caches.get(key);
  if (!cache) {
    cache = new AdmissionCache();
    caches.set(key, cache);
    if (caches.size > MAX_CACHES) caches.delete(caches.keys().next().value!);
  }
  return cache;
}
