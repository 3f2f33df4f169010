import { seeded, uuid } from '../../apimachinery/random.ts';

/**
 * The uid of a flow schema or priority level that a cluster has from its first moment. Every answer names two of them,
 * so it is derived instead of looked up.
 */
export const flowControlUid = (
  cluster: string,
  resource: 'flowschemas' | 'prioritylevelconfigurations',
  name: string,
): string => uuid(seeded(`${cluster}/${resource}/${name}`));
