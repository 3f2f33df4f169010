/** LimitRange. Source: kubernetes pkg/registry/core/limitrange/strategy.go. */
import type { LimitRange, LimitRangeItem } from '../../apimachinery/types/core.v1.gen.ts';
import { uuid } from '../../apimachinery/random.ts';
import { nameIsDNSSubdomain } from '../../apimachinery/validation/names.ts';
import { ALL_VERBS, define } from '../definition.ts';

import { validateLimitRange } from './limit-range-validation.ts';
import { defaultResourceList } from './resource-list.ts';

const LISTS = ['max', 'min', 'default', 'defaultRequest', 'maxLimitRequestRatio'] as const;

/** What a container limit implies: max is the default limit, the default limit or else min the default request. */
function defaultItem(item: LimitRangeItem): void {
  if (item.type === 'Container') defaultContainerItem(item);
  for (const list of LISTS) defaultResourceList(item[list]);
}

function defaultContainerItem(item: LimitRangeItem): void {
  item.default = { ...item.max, ...item.default };
  item.defaultRequest = { ...item.min, ...item.default, ...item.defaultRequest };
}

export const limitRanges = define<LimitRange>({
  group: '',
  version: 'v1',
  resource: 'limitranges',
  singular: 'limitrange',
  kind: 'LimitRange',
  namespaced: true,
  verbs: ALL_VERBS,
  shortNames: ['limits'],
  typeName: 'core.v1.LimitRange',
  strategy: {
    allowCreateOnUpdate: true,
    generation: 'none',
    default(object) {
      for (const item of object.spec?.limits ?? []) defaultItem(item);
    },
    /** A limit range without a name gets one: nothing refers to it by name. */
    prepareForCreate(object, ctx) {
      const { metadata } = object;
      if (metadata && !metadata.name && !metadata.generateName) metadata.name = uuid(ctx.random);
    },
    validateName: nameIsDNSSubdomain,
    validate: validateLimitRange,
    validateUpdate: validateLimitRange,
  },
});
