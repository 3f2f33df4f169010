import type { CSIDriver } from '../../apimachinery/types/storage.v1.gen.ts';
import { ALL_VERBS, define } from '../definition.ts';
import {
  countCSIDriverChanges,
  csiDriverWarnings,
  defaultCSIDriver,
  dropDisabledFields,
} from './csi-driver-strategy.ts';
import { validateCSIDriver, validateCSIDriverUpdate } from './csi-validation.ts';
import { AGE, NAME, age, column, nameOf } from '../printing.ts';

/** Source: kubernetes pkg/registry/storage/csidriver/strategy.go. */
export const csiDrivers = define<CSIDriver>({
  group: 'storage.k8s.io',
  version: 'v1',
  resource: 'csidrivers',
  singular: 'csidriver',
  kind: 'CSIDriver',
  namespaced: false,
  verbs: ALL_VERBS,
  typeName: 'storage.v1.CSIDriver',
  strategy: {
    default: defaultCSIDriver,
    prepareForCreate: (driver) => dropDisabledFields(driver),
    prepareForUpdate(driver, old) {
      dropDisabledFields(driver, old);
      countCSIDriverChanges(driver, old);
    },
    warningsOnCreate: (driver) => csiDriverWarnings(driver),
    warningsOnUpdate: csiDriverWarnings,
    validate: validateCSIDriver,
    validateUpdate: validateCSIDriverUpdate,
    allowUnconditionalUpdate: false,
    generation: 'none',
  },
  printer: {
    columns: [
      NAME,
      column('AttachRequired', 'Whether volumes are attached to nodes before they are mounted', 'boolean'),
      column('PodInfoOnMount', 'Whether the driver is told of the pod', 'boolean'),
      column(
        'StorageCapacity',
        'Whether the scheduler looks at the capacity the driver publishes',
        'boolean',
      ),
      column('TokenRequests', 'Audiences of the service account tokens the driver gets'),
      column('RequiresRepublish', 'Whether volumes are published again from time to time', 'boolean'),
      column('Modes', 'Kinds of volumes the driver serves'),
      AGE,
    ],
    cells: ({ spec, metadata }, now) => [
      nameOf({ metadata }),
      spec?.attachRequired ?? true,
      spec?.podInfoOnMount ?? false,
      spec?.storageCapacity ?? false,
      spec?.tokenRequests ? spec.tokenRequests.map((request) => request.audience).join(',') : '<unset>',
      spec?.requiresRepublish ?? false,
      spec?.volumeLifecycleModes?.join(',') || '<none>',
      age({ metadata }, now),
    ],
  },
});
