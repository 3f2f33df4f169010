import { describe, expect, it } from 'vitest';
import type { FieldError } from '../../apimachinery/field-error.ts';
import type {
  CustomResourceDefinition,
  JSONSchemaProps,
} from '../../apimachinery/types/apiextensions.v1.gen.ts';
import { prepareCRD, prepareCRDUpdate } from './crd-strategy.ts';
import { defaultCRD } from './defaults.ts';
import { approvalState, validateCRD, validateCRDUpdate } from './validation.ts';
import { warningsOnCreate } from './warnings.ts';

const texts = (errors: readonly FieldError[]) => errors.map((error) => `${error.field}: ${error.message}`);
const ROOT: JSONSchemaProps = { type: 'object', properties: { spec: { type: 'object' } } };

function definition(change: (crd: CustomResourceDefinition) => void = () => {}): CustomResourceDefinition {
  const crd: CustomResourceDefinition = {
    metadata: { name: 'crons.stable.example.com' },
    spec: {
      group: 'stable.example.com',
      scope: 'Namespaced',
      names: { plural: 'crons', kind: 'Cron' },
      versions: [
        { name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: structuredClone(ROOT) } },
      ],
    },
  };
  change(crd);
  defaultCRD(crd);
  prepareCRD(crd);
  return crd;
}
const withSchema = (schema: JSONSchemaProps) =>
  definition((crd) => {
    crd.spec.versions![0]!.schema = { openAPIV3Schema: schema };
  });
const withSpec = (spec: JSONSchemaProps) => withSchema({ type: 'object', properties: { spec } });
const SPEC = 'spec.validation.openAPIV3Schema.properties[spec]';

describe('defaults', () => {
  it('derive names and remember the stored version', () => {
    const crd = definition();
    expect(crd.spec.names).toEqual({ plural: 'crons', kind: 'Cron', singular: 'cron', listKind: 'CronList' });
    expect(crd.spec.conversion).toEqual({ strategy: 'None' });
    expect(crd.status?.storedVersions).toEqual(['v1']);
    expect(validateCRD(crd)).toEqual([]);
  });
});

