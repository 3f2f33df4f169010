/**
 * Quotas of a namespace: what is created is charged in the same transaction, so that no limit is ever exceeded.
 * Source: apiserver pkg/admission/plugin/resourcequota/admission.go, controller.go.
 */
import type { ResourceQuota } from '../../apimachinery/types/core.v1.gen.ts';
import type { Stored } from '../../apis/object.ts';
import { encodeStored } from '../../storage/encoding.ts';
import { namespacePrefix, objectKey } from '../../storage/keys.ts';
import { type AdmissionAttributes, type AdmissionPlugin, refuse } from './plugin.ts';
import { checkQuota } from './quota/check.ts';
import type { Evaluator } from './quota/evaluator.ts';
import { evaluatorOf } from './quota/evaluators.ts';

export const resourceQuota: AdmissionPlugin = {
  name: 'ResourceQuota',
  handles: ({ operation, definition }) => operation !== 'DELETE' && definition.namespaced,
  async validate(attributes) {
    const { definition, namespace, reads, dryRun, settled } = attributes;
    const evaluator = evaluatorOf(definition.group, definition.resource);
    if (!evaluator?.handles(attributes)) return;
    const quotas = await quotasOf(attributes);
    if (quotas.length === 0) return;
    if (dryRun) {
      charge(attributes, evaluator, quotas);
      return;
    }
    // One after another: at once, all but one of those that are charged to a quota would have to begin again.
    settled.push(await reads.takeTurn(namespacePrefix('', 'resourcequotas', namespace)));
    attributes.writes.push(...charge(attributes, evaluator, await quotasOf(attributes)));
  },
};

const quotasOf = ({ reads, namespace }: AdmissionAttributes): Promise<readonly Stored<ResourceQuota>[]> =>
  reads.list<ResourceQuota>('', 'resourcequotas', namespace);

/** The quotas as they are when the request has been carried out. */
function charge(
  attributes: AdmissionAttributes,
  evaluator: Evaluator,
  quotas: readonly Stored<ResourceQuota>[],
): AdmissionAttributes['writes'] {
  const writes: AdmissionAttributes['writes'] = [];
  for (const quota of quotas) {
    const verdict = checkQuota(quota, evaluator, attributes, attributes.now);
    if ('refused' in verdict) throw refuse(attributes, verdict.refused);
    if (!verdict.used) continue;
    const { name, namespace, resourceVersion } = quota.metadata;
    writes.push({
      key: objectKey('', 'resourcequotas', namespace!, name!),
      expect: Number(resourceVersion),
      deleted: false,
      value: encodeStored({ ...quota, status: { ...quota.status, used: verdict.used } }),
      prevValue: encodeStored(quota),
    });
  }
  return writes;
}
