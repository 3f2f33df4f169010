import type { ObjectMeta } from '../apimachinery/types/meta.v1.gen.ts';

/** Any object of the API, as parsed JSON. Typed kinds (`Pod`, `Deployment`) are assignable to it. */
export interface KubeObject {
  apiVersion?: string;
  kind?: string;
  metadata?: ObjectMeta;
  [field: string]: any;
}

/** An object that has its metadata, as everything that left the registry has. */
export type Stored<T extends KubeObject = KubeObject> = T & { metadata: ObjectMeta };