describe('a definition', () => {
  it.each<[string, (crd: CustomResourceDefinition) => void, string[]]>([
    [
      'keeps unknown fields, and has defaults',
      (crd) => {
        crd.spec.preserveUnknownFields = true;
        const props = crd.spec.versions![0]!.schema!.openAPIV3Schema!;
        props.properties = {
          ...props.properties,
          list: { type: 'array', items: { type: 'string', default: 'x' } },
        };
      },
      [
        'spec.preserveUnknownFields: Invalid value: true: must be false in order to use defaults in the schema',
        'spec.preserveUnknownFields: Invalid value: true: cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead',
      ],
    ],
    [
      'is named after its resource',
      (crd) => {
        crd.metadata = { name: 'other.example.com' };
      },
      ['metadata.name: Invalid value: "other.example.com": must be spec.names.plural+"."+spec.group'],
    ],
    [
      'has a scope',
      (crd) => {
        crd.spec.scope = 'World';
      },
      ['spec.scope: Unsupported value: "World": supported values: "Cluster", "Namespaced"'],
    ],
    [
      'has a schema in every version',
      (crd) => {
        delete crd.spec.versions![0]!.schema;
      },
      ['spec.versions[0].schema.openAPIV3Schema: Required value'],
    ],
    [
      'has columns with paths',
      (crd) => {
        crd.spec.versions![0]!.additionalPrinterColumns = [{ name: 'A', type: 'text', jsonPath: 'spec' }];
      },
      [
        'spec.additionalPrinterColumns[0].type: Invalid value: "text": must be one of boolean,date,integer,number,string',
        'spec.additionalPrinterColumns[0].JSONPath: Invalid value: "spec": must be a simple json path starting with .',
      ],
    ],
    [
      'scales by paths within spec and status',
      (crd) => {
        crd.spec.versions![0]!.subresources = {
          scale: { specReplicasPath: '.replicas', statusReplicasPath: '' },
        };
      },
      [
        'spec.subresources.scale.specReplicasPath: Invalid value: ".replicas": should be a json path under .spec',
        'spec.subresources.scale.statusReplicasPath: Required value',
      ],
    ],
    [
      'converts by a webhook that can be called',
      (crd) => {
        crd.spec.conversion = {
          strategy: 'Webhook',
          webhook: { conversionReviewVersions: ['v2'], clientConfig: { url: 'http://x' } },
        };
      },
      [
        `spec.conversion.webhookClientConfig.url: Invalid value: "http": 'https' is the only allowed URL scheme; desired format: https://host[/path]`,
        'spec.conversion.conversionReviewVersions: Invalid value: ["v2"]: must include at least one of v1, v1beta1',
      ],
    ],
    [
      'selects by scalar fields',
      (crd) => {
        crd.spec.versions![0]!.selectableFields = [{ jsonPath: '.spec' }, { jsonPath: '.nope' }];
      },
      [
        'spec.selectableFields[0].jsonPath: Invalid value: ".spec": must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.',
        'spec.selectableFields[1].jsonPath: Invalid value: ".nope": is an invalid path: does not refer to a valid field',
      ],
    ],
  ])('%s', (_, change, errors) => {
    expect(texts(validateCRD(definition(change)))).toEqual(errors);
  });

  it('has one storage version', () => {
    const crd = definition((one) => {
      one.spec.versions![0]!.storage = false;
    });
    const fields = validateCRD(crd).map((error) => error.field);
    expect(fields).toEqual(['spec.versions', 'status.storedVersions']);
  });

  it('reports what only one version has under that version', () => {
    const crd = definition((one) => {
      one.spec.versions!.push({ name: 'v2', served: true, storage: false, schema: { openAPIV3Schema: {} } });
    });
    expect(texts(validateCRD(crd))).toEqual([
      'spec.versions[1].schema.openAPIV3Schema.type: Required value: must not be empty at the root',
    ]);
  });

  it('of a community group needs an approval', () => {
    const crd = definition((one) => {
      one.metadata = { name: 'crons.example.k8s.io' };
      one.spec.group = 'example.k8s.io';
    });
    expect(validateCRD(crd).map((error) => error.field)).toEqual([
      'metadata.annotations[api-approved.kubernetes.io]',
    ]);
    crd.metadata!.annotations = { 'api-approved.kubernetes.io': 'unapproved, experimental' };
    expect(validateCRD(crd)).toEqual([]);
    expect(approvalState('https://github.com/kubernetes/x')).toBe('approved');
    expect(approvalState('nonsense')).toBe('invalid');
  });
});

describe('an update', () => {
  it('keeps group and plural, and scope and kind once established', () => {
    const old = definition();
    const crd = definition((one) => {
      one.spec.scope = 'Cluster';
    });
    expect(validateCRDUpdate(crd, old)).toEqual([]);
    old.status!.conditions = [{ type: 'Established', status: 'True' }];
    expect(texts(validateCRDUpdate(crd, old))).toEqual([
      'spec.scope: Invalid value: "Cluster": field is immutable',
    ]);
  });

  it('cannot drop a version that objects may be stored in', () => {
    const old = definition();
    const crd = definition((one) => {
      one.spec.versions![0]!.name = 'v2';
    });
    prepareCRDUpdate(crd, old);
    expect(crd.status?.storedVersions).toEqual(['v1', 'v2']);
    expect(validateCRDUpdate(crd, old).map((error) => error.field)).toEqual(['status.storedVersions[0]']);
    expect(old.status?.storedVersions).toEqual(['v1']);
  });
});

