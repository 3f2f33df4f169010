import type { Library } from '../environment.ts';
export const stringsLibrary: Library = { name: 'cel.lib.ext.strings' };
