import { describe, expect, it } from 'vitest';
import type { FieldError } from '../../apimachinery/field-error.ts';
import type { FlowSchema, PriorityLevelConfiguration } from '../../apimachinery/types/flowcontrol.v1.gen.ts';
import { defaultFlowSchema, defaultPriorityLevelConfiguration } from './defaults.ts';
import { flowSchemas } from './flow-schema.ts';
import { validateFlowSchema } from './flow-schema-validation.ts';
import { MANDATORY_FLOW_SCHEMAS, MANDATORY_PRIORITY_LEVELS } from './mandatory.ts';
import { validatePriorityLevelConfiguration } from './priority-level-validation.ts';
import { priorityLevelConfigurations } from './priority-level-configuration.ts';

const texts = (errors: readonly FieldError[]) => errors.map((error) => `${error.field}: ${error.message}`);

describe('FlowSchema', () => {
  const schema = (name: string, spec: Partial<FlowSchema['spec']> = {}): FlowSchema => {
    const object = { metadata: { name }, spec: { priorityLevelConfiguration: { name: 'low' }, ...spec } };
    defaultFlowSchema(object);
    return object;
  };
  const subjects = [{ kind: 'User', user: { name: '*' } }];

  it('are listed as they are asked', () => {
    const list = [schema('c'), schema('b', { matchingPrecedence: 1 }), schema('a')];
    expect(list.sort(flowSchemas.printer!.compare).map(({ metadata }) => metadata?.name)).toEqual([
      'b',
      'a',
      'c',
    ]);
  });

  it.each<[string, Partial<FlowSchema['spec']>, string[]]>([
    ['a', {}, []],
    [
      'a',
      { matchingPrecedence: 1 },
      [
        `spec.matchingPrecedence: Invalid value: 1: only the schema named 'exempt' may have matchingPrecedence 1`,
      ],
    ],
    [
      'a',
      { matchingPrecedence: 10_001 },
      ['spec.matchingPrecedence: Invalid value: 10001: must not be greater than 10000'],
    ],
    [
      'a',
      { rules: [{ subjects }] },
      [
        'spec.rules[0]: Required value: at least one of resourceRules and nonResourceRules has to be non-empty',
      ],
    ],
    [
      'a',
      {
        rules: [
          { subjects: [{ kind: 'Group' }], nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }] },
        ],
      },
      [`spec.rules[0].subjects[0].group: Required value: group is required when subject kind is 'Group'`],
    ],
    [
      'a',
      { rules: [{ subjects, nonResourceRules: [{ verbs: ['get'], nonResourceURLs: ['/a*', '//'] }] }] },
      [
        'spec.rules[0].nonResourceRules[0].nonResourceURLs[0]: Invalid value: "/a*": wildcard can only do suffix matching',
        'spec.rules[0].nonResourceRules[0].nonResourceURLs[1]: Invalid value: "//": must not contain double slash',
      ],
    ],
  ])('%s %j', (name, spec, errors) => {
    expect(texts(validateFlowSchema(schema(name, spec as FlowSchema['spec'])))).toEqual(errors);
  });

  it.each(Object.entries(MANDATORY_FLOW_SCHEMAS))('%s is fixed', (name, spec) => {
    expect(validateFlowSchema(schema(name, structuredClone(spec)))).toEqual([]);
    const changed = { ...structuredClone(spec), rules: [] };
    expect(texts(validateFlowSchema(schema(name, changed)))[0]).toMatch(
      `spec of '${name}' must equal the fixed value`,
    );
  });
});

describe('PriorityLevelConfiguration', () => {
  const level = (name: string, spec: PriorityLevelConfiguration['spec']): PriorityLevelConfiguration => {
    const object = { metadata: { name }, spec: structuredClone(spec) };
    defaultPriorityLevelConfiguration(object);
    return object;
  };

  it('has defaults', () => {
    const object = level('a', {
      type: 'Limited',
      limited: { limitResponse: { type: 'Queue', queuing: {} } },
    });
    expect(object.spec?.limited).toEqual({
      nominalConcurrencyShares: 30,
      lendablePercent: 0,
      limitResponse: { type: 'Queue', queuing: { queues: 64, handSize: 8, queueLengthLimit: 50 } },
    });
    expect(validatePriorityLevelConfiguration(object)).toEqual([]);
    expect(priorityLevelConfigurations.printer!.cells(object, 0)).toEqual([
      'a',
      'Limited',
      30,
      64,
      8,
      50,
      '<unknown>',
    ]);
  });

  it('deals hands that the hash is long enough for', () => {
    const spec = {
      type: 'Limited',
      limited: { limitResponse: { type: 'Queue', queuing: { queues: 512, handSize: 8 } } },
    };
    expect(texts(validatePriorityLevelConfiguration(level('a', spec)))).toEqual([
      'spec.limited.limitResponse.queuing.handSize: Invalid value: 8: required entropy bits of deckSize 512 and handSize 8 should not be greater than 60',
    ]);
  });

  it('is exempt only by that name', () => {
    expect(validatePriorityLevelConfiguration(level('exempt', MANDATORY_PRIORITY_LEVELS.exempt))).toEqual([]);
    expect(texts(validatePriorityLevelConfiguration(level('a', { type: 'Exempt' })))).toEqual([
      `spec.type: Invalid value: "Exempt": must be 'Exempt' if and only if \`name\` is 'exempt'`,
    ]);
    const shares = level('exempt', { type: 'Exempt', exempt: { nominalConcurrencyShares: 7 } });
    expect(validatePriorityLevelConfiguration(shares)).toEqual([]);
  });
});
