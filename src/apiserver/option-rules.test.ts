import { expect, it } from 'vitest';
import { StatusError } from '../apimachinery/status.ts';
import { deleteOptions, writeParameters } from './options.ts';

const LONG = 'a'.repeat(129);
const said = (run: () => unknown): string => {
  try {
    return JSON.stringify(run());
  } catch (error) {
    expect(error).toBeInstanceOf(StatusError);
    return `${(error as StatusError).code} ${(error as StatusError).message.replace(/^\w+\.meta\.k8s\.io "" is invalid: /, '')}`;
  }
};

it.each([
  ['', false, '{"dryRun":false,"fieldManager":"kubectl","fieldValidation":"Warn"}'],
  [
    'dryRun=All&dryRun=All&fieldManager=m',
    false,
    '{"dryRun":true,"given":{"dryRun":["All","All"],"fieldManager":"m"},"fieldManager":"m","fieldValidation":"Warn"}',
  ],
  ['dryRun=', false, '422 dryRun: Unsupported value: [""]: supported values: "All"'],
  [
    `dryRun=x&fieldValidation=y&fieldManager=${LONG}`,
    false,
    '422 [fieldManager: Too long: may not be more than 128 bytes, dryRun: Unsupported value: ["x"]: supported values: "All", fieldValidation: Unsupported value: "y": supported values: "", "Ignore", "Strict", "Warn"]',
  ],
  ['force=false', false, '422 force: Forbidden: may not be specified for non-apply patch'],
  ['force=x', true, '422 fieldManager: Required value: is required for apply patch'],
  [
    'fieldManager=m&force=x',
    true,
    '{"dryRun":false,"given":{"fieldManager":"m"},"fieldManager":"m","fieldValidation":"Warn","force":true}',
  ],
])('a patch with %j (apply: %s)', (query, apply, wanted) => {
  expect(said(() => writeParameters(new URLSearchParams(query), 'kubectl/v1', 'PatchOptions', apply))).toBe(
    wanted,
  );
});

it('lets a creation be forced, which means nothing', () => {
  expect(said(() => writeParameters(new URLSearchParams('force=true'), 'x', 'CreateOptions'))).toContain(
    '"force":true',
  );
});

it.each([
  ['', undefined, '{"dryRun":false}'],
  [
    'gracePeriodSeconds=3&orphanDependents=0',
    undefined,
    '{"dryRun":false,"given":{"gracePeriodSeconds":3,"orphanDependents":false},"gracePeriodSeconds":3,"orphanDependents":false}',
  ],
  ['gracePeriodSeconds=', undefined, '400 strconv.ParseInt: parsing "": invalid syntax'],
  [
    'propagationPolicy=',
    undefined,
    '422 propagationPolicy: Unsupported value: "": supported values: "Foreground", "Background", "Orphan", "nil"',
  ],
  [
    'orphanDependents=1&propagationPolicy=Orphan',
    undefined,
    '422 propagationPolicy: Invalid value: "Orphan": orphanDependents and deletionPropagation cannot be both set',
  ],
  // A body is all there is.
  ['dryRun=All&gracePeriodSeconds=x', {}, '{"dryRun":false}'],
  [
    '',
    { dryRun: ['All'], ignoreStoreReadErrorWithClusterBreakingPotential: true },
    '{"dryRun":true,"given":{"dryRun":["All"]}}',
  ],
])('a deletion with %j and %j', (query, body, wanted) => {
  expect(said(() => deleteOptions(new URLSearchParams(query), body))).toBe(wanted);
});
