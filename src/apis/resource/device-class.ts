import type { DeviceClass } from '../../apimachinery/types/resource.v1.gen.ts';
import { ALL_VERBS, define } from '../definition.ts';
import { AGE, NAME, age, nameOf } from '../printing.ts';
import { validateDeviceClass, validateDeviceClassUpdate } from './class-validation.ts';

/** Source: kubernetes pkg/registry/resource/deviceclass/strategy.go. */
export const deviceClasses = define<DeviceClass>({
  group: 'resource.k8s.io',
  version: 'v1',
  resource: 'deviceclasses',
  singular: 'deviceclass',
  kind: 'DeviceClass',
  namespaced: false,
  verbs: ALL_VERBS,
  typeName: 'resource.v1.DeviceClass',
  strategy: {
    validate: validateDeviceClass,
    validateUpdate: validateDeviceClassUpdate,
  },
  printer: {
    columns: [NAME, AGE],
    cells: (deviceClass, now) => [nameOf(deviceClass), age(deviceClass, now)],
  },
});
