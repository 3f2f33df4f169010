import type { DeviceTaintRule } from '../../apimachinery/types/resource.v1.gen.ts';
import { ALL_VERBS, define, statusOf } from '../definition.ts';
import { dropStatus } from '../strategy.ts';
import { defaultDeviceTaintRule, prepareTaintRuleUpdate } from './defaults.ts';
import {
  validateDeviceTaintRule,
  validateDeviceTaintRuleStatusUpdate,
  validateDeviceTaintRuleUpdate,
} from './taint-validation.ts';

/** Source: kubernetes pkg/registry/resource/devicetaintrule/strategy.go. */
export const deviceTaintRules = define<DeviceTaintRule>({
  group: 'resource.k8s.io',
  version: 'v1',
  resource: 'devicetaintrules',
  singular: 'devicetaintrule',
  kind: 'DeviceTaintRule',
  namespaced: false,
  verbs: ALL_VERBS,
  typeName: 'resource.v1.DeviceTaintRule',
  subresources: [statusOf('DeviceTaintRule')],
  strategy: {
    default: defaultDeviceTaintRule,
    prepareForCreate: dropStatus,
    prepareForUpdate: prepareTaintRuleUpdate,
    validate: validateDeviceTaintRule,
    validateUpdate: validateDeviceTaintRuleUpdate,
    status: { keptMetadata: 'all', validateUpdate: validateDeviceTaintRuleStatusUpdate },
  },
});
