import { isObject } from '../patch/values.ts';
import { canonicalElement, type Path, type PathElement, sortingOrder } from './path-element.ts';

/**
 * Sets of field paths. A set is the very tree that FieldsV1 is on the wire, so that nothing is decoded or encoded
 * between a stored object and the algebra:
 *
 *     { "f:spec": { "f:replicas": {}, "f:ports": { "k:{\"port\":80}": { ".": {}, "f:port": {} } } } }
 *
 * A node without keys is a member. A node with keys is a member when it also has the key `.`. The root is never one.
 * Invariants of a canonical set: below the root every node is a member or has members below it; keys are canonical
 * elements in the order of `sortingOrder`, `.` first. All functions take canonical sets, give canonical sets, change
 * none, and share what they can: a result that equals its first argument is that argument.
 * Source: structured-merge-diff fieldpath/set.go and serialize.go.
 */
export interface FieldSet {
  readonly [element: PathElement]: FieldSet;
}

const SELF = '.';
const LEAF: FieldSet = Object.freeze({});
export const EMPTY_SET: FieldSet = LEAF;

/** A node, or undefined where there is nothing. */
type Node = FieldSet | undefined;

export function isEmpty(set: FieldSet): boolean {
  for (const _ in set) return false;
  return true;
}

const isLeaf = isEmpty;
/** Whether a node below the root stands for a path that is itself in the set. */
const isMember = (node: FieldSet): boolean => Object.hasOwn(node, SELF) || isLeaf(node);

/**
 * A node from its children, which need not be in order.
 * @returns undefined for a node that is no member and has no children.
 */
export function makeNode(
  elements: readonly PathElement[],
  nodes: readonly FieldSet[],
  member: boolean,
): FieldSet | undefined {
  if (elements.length === 0) return member ? LEAF : undefined;
  const node: Record<PathElement, FieldSet> = member ? { [SELF]: LEAF } : {};
  const order = sortingOrder(elements);
  if (order) for (const i of order) node[elements[i]!] = nodes[i]!;
  else for (let i = 0; i < elements.length; i++) node[elements[i]!] = nodes[i]!;
  return node;
}

/** The set of these paths. */
export function fromPaths(...paths: Path[]): FieldSet {
  let set: FieldSet = EMPTY_SET;
  for (const path of paths) {
    if (path.length > 0)
      set = union(
        set,
        path.reduceRight<FieldSet>((node, element) => ({ [element]: node }), LEAF),
      );
  }
  return set;
}

/**
 * The set that a client sent as FieldsV1.
 * @throws Error when it is malformed.
 */
export function decodeFieldsV1(fields: unknown): FieldSet {
  if (fields === undefined || fields === null) return EMPTY_SET;
  return decodeNode(fields, true) ?? EMPTY_SET;
}

function decodeNode(fields: unknown, root: boolean): Node {
  if (!isObject(fields)) throw new Error('expected an object in fieldsV1');
  let member = false;
  let children: Map<PathElement, FieldSet> | undefined;
  for (const key of Object.keys(fields)) {
    if (key === SELF) {
      member = true;
      continue;
    }
    const element = canonicalElement(key);
    if (element === undefined) continue;
    const child = decodeNode(fields[key], false);
    if (child === undefined) continue;
    children ??= new Map();
    const twin = children.get(element);
    children.set(element, twin ? mergeNodes(twin, child) : child);
  }
  if (!children) return LEAF;
  return makeNode([...children.keys()], [...children.values()], member && !root);
}

/** What is in either. */
export function union(left: FieldSet, right: FieldSet): FieldSet {
  if (left === right || isEmpty(right)) return left;
  return isEmpty(left) ? right : mergeChildren(left, right, false);
}

function mergeNodes(left: FieldSet, right: FieldSet): FieldSet {
  if (left === right) return left;
  return mergeChildren(left, right, isMember(left) || isMember(right));
}

