/** Which of several default classes is meant: the newest, of equally old ones the first by name. Source: kubernetes pkg/volume/util/storageclass.go, plugin/pkg/admission/network/defaultingressclass. */
import type { KubeObject, Stored } from '../../apis/object.ts';

export function newestDefault<T extends KubeObject>(
  classes: readonly Stored<T>[],
  isDefault: (metadata: Stored['metadata']) => boolean,
): Stored<T> | undefined {
  let newest: Stored<T> | undefined;
  for (const one of classes) {
    if (isDefault(one.metadata) && (!newest || isBefore(one, newest))) newest = one;
  }
  return newest;
}

function isBefore({ metadata: a }: Stored, { metadata: b }: Stored): boolean {
  const [left, right] = [a.creationTimestamp ?? '', b.creationTimestamp ?? ''];
  return left === right ? a.name! < b.name! : left > right;
}
