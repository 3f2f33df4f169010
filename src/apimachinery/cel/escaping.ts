/** How property names of a schema become identifiers of CEL (apiserver pkg/cel/escaping.go). */

const RESERVED = new Set(
  (
    'true false null in as break const continue else for function if import let loop package namespace return var ' +
    'void while'
  ).split(' '),
);

/** A field of a keyword's name is found by the keyword too: `self.namespace` is `self.__namespace__`. */
export function fieldNamed<T>(fields: ReadonlyMap<string, T>, name: string): T | undefined {
  return fields.get(name) ?? (RESERVED.has(name) ? fields.get(`__${name}__`) : undefined);
}

/** The identifier of a property; undefined when the property cannot be named in an expression. */
export function escapeName(name: string): string | undefined {
  if (name === '' || /^[0-9]/.test(name)) return undefined;
  if (RESERVED.has(name)) return `__${name}__`;
  if (!/^[a-zA-Z0-9_./-]*$/.test(name)) return undefined;
  return name
    .replaceAll('__', '__underscores__')
    .replaceAll('.', '__dot__')
    .replaceAll('-', '__dash__')
    .replaceAll('/', '__slash__');
}

const SEQUENCES: Readonly<Record<string, string>> = { underscores: '__', dot: '.', dash: '-', slash: '/' };

/** The property an identifier stands for; undefined when it contains an escape that means nothing. */
export function unescapeName(escaped: string): string | undefined {
  let ok = true;
  const name = escaped.replace(/__[^_]+__/g, (sequence) => {
    const content = sequence.slice(2, -2);
    const character = SEQUENCES[content];
    if (character !== undefined) return character;
    if (RESERVED.has(content) && sequence.length === escaped.length) return content;
    ok = false;
    return '';
  });
  return ok ? name : undefined;
}