describe('a schema', () => {
  it.each<[string, JSONSchemaProps, string[]]>([
    [
      'types its fields',
      { type: 'object', properties: { a: {} } },
      [`${SPEC}.properties[a].type: Required value: must not be empty for specified object fields`],
    ],
    ['describes items', { type: 'array' }, [`${SPEC}.items: Required value: must be specified`]],
    [
      'may be int-or-string',
      { 'x-kubernetes-int-or-string': true, anyOf: [{ type: 'integer' }, { type: 'string' }] },
      [],
    ],
    [
      'types nothing within junctors',
      { type: 'object', anyOf: [{ type: 'object' }] },
      [`${SPEC}.anyOf[0].type: Forbidden: must be empty to be structural`],
    ],
    [
      'has no references',
      { type: 'object', $ref: '#/x' },
      [`${SPEC}.$ref: Forbidden: $ref is not supported`],
    ],
    [
      'is a struct or a map',
      { type: 'object', properties: { a: { type: 'string' } }, additionalProperties: { type: 'string' } },
      [`${SPEC}.additionalProperties: Forbidden: additionalProperties and properties are mutual exclusive`],
    ],
    [
      'keys lists by required fields',
      {
        type: 'array',
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['name'],
        items: { type: 'object', properties: { name: { type: 'string' } } },
      },
      [
        `${SPEC}.items.properties[name].default: Required value: this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property`,
      ],
    ],
    [
      'has rules with text',
      {
        type: 'object',
        'x-kubernetes-validations': [{ rule: ' ' }, { rule: 'a\nb' }, { rule: 'self.x', fieldPath: '.y' }],
      },
      [
        `${SPEC}.x-kubernetes-validations[0].rule: Required value: rule is not specified`,
        `${SPEC}.x-kubernetes-validations[1].message: Required value: message must be specified if rule contains line breaks`,
        `${SPEC}.x-kubernetes-validations[2].fieldPath: Invalid value: ".y": must be a valid path`,
      ],
    ],
  ])('%s', (_, spec, errors) => {
    expect(texts(validateCRD(withSpec(spec)))).toEqual(errors);
  });

  it('declares at its root what its junctors speak of', () => {
    const anyOf = [{ required: ['a'], properties: { a: { minLength: 1 } } }];
    expect(texts(validateCRD(withSchema({ type: 'object', anyOf })))).toEqual([
      'spec.validation.openAPIV3Schema.properties[a]: Required value: because it is defined in spec.validation.openAPIV3Schema.anyOf[0].properties[a]',
    ]);
  });

  it('leaves metadata to the server', () => {
    const restricted = (metadata: JSONSchemaProps) =>
      texts(validateCRD(withSchema({ type: 'object', properties: { metadata } })));
    expect(restricted({ type: 'object', properties: { name: { type: 'string', pattern: '^a' } } })).toEqual(
      [],
    );
    expect(restricted({ type: 'object', properties: { labels: { type: 'object' } } })).toEqual([
      'spec.validation.openAPIV3Schema.properties[metadata]: Forbidden: must not specify anything other than name and generateName, but metadata is implicitly specified',
    ]);
  });

  it('warns of formats that nobody checks', () => {
    const crd = withSpec({
      type: 'object',
      properties: { a: { type: 'string', format: 'date-time' }, b: { type: 'string', format: 'iban' } },
    });
    expect(warningsOnCreate(crd)).toEqual(['unrecognized format "iban"']);
  });
});

describe('patterns of a schema', () => {
  it('are not larger than can be compiled in a moment', () => {
    const pattern = '[a-z]{1,1000}'.repeat(26);
    expect(texts(validateCRD(withSpec({ type: 'string', pattern })))).toEqual([
      expect.stringMatching(
        /pattern: Invalid value: .*but isn't: error parsing regexp: expression too large$/,
      ),
    ]);
    const properties = Object.fromEntries(
      Array.from({ length: 5000 }, (_, n) => [`p${n}`, { type: 'string', pattern: `^[a-z]{1,1000}${n}` }]),
    );
    expect(texts(validateCRD(withSpec({ type: 'object', properties })))).toEqual([
      expect.stringMatching(
        /^spec.versions: Forbidden: all patterns together must have at most 100000 parts/,
      ),
    ]);
  });
});

