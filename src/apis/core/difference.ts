/** How two objects differ, as refusals show it. Source: kubernetes/apimachinery pkg/util/diff/diff.go. */
import { internalForm } from './internal-form.ts';
import { unifiedDiff } from './unified-diff.ts';

/** The difference between two v1 values of an internal type, as of their internal forms. */
export const describeDifference = (type: string, old: unknown, now: unknown): string =>
  unifiedDiff(pretty(internalForm(type, old)), pretty(internalForm(type, now)));

/** Go's JSON, which escapes what could be HTML. */
const pretty = (value: unknown): string =>
  JSON.stringify(value, null, 1).replace(
    /[<>&\u2028\u2029]/g,
    (ch) => `\\u${ch.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
