/** The descriptions of all structs that have any. */
import { META } from './meta.ts';

export { COMMON_FIELDS } from './common.ts';

export const DESCRIPTIONS: Readonly<Record<string, string>> = { ...META };
