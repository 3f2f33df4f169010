/** What is in both sets, in the order of the first. */
export function intersection<T>(a: ReadonlySet<T>, b: ReadonlySet<T>): Set<T> {
  const both = new Set<T>();
  for (const member of a) if (b.has(member)) both.add(member);
  return both;
}

/** The value of a key, made first when there is none. */
export function getOrCreate<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}