describe('defaults of a schema', () => {
  const string: JSONSchemaProps = { type: 'string' };
  const embedded = (properties: Record<string, JSONSchemaProps>, rest: JSONSchemaProps = {}) => ({
    type: 'object',
    'x-kubernetes-embedded-resource': true,
    properties,
    ...rest,
  });
  it.each<[string, JSONSchemaProps, string[]]>([
    [
      'are of its type',
      { ...string, default: 1 },
      [`${SPEC}.default: Invalid value: "integer":  in body must be of type string: "integer"`],
    ],
    [
      'hold what it knows',
      { type: 'object', properties: { a: string }, default: { b: '<' } },
      [`${SPEC}.default: Invalid value: {"b":"\\u003c"}: must not have unknown fields`],
    ],
    [
      'have what it requires, in lists as well',
      {
        type: 'array',
        items: { type: 'object', properties: { a: string }, required: ['a'], default: {} },
      },
      [`${SPEC}.items.default.a: Required value`],
    ],
    ['may be null only where null is a value', { ...string, nullable: true, default: null }, []],
    [
      'of embedded resources are resources',
      embedded({ a: string }, { default: { kind: 'A', metadata: { name: 'a/b' } } }),
      [
        `${SPEC}.default.apiVersion: Required value`,
        `${SPEC}.default.metadata.name: Invalid value: "a/b": may not contain '/'`,
      ],
    ],
    [
      'of metadata make valid metadata',
      embedded({
        metadata: { type: 'object', properties: { name: { ...string, default: 'a/b' } } },
        kind: { ...string, default: 'Pod' },
      }),
      [
        `${SPEC}.properties[metadata].properties[name].default: Invalid value: "a/b": must result in valid metadata: metadata.name: Invalid value: "a/b": may not contain '/'`,
      ],
    ],
  ])('%s', (_, spec, errors) => {
    expect(texts(validateCRD(withSpec(spec)))).toEqual(errors);
  });
});

describe('what errors show', () => {
  it('is the internal form of versions and schemas', () => {
    const crd = definition((one) => {
      one.spec.versions![0]!.storage = false;
    });
    expect(validateCRD(crd)[0]!.message).toBe(
      'Invalid value: [{"Name":"v1","Served":true,"Storage":false,"Deprecated":false,"DeprecationWarning":null,"Schema":null,"Subresources":null,"AdditionalPrinterColumns":null,"SelectableFields":null}]: must have exactly one version marked as storage version',
    );
    const withStatus = withSchema({ ...ROOT, minProperties: 1 });
    withStatus.spec.versions![0]!.subresources = { status: {} };
    const [error] = validateCRD(withStatus);
    expect(error!.message).toContain('Invalid value: {"ID":"","Schema":"","Ref":null,');
    expect(error!.message).toContain('"MinProperties":1,"Required":null,');
    expect(error!.message).toContain('"AdditionalProperties":null,');
  });

  it('are the patterns as Go reads them', () => {
    expect(texts(validateCRD(withSpec({ type: 'string', pattern: '(?=a)' })))).toEqual([
      `${SPEC}.pattern: Invalid value: "(?=a)": must be a valid regular expression, but isn't: error parsing regexp: invalid or unsupported Perl syntax: \`(?=\``,
    ]);
    expect(validateCRD(withSpec({ type: 'string', pattern: '(?i)\\pL\\z' }))).toEqual([]);
  });
});

describe('certificates of a conversion webhook', () => {
  const withBundle = (text: string) =>
    definition((crd) => {
      crd.spec.conversion = {
        strategy: 'Webhook',
        webhook: {
          conversionReviewVersions: ['v1'],
          clientConfig: { url: 'https://example.com', caBundle: btoa(text) },
        },
      };
    });
  const good = '-----BEGIN CERTIFICATE-----\nYWJj\n-----END CERTIFICATE-----\n';
  const established = (crd: CustomResourceDefinition) => {
    crd.status!.conditions = [{ type: 'Established', status: 'True' }];
    return crd;
  };
  it('have to be readable once objects are served, if they have been', () => {
    const bad = withBundle('x');
    expect(validateCRD(bad)).toEqual([]);
    expect(validateCRDUpdate(bad, definition())).toEqual([]);
    expect(texts(validateCRDUpdate(bad, established(withBundle(good))))).toEqual([
      'spec.conversion.webhookClientConfig.caBundle: Invalid value: "eA==": unable to load root certificates: unable to parse bytes as PEM block',
    ]);
    expect(validateCRDUpdate(bad, established(withBundle('y')))).toEqual([]);
    expect(validateCRDUpdate(withBundle(good), established(definition()))).toEqual([]);
  });
});

it('remembers the stored version when the status is emptied', () => {
  const crd = definition();
  crd.status!.storedVersions = [];
  defaultCRD(crd);
  expect(crd.status!.storedVersions).toEqual(['v1']);
});

