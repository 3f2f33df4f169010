/** LimitRange. Source: kubernetes pkg/registry/core/limitrange/strategy.go. */
import type { LimitRange, LimitRangeItem } from '../../apimachinery/types/core.v1.gen.ts';
import { ALL_VERBS, define } from '../definition.ts';

/** What a container limit implies: max is the default limit, the default limit or else min the default request. */
function defaultItem(item: LimitRangeItem): void {
  if (item.type !== 'Container') return;
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
  },
});
