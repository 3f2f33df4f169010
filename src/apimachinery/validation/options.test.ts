import { describe, expect, it } from 'vitest';
import type { FieldError } from '../field-error.ts';
import {
  validateCreateOptions,
  validateDeleteOptions,
  validateFieldManager,
  validatePatchOptions,
  validateUpdateOptions,
} from './options.ts';

const texts = (errors: FieldError[]) => errors.map(({ field, message }) => `${field}: ${message}`);

describe('validateFieldManager', () => {
  it('is bounded in bytes', () => {
    expect(validateFieldManager('é'.repeat(64), 'm')).toEqual([]);
    expect(texts(validateFieldManager('é'.repeat(65), 'm'))).toEqual([
      'm: Too long: may not be more than 128 bytes',
    ]);
  });

  it('is printable', () => {
    expect(validateFieldManager('kubectl edit (v1)', 'm')).toEqual([]);
    expect(validateFieldManager(undefined, 'm')).toEqual([]);
    expect(texts(validateFieldManager('é\n😀\u00a0', 'm')).map((text) => text.replace(/.*: /s, ''))).toEqual([
      'invalid character U+000A (at position 2)',
      'invalid character U+00A0 (at position 7)',
    ]);
  });
});

describe('options of writes', () => {
  it('accepts the known values', () => {
    expect(validateCreateOptions({ fieldManager: 'm', dryRun: ['All'], fieldValidation: 'Strict' })).toEqual(
      [],
    );
    expect(validateUpdateOptions({})).toEqual([]);
  });

  it('refuses others', () => {
    expect(texts(validateCreateOptions({ dryRun: ['None'], fieldValidation: 'No' }))).toEqual([
      'dryRun: Unsupported value: ["None"]: supported values: "All"',
      'fieldValidation: Unsupported value: "No": supported values: "", "Ignore", "Strict", "Warn"',
    ]);
  });

  it('tells apply from other patches', () => {
    expect(texts(validatePatchOptions({}, true))).toEqual([
      'fieldManager: Required value: is required for apply patch',
    ]);
    expect(validatePatchOptions({ fieldManager: 'm', force: true }, true)).toEqual([]);
    expect(texts(validatePatchOptions({ force: false }, false))).toEqual([
      'force: Forbidden: may not be specified for non-apply patch',
    ]);
  });
});

describe('validateDeleteOptions', () => {
  it('accepts the policies', () => {
    for (const propagationPolicy of ['Foreground', 'Background', 'Orphan']) {
      expect(validateDeleteOptions({ propagationPolicy, gracePeriodSeconds: 0, dryRun: ['All'] })).toEqual(
        [],
      );
    }
  });

  it('refuses contradictions', () => {
    expect(texts(validateDeleteOptions({ propagationPolicy: 'Orphan', orphanDependents: false }))).toEqual([
      'propagationPolicy: Invalid value: "Orphan": orphanDependents and deletionPropagation cannot be both set',
    ]);
    expect(texts(validateDeleteOptions({ propagationPolicy: 'Now' }))[0]).toMatch(
      /^propagationPolicy: Unsupported value: "Now": supported values: .*"Orphan", "nil"$/,
    );
    expect(
      texts(
        validateDeleteOptions({
          ignoreStoreReadErrorWithClusterBreakingPotential: true,
          gracePeriodSeconds: 0,
        }),
      ),
    ).toEqual([
      'ignoreStoreReadErrorWithClusterBreakingPotential: Invalid value: true: cannot be set together with .gracePeriodSeconds',
    ]);
  });
});