describe('rules of a schema', () => {
  const integer: JSONSchemaProps = { type: 'integer' };
  const rule = (text: string, more: object = {}) => ({
    'x-kubernetes-validations': [{ rule: text, ...more }],
  });
  const shown =
    '{"Rule":"self.b","Message":"","MessageExpression":"","Reason":null,"FieldPath":"","OptionalOldSelf":null}';
  it.each<[string, JSONSchemaProps, string[]]>([
    [
      'compile',
      { type: 'object', properties: { a: integer }, ...rule('self.b') },
      [
        `${SPEC}.x-kubernetes-validations[0].rule: Invalid value: ${shown}: compilation failed: ERROR: <input>:1:5: undefined field 'b'\n | self.b\n | ....^`,
      ],
    ],
    [
      'are true or false',
      { ...integer, ...rule('self') },
      [
        `${SPEC}.x-kubernetes-validations[0].rule: Invalid value: ${shown.replace('self.b', 'self')}: cel expression must evaluate to a bool`,
      ],
    ],
    [
      'speak of old values where there are such',
      { type: 'array', maxItems: 3, items: { ...integer, ...rule('self >= oldSelf') } },
      [
        `${SPEC}.items.x-kubernetes-validations[0].rule: Invalid value: "self >= oldSelf": oldSelf cannot be used on the uncorrelatable portion of the schema within ${SPEC}`,
      ],
    ],
    [
      'do without old values only if they speak of them',
      { ...integer, ...rule('self > 0', { optionalOldSelf: true }) },
      [
        `${SPEC}.x-kubernetes-validations[0].optionalOldSelf: Invalid value: true: may not be set if oldSelf is not used in rule`,
      ],
    ],
    [
      'need a type',
      { 'x-kubernetes-preserve-unknown-fields': true, ...rule('true') },
      [
        `${SPEC}.x-kubernetes-validations: Internal error: internal error: failed to construct type information for x-kubernetes-validations rules: unable to convert structural schema to CEL declarations`,
      ],
    ],
    [
      'hold for defaults',
      { ...integer, default: 3, ...rule('self < 3') },
      [`${SPEC}.default: Invalid value: 3: failed rule: self < 3`],
    ],
  ])('%s', (_, spec, errors) => {
    expect(texts(validateCRD(withSpec(spec)))).toEqual(errors);
  });
});

describe('rules that are too dear', () => {
  const hint =
    '(try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared)';
  const list = (more: JSONSchemaProps, items: JSONSchemaProps): JSONSchemaProps => ({
    type: 'array',
    ...more,
    items: { ...items, 'x-kubernetes-validations': [{ rule: 'self.contains(self)' }] },
  });
  const rulePath = `${SPEC}.items.x-kubernetes-validations[0].rule`;
  it('are refused one by one', () => {
    const dear = list({ maxItems: 9000 }, { type: 'string', maxLength: 100 });
    expect(texts(validateCRD(withSpec(dear)))).toEqual([
      `${rulePath}: Forbidden: estimated rule cost exceeds budget by factor of 1.441800x ${hint}`,
    ]);
    expect(validateCRD(withSpec(list({ maxItems: 6000 }, { type: 'string', maxLength: 100 })))).toEqual([]);
  });
  it('are refused together, the dearest by name', () => {
    const without = list({}, { type: 'string', maxLength: 100 });
    expect(texts(validateCRD(withSpec(without)))).toEqual([
      `${rulePath}: Forbidden: estimated rule cost exceeds budget by factor of more than 100x ${hint}`,
      `${rulePath}: Forbidden: contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema`,
      `spec.validation.openAPIV3Schema: Forbidden: x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema exceeds budget by factor of 16.8x ${hint}`,
    ]);
  });
  it('stay where they were accepted once', () => {
    const dear = withSpec(list({ maxItems: 9000 }, { type: 'string', maxLength: 100 }));
    expect(validateCRDUpdate(dear, structuredClone(dear))).toEqual([]);
    const other = withSpec(list({ maxItems: 8000 }, { type: 'string', maxLength: 100 }));
    expect(validateCRDUpdate(dear, other)).toHaveLength(1);
  });
});