function mergeChildren(left: FieldSet, right: FieldSet, member: boolean): FieldSet {
  const news: PathElement[] = [];
  let changed = false;
  const result: Record<PathElement, FieldSet> = member ? { [SELF]: LEAF } : {};
  let size = 0;
  for (const element in left) {
    if (element === SELF) continue;
    const mine = left[element]!;
    const other = right[element];
    const both = other === undefined ? mine : mergeNodes(mine, other);
    if (both !== mine) changed = true;
    result[element] = both;
    size++;
  }
  for (const element in right) if (element !== SELF && !Object.hasOwn(left, element)) news.push(element);
  if (news.length > 0) {
    const elements = Object.keys(result).filter((element) => element !== SELF);
    return makeNode(
      [...elements, ...news],
      [...elements.map((element) => result[element]!), ...news.map((element) => right[element]!)],
      member,
    )!;
  }
  if (size === 0) return LEAF;
  return changed || member !== Object.hasOwn(left, SELF) ? result : left;
}

/**
 * What is in the first and not in the second, each path by itself: a parent stays when its child goes, and a child
 * when its parent goes.
 */
export const difference = (left: FieldSet, right: FieldSet): FieldSet =>
  isEmpty(right) ? left : (subtract(left, right, true, false) ?? EMPTY_SET);

/** What is in the first, without the paths in the second and all that is below them. */
export const recursiveDifference = (left: FieldSet, right: FieldSet): FieldSet =>
  isEmpty(right) ? left : (subtract(left, right, true, true) ?? EMPTY_SET);

function subtract(left: FieldSet, right: FieldSet, root: boolean, recursive: boolean): Node {
  const taken = !root && isMember(right);
  if (taken && recursive) return undefined;
  const member = !root && isMember(left) && !taken;
  let changed = !root && member !== isMember(left);
  let size = 0;
  const result: Record<PathElement, FieldSet> = member ? { [SELF]: LEAF } : {};
  for (const element in left) {
    if (element === SELF) continue;
    const mine = left[element]!;
    const other = right[element];
    const rest = other === undefined ? mine : subtract(mine, other, false, recursive);
    if (rest !== mine) changed = true;
    if (rest !== undefined) {
      result[element] = rest;
      size++;
    }
  }
  if (!changed) return left;
  if (size > 0) return result;
  return member ? LEAF : undefined;
}

/** What is in both. */
export const intersection = (left: FieldSet, right: FieldSet): FieldSet =>
  intersect(left, right, true) ?? EMPTY_SET;

function intersect(left: FieldSet, right: FieldSet, root: boolean): Node {
  if (left === right) return left;
  const member = !root && isMember(left) && isMember(right);
  let changed = !root && member !== isMember(left);
  let size = 0;
  const result: Record<PathElement, FieldSet> = member ? { [SELF]: LEAF } : {};
  for (const element in left) {
    if (element === SELF) continue;
    const other = right[element];
    const both = other === undefined ? undefined : intersect(left[element]!, other, false);
    if (both !== left[element]) changed = true;
    if (both !== undefined) {
      result[element] = both;
      size++;
    }
  }
  if (!changed) return left;
  if (size > 0) return result;
  return member ? LEAF : undefined;
}

/** The members without those that have members below them. */
export function leaves(set: FieldSet): FieldSet {
  if (isLeaf(set)) return set;
  const result: Record<PathElement, FieldSet> = {};
  for (const element in set) if (element !== SELF) result[element] = leaves(set[element]!);
  return result;
}

export const has = (set: FieldSet, path: Path): boolean => {
  let node: Node = set;
  for (const element of path) {
    node = node[element];
    if (node === undefined) return false;
  }
  return path.length > 0 && isMember(node);
};

/** Whether the element itself is a member. */
export const hasMember = (set: FieldSet, element: PathElement): boolean => {
  const node = set[element];
  return node !== undefined && isMember(node);
};

/** What is below the element: a set by itself. */
export const below = (set: FieldSet, element: PathElement): FieldSet => set[element] ?? EMPTY_SET;

export function equal(left: FieldSet, right: FieldSet): boolean {
  if (left === right) return true;
  let size = 0;
  for (const element in left) {
    const other = right[element];
    if (other === undefined || !equal(left[element]!, other)) return false;
    size++;
  }
  for (const _ in right) size--;
  return size === 0;
}

/** All members, as upstream iterates them: at each level the members, then what is below, in order. */
export function paths(set: FieldSet): Path[] {
  const found: Path[] = [];
  const visit = (node: FieldSet, prefix: Path): void => {
    for (const element in node) {
      if (element !== SELF && isMember(node[element]!)) found.push([...prefix, element]);
    }
    for (const element in node) if (element !== SELF) visit(node[element]!, [...prefix, element]);
  };
  visit(set, []);
  return found;
}
